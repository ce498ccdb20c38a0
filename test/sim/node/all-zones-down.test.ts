// Full disruption: a Node object that goes counts out of its zone at the next pass.

import { expect, test } from 'vitest';
import { NODE } from '../../../core/api/node.ts';
import { KNOWN_KINDS } from '../../../sim/api-server/known-kinds.ts';
import { ObjectStore } from '../../../sim/api-server/object-store.ts';
import { HostFleet } from '../../../sim/host/host-fleet.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { NodeLifecycle } from '../../../sim/node/node-lifecycle.ts';
import { aHost, tinyWorld } from '../../kit/tiny-world.ts';

test('when the last Ready node of all zones is deleted, NoExecute comes off the others', () => {
  const hosts = ['a', 'b'].map((name) => aHost(name, 'rack'));
  const objects = hosts.map(({ name, nodeName }) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: nodeName, uid: name, resourceVersion: '1' },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  }));
  const config = tinyWorld({ hosts, objects });
  const kernel = new Kernel(config.startMs);
  const draws = new Draws(rootKey('zones'), 1);
  const store = new ObjectStore(kernel, draws.stream('api-server', 'names'));
  for (const kind of KNOWN_KINDS) store.register(kind, { statusSubresource: true });
  store.load(objects);
  const fleet = new HostFleet(kernel, config, draws);
  new NodeLifecycle(kernel, store, config, fleet, draws).start();
  const effects = () =>
    store.get(NODE, { namespace: '', name: 'node-a' })?.spec?.taints?.map(({ key, effect }) => `${key}:${effect}`);
  fleet.powerOff(0, 'person');
  kernel.runUntil(config.startMs + 120_000);
  const before = effects();
  store.delete(NODE, { namespace: '', name: 'node-b' });
  kernel.runUntil(config.startMs + 125_000);
  const after = effects();
  expect({ before, after }).toEqual({
    before: ['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'],
    after: ['node.kubernetes.io/unreachable:NoSchedule'],
  });
});

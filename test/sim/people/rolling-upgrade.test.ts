// What a rolling upgrade leaves behind on the health checks.

import { expect, test } from 'vitest';
import { OPENSHIFT_MACHINE_HEALTH_CHECK } from '../../../core/api/remediation.ts';
import { KNOWN_KINDS } from '../../../sim/api-server/known-kinds.ts';
import { ObjectStore } from '../../../sim/api-server/object-store.ts';
import { DEFAULT_PLANNED_REBOOTS } from '../../../sim/defaults.ts';
import { HostFleet } from '../../../sim/host/host-fleet.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { RollingUpgrade } from '../../../sim/people/rolling-upgrade.ts';
import { tinyWorld } from '../../kit/tiny-world.ts';

const PAUSED = 'cluster.x-k8s.io/paused';

function aCheck(name: string, annotations: Readonly<Record<string, string>>) {
  const metadata = { namespace: 'machines', name, uid: name, resourceVersion: '1', annotations };
  return { apiVersion: 'machine.openshift.io/v1beta1', kind: 'MachineHealthCheck', metadata, spec: {} };
}

test('an upgrade pauses the health checks that nobody else paused, and takes only its own pause off', () => {
  const objects = [
    ...tinyWorld().hosts.map(({ nodeName }) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: nodeName, uid: nodeName, resourceVersion: '1' },
    })),
    aCheck('free', {}),
    aCheck('paused-by-user', { [PAUSED]: '' }),
  ];
  const config = tinyWorld({
    objects,
    plannedReboots: { ...DEFAULT_PLANNED_REBOOTS, drain: false, firstAtMs: 1000 },
  });
  const kernel = new Kernel(config.startMs);
  const draws = new Draws(rootKey('upgrade'), 1);
  const store = new ObjectStore(kernel, draws.stream('api-server', 'names'));
  for (const kind of KNOWN_KINDS) store.register(kind, { statusSubresource: true });
  store.load(objects);
  const fleet = new HostFleet(kernel, config, draws);
  new RollingUpgrade(kernel, store, config, fleet, () => undefined).start();
  const pauses = () =>
    store.list(OPENSHIFT_MACHINE_HEALTH_CHECK).map(({ metadata }) => metadata.annotations?.[PAUSED] ?? 'runs');
  kernel.runUntil(config.startMs + 2000);
  const during = pauses();
  kernel.runUntil(config.startMs + 3_600_000);
  const boots = fleet.hosts.map((host) => host.boots);
  expect({ during, after: pauses(), boots }).toEqual({
    during: ['rolling-upgrade', ''],
    after: ['runs', ''],
    boots: [1, 1, 1, 1],
  });
});

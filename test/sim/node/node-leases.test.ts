// Leases of nodes are there for whoever reads them, right to the renewal, and cost nothing until then.

import { describe, expect, test } from 'vitest';
import { LEASE } from '../../../core/api/lease.ts';
import { NODE } from '../../../core/api/node.ts';
import { parseTime } from '../../../core/api/time.ts';
import { SilentNodes } from '../../kit/silent-nodes.ts';
import { WORLD_START_MS } from '../../kit/workload-objects.ts';

const NAMES = ['n0', 'n1', 'n2'];

function keyOf(name: string) {
  return { namespace: 'kube-node-lease', name };
}

function renewedS(nodes: SilentNodes, name: string): number {
  const lease = nodes.world.store.get(LEASE, keyOf(name));
  return (parseTime(lease?.spec?.renewTime ?? '') - WORLD_START_MS) / 1000;
}

describe('a lease', () => {
  const silences = [{ nodes: ['n1'], fromS: 100, toS: 300 }];

  test('was renewed within the last 10.4 s, at the same instant in both modes, unless its node is silent', () => {
    const lazy = new SilentNodes({ names: NAMES, silences });
    const explicit = new SilentNodes({ names: NAMES, silences, kubernetes: { heartbeats: 'explicit' } });
    for (let second = 1; second < 600; second += 7) {
      lazy.until(second);
      explicit.until(second);
      const renewals = NAMES.map((name) => renewedS(lazy, name));
      expect(renewals).toEqual(NAMES.map((name) => renewedS(explicit, name)));
      for (const [index, atS] of renewals.entries()) {
        const isSilent = index === 1 && second >= 100 && second <= 311;
        expect(atS).toBeLessThanOrEqual(second);
        if (!isSilent) expect(second - atS).toBeLessThanOrEqual(10.4);
        else if (second < 300) expect(atS).toBeLessThan(100);
      }
    }
  });

  test('is whole, owned by its Node, and reads the same twice; listing them schedules nothing', () => {
    const nodes = new SilentNodes({ names: NAMES, silences: [] });
    nodes.until(1000);
    const [first] = nodes.world.store.list(LEASE);
    expect(first).toEqual({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: 'n0',
        namespace: 'kube-node-lease',
        uid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        resourceVersion: String(nodes.world.store.resourceVersion),
        creationTimestamp: nodes.node('n0')?.metadata.creationTimestamp,
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n0', uid: nodes.node('n0')?.metadata.uid }],
      },
      spec: {
        holderIdentity: 'n0',
        leaseDurationSeconds: 40,
        renewTime: expect.stringMatching(/^2027-01-15T08:1\d:\d\d\.\d{3}000Z$/),
      },
    });
    expect(nodes.world.store.get(LEASE, keyOf('n0'))).toEqual(first);
    expect(nodes.world.store.list(LEASE).map(({ metadata }) => metadata.name)).toEqual(NAMES);
    const events = nodes.world.kernel.processed;
    nodes.until(80_000);
    expect(nodes.world.kernel.processed).toBe(events);
  });

  test('goes with its Node', () => {
    const nodes = new SilentNodes({ names: NAMES, silences: [] });
    nodes.world.store.delete(NODE, { namespace: '', name: 'n0' });
    expect(nodes.world.store.get(LEASE, keyOf('n0'))).toBeUndefined();
    expect(nodes.world.store.get(LEASE, { namespace: 'app', name: 'n1' })).toBeUndefined();
  });
});

// A drain that budgets hold back: it costs nothing while nothing changes, and goes on at the instant at which the product would.

import { expect, test } from 'vitest';
import { LEASE } from '../../../core/api/lease.ts';
import type { NodeMaintenance } from '../../../core/api/node-maintenance.ts';
import { NODE_MAINTENANCE } from '../../../core/api/node-maintenance.ts';
import { parseTime } from '../../../core/api/time.ts';
import { POD, POD_DISRUPTION_BUDGET, type Pod } from '../../../core/api/workload.ts';
import { nodeMaintenanceController } from '../../../core/maintenance/node-maintenance.controller.ts';
import { MEDIK8S_MAINTENANCE } from '../../../core/maintenance/products.ts';
import { coreBench } from '../../kit/core-bench.ts';
import { aNode, meta, NOW_MS } from '../../kit/machine-objects.ts';
import { fc } from '../../kit/property.ts';

const DAY_MS = 86_400_000;

const MAINTENANCE: NodeMaintenance = {
  apiVersion: 'nodemaintenance.medik8s.io/v1beta1',
  kind: 'NodeMaintenance',
  metadata: meta('nm'),
  spec: { nodeName: 'w' },
};

const RUNNING = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } as const;

function pod(name: string, nodeName = 'w'): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, { namespace: 'shop', labels: { app: 'db' } }),
    spec: { nodeName, terminationGracePeriodSeconds: 0 },
    status: RUNNING,
  };
}

const BUDGET = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: meta('db', { namespace: 'shop' }),
  spec: { minAvailable: 1, selector: { matchLabels: { app: 'db' } } },
};

function heldBack() {
  const bench = coreBench({
    objects: [aNode('w'), pod('db'), BUDGET, MAINTENANCE],
    controllers: [nodeMaintenanceController(MEDIK8S_MAINTENANCE)],
    atMs: NOW_MS,
  });
  const gone: number[] = [];
  bench.store.tap(
    ({ after }) => {
      if (after === undefined) gone.push(bench.nowMs - NOW_MS);
    },
    [POD],
  );
  return { bench, gone };
}

test('a month costs a pass each half hour, and the lease is never over', () => {
  const { bench } = heldBack();
  bench.run(NOW_MS + 60_000);
  const before = bench.performed.length;
  for (let day = 0; day < 30; day++) {
    bench.runFor(DAY_MS);
    const renewed = bench.the(LEASE, 'medik8s-leases/node-w').spec?.renewTime ?? '';
    expect(bench.nowMs - parseTime(renewed)).toBeLessThan(3_600_000);
  }
  expect(bench.performed.length - before).toBeLessThan(30 * 48 * 10);
  expect(bench.the(NODE_MAINTENANCE, 'nm').status).toMatchObject({ phase: 'Running', pendingPods: ['db'] });
});

test('whenever the budget goes, the pod goes at the next instant of the grid of 5 s', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7_200_000 }), (afterMs) => {
      const { bench, gone } = heldBack();
      bench.run(NOW_MS + afterMs);
      bench.delete(POD_DISRUPTION_BUDGET, 'shop/db');
      bench.runFor(5_000);
      expect(gone).toHaveLength(1);
      expect((gone[0] ?? 0) % 5_000).toBe(0);
      bench.runFor(1_000);
      expect(bench.the(NODE_MAINTENANCE, 'nm').status?.phase).toBe('Succeeded');
    }),
    { numRuns: 50 },
  );
});

test('a second replica that turns up elsewhere frees the first', () => {
  const { bench, gone } = heldBack();
  bench.run(NOW_MS + 1_234_567);
  bench.store.create(POD, pod('db-2', 'elsewhere'));
  bench.runFor(30_000);
  expect(gone).toEqual([]);
  bench.update(POD, 'shop/db-2', 'status', (current) => ({ ...current, status: RUNNING }));
  bench.runFor(5_000);
  expect(gone).toEqual([1_265_000]);
});

test('a deletion of the request ends it at the end of the pass', () => {
  const { bench } = heldBack();
  bench.run(NOW_MS + 1_000_001);
  bench.delete(NODE_MAINTENANCE, 'nm');
  bench.run(NOW_MS + 1_019_999);
  expect(bench.get(NODE_MAINTENANCE, 'nm')).toBeDefined();
  bench.run(NOW_MS + 1_020_000);
  expect(bench.get(NODE_MAINTENANCE, 'nm')).toBeUndefined();
});

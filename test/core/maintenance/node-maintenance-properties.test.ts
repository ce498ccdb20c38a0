// A maintenance under random interruptions: budgets that come and go, a lease that somebody takes, operators that die, requests
// that are deleted at any instant. Whatever happens, the node is given back as it was.

import { expect, test } from 'vitest';
import { LEASE } from '../../../core/api/lease.ts';
import { NODE } from '../../../core/api/node.ts';
import { NODE_MAINTENANCE, type NodeMaintenance } from '../../../core/api/node-maintenance.ts';
import { formatMicroTime } from '../../../core/api/time.ts';
import { POD, POD_DISRUPTION_BUDGET, type Pod } from '../../../core/api/workload.ts';
import { nodeMaintenanceController } from '../../../core/maintenance/node-maintenance.controller.ts';
import { MEDIK8S_MAINTENANCE } from '../../../core/maintenance/products.ts';
import type { Controller } from '../../../core/ports/reconciler.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { aNode, meta, NOW_MS } from '../../kit/machine-objects.ts';
import { fc } from '../../kit/property.ts';

const HOUR_MS = 3_600_000;
const LEASE_KEY = { namespace: 'medik8s-leases', name: 'node-w' };

const MAINTENANCE: NodeMaintenance = {
  apiVersion: 'nodemaintenance.medik8s.io/v1beta1',
  kind: 'NodeMaintenance',
  metadata: meta('nm'),
  spec: { nodeName: 'w' },
};

function pod(name: string, seconds: number): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, { namespace: 'shop', labels: { app: name } }),
    spec: { nodeName: 'w', terminationGracePeriodSeconds: seconds },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

const BUDGET = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: meta('a', { namespace: 'shop' }),
  spec: { minAvailable: 1, selector: { matchLabels: { app: 'a' } } },
};

/** Asks again at an instant before each recheck, where nothing was done: nothing must be done then either. */
function askedTwice<Memory>(controller: Controller<Memory>, share: number): Controller<Memory> {
  return {
    ...controller,
    decide: (input) => {
      const decision = controller.decide(input);
      const { recheckAtMs, memory, actions } = decision;
      if (recheckAtMs === undefined || actions.length > 0 || memory === undefined) return decision;
      const nowMs = input.nowMs + Math.floor((recheckAtMs - input.nowMs) * share);
      const earlier = nowMs < recheckAtMs ? controller.decide({ ...input, nowMs, memory, facts: [] }).actions : [];
      expect(earlier).toEqual([]);
      return decision;
    },
  };
}

type Interruption = 'budget' | 'no budget' | 'crash' | 'lease taken' | 'lease released' | 'pod gone';

const STRIKES: Readonly<Record<Interruption, (bench: CoreBench) => void>> = {
  budget: ({ store }) => store.create(POD_DISRUPTION_BUDGET, BUDGET),
  'no budget': ({ store }) => store.delete(POD_DISRUPTION_BUDGET, { namespace: 'shop', name: 'a' }),
  crash: (bench) => bench.restart(),
  'lease taken': ({ store, nowMs }) => {
    const spec = { holderIdentity: 'other', leaseDurationSeconds: 600, renewTime: formatMicroTime(nowMs) };
    store.patch(LEASE, LEASE_KEY, { spec }, { subresource: 'main' });
  },
  'lease released': ({ store }) => store.delete(LEASE, LEASE_KEY),
  'pod gone': ({ store }) => store.delete(POD, { namespace: 'shop', name: 'b' }, { gracePeriodMs: 0 }),
};

test('whatever interrupts it: before its end nobody is evicted from an unmarked node, after it the node is as before', () => {
  const interruption = fc.record({
    atMs: fc.integer({ min: 0, max: 2 * HOUR_MS }),
    what: fc.constantFrom<Interruption>('budget', 'no budget', 'crash', 'lease taken', 'lease released', 'pod gone'),
  });
  fc.assert(
    fc.property(
      fc.array(interruption, { maxLength: 8 }),
      fc.integer({ min: 0, max: 3 * HOUR_MS }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.integer({ min: 0, max: 50 }),
      (interruptions, deletedAtMs, share, lagMs) => {
        const bench = coreBench({
          objects: [
            aNode('w', 'True', HOUR_MS, { labels: { team: 'storage' } }),
            pod('a', 0),
            pod('b', 30),
            BUDGET,
            MAINTENANCE,
          ],
          controllers: [askedTwice(nodeMaintenanceController(MEDIK8S_MAINTENANCE), share)],
          atMs: NOW_MS,
          lagMs,
        });
        const before = bench.the(NODE, 'w');
        const evictedUnmarked: string[] = [];
        bench.store.tap(
          ({ before: was, after }) => {
            const isEvicted =
              was?.metadata.deletionTimestamp === undefined && after?.metadata.deletionTimestamp !== undefined;
            if (isEvicted && bench.the(NODE, 'w').spec?.unschedulable !== true)
              evictedUnmarked.push(was?.metadata.name ?? '');
          },
          [POD],
        );
        const steps = [
          ...interruptions.map(({ atMs, what }) => ({ atMs, strike: STRIKES[what] })),
          {
            atMs: deletedAtMs,
            strike: ({ store }: CoreBench) => store.delete(NODE_MAINTENANCE, { namespace: '', name: 'nm' }),
          },
        ];
        for (const { atMs, strike } of steps.toSorted((one, other) => one.atMs - other.atMs)) {
          bench.run(NOW_MS + atMs);
          strike(bench);
        }
        bench.runFor(HOUR_MS);
        expect(evictedUnmarked).toEqual([]);
        expect(bench.get(NODE_MAINTENANCE, 'nm')).toBeUndefined();
        const { metadata, spec } = bench.the(NODE, 'w');
        expect({ labels: metadata.labels, taints: spec?.taints, cordoned: spec?.unschedulable }).toEqual({
          labels: before.metadata.labels,
          taints: before.spec?.taints,
          cordoned: before.spec?.unschedulable,
        });
        expect(bench.store.get(LEASE, LEASE_KEY)?.spec?.holderIdentity ?? 'other').toBe('other');
      },
    ),
    { numRuns: 150 },
  );
});

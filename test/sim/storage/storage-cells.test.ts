// Storage in cells: which pools are there and when makes no difference to anything but the cost.

import { describe, expect, test } from 'vitest';
import type { PoolConfig } from '../../../sim/config.ts';
import type { StorageMeasures } from '../../../sim/result.ts';
import { startedRun } from '../../../sim/simulation.ts';
import type { StorageMetrics } from '../../../sim/storage/storage-pool.ts';
import { fc } from '../../kit/property.ts';
import { CELLS_IN_ALL, cellsRun, DURING_NO_OUT, historyOf, storageFaults } from '../../kit/storage-cells.ts';

const { config, policy } = cellsRun();
const scripts = storageFaults(config);

test('the study has its cells', () => {
  expect(config.pools.map(({ name, usedBytes }) => [name, Object.keys(usedBytes).length])).toEqual([
    ['ceph-rbd-0', 5],
    ['ceph-rbd-1', 5],
    ['ceph-rbd-2', 4],
  ]);
});

test.each(['lazy', 'explicit'] as const)(
  'cells that are made when they are touched, beats %s, tell the history of cells that are always there, beats explicit',
  (heartbeats) => {
    fc.assert(
      fc.property(scripts, (script) => {
        const run = { ...config, script };
        expect(historyOf(run, policy, { cells: 'whenTouched', heartbeats })).toEqual(
          historyOf(run, policy, { cells: 'atStart', heartbeats: 'explicit' }),
        );
      }),
      { numRuns: 8, examples: [[DURING_NO_OUT]] },
    );
  },
);

describe('what happens in a cell is its own affair', () => {
  /** Without people, who are shared: faults end by themselves. No fault of recovery, which strikes hosts. */
  const alone: PoolConfig[] = config.pools.map(({ recovery: _, ...pool }) => pool);

  function metricsOf(pools: readonly PoolConfig[], script: typeof config.script): StorageMetrics {
    const { world } = startedRun({ ...config, pools, script }, policy, { replication: 1, record: false });
    world.kernel.runUntil(config.startMs + config.durationMs);
    return world.storage.metrics();
  }

  test('all cells together measure what they measure one by one', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const { measures, ...rest } = metricsOf(alone, script);
        const each = alone.map((pool) => metricsOf([pool], script));
        const sum = (of: (one: StorageMetrics) => number): number => each.reduce((total, one) => total + of(one), 0);
        expect(rest).toEqual({
          resyncBytes: sum((one) => one.resyncBytes),
          reducedRedundancyMs: sum((one) => one.reducedRedundancyMs),
          dataUnavailableMs: sum((one) => one.dataUnavailableMs),
          dataLostGroups: sum((one) => one.dataLostGroups),
          resyncMs: sum((one) => one.resyncMs),
        });
        for (const name of Object.keys(measures ?? {}) as (keyof StorageMeasures)[]) {
          expect(measures?.[name]).toBeCloseTo(
            sum((one) => one.measures?.[name] ?? Number.NaN),
            9,
          );
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('nothing is there for a cell to which nothing happens', () => {
  test.each([
    { given: 'no fault', targets: [], made: 0 },
    { given: 'a host of one cell hangs', targets: ['worker-00'], made: 1 },
    { given: 'hosts of two cells hang', targets: ['worker-00', 'worker-06'], made: 2 },
    { given: 'two hosts of one cell hang', targets: ['worker-00', 'worker-01'], made: 1 },
  ])('$given: $made of 3', ({ targets, made }) => {
    const pools = config.pools.map(({ noOut: _, ...pool }) => pool);
    const script = targets.map((target) => ({
      name: `hang of ${target}`,
      atMs: 3_600_000,
      fault: 'osHang' as const,
      target,
      forMs: 600_000,
    }));
    const { world } = startedRun({ ...config, pools, script }, policy, { replication: 1, record: false });
    world.kernel.runUntil(config.startMs + config.durationMs);
    expect({ of: world.storage.poolCount, made: world.storage.madeCount }).toEqual({ of: CELLS_IN_ALL, made });
  });
});

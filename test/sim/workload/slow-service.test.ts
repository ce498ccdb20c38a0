// Pods that serve, and slowly: counted beside unavailability and never as it, by hand and in whole runs.

import { describe, expect, test } from 'vitest';
import type { FaultName, ScriptedFault } from '../../../sim/config.ts';
import type { Plane } from '../../../sim/network/planes.ts';
import { simulate } from '../../../sim/simulation.ts';
import { Availability } from '../../../sim/workload/availability.ts';
import { countsForAvailability } from '../../../sim/workload/workload-totals.ts';
import { policyOf, smallStudy } from '../../kit/small-study.ts';
import { workload } from '../../kit/workload-objects.ts';
import { WorkloadWorld } from '../../kit/workload-world.ts';

test('integrals of one workload over a hand-made minute', () => {
  const clock = { nowMs: 0 };
  const availability = new Availability(clock, true);
  const index = availability.open('app/db', 'StatefulSet');
  for (let n = 0; n < 3; n++) availability.serving(index, 1);
  for (let n = 0; n < 3; n++) availability.ready(index, 1);
  availability.declare(index, 3, 2);
  availability.begin();
  clock.nowMs = 1000;
  availability.slow(index, 1); // 3 serve, 1 of them slowly
  clock.nowMs = 5000;
  availability.slow(index, 1); // 2 of them
  clock.nowMs = 6000;
  availability.serving(index, -1);
  availability.serving(index, -1); // 1 serves of 2 that are needed, and 1 slowly: unavailable
  availability.slow(index, -1);
  clock.nowMs = 8000;
  availability.serving(index, 1); // 2 serve
  clock.nowMs = 9000;
  availability.slow(index, -1);
  clock.nowMs = 60_000;
  const slowness = { slowReplicaMs: 4000 + 2 * 1000 + 2000 + 1000 };
  expect(availability.totals()).toMatchObject({
    workloadUnavailableMs: 2000,
    workloadDegradedMs: 4000 + 1000 + 1000,
    ...slowness,
    workloads: [{ workload: 'app/db', unavailableMs: 2000, degradedMs: 6000, ...slowness }],
  });
});

describe('in a cluster', () => {
  const slowly = (happens: (world: WorkloadWorld) => void) => {
    const world = new WorkloadWorld(
      [
        ...workload({ kind: 'Deployment', name: 'web', on: ['a1', 'b1'] }),
        ...workload({ kind: 'StatefulSet', name: 'db', on: ['a1', 'b1', 'c1'], volume: true }),
      ],
      { reportSlowness: true },
    );
    happens(world);
    world.until(1000);
    return world.loops
      .totals()
      .workloads.filter(({ slowReplicaMs = 0 }) => slowReplicaMs > 0)
      .map(({ workload: name, degradedMs, slowReplicaMs, unavailableMs }) => [
        name,
        degradedMs,
        slowReplicaMs,
        unavailableMs,
      ]);
  };

  test.each<{ given: string; happens: (world: WorkloadWorld) => void; figures: readonly unknown[] }>([
    {
      given: 'a host that is slow for 100 s: the pods on it',
      happens: (world) => {
        world.until(10);
        world.truth.set('a1', { slowsPods: true });
        world.until(110);
        world.truth.set('a1', { slowsPods: false });
      },
      figures: [
        ['app/db', 100_000, 100_000, 0],
        ['app/web', 100_000, 100_000, 0],
      ],
    },
    {
      given: 'a pool that is slow for 100 s: whoever has a volume in it',
      happens: (world) => {
        world.until(10);
        world.storage.setSlow(0, true);
        world.until(110);
        world.storage.setSlow(0, false);
      },
      figures: [['app/db', 100_000, 300_000, 0]],
    },
    {
      given: 'a slow host that dies: what does not serve does not do so slowly',
      happens: (world) => {
        world.until(10);
        world.truth.set('a1', { slowsPods: true });
        world.until(60);
        world.truth.die('a1');
      },
      figures: [
        ['app/db', 50_000, 50_000, 0],
        ['app/web', 50_000, 50_000, 0],
      ],
    },
  ])('$given', ({ happens, figures }) => {
    expect(slowly(happens)).toEqual(figures);
  });
});

describe('in a run', () => {
  const { config } = smallStudy();
  const study = { ...smallStudy(), config: { ...config, durationMs: 86_400_000 } };
  const HOUR_MS = 3_600_000;
  const quiet = {
    ...study.config,
    faults: {
      ...config.faults,
      classes: Object.fromEntries(
        Object.entries(config.faults.classes).map(([name, one]) => [name, { ...one, perYear: 0 }]),
      ) as typeof config.faults.classes,
    },
    plannedReboots: { ...config.plannedReboots, everyMs: 0 },
  };
  const run = (fault: Partial<ScriptedFault> & Pick<ScriptedFault, 'fault'>, reportSlowness: boolean) =>
    simulate(
      {
        ...quiet,
        ...(reportSlowness ? { reportSlowness } : {}),
        script: [{ name: 'it', atMs: HOUR_MS, target: 'worker-0', forMs: 2 * HOUR_MS, ...fault }],
      },
      policyOf(study, 'reboot'),
      { replication: 1, record: false },
    ).result;

  const onPlane = (plane: Plane) => ({ target: 'site', parameters: { plane, delayMs: 50, lossShare: 0 } });
  // All whose volumes lie in its pool, and, where it is slow as a whole, those whose pods it runs.
  const OF_ITS_POOL = ['workloads/db-0', 'workloads/db-1', 'workloads/one'];
  test.each<{ fault: FaultName; more?: Partial<ScriptedFault>; whose: readonly string[] }>([
    { fault: 'slowDisk', whose: OF_ITS_POOL },
    { fault: 'slowNetworkCard', whose: [...OF_ITS_POOL, 'workloads/web-1'] },
    { fault: 'slowProcessor', whose: [...OF_ITS_POOL, 'workloads/web-1'] },
    { fault: 'slowPlane', more: onPlane('storage'), whose: OF_ITS_POOL },
    { fault: 'slowPlane', more: onPlane('peers'), whose: [...OF_ITS_POOL, 'workloads/web-0', 'workloads/web-1'] },
    { fault: 'slowPlane', more: onPlane('bmc'), whose: [] },
  ])('$fault: slow for its time, never unavailable', ({ fault, more, whose }) => {
    const { metrics, workloads } = run({ fault, ...more }, true);
    const { workloadUnavailableMs, nodeDowntimeMs, fencings, workloadDegradedMs } = metrics;
    expect({
      ...{ workloadUnavailableMs, nodeDowntimeMs, fencings, workloadDegradedMs },
      workloads: workloads
        .filter(({ kind }) => countsForAvailability(kind))
        .map(({ workload: name, degradedMs }) => [name, degradedMs]),
    }).toEqual({
      ...{ workloadUnavailableMs: 0, nodeDowntimeMs: 0, fencings: 0 },
      workloadDegradedMs: whose.length * 2 * HOUR_MS,
      workloads: whose.map((name) => [name, 2 * HOUR_MS]),
    });
  });

  test('until somebody notices the slow disk, and has replaced it', () => {
    const people = {
      ...quiet.people,
      lateNoticeMs: { kind: 'constant', value: 3 * HOUR_MS },
      repairMs: { kind: 'constant', value: HOUR_MS },
    } as const;
    const script = [{ name: 'it', atMs: HOUR_MS, target: 'worker-0', fault: 'slowDisk' }] as const;
    const { metrics } = simulate({ ...quiet, reportSlowness: true, people, script }, policyOf(study, 'reboot'), {
      replication: 1,
      record: false,
    }).result;
    expect([metrics.workloadDegradedMs, metrics.humanRepairs]).toEqual([OF_ITS_POOL.length * 4 * HOUR_MS, 1]);
  });

  test('who does not ask for it gets the same run without it', () => {
    const { metrics, historyDigest } = run({ fault: 'slowDisk' }, true);
    const { workloadDegradedMs: _, slowReplicaMs: __, ...rest } = metrics;
    const unasked = run({ fault: 'slowDisk' }, false);
    expect({ metrics: unasked.metrics, workloads: unasked.workloads, history: unasked.historyDigest }).toEqual({
      metrics: rest,
      workloads: [],
      history: historyDigest,
    });
  });
});

// kubectl drain over the loops: budgets, bare pods, time-outs, unreachable nodes.

import { expect, test } from 'vitest';
import { NODE } from '../../../core/api/node.ts';
import type { DrainFlags } from '../../../core/maintenance/drain-filters.ts';
import type { DrainOptions } from '../../../sim/workload/drains.ts';
import { budget, pod, workload } from '../../kit/workload-objects.ts';
import { POD_START_MS, WorkloadWorld } from '../../kit/workload-world.ts';

/** Stops in 2 s, starts in 8 s, plus watch lags. */
const MOVE_S = 2 + POD_START_MS / 1000;

function drainAt(world: WorkloadWorld, second: number, options: DrainOptions): string[] {
  const ends: string[] = [];
  world.until(second);
  world.loops.drain('a1', options, (drained) => ends.push(`+${Math.floor(world.seconds())} ${drained}`));
  return ends;
}

function isCordoned(world: WorkloadWorld): boolean {
  return world.store.get(NODE, { namespace: '', name: 'a1' })?.spec?.unschedulable === true;
}

test('pods move, bare pods go, the node stays cordoned until it is uncordoned', () => {
  const world = new WorkloadWorld([
    ...workload({ kind: 'Deployment', name: 'web', on: ['a1', 'b1'] }),
    ...workload({ kind: 'StatefulSet', name: 'db', on: ['a1', 'b1', 'c1'], volume: true }),
    pod('lonely', undefined, {}, {}, 'a1'),
    pod('agent', { kind: 'DaemonSet', name: 'agent' }, {}, {}, 'a1'),
  ]);
  const ends = drainAt(world, 10, { timeoutMs: 600_000 });
  world.until(10 + 2 * MOVE_S);
  // Gone at 12.002 s, seen by the poll of each second.
  expect(ends).toEqual(['+13 true']);
  expect(world.pods('web')).toEqual(['b1 Running', 'a2 Running']);
  expect(world.pods('db')).toEqual(['a2 Running', 'b1 Running', 'c1 Running']);
  expect([...world.pods('lonely'), ...world.pods('agent')]).toEqual(['a1 Running']);
  expect(isCordoned(world)).toBe(true);
  world.loops.uncordon('a1');
  expect(isCordoned(world)).toBe(false);
});

test('a budget lets one pod go at a time, each retry on the 5 s grid', () => {
  const world = new WorkloadWorld([
    ...workload({ kind: 'Deployment', name: 'web', on: ['a1', 'a1', 'a1'] }),
    budget('web', { maxUnavailable: 1 }),
  ]);
  const ends = drainAt(world, 0, { timeoutMs: 600_000 });
  world.until(100);
  const evictions = world.writes.filter((write) => write.includes('DELETED Pod')).map((write) => write.split(' ')[0]);
  // The first stops at 2 s; its successor is Ready at 8 s; the next is tried at 10 s; and so again at 20 s.
  expect(evictions).toEqual(['+2.002', '+12.002', '+22.002']);
  expect(ends).toEqual(['+23 true']);
  expect(world.loops.availability.totals().workloadUnavailableMs).toBe(0);
});

test('a budget that allows nothing holds the drain until its time-out, without an event per retry', () => {
  const world = new WorkloadWorld([
    ...workload({ kind: 'Deployment', name: 'web', on: ['a1'] }),
    budget('web', { minAvailable: 1 }),
  ]);
  const ends = drainAt(world, 0, { timeoutMs: 3_600_000 });
  world.until(7200);
  expect(ends).toEqual(['+3600 false']);
  expect(world.pods('web')).toEqual(['a1 Running']);
  expect(world.kernel.processed).toBeLessThan(5);
});

test.each([
  ['waits for them', { timeoutMs: 600_000 }, ['+660 false']],
  ['does not, where it skips unreachable nodes', { timeoutMs: 600_000, skipWhenUnreachable: true }, ['+61 true']],
])('pods of a dead node never go away: a drain %s', (_, options, expected) => {
  const world = new WorkloadWorld(workload({ kind: 'Deployment', name: 'web', on: ['a1', 'b1'] }));
  world.truth.die('a1');
  world.until(55);
  world.markUnreachable('a1', 'keeps');
  const ends = drainAt(world, 60, options);
  world.until(2000);
  expect(ends).toEqual(expected);
  expect(world.pods('web')).toEqual(['a1 Terminating', 'b1 Running', 'a2 Running']);
});

test('an empty node is drained at once, but never before the call returned', () => {
  const world = new WorkloadWorld([]);
  const ends = drainAt(world, 5, { timeoutMs: 1000 });
  expect(ends).toEqual([]);
  world.until(6);
  expect(ends).toEqual(['+5 true']);
});

test.each<readonly [string, Partial<DrainFlags>, readonly string[]]>([
  [
    'no flag',
    {},
    [
      'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): app/agent',
      'cannot delete Pods with local storage (use --delete-emptydir-data to override): app/cache',
      'cannot delete Pods that declare no controller (use --force to override): app/lonely',
    ],
  ],
  [
    '--ignore-daemonsets --force',
    { ignoreDaemonSets: true, force: true },
    ['cannot delete Pods with local storage (use --delete-emptydir-data to override): app/cache'],
  ],
  ['all of them', { ignoreDaemonSets: true, force: true, deleteEmptyDirData: true }, []],
])('pods that flags do not allow to go stop the drain before its first eviction: %s', (_, flags, expected) => {
  const world = new WorkloadWorld([
    ...workload({ kind: 'Deployment', name: 'web', on: ['a1'] }),
    pod('agent', { kind: 'DaemonSet', name: 'agent' }, {}, {}, 'a1'),
    pod('cache', { kind: 'Job', name: 'cache' }, {}, { volumes: [{ name: 'tmp', emptyDir: {} }] }, 'a1'),
    pod('lonely', undefined, {}, {}, 'a1'),
  ]);
  const none = { force: false, ignoreDaemonSets: false, deleteEmptyDirData: false, skipWaitForDeleteTimeoutMs: 0 };
  const ends: boolean[] = [];
  const problems = world.loops.drain('a1', { timeoutMs: 60_000, flags: { ...none, ...flags } }, (drained) =>
    ends.push(drained),
  );
  world.until(30);
  expect([problems, ends, isCordoned(world)]).toEqual([expected, [expected.length === 0], true]);
  expect(world.pods('cache')).toEqual(expected.length === 0 ? [] : ['a1 Running']);
});

// The plan of a rollout: limits as counts, single steps, and whole rollouts played to their end.

import { describe, expect, test } from 'vitest';
import type { MachineDeployment } from '../../../core/api/cluster.ts';
import { type PlannedSet, planRollout, type RolloutLimits, rolloutLimits } from '../../../sim/machine/rollout-plan.ts';

function deployment(spec: MachineDeployment['spec']): MachineDeployment {
  return {
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'MachineDeployment',
    metadata: { name: 'd', namespace: 'metal', uid: 'd', resourceVersion: '' },
    ...(spec === undefined ? {} : { spec }),
  };
}

describe('limits', () => {
  test.each<[MachineDeployment['spec'], string]>([
    [{ replicas: 10 }, 'RollingUpdate 10 surge 1 unavailable 0'],
    [
      { replicas: 10, rollout: { strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } } } },
      'RollingUpdate 10 surge 3 unavailable 2',
    ],
    [
      { replicas: 3, rollout: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '10%' } } } },
      'RollingUpdate 3 surge 0 unavailable 1',
    ],
    [
      { replicas: 3, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 9 } } },
      'RollingUpdate 3 surge 0 unavailable 3',
    ],
    [{ replicas: 2, strategy: { type: 'OnDelete' } }, 'OnDelete 2 surge 1 unavailable 0'],
    [undefined, 'RollingUpdate 1 surge 1 unavailable 0'],
  ])('%j: %s', (spec, expected) => {
    const { type, replicas, maxSurge, maxUnavailable } = rolloutLimits(deployment(spec));
    expect(`${type} ${replicas} surge ${maxSurge} unavailable ${maxUnavailable}`).toBe(expected);
  });
});

function set(name: string, wanted: number, actual = wanted, available = actual): PlannedSet {
  return { name, wanted, actual, available };
}

function plan(limits: Partial<RolloutLimits>, current: PlannedSet, old: readonly PlannedSet[]): Record<string, number> {
  const full: RolloutLimits = { type: 'RollingUpdate', replicas: 3, maxSurge: 1, maxUnavailable: 0, ...limits };
  return Object.fromEntries(planRollout(full, current, old));
}

test.each<{
  id: string;
  limits: Partial<RolloutLimits>;
  current: PlannedSet;
  old: readonly PlannedSet[];
  next: Record<string, number>;
}>([
  { id: 'nothing to do', limits: {}, current: set('new', 3), old: [], next: {} },
  { id: 'scaled up', limits: { replicas: 5 }, current: set('new', 3), old: [], next: { new: 5 } },
  { id: 'scaled down', limits: { replicas: 1 }, current: set('new', 3), old: [], next: { new: 1 } },
  { id: 'surge first', limits: {}, current: set('new', 0), old: [set('old', 3)], next: { new: 1 } },
  { id: 'the new one is not available yet', limits: {}, current: set('new', 1, 1, 0), old: [set('old', 3)], next: {} },
  { id: 'it is: an old one goes', limits: {}, current: set('new', 1), old: [set('old', 3)], next: { old: 2 } },
  {
    id: 'without surge an old one goes first',
    limits: { maxSurge: 0, maxUnavailable: 1 },
    current: set('new', 0),
    old: [set('old', 3)],
    next: { old: 2 },
  },
  {
    id: 'and the new one waits while the old Machine still exists',
    limits: { maxSurge: 0, maxUnavailable: 1 },
    current: set('new', 0),
    old: [set('old', 2, 3)],
    next: {},
  },
  {
    id: 'then it comes',
    limits: { maxSurge: 0, maxUnavailable: 1 },
    current: set('new', 0),
    old: [set('old', 2)],
    next: { new: 1 },
  },
  {
    id: 'unavailable old Machines may always go, but not beyond what is left available',
    limits: { maxUnavailable: 1, maxSurge: 0 },
    current: set('new', 0),
    old: [set('older', 1, 1, 0), set('old', 2)],
    next: { older: 0 },
  },
  {
    id: 'one that is not available stays while the new one is not available either',
    limits: {},
    current: set('new', 1, 1, 0),
    old: [set('older', 1, 1, 0), set('old', 2)],
    next: {},
  },
  {
    id: 'the oldest set first',
    limits: { maxUnavailable: 1, maxSurge: 0 },
    current: set('new', 1),
    old: [set('older', 1), set('old', 1)],
    next: { older: 0 },
  },
  {
    id: 'deadlock: nothing moves, an old Machine is not available',
    limits: {},
    current: set('new', 1),
    old: [set('old', 3, 3, 2)],
    next: { old: 2 },
  },
  {
    id: 'deadlock at the limit: unavailable Machines of one set',
    limits: { maxSurge: 0, maxUnavailable: 1 },
    current: set('new', 0),
    old: [set('old', 3, 3, 1)],
    next: { old: 2 },
  },
  {
    id: 'OnDelete: nothing moves by itself',
    limits: { type: 'OnDelete' },
    current: set('new', 0),
    old: [set('old', 3)],
    next: {},
  },
  {
    id: 'OnDelete: what the user deleted is made anew',
    limits: { type: 'OnDelete' },
    current: set('new', 0),
    old: [set('old', 3, 2)],
    next: { old: 2 },
  },
  {
    id: 'OnDelete: by the new set',
    limits: { type: 'OnDelete' },
    current: set('new', 0),
    old: [set('old', 2)],
    next: { new: 1 },
  },
  {
    id: 'OnDelete: scaled down, the old ones go',
    limits: { type: 'OnDelete', replicas: 2 },
    current: set('new', 1),
    old: [set('old', 2)],
    next: { old: 1 },
  },
])('$id', ({ limits, current, old, next }) => {
  expect(plan(limits, current, old)).toEqual(next);
});

/** Plays plans against sets whose Machines come and go at once; returns the sizes after each round. */
function play(
  limits: RolloutLimits,
  start: readonly PlannedSet[],
): { rounds: readonly string[]; fewest: number; most: number } {
  let sets = [...start];
  const rounds: string[] = [];
  let fewest = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let round = 0; round < 40; round++) {
    const [current, ...old] = sets;
    if (current === undefined) break;
    const next = planRollout(limits, current, old);
    if (next.size === 0) break;
    sets = sets.map((each) => set(each.name, next.get(each.name) ?? each.wanted));
    const total = sets.reduce((sum, { wanted }) => sum + wanted, 0);
    fewest = Math.min(fewest, total);
    most = Math.max(most, total);
    rounds.push(sets.map(({ wanted }) => wanted).join('/'));
  }
  return { rounds, fewest, most };
}

test.each([
  { replicas: 3, maxSurge: 1, maxUnavailable: 0 },
  { replicas: 3, maxSurge: 0, maxUnavailable: 1 },
  { replicas: 10, maxSurge: 3, maxUnavailable: 2 },
  { replicas: 1, maxSurge: 1, maxUnavailable: 0 },
  { replicas: 7, maxSurge: 7, maxUnavailable: 7 },
])(
  'a whole rollout of $replicas with surge $maxSurge and unavailability $maxUnavailable stays within both and ends',
  (row) => {
    const limits: RolloutLimits = { type: 'RollingUpdate', ...row };
    const { rounds, fewest, most } = play(limits, [set('new', 0), set('older', 1), set('old', row.replicas - 1)]);
    expect(rounds.at(-1)).toBe(`${row.replicas}/0/0`);
    expect(fewest).toBeGreaterThanOrEqual(row.replicas - row.maxUnavailable);
    expect(most).toBeLessThanOrEqual(row.replicas + row.maxSurge);
  },
);

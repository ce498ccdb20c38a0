// How many replicas each MachineSet of a MachineDeployment shall have next.
//
//   the current set   up to replicas + maxSurge Machines in all sets together; with OnDelete only as Machines of old sets go
//   old sets          down as far as replicas - maxUnavailable stay available: Machines that are not available first, oldest set
//                     first; with OnDelete they follow the Machines that the user deletes
//   deadlock          nothing moves, the current set is fully available and an old one is not: one Machine of that set goes
//
// Source: cluster-api core/reconcilers/machinedeployment (planRollingUpdate, planOnDelete), mdutil (NewMSNewReplicas,
// ResolveFenceposts); defaults of the webhook.
//
// Divergence from reality: in-place updates do not exist.

import type { MachineDeployment } from '../../core/api/cluster.ts';
import { countOf } from '../../core/api/int-or-percent.ts';

/** One MachineSet as the plan sees it. */
export interface PlannedSet {
  readonly name: string;
  /** spec.replicas. */
  readonly wanted: number;
  /** status.replicas: Machines that exist, deleting ones included. */
  readonly actual: number;
  readonly available: number;
}

export interface RolloutLimits {
  readonly type: 'RollingUpdate' | 'OnDelete';
  readonly replicas: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** Source: defaults of the webhook: maxSurge 1, maxUnavailable 0. */
const MAX_SURGE = 1;
const MAX_UNAVAILABLE = 0;

/** The limits of a deployment as counts: surge rounded up, unavailability down, and never both 0. */
export function rolloutLimits({ spec }: MachineDeployment): RolloutLimits {
  const replicas = spec?.replicas ?? 1;
  const strategy = spec?.rollout?.strategy ?? spec?.strategy;
  const { maxSurge = MAX_SURGE, maxUnavailable = MAX_UNAVAILABLE } = strategy?.rollingUpdate ?? {};
  const surge = countOf(maxSurge, replicas, { rounding: 'ceil', plainString: 'error' }) ?? MAX_SURGE;
  const unavailable = countOf(maxUnavailable, replicas, { rounding: 'floor', plainString: 'error' }) ?? MAX_UNAVAILABLE;
  return {
    type: strategy?.type === 'OnDelete' ? 'OnDelete' : 'RollingUpdate',
    replicas,
    maxSurge: surge,
    maxUnavailable: Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable),
  };
}

/**
 * Name of a set to its new spec.replicas, for those that change.
 *
 * @param current the set whose template is the deployment's.
 * @param old the others, oldest first.
 */
export function planRollout(
  limits: RolloutLimits,
  current: PlannedSet,
  old: readonly PlannedSet[],
): ReadonlyMap<string, number> {
  const plan = new Map<string, number>();
  const next = currentReplicas(limits, current, old);
  if (next !== current.wanted) plan.set(current.name, next);
  if (limits.type === 'OnDelete') followDeletions(limits, current, old, plan);
  else {
    shrinkOld(limits, current, old, plan);
    breakDeadlock(current, old, plan);
  }
  return plan;
}

function currentReplicas(limits: RolloutLimits, current: PlannedSet, old: readonly PlannedSet[]): number {
  const { replicas, type } = limits;
  if (current.wanted >= replicas) return replicas;
  const most = replicas + (type === 'OnDelete' ? 0 : limits.maxSurge);
  const exist = sumOf([current, ...old], ({ wanted, actual }) => Math.max(wanted, actual));
  return current.wanted + Math.max(0, Math.min(most - exist, replicas - current.wanted));
}

/** With RollingUpdate: first what is not available, then what may be spared. */
function shrinkOld(
  { replicas, maxUnavailable }: RolloutLimits,
  current: PlannedSet,
  old: readonly PlannedSet[],
  plan: Map<string, number>,
): void {
  const all = [current, ...old];
  const minAvailable = Math.max(0, replicas - maxUnavailable);
  const pending = sumOf(all, ({ name, wanted, actual }) =>
    Math.max(0, actual - Math.min(wanted, plan.get(name) ?? wanted)),
  );
  const newUnavailable = Math.max(0, current.wanted - current.available);
  let spare = sumOf(all, ({ wanted }) => wanted) - pending - minAvailable - newUnavailable;
  let available = sumOf(all, ({ available }) => available);
  for (const onlyUnavailable of [true, false]) {
    for (const set of old) {
      const wanted = plan.get(set.name) ?? set.wanted;
      if (spare <= 0 || wanted <= 0) continue;
      let down = Math.min(spare, onlyUnavailable ? Math.max(0, wanted - set.available) : wanted);
      if (down === 0) continue;
      if (set.available > 0) {
        // Which Machines go is the set's choice: every one that exists may be an available one.
        const may = Math.max(0, available - minAvailable);
        if (set.actual - (wanted - down) > may) down = Math.max(0, wanted - Math.min(set.actual - may, wanted));
        available -= Math.min(set.available, Math.max(0, set.actual - (wanted - down)));
      }
      if (down === 0) continue;
      plan.set(set.name, wanted - down);
      spare -= down;
    }
  }
}

function breakDeadlock(current: PlannedSet, old: readonly PlannedSet[], plan: Map<string, number>): void {
  const isMoving = plan.size > 0 || [current, ...old].some(({ wanted, actual }) => wanted !== actual);
  if (isMoving || current.available !== current.actual) return;
  const stuck = old.find(({ wanted, actual, available }) => wanted > 0 && actual !== available);
  if (stuck !== undefined) plan.set(stuck.name, stuck.wanted - 1);
}

/** With OnDelete: what the user deleted is not made again; beyond that only what exceeds the deployment's replicas goes. */
function followDeletions(
  { replicas }: RolloutLimits,
  current: PlannedSet,
  old: readonly PlannedSet[],
  plan: Map<string, number>,
): void {
  const total = sumOf(old, ({ wanted }) => wanted) + (plan.get(current.name) ?? current.wanted);
  let tooMany = Math.max(0, total - replicas);
  for (const { name, wanted, actual } of old) {
    if (actual >= wanted) continue;
    plan.set(name, actual);
    tooMany -= wanted - actual;
  }
  for (const { name, wanted } of old) {
    const now = plan.get(name) ?? wanted;
    const down = Math.min(now, tooMany);
    if (down <= 0) continue;
    plan.set(name, now - down);
    tooMany -= down;
  }
}

function sumOf(sets: readonly PlannedSet[], value: (set: PlannedSet) => number): number {
  return sets.reduce((sum, set) => sum + value(set), 0);
}

// The arithmetic of a Deployment's rollout: how many replicas each of its ReplicaSets may have next. Pure.
// Source: kubernetes pkg/controller/deployment/rolling.go (reconcileNewReplicaSet, reconcileOldReplicaSets), sync.go (scale),
// util/deployment_util.go (ResolveFenceposts, NewRSNewReplicas, GetReplicaSetProportion).
//
// Divergence from reality: none known.

import { countOf } from '../../core/api/int-or-percent.ts';

/** One ReplicaSet: what it is asked for, and how many of its pods are available. Old ones in order of creation. */
export interface Revision {
  readonly replicas: number;
  readonly available: number;
}

export interface RolloutLimits {
  readonly replicas: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** Source: kubernetes pkg/apis/apps/v1/defaults.go. */
const DEFAULT_SHARE = '25%';

/** Percentages: surge rounds up, unavailable down; both 0 would never end, so one may be unavailable. */
export function limitsOf(
  replicas: number,
  rolling: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string } | undefined,
): RolloutLimits {
  const surge = countOf(rolling?.maxSurge ?? DEFAULT_SHARE, replicas, { rounding: 'ceil', plainString: 'error' }) ?? 0;
  const missing =
    countOf(rolling?.maxUnavailable ?? DEFAULT_SHARE, replicas, { rounding: 'floor', plainString: 'error' }) ?? 0;
  const maxUnavailable = surge === 0 && missing === 0 ? 1 : Math.min(missing, replicas);
  return { replicas, maxSurge: surge, maxUnavailable };
}

/** What the newest ReplicaSet may have, where the others together are asked for `old`. */
export function newReplicas(current: number, old: number, { replicas, maxSurge }: RolloutLimits): number {
  if (current >= replicas) return replicas;
  const room = replicas + maxSurge - (current + old);
  return room <= 0 ? current : current + Math.min(room, replicas - current);
}

/** What the old ones may be asked for next: first fewer of those that are not available, then as many as can be spared. */
export function oldReplicas(newest: Revision, old: readonly Revision[], limits: RolloutLimits): readonly number[] {
  const next = old.map(({ replicas }) => replicas);
  const minAvailable = limits.replicas - limits.maxUnavailable;
  const total = newest.replicas + sum(next);
  let spare = total - minAvailable - (newest.replicas - newest.available);
  if (spare <= 0) return next;
  old.forEach((revision, index) => {
    const broken = Math.max(0, Math.min(spare, revision.replicas - revision.available));
    next[index] = revision.replicas - broken;
    spare -= broken;
  });
  const available = newest.available + sum(old.map((one) => one.available));
  let toTake = available - minAvailable;
  for (let index = 0; index < next.length && toTake > 0; index++) {
    const taken = Math.min(toTake, next[index] ?? 0);
    next[index] = (next[index] ?? 0) - taken;
    toTake -= taken;
  }
  return next;
}

/**
 * A Deployment was scaled while several of its ReplicaSets have pods: each changes in proportion, the largest takes what
 * rounding leaves.
 */
export function proportional(current: readonly number[], formerSize: number, limits: RolloutLimits): readonly number[] {
  const allowed = limits.replicas > 0 ? limits.replicas + limits.maxSurge : 0;
  let left = allowed - sum(current);
  const order = current.map((_, index) => index).sort((a, b) => (current[b] ?? 0) - (current[a] ?? 0) || a - b);
  const next = [...current];
  const wanted = allowed - sum(current);
  for (const index of order) {
    if (wanted === 0 || left === 0) break;
    const size = current[index] ?? 0;
    const share = Math.round((size * allowed) / Math.max(1, formerSize)) - size;
    const change = wanted > 0 ? Math.min(Math.max(share, 0), left) : Math.max(Math.min(share, 0), left);
    next[index] = size + change;
    left -= change;
  }
  const [largest] = order;
  if (largest !== undefined) next[largest] = Math.max(0, (next[largest] ?? 0) + left);
  return next;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

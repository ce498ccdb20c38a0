// Which policies stand for the verdict: ranked by the primary metric among those that break no hard constraint.

import { figureOf, type MetricName } from '../sim/result.ts';
import type { ConstraintResult, PolicySummary } from './summary.ts';

export interface Ranking {
  /** Break no hard constraint; best mean of the primary metric first, ties by name. */
  readonly eligible: readonly PolicySummary[];
  /** Break one, in the same order. */
  readonly broken: readonly PolicySummary[];
}

export function rankPolicies(
  policies: readonly PolicySummary[],
  constraints: readonly ConstraintResult[],
  metric: MetricName,
): Ranking {
  const ranked = [...policies].sort(
    (a, b) => figureOf(a.metrics, metric).mean - figureOf(b.metrics, metric).mean || (a.name < b.name ? -1 : 1),
  );
  const breaks = (policy: PolicySummary): boolean =>
    constraints.some((result) => result.policy === policy.name && result.outcome === 'broken');
  return { eligible: ranked.filter((policy) => !breaks(policy)), broken: ranked.filter(breaks) };
}

/** The best policy and its runner-up, in the order of the study; undefined with fewer than two policies. */
export function leadingPair(
  policies: readonly PolicySummary[],
  ranking: Ranking,
): { readonly a: number; readonly b: number } | undefined {
  const [best, next] = [...ranking.eligible, ...ranking.broken];
  if (best === undefined || next === undefined) return undefined;
  const [i, j] = [policies.indexOf(best), policies.indexOf(next)];
  return { a: Math.min(i, j), b: Math.max(i, j) };
}

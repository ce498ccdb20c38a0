// What the invariants of budgets share: they judge the writes of a ledger that let somebody start, and know nothing where
// nobody declares a budget. A rate counts attempts; caps and thresholds count hosts in flight, in which a further attempt on a host
// that is in flight changes nothing.

import type { CountAndPercent } from '../../../core/api/remediation-budget.ts';
import type { Findings, Watcher } from '../invariant.ts';
import type { Granted, Observation, Seen } from '../observation.ts';
import { type BudgetScene, entriesIn, type RequestScene, type Scene, startsIn } from '../scene.ts';

/** One write of a ledger that adds entries. */
export interface Start {
  readonly atMs: number;
  readonly seen: Seen<'ledger'>;
  readonly budget: BudgetScene;
  /** Those entries that it adds. */
  readonly granted: readonly Granted[];
}

type Judgement = (start: Start, scene: Scene) => void;
type Look = (seen: Observation, scene: Scene) => void;

/** Watches hosts that come in flight. */
export function onEntries(findings: Findings, judge: Judgement, also: Look = () => undefined): Watcher {
  return watching(findings, entriesIn, judge, also);
}

/** Watches attempts that start, also further ones on a host in flight. */
export function onStarts(findings: Findings, judge: Judgement, also: Look = () => undefined): Watcher {
  return watching(findings, startsIn, judge, also);
}

/** Says once that nobody can tell where an attempt strikes and no budget is declared. */
function watching(findings: Findings, grantsOf: typeof startsIn, judge: Judgement, also: Look): Watcher {
  let told = false;
  return {
    saw: (seen, scene) => {
      if (seen.seen === 'attemptStruck' && scene.budgets.size === 0 && !told) {
        told = true;
        findings.doubt({ atMs: seen.atMs, says: 'no budget is declared' });
      }
      also(seen, scene);
      if (seen.seen !== 'ledger') return;
      const budget = scene.budgets.get(seen.budget);
      const granted = budget === undefined ? [] : grantsOf(budget, scene);
      if (budget !== undefined && granted.length > 0) judge({ atMs: seen.atMs, seen, budget, granted }, scene);
    },
  };
}

/** The limit that a count and a percentage of `total` make together; both bind, a percentage rounds down to `floor` at least. */
export function limitOf(limit: CountAndPercent | undefined, total: number): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  const { count = Number.POSITIVE_INFINITY, percent, floor = 1 } = limit;
  if (percent === undefined) return count;
  return Math.min(count, Math.max(floor, Math.floor((percent * total) / 100)));
}

/** Hosts that the budget has to count: those in flight, and those that its ledger names. */
export function hostsOut(budget: BudgetScene, scene: Scene): ReadonlySet<string> {
  const hosts = new Set(scene.inFlight(budget.name).map(({ host }) => host));
  for (const { host } of budget.grants) hosts.add(host);
  return hosts;
}

/** Hosts that requests to the budget are about and that are not over, by a cache that may be late. */
function askedFor({ name }: BudgetScene, scene: Scene, atMs: number): readonly string[] {
  const isOpen = ({ phase, phaseAtMs }: RequestScene): boolean =>
    (phase !== 'Succeeded' && phase !== 'Cancelled') || atMs - phaseAtMs <= scene.stalenessMs;
  return [...scene.requests.values()].flatMap((one) => (one.budget === name && isOpen(one) ? [one.host] : []));
}

/** The sizes that the pool had within what caches may be late, and at most those whose Nodes are gone and who are in hand. */
export function poolSizeRange(
  budget: BudgetScene,
  scene: Scene,
  atMs: number,
): { readonly least: number; readonly most: number } {
  const inPool = new Set(budget.pool.map(({ host }) => host));
  const inHand = new Set([...budget.grants.map(({ host }) => host), ...askedFor(budget, scene, atMs)]);
  let outside = 0;
  for (const host of inHand) if (!inPool.has(host)) outside++;
  let least = inPool.size;
  let most = inPool.size;
  for (let at = budget.poolSizes.length - 1; at >= 0; at--) {
    const size = budget.poolSizes[at];
    if (size === undefined) break;
    least = Math.min(least, size.size);
    most = Math.max(most, size.size);
    if (size.atMs < atMs - scene.stalenessMs) break;
  }
  return { least: least, most: most + outside };
}

/** Hosts of the pool that cannot be had for longer than caches may be late, and those that the budget counts anyway. */
export function unavailableIn(budget: BudgetScene, scene: Scene, atMs: number): readonly string[] {
  const out = hostsOut(budget, scene);
  const inPool = budget.pool.map(({ host }) => host);
  const isAway = (host: string): boolean => {
    const sinceMs = scene.host(host).unavailableSinceMs;
    return out.has(host) || (sinceMs !== undefined && atMs - sinceMs > scene.stalenessMs);
  };
  return [...inPool.filter(isAway), ...[...out].filter((host) => !inPool.includes(host))];
}

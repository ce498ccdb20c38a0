// Whether the policy believes what it sees. Counted are the hosts of the budget's pool that are unhealthy now, by the instant at
// which their condition turned; hosts that our own attempts have in hand do not count, for what they do is our doing.
//
// The doubt looks at instants that the API server has; with durations shorter than the window a few hosts can be asked for before
// the many are seen. A beat that no node sends any more shows as Ready=Unknown, which kube-controller-manager writes: where that
// is dead too, nothing changes in the API and nobody is fenced.

import { type Condition, findCondition } from '../api/conditions.ts';
import { parseDuration } from '../api/duration.ts';
import { NODE, type Node, readyCondition } from '../api/node.ts';
import type { RemediationBudget } from '../api/remediation-budget.ts';
import { BUDGET_DEFAULTS } from '../api/remediation-defaults.ts';
import { CONDITION_DOUBTFUL, type RemediationPolicy } from '../api/remediation-policy.ts';
import { formatMicroTime, parseTime } from '../api/time.ts';
import { limitsOf } from '../budget/limits.ts';
import { isInPool, POOL_NODES, POOL_NODES_OUT } from '../budget/pool.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import { edgeOf, lookupOf, type Weighed } from '../state-table.ts';
import { historyOf, isActing } from './remediation-policy.history.ts';
import { matchesOf, POLICY_NODES_TO_LOOK_AT } from './remediation-policy.targets.ts';
import { DOUBT_STATES, type DoubtRule, type DoubtState } from './remediation-policy-doubt.states.ts';

const LOOKUP = lookupOf(DOUBT_STATES);

/**
 * A doubt that lasts longer than this calls a person: by then a switch has restarted, and what is still silent stays silent.
 * Assumption: twice the restart of a switch (failure data: some minutes).
 */
export const DOUBT_CALLS_PERSON_AFTER_MS = 900_000;

/** A policy does not hear of nodes beside its pool: while not one was heard it looks again. Assumption: often enough for a rare state. */
const LISTENS_AGAIN_MS = 30_000;

export interface Doubt {
  readonly rule: DoubtRule;
  readonly weighed: Weighed;
  readonly state: DoubtState;
  /** The condition as it shall be; undefined where the signal was never doubted. */
  readonly condition: Omit<Condition, 'lastTransitionTime'> | undefined;
  readonly doubtedSince: string | undefined;
  readonly regained: string | undefined;
  /** When it changes by time alone. */
  readonly nextAtMs: number;
  readonly values: Readonly<Record<string, number>>;
}

export function doubt(policy: RemediationPolicy, budget: RemediationBudget, view: ClusterView, nowMs: number): Doubt {
  const { percent, atLeast, withinMs } = doubtLimits(budget);
  const pool = view.countByIndex(POOL_NODES, budget.metadata.name);
  const failedAtOnce = mostWithin(failureInstants(policy, budget, view), withinMs);
  const manyFailed = failedAtOnce >= atLeast && failedAtOnce * 100 >= percent * pool;
  const nobodyHeard = isNobodyHeard(budget, view, atLeast);
  const coolDownMs = limitsOf(budget).stormCoolDownMs;
  const state = stateOf(policy);
  const { doubtRegained, ...known } = policy.status ?? {};
  const doubtedSince = state === 'Trusted' ? undefined : known.doubtedSince;
  const sinceMs = doubtedSince === undefined ? nowMs : parseTime(doubtedSince);
  const overAtMs = (doubtRegained === undefined ? nowMs : parseTime(doubtRegained)) + coolDownMs;
  const callAtMs = sinceMs + DOUBT_CALLS_PERSON_AFTER_MS;
  const holds = { manyFailed, nobodyHeard, doubtedTooLong: nowMs >= callAtMs, coolDownOver: nowMs >= overAtMs };
  const { rule, to } = edgeOf(LOOKUP, state, holds);
  const now = formatMicroTime(nowMs);
  const isCooling = to === 'Cool-down';
  return {
    rule,
    weighed: { table: DOUBT_STATES, state, holds },
    state: to,
    condition: conditionOf(to, policy, nobodyHeard && !manyFailed),
    doubtedSince: to === 'Trusted' ? undefined : (doubtedSince ?? now),
    regained: isCooling ? (doubtRegained ?? now) : undefined,
    nextAtMs: Math.min(
      nobodyHeard ? nowMs + LISTENS_AGAIN_MS : Number.POSITIVE_INFINITY,
      to === 'Doubted' ? callAtMs : isCooling ? overAtMs : Number.POSITIVE_INFINITY,
    ),
    values: { failedAtOnce, pool, percent, atLeast, withinMs, coolDownMs, lastsMs: nowMs - sinceMs },
  };
}

function doubtLimits({ spec }: RemediationBudget) {
  const { percent, atLeast, within } = { ...BUDGET_DEFAULTS.doubt, ...spec?.doubt };
  return { percent, atLeast, withinMs: parseDuration(within) ?? Number.POSITIVE_INFINITY };
}

/** Ready is Unknown of every node: the observer's own link is lost more often than the last node dies. The pool first, which is counted. */
function isNobodyHeard({ metadata }: RemediationBudget, view: ClusterView, atLeast: number): boolean {
  if (view.countByIndex(POOL_NODES_OUT, metadata.name) < view.countByIndex(POOL_NODES, metadata.name)) return false;
  const nodes = view.list(NODE);
  return nodes.length >= atLeast && nodes.every((node) => readyCondition(node)?.status === 'Unknown');
}

const REASONS: Readonly<Record<Exclude<DoubtState, 'Trusted'>, { readonly reason: string; readonly message: string }>> =
  {
    Doubted: {
      reason: 'ManyFailedAtOnce',
      message: 'too large a share of the pool failed at once to believe it: nothing new is started',
    },
    PersonCalled: {
      reason: 'PersonCalled',
      message: 'too large a share of the pool has been failed for too long: somebody must look, nothing new is started',
    },
    'Cool-down': {
      reason: 'CoolingDown',
      message: 'few hosts are still unhealthy: the doubt ends after stormCoolDown',
    },
  };

const NOBODY_HEARD = {
  reason: 'NobodyHeard',
  message:
    'not one node is heard, so that the observer is more likely cut off than all of them dead: nothing new is started',
};

function stateOf({ status }: RemediationPolicy): DoubtState {
  const condition = findCondition(status?.conditions, CONDITION_DOUBTFUL);
  if (condition?.status !== 'True') return 'Trusted';
  if (condition.reason === REASONS['Cool-down'].reason) return 'Cool-down';
  return condition.reason === REASONS.PersonCalled.reason ? 'PersonCalled' : 'Doubted';
}

function conditionOf(state: DoubtState, { status }: RemediationPolicy, isBlind: boolean): Doubt['condition'] {
  const type = CONDITION_DOUBTFUL;
  if (state === 'Doubted' && isBlind) return { type, status: 'True', ...NOBODY_HEARD };
  if (state !== 'Trusted') return { type, status: 'True', ...REASONS[state] };
  return findCondition(status?.conditions, type) === undefined
    ? undefined
    : { type, status: 'False', reason: 'Trusted' };
}

/** When the hosts that are unhealthy now turned so, each once. */
function failureInstants(policy: RemediationPolicy, budget: RemediationBudget, view: ClusterView): readonly number[] {
  const instants = new Map<string, number>();
  const add = (node: Node, atMs: number): void => {
    const { name } = node.metadata;
    const { open } = historyOf(name, view);
    if (open === undefined || !isActing(open)) instants.set(name, Math.min(atMs, instants.get(name) ?? atMs));
  };
  for (const node of view.byIndex(POOL_NODES_OUT, budget.metadata.name)) {
    const ready = readyCondition(node);
    if (ready !== undefined && ready.status !== 'True') add(node, parseTime(ready.lastTransitionTime ?? ''));
  }
  for (const node of view.byIndex(POLICY_NODES_TO_LOOK_AT, policy.metadata.name)) {
    if (isInPool(budget, node)) for (const { sinceMs } of matchesOf(policy, node)) add(node, sinceMs);
  }
  return [...instants.values()].filter((atMs) => !Number.isNaN(atMs));
}

/** The most of these instants that lie within one window of this length. */
export function mostWithin(instants: readonly number[], withinMs: number): number {
  const sorted = instants.toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [last, atMs] of sorted.entries()) {
    while ((sorted[first] ?? atMs) < atMs - withinMs) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

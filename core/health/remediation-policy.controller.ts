// The judgement of a RemediationPolicy: which of its nodes need a remediation. For each it makes one HostRemediation, and no second
// while one is open for the node, whoever made it (invariant S16). How many of those act at a time is the budget's decision.
//
// A node is unhealthy when a watched condition has had its status for the whole duration, or when a person says so by
// annotation. It is left alone while it is excluded, is being deleted, or somebody else has it in hand: another product's request, its
// Machine's controller, or the holder of its lease. What happens to the conditions afterwards neither restarts nor closes an open
// HostRemediation (invariant L15); that controller watches its node itself. After one has ended, a condition must last for its whole
// duration again, whatever its stamp says.
//
// Nothing new is started while the policy is paused or its budget is missing, and while what it sees is doubted: see
// remediation-policy.doubt.ts. With dryRun it only says what it would do.

import type { Action } from '../actions.ts';
import { type Condition, findCondition, withConditions } from '../api/conditions.ts';
import { parseDuration } from '../api/duration.ts';
import type { HostRemediation } from '../api/host-remediation.ts';
import type { MachineApi } from '../api/machine.ts';
import type { Node } from '../api/node.ts';
import { keyOf } from '../api/object.ts';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../api/remediation-budget.ts';
import { POLICY_DEFAULTS } from '../api/remediation-defaults.ts';
import {
  CONDITION_BUDGET_MISSING,
  CONDITION_DRY_RUN,
  CONDITION_PAUSED,
  REMEDIATION_POLICY,
  type RemediationPolicy,
} from '../api/remediation-policy.ts';
import { formatTime, parseTime } from '../api/time.ts';
import { POOL_INDEXES } from '../budget/pool.ts';
import { otherRemediationIndexes, otherRemediations } from '../cluster/other-remediations.ts';
import { oncePerObject } from '../once-per-object.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Because, Controller, Decision, DecisionInput, Outlook } from '../ports/reconciler.ts';
import { requestNodeLease } from '../remediation/node-lease.ts';
import { rulesOf } from '../state-table.ts';
import { type Doubt, doubt } from './remediation-policy.doubt.ts';
import {
  historyOf,
  REMEDIATIONS_BY_NODE,
  REMEDIATIONS_BY_POLICY,
  remediationsOf,
} from './remediation-policy.history.ts';
import {
  createRemediation,
  forget,
  isFulfilled,
  moveTo,
  requestName,
  takeOffWish,
} from './remediation-policy.requests.ts';
import { type Match, matchesOf, POLICY_NODES, POLICY_NODES_TO_LOOK_AT, wishFor } from './remediation-policy.targets.ts';
import { isExcluded, policyWatches } from './remediation-policy.watches.ts';
import { DOUBT_STATES } from './remediation-policy-doubt.states.ts';

/**
 * A node for which a remediation has just ended is not asked for again sooner, however short the durations of its conditions are.
 * Assumption: views are rarely older than this; where they are, there is one vain request a minute.
 */
const ASK_AGAIN_AFTER_MS = 60_000;

export interface RemediationPolicyOptions {
  readonly machineApi: MachineApi;
}

/** What the last decision said about each node that it leaves alone: said once, not in every decision. */
export interface Memory {
  readonly told: readonly string[];
}

export function remediationPolicyController({ machineApi }: RemediationPolicyOptions): Controller<Memory> {
  const seen = oncePerObject((input: DecisionInput<Memory>) => seenIn(machineApi, input));
  return {
    name: 'remediation-policy',
    primary: REMEDIATION_POLICY,
    settlesAtOnce: true,
    watches: policyWatches(machineApi),
    indexes: [
      ...POOL_INDEXES,
      POLICY_NODES,
      POLICY_NODES_TO_LOOK_AT,
      REMEDIATIONS_BY_NODE,
      REMEDIATIONS_BY_POLICY,
      ...otherRemediationIndexes(machineApi),
    ],
    rules: {
      ...rulesOf(DOUBT_STATES),
      'policy-gone': 'the policy does not exist',
      paused: 'paused by {by}: {unhealthy} of {observed} nodes are unhealthy and wait',
      'budget-missing': 'the budget {budget} does not exist: {unhealthy} of {observed} nodes are unhealthy and wait',
      'dry-run': 'dry run: {unhealthy} of {observed} nodes are unhealthy, {nodes} would be remediated',
      remediate: '{nodes}: {reason}; {unhealthy} of {observed} nodes are unhealthy',
      'in-hand': '{unhealthy} of {observed} nodes are unhealthy, all in hand or left alone',
      'waiting-for-duration': '{soon} of {observed} nodes match a watched condition, none for long enough',
      'all-healthy': '{observed} nodes, none unhealthy',
      ...OUTLOOK_RULES,
    },
    decide: (input) => decide(seen(input), input),
    outlook: (input) => {
      const all = seen(input);
      return all && outlook(all, input.nowMs);
    },
  };
}

/** What the decision and its outlook have before them. */
interface Seen {
  readonly policy: RemediationPolicy;
  readonly budget: RemediationBudget | undefined;
  readonly look: Look;
  readonly doubted: Doubt | undefined;
}

/** Undefined where the policy is gone, or goes. */
function seenIn(machineApi: MachineApi, { view, key, nowMs }: DecisionInput<Memory>): Seen | undefined {
  const policy = view.get(REMEDIATION_POLICY, key);
  if (policy === undefined || policy.metadata.deletionTimestamp !== undefined) return undefined;
  const budget = view.get(REMEDIATION_BUDGET, { namespace: '', name: policy.spec?.budget ?? '' });
  const look = lookAtNodes(policy, view, nowMs, machineApi);
  return { policy, budget, look, doubted: budget === undefined ? undefined : doubt(policy, budget, view, nowMs) };
}

function decide(all: Seen | undefined, { view, nowMs, memory }: DecisionInput<Memory>): Decision<Memory> {
  if (all === undefined) return { actions: [], memory: undefined, because: { rule: 'policy-gone', values: {} } };
  const { policy, budget, look, doubted } = all;
  const memoryMs = parseDuration(policy.spec?.memory ?? POLICY_DEFAULTS.memory) ?? Number.POSITIVE_INFINITY;
  const keptMs = Math.max(memoryMs, ASK_AGAIN_AFTER_MS);
  const forgetting = forget(remediationsOf('closed', policy.metadata.name, view), keptMs, view, nowMs);
  const scene: Scene = { ...all, told: new Set(memory?.told) };
  const plan = planOf(scene);
  const status = statusPatch(scene, {
    observed: view.countByIndex(POLICY_NODES, policy.metadata.name),
    isStarting: plan.writes.length > 0,
    nowMs,
  });
  const moves = budget === undefined ? [] : moved(policy, budget, view);
  const recheckAtMs = Math.min(look.nextAtMs, doubted?.nextAtMs ?? Number.POSITIVE_INFINITY, forgetting.nextAtMs);
  const told = [...plan.told.keys()];
  const because = becauseOf(scene, plan, view.countByIndex(POLICY_NODES, policy.metadata.name));
  return {
    actions: [
      // First: a policy that is not there any more, or is another one by now, starts nothing.
      ...(status === undefined ? [] : [status]),
      ...plan.writes,
      ...doubtEvents(policy, doubted),
      ...plan.events,
      ...moves,
      ...forgetting.actions,
    ],
    memory: told.length === 0 ? undefined : { told },
    ...(recheckAtMs === Number.POSITIVE_INFINITY ? {} : { recheckAtMs }),
    because,
    ...(doubted?.rule === because.rule ? { weighed: doubted.weighed } : {}),
  };
}

const OUTLOOK_RULES = {
  'node-left-alone': '{node} is left alone: {why}',
  'node-held-back': '{node} waits: nothing new is started',
  'signal-share': '{failedAtOnce} of {pool} hosts failed within {withinMs} ms; {atLeast} and {percent} % are doubted',
  'looks-again': 'looks again in {inMs} ms, if nothing changes before: a node may be unhealthy for long enough',
} as const;

/** Who of the unhealthy nodes is not remediated and why, how near the signal is to being doubted, and when it looks again. */
function outlook(all: Seen, nowMs: number): Outlook {
  const { look, doubted } = all;
  const { started } = planOf({ ...all, told: new Set() });
  const heldBack = look.wanted.filter((one) => !started.includes(one));
  const say = (rule: keyof typeof OUTLOOK_RULES, values: Because['values']): Because => ({ rule, values });
  return {
    alternatives: [
      ...look.leftAlone.map(({ node, why }) => say('node-left-alone', { node: node.metadata.name, why })),
      ...heldBack.map(({ node }) => say('node-held-back', { node: node.metadata.name })),
    ],
    limits: doubted === undefined ? [] : [say('signal-share', doubted.values)],
    next: Number.isFinite(look.nextAtMs) ? [say('looks-again', { inMs: Math.max(0, look.nextAtMs - nowMs) })] : [],
  };
}

interface Scene extends Seen {
  readonly told: ReadonlySet<string>;
}

/** A node that a remediation is wanted for. */
interface Wanted {
  readonly node: Node;
  readonly reason: string;
  readonly wish: string | undefined;
  readonly number: number;
}

interface Look {
  /** Nodes that are unhealthy now, whatever is done about them. */
  readonly unhealthy: number;
  /** Nodes that match and are not unhealthy yet. */
  readonly soon: number;
  readonly wanted: readonly Wanted[];
  /** Unhealthy nodes that are left alone, and why. */
  readonly leftAlone: readonly { readonly node: Node; readonly why: string }[];
  /** Nodes whose wish is fulfilled. */
  readonly fulfilled: readonly Node[];
  readonly nextAtMs: number;
}

function lookAtNodes(policy: RemediationPolicy, view: ClusterView, nowMs: number, machineApi: MachineApi): Look {
  const wanted: Wanted[] = [];
  const leftAlone: { readonly node: Node; readonly why: string }[] = [];
  const fulfilled: Node[] = [];
  let unhealthy = 0;
  let soon = 0;
  let nextAtMs = Number.POSITIVE_INFINITY;
  const actors = otherRemediations(machineApi, view);
  for (const node of view.byIndex(POLICY_NODES_TO_LOOK_AT, policy.metadata.name)) {
    const history = historyOf(node.metadata.name, view);
    const isDone = history.open === undefined && isFulfilled(node, history.last);
    if (isDone) fulfilled.push(node);
    const wish = isDone ? undefined : wishFor(node);
    const matches = matchesOf(policy, node);
    const due = matches.find((match) => nowMs >= dueAtMs(match, history.last));
    if (due === undefined && wish === undefined) {
      if (matches.length > 0) soon++;
      nextAtMs = Math.min(nextAtMs, ...matches.map((match) => dueAtMs(match, history.last)));
      continue;
    }
    unhealthy++;
    if (history.open !== undefined) continue;
    const hand = handOn(node, actors, view, nowMs);
    if (hand !== undefined) {
      leftAlone.push({ node, why: hand.why });
      nextAtMs = Math.min(nextAtMs, hand.untilMs);
      continue;
    }
    wanted.push({ node, wish, number: history.next, reason: due === undefined ? `asked for: ${wish}` : reasonOf(due) });
  }
  return { unhealthy, soon, wanted, leftAlone, fulfilled, nextAtMs };
}

/**
 * From when on a match makes its node unhealthy. Whoever closed the last remediation saw the node otherwise, maybe in a newer view:
 * what was so before that does not count, or two views of different age would ask and decline without end.
 */
function dueAtMs({ sinceMs, durationMs }: Match, last: HostRemediation | undefined): number {
  const { closedAt } = last?.status ?? {};
  if (closedAt === undefined) return sinceMs + durationMs;
  return Math.max(sinceMs + durationMs, parseTime(closedAt) + Math.max(durationMs, ASK_AGAIN_AFTER_MS));
}

function reasonOf({ type, status, sinceMs, durationMs }: Match): string {
  return `${type}=${status} since ${formatTime(sinceMs)}, for ${durationMs / 1000} s or longer`;
}

/** Why a node is none of the policy's business now, and until when at most. */
function handOn(
  node: Node,
  actors: ReadonlyMap<string, string>,
  view: ClusterView,
  nowMs: number,
): { readonly why: string; readonly untilMs: number } | undefined {
  const untilMs = Number.POSITIVE_INFINITY;
  if (isExcluded(node)) return { why: 'it is excluded by its label', untilMs };
  if (node.metadata.deletionTimestamp !== undefined) return { why: 'it is being deleted', untilMs };
  const actor = actors.get(node.metadata.name);
  if (actor !== undefined) return { why: `${actor} has it in hand`, untilMs };
  const lease = requestNodeLease(node, { holder: '', durationMs: 0 }, view, nowMs);
  return lease.kind === 'other' ? { why: `${lease.holder} holds its lease`, untilMs: lease.expiresAtMs } : undefined;
}

interface Plan {
  readonly writes: readonly Action[];
  readonly events: readonly Action[];
  /** What is said in this decision, by its text. */
  readonly told: ReadonlyMap<string, Action>;
  /** What is made, or with dryRun would be. */
  readonly started: readonly Wanted[];
}

function planOf(scene: Scene): Plan {
  const { policy, budget, look, doubted } = scene;
  const told = new Map<string, Action>();
  const say = (type: 'Normal' | 'Warning', reason: string, message: string): void => {
    told.set(`${reason} ${message}`, { do: 'recordEvent', about: policy, type, reason, message });
  };
  for (const { node, why } of look.leftAlone) {
    say('Normal', 'RemediationSkipped', `node ${node.metadata.name} is unhealthy and left alone: ${why}`);
  }
  const isPaused = pausesOf(policy).length > 0;
  const isDoubted = doubted !== undefined && doubted.state !== 'Trusted';
  const mayStart = (one: Wanted): boolean =>
    !isPaused && budget !== undefined && (!isDoubted || one.wish !== undefined);
  const started = look.wanted.filter(mayStart);
  const isDry = policy.spec?.dryRun === true;
  if (isDry) {
    for (const one of started) say('Normal', 'WouldRemediate', `node ${one.node.metadata.name}: ${one.reason}`);
  }
  const events = [...told].filter(([text]) => !scene.told.has(text)).map(([, event]) => event);
  const writes = isDry || budget === undefined ? [] : started.flatMap((one) => start(policy, budget, one));
  return { writes: [...writes, ...look.fulfilled.map(takeOffWish)], events, told, started };
}

function start(policy: RemediationPolicy, budget: RemediationBudget, one: Wanted): readonly Action[] {
  const { node, reason, wish, number } = one;
  const message = `node ${node.metadata.name}: ${reason}; HostRemediation ${requestName(node, one)} is made`;
  return [
    createRemediation(policy, node, { number, reason, wish, budget: budget.metadata.name }),
    { do: 'recordEvent', about: policy, type: 'Normal', reason: 'RemediationRequested', message },
  ];
}

function moved(policy: RemediationPolicy, { metadata }: RemediationBudget, view: ClusterView): readonly Action[] {
  const open: readonly HostRemediation[] = remediationsOf('open', policy.metadata.name, view);
  return open.flatMap((remediation) => moveTo(metadata.name, remediation));
}

function pausesOf({ spec }: RemediationPolicy): readonly string[] {
  return spec?.pauseRequests ?? [];
}

function doubtEvents(policy: RemediationPolicy, doubted: Doubt | undefined): readonly Action[] {
  const event = (type: 'Normal' | 'Warning', reason: string): readonly Action[] => [
    {
      do: 'recordEvent',
      about: policy,
      type,
      reason,
      message: doubted?.condition?.message ?? 'the signal is trusted again',
    },
  ];
  switch (doubted?.rule) {
    case 'doubt-begins':
    case 'doubt-returns':
    case 'blindness-suspected':
    case 'blindness-suspected-again':
      return event('Warning', 'SignalDoubted');
    case 'doubt-calls-person':
    case 'doubt-returns-for-good':
    case 'blindness-suspected-for-good':
      return event('Warning', 'PersonNeeded');
    case 'doubt-ends':
      return event('Normal', 'SignalTrusted');
    default:
      return [];
  }
}

interface StatusInput {
  readonly observed: number;
  /** Something is written in the name of the policy: it must be the one that was read. */
  readonly isStarting: boolean;
  readonly nowMs: number;
}

function statusPatch(
  { policy, budget, look, doubted }: Scene,
  { observed, isStarting, nowMs }: StatusInput,
): Action | undefined {
  const old = policy.status ?? {};
  const { generation } = policy.metadata;
  const conditions = withConditions(old.conditions, wantedConditions(policy, budget, doubted), nowMs);
  const doubtedSince = doubted === undefined ? old.doubtedSince : doubted.doubtedSince;
  const doubtRegained = doubted === undefined ? old.doubtRegained : doubted.regained;
  const status = {
    ...(old.observedGeneration === generation ? {} : { observedGeneration: generation }),
    ...(old.observedNodes === observed ? {} : { observedNodes: observed }),
    ...(old.unhealthyNodes === look.unhealthy && !isStarting ? {} : { unhealthyNodes: look.unhealthy }),
    ...(old.doubtedSince === doubtedSince ? {} : { doubtedSince: doubtedSince ?? null }),
    ...(old.doubtRegained === doubtRegained ? {} : { doubtRegained: doubtRegained ?? null }),
    ...(conditions === old.conditions || conditions.length === 0 ? {} : { conditions }),
  };
  if (Object.keys(status).length === 0) return undefined;
  const { uid, resourceVersion } = policy.metadata;
  const onlyIf = { uid, resourceVersion };
  return {
    do: 'patch',
    kind: REMEDIATION_POLICY,
    key: keyOf(policy),
    subresource: 'status',
    patch: { status },
    onlyIf,
  };
}

/** Those that are True, and those that were once. */
function wantedConditions(
  policy: RemediationPolicy,
  budget: RemediationBudget | undefined,
  doubted: Doubt | undefined,
): readonly Omit<Condition, 'lastTransitionTime'>[] {
  const say = (type: string, holds: boolean, message: string): Omit<Condition, 'lastTransitionTime'>[] => {
    if (holds) return [{ type, status: 'True', reason: type, message }];
    const isOld = findCondition(policy.status?.conditions, type) !== undefined;
    return isOld ? [{ type, status: 'False', reason: `Not${type}` }] : [];
  };
  const pauses = pausesOf(policy);
  return [
    ...say(CONDITION_PAUSED, pauses.length > 0, `nothing new is started: ${pauses.join(', ')}`),
    ...(doubted?.condition === undefined ? [] : [doubted.condition]),
    ...say(CONDITION_BUDGET_MISSING, budget === undefined, `the budget ${policy.spec?.budget ?? ''} does not exist`),
    ...say(CONDITION_DRY_RUN, policy.spec?.dryRun === true, 'nothing is made, only said'),
  ];
}

function becauseOf({ policy, budget, look, doubted }: Scene, { started }: Plan, observed: number): Because {
  const values = { observed, unhealthy: look.unhealthy, soon: look.soon, leftAlone: look.leftAlone.length };
  const nodes = started.map(({ node }) => node.metadata.name).join(', ');
  const [first] = started;
  const pauses = pausesOf(policy);
  if (pauses.length > 0) return { rule: 'paused', values: { ...values, by: pauses.join(', ') } };
  if (budget === undefined) return { rule: 'budget-missing', values: { ...values, budget: policy.spec?.budget ?? '' } };
  if (policy.spec?.dryRun === true) return { rule: 'dry-run', values: { ...values, nodes } };
  if (first !== undefined) return { rule: 'remediate', values: { ...values, nodes, reason: first.reason } };
  if (doubted !== undefined && (doubted.state !== 'Trusted' || doubted.rule !== 'signal-trusted')) {
    return { rule: doubted.rule, values: { ...values, ...doubted.values } };
  }
  if (look.unhealthy > 0) return { rule: 'in-hand', values };
  return { rule: look.soon > 0 ? 'waiting-for-duration' : 'all-healthy', values };
}

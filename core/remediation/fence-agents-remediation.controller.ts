// FenceAgentsRemediation (fence-agents-remediation.medik8s.io): taints a node, runs a fence agent against its management
// controller until a try succeeds, lets the node's workloads go, and takes the taints off when it is deleted.
// A stand-in for fence-agents-remediation. Its state is the finalizer and the conditions; the tries live in memory, as the
// product's do in a routine of its process. With memory emptied before every call `exact` therefore runs the agent again and
// again (incident I57); `corrected` reaches the same end.
//
// Divergence from reality
// - A fence agent that is killed when its time is over ends the remediation as FenceAgentTimedOut, as in the product's tests.
//   Where the product's own process kills it, Go reports the signal and not the deadline: that try counts as failed and is
//   repeated.
// - An error that the product retries with back-off (a Secret is missing) waits here for the Secret.
// - Events that the product repeats at every look while nothing changes are recorded once in a process's life.
// - A remediation that somebody else's finalizer keeps after this one's is off is left alone; the product would taint its node
//   again.
// - The product looks at every remediation again when its cache is synced anew, every 10 h; here nothing is looked at unless
//   it changes or the process starts.
// - A remediation that vanishes without its finalizer leaves its agent running, as in the product; its end is dropped.

import { findCondition } from '../api/conditions.ts';
import { parseDuration } from '../api/duration.ts';
import {
  CONDITION_FENCE_AGENT_ACTION_SUCCEEDED,
  FENCE_AGENTS_REMEDIATION,
  type FenceAgentsRemediation,
  FINALIZER_FENCE_AGENTS_REMEDIATION,
} from '../api/fence-agents-remediation.ts';
import type { Lineage, LineageSwitch } from '../api/lineage.ts';
import { ANNOTATION_TIMED_OUT, CONDITION_PROCESSING, CONDITION_SUCCEEDED, nodeNameOf } from '../api/medik8s.ts';
import { NODE } from '../api/node.ts';
import { type KubeObject, keyOf } from '../api/object.ts';
import { SECRET } from '../api/secret.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Because, Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { edgeOf, type Holds, lookupOf, rulesOf } from '../state-table.ts';
import { FENCE_RETRY_COUNT, FENCE_RETRY_INTERVAL_MS, FENCE_TIMEOUT_MS } from './defaults.ts';
import { type FenceScene, fenceActions, nextOperationId } from './fence-agents-remediation.actions.ts';
import {
  FENCE_AGENTS_REMEDIATION_STATES,
  type FenceGuard,
  type FenceRule,
  type FenceState,
} from './fence-agents-remediation.states.ts';
import { fenceParameters } from './fence-parameters.ts';
import { absorbRun, type FenceRun, type Tries } from './fence-run.ts';
import { ANNOTATION_FENCE_TRY } from './names.ts';
import { hasFinalizer } from './object-patches.ts';
import { PODS_BY_NODE } from './workload-release.ts';

export interface FenceAgentsRemediationOptions {
  readonly lineage: Lineage;
}

interface FenceMemory {
  readonly run: FenceRun | undefined;
  readonly lastRule: FenceRule;
}

const PRODUCT = 'FenceAgentsRemediation of fence-agents-remediation';

const SWITCHES: readonly LineageSwitch[] = [
  {
    trap: 'I57',
    product: PRODUCT,
    upstream: 'The tries run in a routine in memory; after a restart of the operator they begin anew.',
    hurts: 'A node that was just fenced, and boots, is power-cycled a second time.',
    corrected:
      'Each try is written to the remediation before it starts, and its agent outlives the operator: it is found again.',
  },
  {
    trap: 'I58',
    product: PRODUCT,
    upstream: 'A remediation whose Node is gone returns before its finalizer is taken off.',
    hurts: 'It cannot be deleted any more; an escalation that goes on to delete the Machine leaves it behind for ever.',
    corrected: 'The finalizer is taken off without the Node.',
  },
  {
    trap: 'C218',
    product: PRODUCT,
    upstream: 'With retrycount 0 the agent is never run, no try has failed, and the condition says that it succeeded.',
    hurts: 'The workloads of a node that runs on are started elsewhere.',
    corrected: 'No try is a failure.',
  },
  {
    trap: 'C216',
    product: PRODUCT,
    upstream: 'The finalizer is written first and the conditions second; without them no rule applies.',
    hurts: 'After a crash in between the node is tainted and never fenced.',
    corrected: 'Missing conditions are written.',
  },
  {
    trap: 'C219',
    product: PRODUCT,
    upstream: 'A remediation that is deleted, or given up by the health check, kills its agent wherever that is.',
    hurts: 'Between off and on the host stays off: a node that was just about to recover is lost.',
    corrected: 'A running agent comes to its end first; no try follows.',
  },
];

const LOOKUP = lookupOf(FENCE_AGENTS_REMEDIATION_STATES);

export function fenceAgentsRemediationController(options: FenceAgentsRemediationOptions): Controller<FenceMemory> {
  return {
    name: 'fence-agents-remediation',
    primary: FENCE_AGENTS_REMEDIATION,
    watches: [
      { kind: SECRET, keysFor: ({ after }, view) => (after === undefined ? [] : waitingForSecret(after, view)) },
    ],
    indexes: [PODS_BY_NODE],
    reads: [NODE],
    switches: SWITCHES,
    rules: {
      ...rulesOf(FENCE_AGENTS_REMEDIATION_STATES),
      gone: 'The remediation is gone.',
      released: 'The finalizer is off: nothing is left to do.',
    },
    decide: (input) => decide(input, options.lineage),
  };
}

function decide(
  { view, key, nowMs, memory, facts }: DecisionInput<FenceMemory>,
  lineage: Lineage,
): Decision<FenceMemory> {
  const request = view.get(FENCE_AGENTS_REMEDIATION, key);
  if (request === undefined) return atEnd('gone');
  const isHeld = hasFinalizer(request, FINALIZER_FENCE_AGENTS_REMEDIATION);
  if (!isHeld && request.metadata.deletionTimestamp !== undefined) return atEnd('released');
  const tries = triesOf(request);
  const run = absorbRun(memory?.run, facts, tries, nowMs);
  const state = stateOf(request, isHeld);
  const isDue = state === 'Fencing' && (run === undefined || (run.stage === 'waiting' && run.untilMs <= nowMs));
  const nodeName = nodeNameOf(request);
  const { namespace } = key;
  const scene: FenceScene = {
    request,
    node: view.get(NODE, { namespace: '', name: nodeName }),
    nodeName,
    agent: request.spec?.agent ?? '',
    timeoutMs: durationOf(request.spec?.timeout, FENCE_TIMEOUT_MS),
    outOfService: request.spec?.remediationStrategy === 'OutOfServiceTaint',
    exact: lineage === 'exact',
    run,
    nextTry: run === undefined ? Math.max(1, announcedTry(request)) : run.number + 1,
    parameters: isDue ? fenceParameters(request.spec ?? {}, { namespace, nodeName }, view) : undefined,
    isTold: false,
    view,
    nowMs,
  };
  const holds = guardsOf(scene, tries, lineage);
  const { rule } = edgeOf(LOOKUP, state, holds);
  const actions = fenceActions(rule, { ...scene, isTold: memory !== undefined && saysTheSame(memory.lastRule, rule) });
  const nextTryAtMs = rule === 'waiting-for-next-try' && run?.stage === 'waiting' ? run.untilMs : undefined;
  return {
    actions,
    memory: { run: runAfter(rule, scene), lastRule: rule },
    ...(nextTryAtMs === undefined ? {} : { recheckAtMs: nextTryAtMs }),
    because: becauseOf(rule, scene, tries),
    weighed: { table: FENCE_AGENTS_REMEDIATION_STATES, state, holds },
  };
}

/** `stopped-while-fencing` and `stopped-at-rest` tell the same. */
function saysTheSame(before: FenceRule, now: FenceRule): boolean {
  return (
    before === now ||
    (before.startsWith('stopped-') && now.startsWith('stopped-')) ||
    (before.startsWith('node-missing-') && now.startsWith('node-missing-'))
  );
}

function atEnd(rule: 'gone' | 'released'): Decision<FenceMemory> {
  return { actions: [], memory: undefined, because: { rule, values: {} } };
}

function stateOf(request: FenceAgentsRemediation, isHeld: boolean): FenceState {
  if (!isHeld) return 'New';
  const status = (type: string): string | undefined => findCondition(request.status?.conditions, type)?.status;
  if (status(CONDITION_PROCESSING) === undefined) return 'WithoutConditions';
  if (status(CONDITION_SUCCEEDED) === 'True') return 'AtRest';
  if (status(CONDITION_FENCE_AGENT_ACTION_SUCCEEDED) === 'True') return 'Releasing';
  return status(CONDITION_PROCESSING) === 'True' ? 'Fencing' : 'AtRest';
}

function guardsOf(scene: FenceScene, { retryCount }: Tries, lineage: Lineage): Holds<FenceGuard> {
  const { request, node, run, nextTry, parameters, outOfService, nowMs } = scene;
  const end = run?.stage === 'ended' ? run.end.kind : undefined;
  return {
    corrected: lineage === 'corrected',
    nodeExists: node !== undefined,
    timedOut: request.metadata.annotations?.[ANNOTATION_TIMED_OUT] !== undefined,
    deleting: request.metadata.deletionTimestamp !== undefined,
    agentSucceeded: end === 'succeeded',
    agentTimedOut: end === 'unknown',
    agentFailed: end === 'failed',
    agentRuns: run?.stage === 'starting' || run?.stage === 'running',
    betweenTries: run?.stage === 'waiting' && run.untilMs > nowMs,
    secretsThere: parameters?.kind !== 'secretMissing',
    parametersRight: parameters?.kind !== 'wrong',
    triesAllowed: retryCount > 0,
    announced: announcedTry(request) >= nextTry,
    outOfService,
  };
}

/** What the process remembers about its tries after a decision. */
function runAfter(rule: FenceRule, scene: FenceScene): FenceRun | undefined {
  switch (rule) {
    case 'fence-agent-executed':
      return { stage: 'starting', number: scene.nextTry, operationId: nextOperationId(scene) };
    case 'fence-agent-runs':
    case 'agent-ends-before-release':
    case 'agent-ends-before-stop':
    case 'waiting-for-next-try':
    case 'secret-missing':
    case 'parameters-wrong':
    case 'try-announced':
      return scene.run;
    case 'fence-agent-succeeded':
    case 'fence-agent-failed':
    case 'fence-agent-timed-out':
      // Until the conditions are written.
      return scene.run;
    default:
      return rule.startsWith('node-missing-') ? scene.run : undefined;
  }
}

function becauseOf(rule: FenceRule, scene: FenceScene, { retryCount, retryIntervalMs }: Tries): Because {
  const { nodeName, agent, timeoutMs, run, nextTry, parameters } = scene;
  return {
    rule,
    values: {
      node: nodeName,
      agent,
      tries: run?.number ?? 0,
      nextTry,
      retryCount,
      retryIntervalMs,
      timeoutMs,
      ...(parameters?.kind === 'built' ? { action: parameters.action } : {}),
      ...(parameters?.kind === 'wrong' ? { problem: parameters.problem } : {}),
      ...(parameters?.kind === 'secretMissing' ? { secret: parameters.secret.name } : {}),
    },
  };
}

function triesOf({ metadata, spec }: FenceAgentsRemediation): Tries {
  return {
    uid: metadata.uid,
    retryCount: spec?.retrycount ?? FENCE_RETRY_COUNT,
    retryIntervalMs: durationOf(spec?.retryinterval, FENCE_RETRY_INTERVAL_MS),
  };
}

function durationOf(text: string | undefined, otherwiseMs: number): number {
  return text === undefined ? otherwiseMs : (parseDuration(text) ?? otherwiseMs);
}

/** The last try that lineage `corrected` has written down; 0 before the first, and where somebody wrote anything else. */
function announcedTry({ metadata }: FenceAgentsRemediation): number {
  const written = metadata.annotations?.[ANNOTATION_FENCE_TRY] ?? '';
  return /^\d{1,9}$/.test(written) ? Number(written) : 0;
}

/** Remediations of the Secret's namespace that name it. There are few at a time: one for each unhealthy node. */
function waitingForSecret(secret: KubeObject, view: ClusterView) {
  const { name, namespace } = secret.metadata;
  return view
    .list(FENCE_AGENTS_REMEDIATION)
    .filter(
      ({ metadata, spec }) =>
        metadata.namespace === namespace &&
        (spec?.sharedSecretName === name || Object.values(spec?.nodeSecretNames ?? {}).includes(name)),
    )
    .map(keyOf);
}

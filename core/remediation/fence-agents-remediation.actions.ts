// What each rule of the FenceAgentsRemediation table does. Writes come first and the fence agent last; a write that is refused
// drops what follows, and the remediation is decided again.

import type { Action, FenceAction } from '../actions.ts';
import { type Condition, type ConditionStatus, findCondition, withConditions } from '../api/conditions.ts';
import {
  CONDITION_FENCE_AGENT_ACTION_SUCCEEDED,
  FENCE_AGENTS_REMEDIATION,
  type FenceAgentsRemediation,
  FINALIZER_FENCE_AGENTS_REMEDIATION,
  TAINT_FENCE_AGENTS_REMEDIATION,
} from '../api/fence-agents-remediation.ts';
import { CONDITION_PROCESSING, CONDITION_SUCCEEDED } from '../api/medik8s.ts';
import type { Node } from '../api/node.ts';
import { keyOf } from '../api/object.ts';
import { formatTime } from '../api/time.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import { FENCE_START_MS } from './defaults.ts';
import type { FenceRule } from './fence-agents-remediation.states.ts';
import { type FenceParameters, UNSUPPORTED_ACTION } from './fence-parameters.ts';
import { type FenceRun, operationIdOf } from './fence-run.ts';
import { medik8sEvent } from './medik8s-event.ts';
import { ANNOTATION_FENCE_TRY } from './names.ts';
import { addFinalizer, annotate, patchStatus, removeFinalizer } from './object-patches.ts';
import { addTaint, deletePodsOf, hasTaint, OUT_OF_SERVICE, type PlainTaint, removeTaints } from './workload-release.ts';

/** What one remediation is about, as the view shows it. */
export interface FenceScene {
  readonly request: FenceAgentsRemediation;
  readonly node: Node | undefined;
  readonly nodeName: string;
  readonly agent: string;
  readonly timeoutMs: number;
  readonly outOfService: boolean;
  /** The agent dies with this process, and each of its runs is one of its own (incident I57). */
  readonly exact: boolean;
  readonly run: FenceRun | undefined;
  readonly nextTry: number;
  /** Built when a try is due. */
  readonly parameters: FenceParameters | undefined;
  /** This process has decided by this rule before: it says nothing twice. */
  readonly isTold: boolean;
  readonly view: ClusterView;
  readonly nowMs: number;
}

const REMEDIATION_TAINT: PlainTaint = { key: TAINT_FENCE_AGENTS_REMEDIATION, effect: 'NoSchedule' };

export function fenceActions(rule: FenceRule, scene: FenceScene): readonly Action[] {
  switch (rule) {
    case 'node-missing-when-new':
    case 'node-missing-without-conditions':
    case 'node-missing-while-fencing':
    case 'node-missing-while-releasing':
    case 'node-missing-at-rest':
      return [...fail(scene, 'RemediationFinishedNodeNotFound'), ...told(scene, 'Warning', 'NodeNotFound')];
    case 'stopped-when-new':
    case 'stopped-without-conditions':
    case 'stopped-while-fencing':
    case 'stopped-while-releasing':
    case 'stopped-at-rest':
      return [
        ...killAgent(scene),
        ...fail(scene, 'RemediationInterruptedByNHC'),
        ...told(scene, 'Normal', 'RemediationStopped'),
      ];
    case 'released-without-conditions':
    case 'released-while-fencing':
    case 'released-while-releasing':
    case 'released-at-rest':
      return [...killAgent(scene), ...restoreNode(scene), ...dropFinalizer(scene)];
    case 'released-without-node-without-conditions':
    case 'released-without-node-while-fencing':
    case 'released-without-node-while-releasing':
    case 'released-without-node-at-rest':
      return [...killAgent(scene), ...dropFinalizer(scene)];
    case 'remediation-started':
      return start(scene);
    case 'conditions-made-up-for':
      return [...taintNode(scene), ...conditions(scene, STARTED)];
    case 'never-going-on':
    case 'fence-agent-runs':
    case 'agent-ends-before-release':
    case 'agent-ends-before-stop':
    case 'waiting-for-next-try':
    case 'secret-missing':
    case 'remediation-over':
      return taintNode(scene);
    case 'parameters-wrong':
      return [...taintNode(scene), ...(isUnsupportedAction(scene) ? told(scene, 'Warning', 'UnsupportedAction') : [])];
    case 'try-announced':
      return [
        ...taintNode(scene),
        annotate(FENCE_AGENTS_REMEDIATION, scene.request, { [ANNOTATION_FENCE_TRY]: String(scene.nextTry) }),
      ];
    case 'fence-agent-executed':
      return [...taintNode(scene), ...runAgent(scene), ...(scene.nextTry === 1 ? [executed(scene)] : [])];
    case 'success-without-a-try':
      return [...taintNode(scene), executed(scene), ...succeed(scene)];
    case 'failure-without-a-try':
    case 'fence-agent-failed':
      return [...taintNode(scene), ...fail(scene, 'FenceAgentFailed')];
    case 'fence-agent-timed-out':
      return [...taintNode(scene), ...fail(scene, 'FenceAgentTimedOut')];
    case 'fence-agent-succeeded':
      return [...taintNode(scene), ...succeed(scene)];
    case 'workloads-released-by-taint':
      return [...taintNode(scene), ...takeOutOfService(scene), ...finish(scene)];
    case 'workloads-deleted':
      return [...taintNode(scene), ...deleteWorkloads(scene), ...finish(scene)];
  }
}

// Conditions

type Verdict = Readonly<Partial<Record<string, ConditionStatus>>>;

const STARTED = {
  reason: 'RemediationStarted',
  message: 'The node is known and the remediation holds its finalizer',
  verdict: {
    [CONDITION_PROCESSING]: 'True',
    [CONDITION_FENCE_AGENT_ACTION_SUCCEEDED]: 'Unknown',
    [CONDITION_SUCCEEDED]: 'Unknown',
  },
} as const;
const SUCCEEDED = {
  reason: 'FenceAgentSucceeded',
  message: 'The node is tainted and the fence agent succeeded',
  verdict: { [CONDITION_FENCE_AGENT_ACTION_SUCCEEDED]: 'True' },
} as const;
const FINISHED = {
  reason: 'RemediationFinishedSuccessfully',
  message: 'The node is tainted and fenced, and its workloads are let go',
  verdict: { [CONDITION_PROCESSING]: 'False', [CONDITION_SUCCEEDED]: 'True' },
} as const;
const ALL_FALSE: Verdict = {
  [CONDITION_PROCESSING]: 'False',
  [CONDITION_FENCE_AGENT_ACTION_SUCCEEDED]: 'False',
  [CONDITION_SUCCEEDED]: 'False',
};
const FAILURES = {
  RemediationFinishedNodeNotFound: 'The remediation is for a node that does not exist',
  RemediationInterruptedByNHC: 'The health check set its time-out annotation, and the remediation stopped',
  FenceAgentFailed: 'The fence agent failed',
  FenceAgentTimedOut: 'The fence agent did not end in time',
} as const;

/** A condition whose status is the wanted one already keeps its reason, as the product leaves it. */
function conditions(
  { request, nowMs }: FenceScene,
  { reason, message, verdict }: { readonly reason: string; readonly message: string; readonly verdict: Verdict },
): readonly Action[] {
  const old = request.status?.conditions;
  const wanted: Omit<Condition, 'lastTransitionTime'>[] = [];
  for (const [type, status] of Object.entries(verdict)) {
    if (status !== undefined && findCondition(old, type)?.status !== status) {
      wanted.push({ type, status, reason, message });
    }
  }
  if (wanted.length === 0) return [];
  const status = { conditions: withConditions(old, wanted, nowMs), lastUpdateTime: formatTime(nowMs) };
  return [patchStatus(FENCE_AGENTS_REMEDIATION, request, status)];
}

function fail(scene: FenceScene, reason: keyof typeof FAILURES): readonly Action[] {
  return conditions(scene, { reason, message: FAILURES[reason], verdict: ALL_FALSE });
}

// Steps

function start(scene: FenceScene): readonly Action[] {
  const { request } = scene;
  return [
    addFinalizer(FENCE_AGENTS_REMEDIATION, request, FINALIZER_FENCE_AGENTS_REMEDIATION),
    medik8sEvent(request, 'Normal', 'RemediationStarted', 'Remediation started.'),
    ...conditions(scene, STARTED),
    medik8sEvent(request, 'Normal', 'AddFinalizer', 'The finalizer is on.'),
  ];
}

function succeed(scene: FenceScene): readonly Action[] {
  const { request } = scene;
  const event = medik8sEvent(request, 'Normal', 'FenceAgentSucceeded', 'The fence agent succeeded.');
  return [...conditions(scene, SUCCEEDED), event];
}

function finish(scene: FenceScene): readonly Action[] {
  const { request, node } = scene;
  return [
    ...conditions(scene, FINISHED),
    ...(node === undefined
      ? []
      : [medik8sEvent(node, 'Normal', 'NodeRemediationCompleted', 'The unhealthy node is remediated.')]),
    medik8sEvent(request, 'Normal', 'RemediationFinished', 'Remediation finished.'),
  ];
}

function taintNode({ node, nowMs }: FenceScene): readonly Action[] {
  if (node === undefined || hasTaint(node, REMEDIATION_TAINT)) return [];
  return [
    addTaint(node, REMEDIATION_TAINT, nowMs),
    medik8sEvent(node, 'Normal', 'AddRemediationTaint', 'No new pods are put on the unhealthy node.'),
  ];
}

/** The remediation's own taint may have been added just before: then this one waits for the next decision. */
function takeOutOfService({ node, nowMs }: FenceScene): readonly Action[] {
  if (node === undefined || hasTaint(node, OUT_OF_SERVICE)) return [];
  return [
    addTaint(node, OUT_OF_SERVICE, nowMs),
    medik8sEvent(node, 'Normal', 'AddOutOfServiceTaint', 'The unhealthy node is out of service.'),
  ];
}

function deleteWorkloads({ node, view }: FenceScene): readonly Action[] {
  if (node === undefined) return [];
  return [
    medik8sEvent(node, 'Normal', 'DeleteResources', 'The pods of the unhealthy node are deleted.'),
    ...deletePodsOf(node.metadata.name, view),
  ];
}

function restoreNode({ node, outOfService }: FenceScene): readonly Action[] {
  if (node === undefined) return [];
  const outOfServiceGone = medik8sEvent(node, 'Normal', 'RemoveOutOfServiceTaint', 'The node is in service again.');
  return [
    ...removeTaints(node, outOfService ? [OUT_OF_SERVICE, REMEDIATION_TAINT] : [REMEDIATION_TAINT]),
    ...(outOfService ? [outOfServiceGone] : []),
    medik8sEvent(node, 'Normal', 'RemoveRemediationTaint', 'The node takes pods again.'),
  ];
}

function dropFinalizer({ request }: FenceScene): readonly Action[] {
  return [
    removeFinalizer(FENCE_AGENTS_REMEDIATION, request, FINALIZER_FENCE_AGENTS_REMEDIATION),
    medik8sEvent(request, 'Normal', 'RemoveFinalizer', 'The finalizer is off.'),
  ];
}

// The agent

function runAgent(scene: FenceScene): readonly FenceAction[] {
  const { parameters, request } = scene;
  if (parameters?.kind !== 'built') return [];
  const { action, plain, sharedSecret, nodeSecret } = parameters;
  return [
    {
      do: 'fence',
      node: scene.nodeName,
      agent: scene.agent,
      action,
      parameters: plain,
      ...(sharedSecret === undefined ? {} : { sharedSecret }),
      ...(nodeSecret === undefined ? {} : { nodeSecret }),
      timeoutMs: scene.timeoutMs,
      operationId: nextOperationId(scene),
      diesWithController: scene.exact,
      guard: {
        onlyIf: [{ kind: FENCE_AGENTS_REMEDIATION, key: keyOf(request), uid: request.metadata.uid }],
        notAfterMs: scene.nowMs + FENCE_START_MS,
      },
    },
  ];
}

/** Id of the try that is due. */
export function nextOperationId({ request, nextTry, exact, nowMs }: FenceScene): string {
  return operationIdOf(request.metadata.uid, nextTry, exact ? nowMs : undefined);
}

/** Whatever it is doing: where it has switched the host off, that stays off. `corrected` leaves it to its end. */
function killAgent({ run, exact }: FenceScene): readonly Action[] {
  if (!exact || run === undefined || run.stage === 'waiting' || run.stage === 'ended') return [];
  return [{ do: 'killFence', operationId: run.operationId }];
}

// Events

function executed({ request }: FenceScene): Action {
  return medik8sEvent(request, 'Normal', 'FenceAgentExecuted', 'The fence agent is run.');
}

const TOLD = {
  NodeNotFound: 'The remediation is for a node that does not exist.',
  RemediationStopped: 'The health check gave up on this remediation, and it stopped.',
  UnsupportedAction: 'The action of the fence agent is neither reboot nor off.',
} as const;

function told(
  { request, isTold }: FenceScene,
  type: 'Normal' | 'Warning',
  reason: keyof typeof TOLD,
): readonly Action[] {
  return isTold ? [] : [medik8sEvent(request, type, reason, TOLD[reason])];
}

function isUnsupportedAction({ parameters }: FenceScene): boolean {
  return parameters?.kind === 'wrong' && parameters.problem === UNSUPPORTED_ACTION;
}

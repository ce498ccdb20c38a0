// What each rule of the SelfNodeRemediation table does: writes only, in an order that a crash may cut anywhere. Whatever the
// product's pass would leave in the status is one patch, written where it differs.

import type { Action } from '../actions.ts';
import { type Condition, findCondition, withConditions } from '../api/conditions.ts';
import { CONDITION_PROCESSING, CONDITION_SUCCEEDED } from '../api/medik8s.ts';
import type { Node } from '../api/node.ts';
import {
  FINALIZER_SELF_NODE_REMEDIATION,
  SELF_NODE_REMEDIATION,
  type SelfNodeRemediation,
  TAINT_SELF_NODE_REMEDIATION,
} from '../api/self-node-remediation.ts';
import { formatTime } from '../api/time.ts';
import { assertNever } from '../assert.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import { medik8sEvent } from './medik8s-event.ts';
import { addFinalizer, hasFinalizer, patchStatus, removeFinalizer } from './object-patches.ts';
import type { SelfNodeRule } from './self-node-remediation.states.ts';
import type { SafeTime } from './self-node-settings.ts';
import { addTaint, deletePodsOf, hasTaint, OUT_OF_SERVICE, type PlainTaint, removeTaints } from './workload-release.ts';

/** What one request is about, as the view shows it. */
export interface SelfNodeScene {
  readonly request: SelfNodeRemediation;
  /** Name of the node that it is for; absent where only a missing Machine knows it. */
  readonly nodeName: string;
  readonly node: Node | undefined;
  /** Why there is no Node, in the words of the API. */
  readonly missing: string;
  readonly safeTime: SafeTime;
  readonly nowMs: number;
}

/** From the start of a remediation until the node is well: nothing new is put on it. */
const NO_SCHEDULE: PlainTaint = { key: TAINT_SELF_NODE_REMEDIATION, effect: 'NoSchedule' };

const NOT_CAPABLE = 'Node is not capable to reboot itself';
const NOT_RELEASED = 'Not ready to delete out-of-service taint';

type Verdict = 'started' | 'finished' | 'timed-out' | 'node-not-found';

/** Status of Processing and Succeeded, and the reason that both give. */
const VERDICTS = {
  started: ['True', 'Unknown', 'RemediationStarted'],
  finished: ['False', 'True', 'RemediationFinishedSuccessfully'],
  'timed-out': ['False', 'False', 'RemediationTimeoutByNHC'],
  'node-not-found': ['False', 'False', 'RemediationSkippedNodeNotFound'],
} as const;

export function actionsOf(rule: SelfNodeRule, scene: SelfNodeScene, view: ClusterView): readonly Action[] {
  switch (rule) {
    case 'fencing-completed':
    case 'lost-node-request-released':
    case 'timed-out-request-released':
    case 'disabled-without-configuration':
    case 'stopped-by-health-check':
    case 'node-not-found':
    case 'excluded-from-remediation':
    case 'not-reboot-capable':
      return requestActions(rule, scene);
    case 'timed-out-node-restored':
    case 'cancelled-on-recovery':
    case 'node-restored':
      return restore(scene);
    case 'recovered-before-start':
    case 'waiting-for-reboot':
    case 'waiting-for-taint-to-act':
    case 'waiting-for-release':
      return status(scene, { verdict: 'started' });
    case 'release-overdue':
      return status(scene, { verdict: 'started', lastError: NOT_RELEASED });
    case 'finalizer-added':
      return start(scene);
    case 'reboot-awaited':
      return awaitReboot(scene);
    case 'assumed-rebooted':
      return status(scene, { verdict: 'started', phase: 'Reboot-Completed' });
    case 'pods-deleted':
      return [...deletePodsOf(scene.nodeName, view), ...released(scene)];
    case 'node-tainted-out-of-service':
      return [...taint(scene, OUT_OF_SERVICE, 'AddOutOfService'), ...status(scene, { verdict: 'started' })];
    case 'workloads-released':
      return [...untaint(scene, OUT_OF_SERVICE, 'RemoveOutOfService'), ...released(scene)];
    case 'release-expired':
      return [
        ...untaint(scene, OUT_OF_SERVICE, 'RemoveOutOfService'),
        ...aboutNode(scene, 'Warning', 'OutOfServiceTimestampExpired'),
        ...released(scene),
      ];
    default:
      return assertNever(rule);
  }
}

type RequestRule =
  | 'fencing-completed'
  | 'lost-node-request-released'
  | 'timed-out-request-released'
  | 'disabled-without-configuration'
  | 'stopped-by-health-check'
  | 'node-not-found'
  | 'excluded-from-remediation'
  | 'not-reboot-capable';

/** Rules that leave the Node alone. */
function requestActions(rule: RequestRule, scene: SelfNodeScene): readonly Action[] {
  const { request } = scene;
  switch (rule) {
    case 'fencing-completed':
      return status(scene, {});
    case 'lost-node-request-released':
    case 'timed-out-request-released':
      return [dropFinalizer(request)];
    case 'disabled-without-configuration':
      return status(scene, { disabled: true, lastError: request.status?.lastError ?? '' });
    case 'stopped-by-health-check':
      return said(status(scene, { verdict: 'timed-out', lastError: request.status?.lastError ?? '' }), [
        medik8sEvent(
          request,
          'Normal',
          'RemediationStopped',
          'The health check gave up on this remediation, it is stopped.',
        ),
      ]);
    case 'node-not-found':
      return said(status(scene, { verdict: 'node-not-found', lastError: scene.missing }), [
        medik8sEvent(request, 'Warning', 'RemediationCannotStart', `The Node is not there: ${scene.missing}.`),
      ]);
    case 'excluded-from-remediation':
      return said(status(scene, { verdict: 'started', lastError: request.status?.lastError ?? '' }), [
        medik8sEvent(request, 'Normal', 'RemediationSkipped', `Node ${scene.nodeName} is excluded from remediation.`),
      ]);
    case 'not-reboot-capable':
      return said(status(scene, { verdict: 'started', lastError: NOT_CAPABLE }), startedEvents(scene));
    default:
      return assertNever(rule);
  }
}

/** What is said once, with the write that goes with it. */
function said(writes: readonly Action[], events: readonly Action[]): readonly Action[] {
  return writes.length === 0 ? [] : [...writes, ...events];
}

function startedEvents({ request }: SelfNodeScene): readonly Action[] {
  if (hasFinalizer(request, FINALIZER_SELF_NODE_REMEDIATION)) return [];
  return [medik8sEvent(request, 'Normal', 'RemediationStarted', 'The remediation has started.')];
}

function start(scene: SelfNodeScene): readonly Action[] {
  const { request } = scene;
  return [
    ...startedEvents(scene),
    addFinalizer(SELF_NODE_REMEDIATION, request, FINALIZER_SELF_NODE_REMEDIATION),
    medik8sEvent(request, 'Normal', 'AddFinalizer', 'The request is protected by a finalizer.'),
    ...status(scene, { verdict: 'started' }),
  ];
}

function awaitReboot(scene: SelfNodeScene): readonly Action[] {
  const { request, nowMs, safeTime } = scene;
  const known = request.status?.timeAssumedRebooted;
  const timeAssumedRebooted = known ?? formatTime(nowMs + safeTime.safeTimeMs);
  const time =
    known === undefined
      ? [
          medik8sEvent(
            request,
            'Normal',
            'UpdateTimeAssumedRebooted',
            `The node is held for rebooted at ${timeAssumedRebooted}${ignored(safeTime)}.`,
          ),
        ]
      : [];
  return [
    ...taint(scene, NO_SCHEDULE, 'AddNoScheduleTaint'),
    ...status(scene, { verdict: 'started', phase: 'Pre-Reboot-Completed', timeAssumedRebooted }),
    ...time,
  ];
}

function ignored({ ignoredMs, minimumMs }: SafeTime): string {
  if (ignoredMs === undefined) return '';
  return `; safeTimeToAssumeNodeRebootedSeconds ${ignoredMs / 1000} is less than the least safe time of ${minimumMs / 1000} s and is ignored`;
}

/** The workloads are let go: the fencing is over. */
function released(scene: SelfNodeScene): readonly Action[] {
  return [
    ...aboutNode(scene, 'Normal', 'DeleteResources'),
    ...status(scene, { verdict: 'finished', phase: 'Fencing-Completed' }),
  ];
}

/** The Node first, the finalizer last: until then the request cannot go away. */
function restore(scene: SelfNodeScene): readonly Action[] {
  const { request, node } = scene;
  if (node === undefined) return [];
  const held = hasFinalizer(request, FINALIZER_SELF_NODE_REMEDIATION);
  return [
    ...removeTaints(node, [OUT_OF_SERVICE, NO_SCHEDULE]),
    ...(hasTaint(node, OUT_OF_SERVICE) ? aboutNode(scene, 'Normal', 'RemoveOutOfService') : []),
    ...(hasTaint(node, NO_SCHEDULE) ? aboutNode(scene, 'Normal', 'RemoveNoScheduleTaint') : []),
    ...(held
      ? [
          dropFinalizer(request),
          medik8sEvent(request, 'Normal', 'RemoveFinalizer', 'The request gives up its finalizer.'),
          medik8sEvent(request, 'Normal', 'RemediationFinished', 'The remediation is finished.'),
        ]
      : []),
  ];
}

function taint(scene: SelfNodeScene, wanted: PlainTaint, reason: string): readonly Action[] {
  const { node, nowMs } = scene;
  if (node === undefined || hasTaint(node, wanted)) return [];
  return [addTaint(node, wanted, nowMs), ...aboutNode(scene, 'Normal', reason)];
}

function untaint(scene: SelfNodeScene, unwanted: PlainTaint, reason: string): readonly Action[] {
  const { node } = scene;
  if (node === undefined || !hasTaint(node, unwanted)) return [];
  return [...removeTaints(node, [unwanted]), ...aboutNode(scene, 'Normal', reason)];
}

function dropFinalizer(request: SelfNodeRemediation): Action {
  return removeFinalizer(SELF_NODE_REMEDIATION, request, FINALIZER_SELF_NODE_REMEDIATION);
}

const NODE_EVENTS: Readonly<Record<string, string>> = {
  AddNoScheduleTaint: 'No new pods are put on the unhealthy node.',
  AddOutOfService: 'The unhealthy node is out of service.',
  RemoveOutOfService: 'The node is in service again.',
  RemoveNoScheduleTaint: 'The node takes pods again.',
  OutOfServiceTimestampExpired: 'The out-of-service taint was taken off a healthy node after its time was over.',
  DeleteResources: 'The workloads of the unhealthy node were released.',
};

function aboutNode({ node }: SelfNodeScene, type: 'Normal' | 'Warning', reason: string): readonly Action[] {
  return node === undefined ? [] : [medik8sEvent(node, type, reason, NODE_EVENTS[reason] ?? reason)];
}

interface StatusWish {
  /** Absent: the conditions stay. */
  readonly verdict?: Verdict;
  readonly disabled?: boolean;
  readonly phase?: string;
  readonly timeAssumedRebooted?: string;
  /** Absent: the last pass had no error. */
  readonly lastError?: string;
}

function status({ request, nowMs }: SelfNodeScene, wish: StatusWish): readonly Action[] {
  const old = request.status;
  const patch: Record<string, unknown> = {};
  const wanted = conditionsOf(wish);
  if (wanted.some(({ type, status }) => findCondition(old?.conditions, type)?.status !== status)) {
    patch.conditions = withConditions(old?.conditions, wanted, nowMs);
  }
  if (wish.phase !== undefined && wish.phase !== old?.phase) patch.phase = wish.phase;
  if (wish.timeAssumedRebooted !== undefined && wish.timeAssumedRebooted !== old?.timeAssumedRebooted) {
    patch.timeAssumedRebooted = wish.timeAssumedRebooted;
  }
  const lastError = wish.lastError ?? '';
  if (lastError !== (old?.lastError ?? '')) patch.lastError = lastError === '' ? null : lastError;
  return Object.keys(patch).length === 0 ? [] : [patchStatus(SELF_NODE_REMEDIATION, request, patch)];
}

/** Where both already have the status, the product leaves their reason alone, too. */
function conditionsOf({ verdict, disabled }: StatusWish): readonly Omit<Condition, 'lastTransitionTime'>[] {
  if (disabled === true) {
    return [
      { type: 'Disabled', status: 'True', reason: 'ConfigurationNotFound', message: 'There is no configuration.' },
    ];
  }
  if (verdict === undefined) return [];
  const [processing, succeeded, reason] = VERDICTS[verdict];
  return [
    { type: CONDITION_PROCESSING, status: processing, reason },
    { type: CONDITION_SUCCEEDED, status: succeeded, reason },
  ];
}

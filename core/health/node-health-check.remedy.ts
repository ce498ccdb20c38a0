// One unhealthy node: take its lease, make the request of its current step, keep both up, and go on to the next step when the
// time of this one is over or its remediator says that it failed.
// Source: medik8s/node-healthcheck-operator dd444329; cases C184 to C190, C198, C199, C201.

import {
  ANNOTATION_TIMED_OUT,
  CONDITION_SUCCEEDED,
  isExcludedFromRemediation,
  LABEL_EXCLUDE_FROM_REMEDIATION,
  nodeNameOf,
} from '../api/medik8s.ts';
import { isControlPlaneNode, type Node } from '../api/node.ts';
import { ANNOTATION_OLD_REQUEST, requestKind, type StartedRemediation } from '../api/node-health-check.ts';
import { formatTime, parseTime } from '../api/time.ts';
import { annotate } from '../remediation/object-patches.ts';
import { controlPlaneAllows } from './node-health-check.control-plane.ts';
import { askForLease, giveBackLease, upkeepOf } from './node-health-check.leases.ts';
import {
  checksOf,
  createRequest,
  type FoundRequest,
  findTemplate,
  machineOwnerOf,
  type RequestsByNode,
  requestCondition,
} from './node-health-check.requests.ts';
import { LOOK_LATE_MS, type Scene } from './node-health-check.scene.ts';
import { currentStep, durationsOf, isOfTemplate, type Step, stepsOf } from './node-health-check.steps.ts';

/** A taken lease and a control plane that may spare nothing are looked at again after this. Source: the product, dd444329. */
const TRY_AGAIN_MS = 60_000;
/** After a step that timed out. Source: medik8s/node-healthcheck-operator dd444329, escalation. */
const NEXT_STEP_MS = 1_000;
/** Source: remediationCRAlertTimeout in the product; case C201. */
const OLD_AFTER_MS = 48 * 3_600_000;
const OLD_FLAG = 'flagon';

/** Remediates the matching nodes in order; an error at one stops the rest, as in the product. */
export function remedyAll(nodes: readonly Node[], own: RequestsByNode, scene: Scene): void {
  const remedies = new Remedies(scene);
  for (const node of nodes) {
    if (isExcluded(node, scene)) continue;
    if (remedies.remedy(node) === 'stop') return;
    flagOld(own.get(node.metadata.name) ?? [], scene);
  }
}

/** Own requests of matching nodes are entered in the status, in case the decision that made them could not. */
export function enterStarted(
  own: readonly FoundRequest[],
  isMatching: (nodeName: string) => boolean,
  scene: Scene,
): void {
  for (const found of own) {
    const nodeName = nodeNameOf(found.request);
    if (!isMatching(nodeName)) continue;
    scene.status.addStarted(nodeName, found, (started) => isSame(started, found, scene));
  }
}

/** The product knows a started remediation again by its kind alone, so a second template of a kind is never entered. */
function isSame(started: StartedRemediation, { request }: FoundRequest, { lineage }: Scene): boolean {
  const { apiVersion, kind, uid } = started.resource;
  return lineage === 'corrected'
    ? uid === request.metadata.uid
    : apiVersion === request.apiVersion && kind === request.kind;
}

function isExcluded(node: Node, { work }: Scene): boolean {
  const { metadata } = node;
  if (isExcludedFromRemediation(node)) {
    work.tellOnce('Warning', 'RemediationSkipped', `node ${metadata.name} is excluded from remediation by its label`);
    return true;
  }
  if (metadata.labels?.[LABEL_EXCLUDE_FROM_REMEDIATION] === '') {
    const text = `node ${metadata.name} has the label ${LABEL_EXCLUDE_FROM_REMEDIATION} without a value, which means nothing: "true" excludes it`;
    work.tellOnce('Warning', 'InvalidNodeLabel', text);
  }
  return false;
}

/** Alerts once about requests that are very old. */
function flagOld(requests: readonly FoundRequest[], { work, nowMs }: Scene): void {
  for (const { kind, request } of requests) {
    const { creationTimestamp = '', annotations } = request.metadata;
    if (annotations?.[ANNOTATION_OLD_REQUEST] !== undefined) continue;
    const oldAtMs = parseTime(creationTimestamp) + OLD_AFTER_MS;
    if (nowMs < oldAtMs) work.lookAgain(oldAtMs);
    else work.first(annotate(kind, request, { [ANNOTATION_OLD_REQUEST]: OLD_FLAG }));
  }
}

type Outcome = 'next' | 'stop';

class Remedies {
  private readonly scene: Scene;
  private readonly steps: readonly Step[];
  /** The node of the control plane whose remediation this decision starts. */
  private controlPlane: string | undefined;

  constructor(scene: Scene) {
    this.scene = scene;
    this.steps = stepsOf(scene.check);
  }

  remedy(node: Node): Outcome {
    const { scene, steps } = this;
    const { work, status, nowMs } = scene;
    const { name } = node.metadata;
    if (isControlPlaneNode(node) && !controlPlaneAllows(node, scene, this.controlPlane)) {
      const text = `remediation of ${name} waits: the control plane or etcd cannot spare another node`;
      work.tellOnce('Warning', 'RemediationSkipped', text);
      work.lookAgain(nowMs + TRY_AGAIN_MS);
      return 'next';
    }
    const step = currentStep(steps, status.remediationsOf(name));
    if (step === undefined) {
      work.tellOnce('Warning', 'NoTemplateLeft', `remediation of ${name} timed out, and no template is left`);
      return 'next';
    }
    const request = scene.requests.find(name, step.template, scene.view);
    if (request === undefined) return this.start(node, step);
    // Somebody else's: nothing to do here.
    if (!checksOf(request).includes(scene.check.metadata.name)) return 'next';
    return this.keepUp(node, step, { kind: requestKind(step.template), request });
  }

  /** The lease in one decision, the request in the next, which sees that it is ours. */
  private start(node: Node, step: Step): Outcome {
    const { scene, steps } = this;
    const { check, view, nowMs, work, lineage } = scene;
    const { name } = node.metadata;
    const template = findTemplate(step.template, view);
    const owner = scene.isOpenshift ? machineOwnerOf(node, step.template.namespace ?? '', view) : undefined;
    if (template === undefined || owner?.kind === 'missing') return 'stop';
    const durations = durationsOf(step, steps, lineage);
    const lease = askForLease(node, durations, scene);
    if (lease.kind === 'other') {
      const text = `remediation of ${name} waits: ${lease.holder} holds the lease on the node`;
      work.tellOnce('Warning', 'RemediationSkipped', text);
      work.lookAgain(nowMs + TRY_AGAIN_MS);
      return 'next';
    }
    if (isControlPlaneNode(node)) this.controlPlane = name;
    if (lease.kind === 'free') {
      work.last(lease.take);
      work.lookAgain(nowMs + TRY_AGAIN_MS);
      return 'next';
    }
    // The lease of the step before, or one taken a moment ago: its buffer is there for that.
    if (lease.renew !== undefined && lease.expiresAtMs <= nowMs + durations.currentMs) work.last(lease.renew);
    const options = {
      owner: owner?.kind === 'owner' ? owner.reference : undefined,
      isControlPlane: isControlPlaneNode(node),
    };
    work.last(
      createRequest(check, node, template, options),
      work.event('Normal', 'RemediationCreated', `created ${requestKind(step.template).kind} for node ${name}`),
    );
    work.lookAgain(nowMs + durations.currentMs);
    if (step.timeoutMs !== undefined) work.lookAgain(nowMs + step.timeoutMs + LOOK_LATE_MS);
    return 'next';
  }

  private keepUp(node: Node, step: Step, found: FoundRequest): Outcome {
    const { scene, steps } = this;
    const { work, status, nowMs } = scene;
    const { name } = node.metadata;
    const machine = scene.isOpenshift ? machineOwnerOf(node, step.template.namespace ?? '', scene.view) : undefined;
    if (machine?.kind === 'missing') return 'stop';
    const entries = status.remediationsOf(name).filter((one) => isOfTemplate(one, step.template));
    const own =
      scene.lineage === 'corrected'
        ? entries.find((one) => one.resource.uid === found.request.metadata.uid)
        : undefined;
    const started = own ?? entries[0];
    const upkeep = upkeepOf(node, durationsOf(step, steps, scene.lineage), scene);
    if (upkeep.kind === 'overdue') {
      const release = giveBackLease(name, scene);
      if (release !== undefined) work.first(release);
      return this.timeOut(name, found, started);
    }
    if (upkeep.kind === 'kept') {
      if (upkeep.renew !== undefined) work.last(upkeep.renew);
      work.lookAgain(upkeep.lookAtMs);
    }
    if (step.timeoutMs === undefined) return 'next';
    if (started === undefined) return 'stop';
    const timeoutAtMs = parseTime(started.started) + step.timeoutMs;
    const hasFailed = requestCondition(found.request, CONDITION_SUCCEEDED) === 'False';
    if (nowMs < timeoutAtMs && !hasFailed) {
      work.lookAgain(timeoutAtMs);
      return 'next';
    }
    work.lookAgain(nowMs + NEXT_STEP_MS);
    return this.timeOut(name, found, started);
  }

  /** The remediator is told to stop, unless it has succeeded; then the status says so, in this order. */
  private timeOut(nodeName: string, { kind, request }: FoundRequest, started: StartedRemediation | undefined): Outcome {
    const { work, status, nowMs } = this.scene;
    if (requestCondition(request, CONDITION_SUCCEEDED) !== 'True') {
      work.first(annotate(kind, request, { [ANNOTATION_TIMED_OUT]: formatTime(nowMs) }));
    }
    if (started === undefined) return 'stop';
    status.setTimedOut(nodeName, started);
    return 'next';
  }
}

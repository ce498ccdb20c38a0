// Owner remediation by a KubeadmControlPlane: deletes the one control plane Machine that is worst, when etcd and the components
// survive that, so that a new one replaces it. Scaling and the members of etcd are not done here.
// Source: kubernetes-sigs/cluster-api ae7ff047, controlplane/kubeadm reconcilers remediation.go; cases C071 to C084.
//
//   order     annotated remediate-machine, no Node, etcd member sick, etcd pod, API server, controller manager, scheduler, oldest
//   one       at a time: not while a Machine is being deleted, a healthy one is still being provisioned, or the replacement of the
//             last one is not made yet
//   retries   control-plane-retries.ts
//   safety    control-plane-projection.ts, only once the control plane is initialised
//
// Divergence from reality: leadership of etcd is not forwarded before the deletion; managed topologies are not known. The condition
// is written before the deletion, not after it.

import type { Action } from '../actions.ts';
import {
  ANNOTATION_CAPI_PAUSED,
  ANNOTATION_REMEDIATION_FOR,
  ANNOTATION_REMEDIATION_IN_PROGRESS,
  API_SERVER_POD_HEALTHY,
  CONTROLLER_MANAGER_POD_HEALTHY,
  ETCD_MEMBER_HEALTHY,
  ETCD_POD_HEALTHY,
  KUBEADM_CONTROL_PLANE,
  type KubeadmControlPlane,
  SCHEDULER_POD_HEALTHY,
} from '../api/cluster.ts';
import { findCondition } from '../api/conditions.ts';
import { CAPI_MACHINE, HEALTH_CHECK_SUCCEEDED, type Machine, OWNER_REMEDIATED } from '../api/machine.ts';
import { type ChangeOf, controllerOwner, keyOf, keyString, type ObjectKey } from '../api/object.ts';
import { parseTime } from '../api/time.ts';
import type { IndexSpec } from '../ports/cluster-view.ts';
import type { Because, Controller, Decision, DecisionInput, Watch } from '../ports/reconciler.ts';
import { componentsAllow, etcdAllows, membersAreKnown } from './control-plane-projection.ts';
import { formatRecord, parseRecord, type RetryVerdict, retryVerdict } from './control-plane-retries.ts';
import { annotate } from './object-patches.ts';
import {
  compareTexts,
  deleteMachine,
  dropOwnerRemediated,
  isHandedOver,
  isRequested,
  isSick,
  setOwnerRemediated,
} from './owner-condition.ts';

const NAME = 'owner-remediation.control-plane';

/** Source: KCP reconciles again after 20 s while a Machine of it is not ready. */
const POLL_MS = 20_000;

/** Machines under the key of their KubeadmControlPlane. */
const CONTROL_PLANE_MACHINES: IndexSpec<Machine> = {
  name: `${NAME}/machines`,
  of: CAPI_MACHINE,
  part: ({ metadata }) => metadata.ownerReferences,
  values: (machine) => ownerKeyOf(machine).map(keyString),
};

export function ownerControlPlaneRemediation(): Controller<undefined> {
  return {
    name: NAME,
    primary: KUBEADM_CONTROL_PLANE,
    watches: [CONTROL_PLANE_WATCH, MACHINE_WATCH],
    indexes: [CONTROL_PLANE_MACHINES],
    pollEveryMs: POLL_MS,
    rules: {
      'control-plane-gone': 'the KubeadmControlPlane does not exist, is being deleted or is paused',
      'nothing-to-remediate': 'no control plane machine waits for its owner',
      'being-deleted': '{machine} is being deleted already',
      'in-progress': '{machine} waits: the replacement of the last remediated machine is not made yet',
      'retry-too-soon': '{machine} waits for the retry period',
      'retried-too-often': '{machine} is not remediated any more after {retries} retries',
      'single-replica': '{machine} is the only control plane machine, so it is not remediated',
      provisioning: '{machine} waits while another control plane machine is being provisioned',
      deleting: '{machine} waits while another control plane machine is being deleted',
      'members-unknown': '{machine} waits: the members of etcd cannot be read',
      'quorum-at-risk': '{machine} is not remediated: {unhealthy} of {machines} control plane machines are unhealthy',
      remediate: '{machine} deleted, try {retries}; {unhealthy} of {machines} control plane machines are unhealthy',
    },
    decide,
  };
}

/** The key of the owning KubeadmControlPlane, in a list of none or one. */
function ownerKeyOf(machine: Machine): readonly ObjectKey[] {
  const owner = controllerOwner(machine);
  if (owner?.kind !== KUBEADM_CONTROL_PLANE.kind) return [];
  return [{ namespace: machine.metadata.namespace ?? '', name: owner.name }];
}

const CONTROL_PLANE_WATCH: Watch = {
  kind: KUBEADM_CONTROL_PLANE,
  keysFor: ({ before, after }) => {
    const controlPlane = after ?? before;
    return controlPlane === undefined ? [] : [keyOf(controlPlane)];
  },
};

const MACHINE_WATCH: Watch = {
  kind: CAPI_MACHINE,
  keysFor: ({ before, after }: ChangeOf<Machine>) => {
    const machine = after ?? before;
    return machine === undefined ? [] : ownerKeyOf(machine);
  },
};

interface Situation {
  readonly controlPlane: KubeadmControlPlane;
  readonly machines: readonly Machine[];
  readonly machine: Machine;
  readonly nowMs: number;
}

function decide({ view, key, nowMs }: DecisionInput<undefined>): Decision<undefined> {
  const controlPlane = view.get(KUBEADM_CONTROL_PLANE, key);
  const { deletionTimestamp, annotations } = controlPlane?.metadata ?? {};
  if (
    controlPlane === undefined ||
    deletionTimestamp !== undefined ||
    annotations?.[ANNOTATION_CAPI_PAUSED] !== undefined
  ) {
    return rest('control-plane-gone', {}, []);
  }
  const machines = view.byIndex(CONTROL_PLANE_MACHINES, keyString(key));
  const isStale = isStaleProgress(controlPlane, machines);
  const tidied = [
    ...machines.filter(hasRecovered).map(dropOwnerRemediated),
    ...(isStale ? [annotate(KUBEADM_CONTROL_PLANE, controlPlane, { [ANNOTATION_REMEDIATION_IN_PROGRESS]: null })] : []),
  ];
  const machine = machines.filter(isHandedOver).sort(byDamage)[0];
  if (machine === undefined) return rest('nothing-to-remediate', {}, tidied);
  const { name } = machine.metadata;
  if (machine.metadata.deletionTimestamp !== undefined) return rest('being-deleted', { machine: name }, tidied);
  if (annotations?.[ANNOTATION_REMEDIATION_IN_PROGRESS] !== undefined && !isStale) {
    return rest('in-progress', { machine: name }, tidied);
  }
  const decision = verdict({ controlPlane, machines, machine, nowMs });
  return tidied.length === 0 ? decision : { ...decision, actions: [...tidied, ...decision.actions] };
}

function verdict(situation: Situation): Decision<undefined> {
  const { controlPlane, machines, machine, nowMs } = situation;
  const last = parseRecord(machine.metadata.annotations?.[ANNOTATION_REMEDIATION_FOR]);
  const retry = retryVerdict(controlPlane, machine.metadata.name, last, nowMs);
  if (retry.kind !== 'go') return notNow(situation, retry);
  const values = {
    machine: machine.metadata.name,
    machines: machines.length,
    unhealthy: machines.filter(({ status }) => isSick(status?.conditions)).length,
  };
  const obstacle = isInitialized(controlPlane) ? obstacleOf(situation) : undefined;
  if (obstacle !== undefined) {
    const { rule, reason, message } = obstacle;
    return rest(rule, values, setOwnerRemediated(machine, { reason, message }, nowMs));
  }
  const record = { [ANNOTATION_REMEDIATION_IN_PROGRESS]: formatRecord(retry.record) };
  return rest('remediate', { ...values, retries: retry.record.retryCount }, [
    ...setOwnerRemediated(machine, { reason: 'MachineDeleting', message: 'Machine is deleting' }, nowMs),
    deleteMachine(machine),
    annotate(KUBEADM_CONTROL_PLANE, controlPlane, record),
  ]);
}

function notNow({ machine, nowMs }: Situation, retry: Exclude<RetryVerdict, { kind: 'go' }>): Decision<undefined> {
  const isSoon = retry.kind === 'too-soon';
  const reason = isSoon ? 'RemediationDeferred' : 'CannotBeRemediated';
  return {
    actions: setOwnerRemediated(machine, { reason, message: retry.message }, nowMs),
    memory: undefined,
    recheckAtMs: retry.againAtMs,
    because: isSoon
      ? { rule: 'retry-too-soon', values: { machine: machine.metadata.name } }
      : { rule: 'retried-too-often', values: { machine: machine.metadata.name, retries: retry.retries } },
  };
}

interface Obstacle {
  readonly rule: string;
  readonly reason: 'CannotBeRemediated' | 'RemediationDeferred';
  readonly message: string;
}

/** Why the Machine must not be deleted now, if so: the first of the product's checks that fails. */
function obstacleOf({ controlPlane, machines, machine }: Situation): Obstacle | undefined {
  const deferred = (rule: string, message: string): Obstacle => ({ rule, reason: 'RemediationDeferred', message });
  const refused = (rule: string, message: string): Obstacle => ({ rule, reason: 'CannotBeRemediated', message });
  if (machines.length <= 1) {
    return refused('single-replica', "KubeadmControlPlane can't remediate if current replicas are less or equal to 1");
  }
  if (machines.some(({ status }) => status?.nodeRef === undefined && !isSick(status?.conditions))) {
    return deferred(
      'provisioning',
      'KubeadmControlPlane waiting for control plane Machine provisioning to complete before triggering remediation',
    );
  }
  if (machines.some(({ metadata }) => metadata.deletionTimestamp !== undefined)) {
    return deferred(
      'deleting',
      'KubeadmControlPlane waiting for control plane Machine deletion to complete before triggering remediation',
    );
  }
  if (!membersAreKnown(controlPlane, machines)) {
    return deferred('members-unknown', 'Failed to check etcd cluster health before remediation');
  }
  const removed = machine.metadata.name;
  // A Machine without a Node has no member that could be counted.
  const keepsQuorum = machine.status?.nodeRef === undefined || etcdAllows(machines, { removed });
  if (componentsAllow(machines, { removed }) && keepsQuorum) return undefined;
  return refused(
    'quorum-at-risk',
    "KubeadmControlPlane can't remediate this Machine because this could result in loosing Kubernetes control plane components or in etcd quorum loss",
  );
}

function rest(rule: string, values: Because['values'], actions: readonly Action[]): Decision<undefined> {
  return { actions, memory: undefined, because: { rule, values } };
}

function isInitialized({ status }: KubeadmControlPlane): boolean {
  return status?.initialization?.controlPlaneInitialized ?? status?.initialized ?? false;
}

/** Sick once, well again before its owner acted. */
function hasRecovered({ metadata, status }: Machine): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    findCondition(status?.conditions, HEALTH_CHECK_SUCCEEDED)?.status === 'True' &&
    findCondition(status?.conditions, OWNER_REMEDIATED)?.status === 'False'
  );
}

/** The replacement was made, and whoever made it died before he took the annotation away. */
function isStaleProgress({ metadata }: KubeadmControlPlane, machines: readonly Machine[]): boolean {
  const record = parseRecord(metadata.annotations?.[ANNOTATION_REMEDIATION_IN_PROGRESS]);
  if (record === undefined) return false;
  const sinceMs = parseTime(record.timestamp);
  return machines.some(({ metadata: { creationTimestamp } }) => parseTime(creationTimestamp ?? '') > sinceMs);
}

const DAMAGE = [
  ETCD_MEMBER_HEALTHY,
  ETCD_POD_HEALTHY,
  API_SERVER_POD_HEALTHY,
  CONTROLLER_MANAGER_POD_HEALTHY,
  SCHEDULER_POD_HEALTHY,
] as const;

/** The most broken first (case C078). */
function byDamage(a: Machine, b: Machine): number {
  const byRequest = Number(isRequested(b)) - Number(isRequested(a));
  if (byRequest !== 0) return byRequest;
  const byNode = Number(a.status?.nodeRef !== undefined) - Number(b.status?.nodeRef !== undefined);
  if (byNode !== 0) return byNode;
  for (const type of DAMAGE) {
    const byCondition = Number(isTrue(a, type)) - Number(isTrue(b, type));
    if (byCondition !== 0) return byCondition;
  }
  const byAge = compareTexts(a.metadata.creationTimestamp, b.metadata.creationTimestamp);
  return byAge || compareTexts(a.metadata.name, b.metadata.name);
}

function isTrue(machine: Machine, type: string): boolean {
  return findCondition(machine.status?.conditions, type)?.status === 'True';
}

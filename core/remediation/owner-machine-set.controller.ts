// Owner remediation by a Cluster API MachineSet: deletes Machines whose health check failed and that a health check handed to
// their owner (HealthCheckSucceeded=False and OwnerRemediated=False), so that new ones replace them. Counting replicas is
// not done here. Source: kubernetes-sigs/cluster-api ae7ff047, internal/controllers/machineset; cases C065 to C070.
//
//   order          annotated remediate-machine first, then newest first, then by name
//   concurrency    spec.remediation.maxInFlight of the MachineDeployment, else of the set; a percentage of the replicas, rounded
//                  up; absent: no limit. In flight are the set's Machines that are being deleted.
//   gates          the set is the current one of its deployment; its preflight checks pass (machine-set-preflight.ts)
//
// Divergence from reality: preflight checks are done for a KubeadmControlPlane only.

import type { Action } from '../actions.ts';
import {
  ANNOTATION_REVISION,
  CAPI_CLUSTER,
  CAPI_MACHINE_DEPLOYMENT,
  KUBEADM_CONTROL_PLANE,
  type MachineDeployment,
  maxInFlightOf,
} from '../api/cluster.ts';
import { countOf } from '../api/int-or-percent.ts';
import { CAPI_MACHINE, CAPI_MACHINE_SET, type Machine, type MachineSet } from '../api/machine.ts';
import { type ChangeOf, controllerOwner, keyOf, keyString, type ObjectKey } from '../api/object.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { Because, Controller, Decision, DecisionInput, Watch } from '../ports/reconciler.ts';
import { preflight } from './machine-set-preflight.ts';
import { compareTexts, deleteMachine, isHandedOver, isRequested, setOwnerRemediated } from './owner-condition.ts';

const NAME = 'owner-remediation.machine-set';

/** Machines that wait for their owner, under the key of their MachineSet. */
const MACHINES_TO_REMEDIATE: IndexSpec<Machine> = {
  name: `${NAME}/to-remediate`,
  of: CAPI_MACHINE,
  values: (machine) => (waitsForOwner(machine) ? setKeyOf(machine).map(keyString) : []),
};

/** Machines that are being deleted, under the key of their MachineSet. */
const MACHINES_IN_FLIGHT: IndexSpec<Machine> = {
  name: `${NAME}/in-flight`,
  of: CAPI_MACHINE,
  values: (machine) => (machine.metadata.deletionTimestamp === undefined ? [] : setKeyOf(machine).map(keyString)),
};

export function ownerMachineSetRemediation(): Controller<undefined> {
  return {
    name: NAME,
    primary: CAPI_MACHINE_SET,
    watches: [MACHINE_SET_WATCH, MACHINE_WATCH, DEPLOYMENT_WATCH, CONTROL_PLANE_WATCH],
    indexes: [MACHINES_TO_REMEDIATE, MACHINES_IN_FLIGHT],
    reads: [CAPI_CLUSTER],
    rules: {
      'machine-set-gone': 'the MachineSet does not exist or is being deleted',
      'nothing-to-remediate': 'no machine waits for its owner',
      'old-machine-set':
        'the MachineSet is not the current one of {deployment}, so its {waiting} machines are not remediated',
      'control-plane-unstable': '{waiting} machines wait while the control plane goes from {from} to {to}',
      'preflight-failed': '{waiting} machines wait: {check} preflight check failed',
      'limit-unreadable': 'maxInFlight {maxInFlight} cannot be read, so nothing is remediated',
      'too-many-in-flight': '{waiting} machines wait: {inFlight} in flight of {maxInFlight} allowed',
      remediate: '{machines} deleted; {inFlight} were in flight, {maxInFlight} allowed',
    },
    decide,
  };
}

function waitsForOwner(machine: Machine): boolean {
  return machine.metadata.deletionTimestamp === undefined && isHandedOver(machine);
}

/** The key of the owning MachineSet, in a list of none or one. */
function setKeyOf(machine: Machine): readonly ObjectKey[] {
  const owner = controllerOwner(machine);
  if (owner?.kind !== CAPI_MACHINE_SET.kind) return [];
  return [{ namespace: machine.metadata.namespace ?? '', name: owner.name }];
}

const MACHINE_SET_WATCH: Watch = {
  kind: CAPI_MACHINE_SET,
  keysFor: ({ before, after }) => {
    const set = after ?? before;
    const isStatusOnly =
      before !== undefined &&
      before.spec === after?.spec &&
      before.metadata.annotations === after?.metadata.annotations &&
      before.metadata.deletionTimestamp === after?.metadata.deletionTimestamp;
    return set === undefined || isStatusOnly ? [] : [keyOf(set)];
  },
};

/** Only a Machine that waits, or goes, or stops doing either, concerns its set. */
const MACHINE_WATCH: Watch = {
  kind: CAPI_MACHINE,
  keysFor: ({ before, after }: ChangeOf<Machine>) => {
    const machine = after ?? before;
    const isConcerned = [before, after].some(
      (state) => state !== undefined && (waitsForOwner(state) || state.metadata.deletionTimestamp !== undefined),
    );
    return machine === undefined || !isConcerned ? [] : setKeyOf(machine);
  },
};

const DEPLOYMENT_WATCH: Watch = {
  kind: CAPI_MACHINE_DEPLOYMENT,
  keysFor: ({ before, after }, view) => {
    const deployment = after ?? before;
    if (before?.spec === after?.spec && before?.metadata.annotations === after?.metadata.annotations) return [];
    return view
      .list(CAPI_MACHINE_SET)
      .filter((set) => controllerOwner(set)?.uid === deployment?.metadata.uid)
      .map(keyOf);
  },
};

const CONTROL_PLANE_WATCH: Watch = {
  kind: KUBEADM_CONTROL_PLANE,
  keysFor: ({ before, after }, view) => {
    const { namespace } = (after ?? before)?.metadata ?? {};
    return view
      .list(CAPI_MACHINE_SET)
      .filter(({ metadata }) => metadata.namespace === namespace)
      .map(keyOf);
  },
};

function decide({ view, key, nowMs }: DecisionInput<undefined>): Decision<undefined> {
  const set = view.get(CAPI_MACHINE_SET, key);
  if (set === undefined || set.metadata.deletionTimestamp !== undefined) return rest('machine-set-gone', {});
  const value = keyString(key);
  const waiting = view.byIndex(MACHINES_TO_REMEDIATE, value);
  if (waiting.length === 0) return rest('nothing-to-remediate', {});
  const deployment = deploymentOf(set, view);
  const gate = closedGate(set, deployment, view, waiting.length);
  if (gate !== undefined) {
    const { reason, message } = gate;
    const actions = waiting.flatMap((machine) => setOwnerRemediated(machine, { reason, message }, nowMs));
    return { actions, memory: undefined, because: gate.because };
  }
  const limit = maxInFlightOf(set, deployment);
  const inFlight = view.countByIndex(MACHINES_IN_FLIGHT, value);
  const max = limit === undefined ? waiting.length + inFlight : countOf(limit, replicasOf(set), IN_FLIGHT_RULE);
  if (max === undefined) return rest('limit-unreadable', { maxInFlight: limit ?? '' });
  const ordered = [...waiting].sort(byUrgency);
  const slots = Math.max(0, max - inFlight);
  const chosen = ordered.slice(0, slots);
  const full = {
    reason: 'RemediationDeferred',
    message: `Waiting because there are already too many remediations in progress (spec.remediation.maxInFlight is ${limit ?? ''})`,
  };
  const deferred = ordered.slice(slots).flatMap((machine) => setOwnerRemediated(machine, full, nowMs));
  const values = { inFlight, maxInFlight: limit ?? 'unlimited', waiting: waiting.length - chosen.length };
  const machines = chosen.map(({ metadata }) => metadata.name).join(', ');
  return {
    actions: [...chosen.flatMap((machine) => remediate(machine, nowMs)), ...deferred],
    memory: undefined,
    because:
      chosen.length === 0
        ? { rule: 'too-many-in-flight', values }
        : { rule: 'remediate', values: { ...values, machines } },
  };
}

function rest(rule: string, values: Because['values']): Decision<undefined> {
  return { actions: [], memory: undefined, because: { rule, values } };
}

/** Source: kubernetes-sigs/cluster-api ae7ff047; trap T1. */
const IN_FLIGHT_RULE = { rounding: 'ceil', plainString: 'error' } as const;

/** Source: the API's default of spec.replicas. */
const REPLICAS_UNSET = 1;

function replicasOf(set: MachineSet): number {
  return set.spec?.replicas ?? REPLICAS_UNSET;
}

function deploymentOf(set: MachineSet, view: ClusterView): MachineDeployment | undefined {
  const owner = controllerOwner(set);
  if (owner?.kind !== CAPI_MACHINE_DEPLOYMENT.kind) return undefined;
  return view.get(CAPI_MACHINE_DEPLOYMENT, { namespace: set.metadata.namespace ?? '', name: owner.name });
}

interface ClosedGate {
  readonly reason: string;
  readonly message: string;
  readonly because: Because;
}

/** Why the set must not remediate now, if so. */
function closedGate(
  set: MachineSet,
  deployment: MachineDeployment | undefined,
  view: ClusterView,
  waiting: number,
): ClosedGate | undefined {
  const revision = deployment?.metadata.annotations?.[ANNOTATION_REVISION];
  if (deployment !== undefined && revision !== set.metadata.annotations?.[ANNOTATION_REVISION]) {
    return {
      reason: 'CannotBeRemediated',
      message: "Machine won't be remediated because it is pending removal due to rollout",
      because: { rule: 'old-machine-set', values: { deployment: deployment.metadata.name, waiting } },
    };
  }
  const { failed, from, to } = preflight(set, view);
  const [first] = failed;
  if (first === undefined) return undefined;
  const isUnstable = first.check === 'ControlPlaneIsStable';
  return {
    reason: 'RemediationDeferred',
    message: failed.map(({ message }) => message).join('; '),
    because: isUnstable
      ? { rule: 'control-plane-unstable', values: { from, to, waiting } }
      : { rule: 'preflight-failed', values: { check: first.check, waiting } },
  };
}

/** Annotated first, then newest first, then by name (case C068). */
function byUrgency(a: Machine, b: Machine): number {
  const byRequest = Number(isRequested(b)) - Number(isRequested(a));
  if (byRequest !== 0) return byRequest;
  const byAge = compareTexts(b.metadata.creationTimestamp, a.metadata.creationTimestamp);
  return byAge || compareTexts(a.metadata.name, b.metadata.name);
}

function remediate(machine: Machine, nowMs: number): readonly Action[] {
  return [...setOwnerRemediated(machine, { reason: 'MachineDeleting', message: '' }, nowMs), deleteMachine(machine)];
}

// What a pass of Cluster API's health check writes: the conditions of its targets, the request to their owner, or requests
// made from a template.

import type { Action } from '../actions.ts';
import { type Condition, findCondition, withCondition } from '../api/conditions.ts';
import type { Lineage } from '../api/lineage.ts';
import { CAPI_MACHINE, type Machine, OWNER_REMEDIATED } from '../api/machine.ts';
import { requestKind, type TemplateReference } from '../api/node-health-check.ts';
import { keyOf, keyString } from '../api/object.ts';
import type { CapiMachineHealthCheck } from '../api/remediation.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { CapiCheck } from './cluster-api-check.ts';
import { EXTERNALLY_REMEDIATED, type Target, wantedCondition } from './cluster-api-target.ts';
import { isCapiTarget } from './cluster-api-targets.ts';
import { createRequest, deleteRequests, templateOf } from './remediation-request.ts';

const ASK_OWNER: Omit<Condition, 'lastTransitionTime'> = {
  type: OWNER_REMEDIATED,
  status: 'False',
  reason: 'WaitingForRemediation',
  message: 'Waiting for remediation',
};
/** The request made from the template shall act. */
const ASK_REQUEST: Omit<Condition, 'lastTransitionTime'> = {
  type: EXTERNALLY_REMEDIATED,
  status: 'False',
  reason: 'WaitingForRemediation',
  message: '',
};

export interface Remedies {
  readonly actions: readonly Action[];
  /** The template that the check names, if it is not there. */
  readonly missing: TemplateReference | undefined;
}

/** While too many are unhealthy, targets are marked and nothing else (case C060). */
export function markOnly(targets: readonly Target[], nowMs: number): readonly Action[] {
  return targets.flatMap((target) => mark(target, undefined, nowMs));
}

export function markAndRemedy(
  view: ClusterView,
  object: CapiMachineHealthCheck,
  check: CapiCheck,
  targets: readonly Target[],
  options: { readonly lineage: Lineage; readonly nowMs: number },
): Remedies {
  const { nowMs } = options;
  const namespace = object.metadata.namespace ?? '';
  const sick = targets.filter(({ health }) => health.health === 'unhealthy');
  const well = targets.filter(({ countsHealthy }) => countsHealthy);
  const marks = well.flatMap((target) => mark(target, undefined, nowMs));
  const reference = check.template;
  if (reference === undefined) {
    const actions = sick.flatMap((target) => mark(target, ownerAsked(target), nowMs));
    return { actions: [...actions, ...marks], missing: undefined };
  }
  const template = templateOf(view, reference, namespace);
  const kind = requestKind(reference);
  const actions: Action[] = [];
  let missing: TemplateReference | undefined;
  for (const target of sick) {
    const exists = view.get(kind, keyOf(target.machine)) !== undefined;
    // Trap T5: the product's loop returns here, before it has looked at the rest.
    if (exists && options.lineage === 'exact') break;
    if (!exists && template === undefined) {
      missing = reference;
      break;
    }
    if (!exists && template !== undefined) actions.push(createRequest(template, reference, target.machine));
    actions.push(...mark(target, ASK_REQUEST, nowMs));
  }
  const notHealthy = new Set(
    targets.filter((target) => !target.countsHealthy).map(({ machine }) => machine.metadata.name),
  );
  const deletes = deleteRequests(view, reference, namespace, (name) => {
    const machine = view.get(CAPI_MACHINE, { namespace, name });
    return machine !== undefined && isCapiTarget(object, machine) && !notHealthy.has(name);
  });
  return { actions: [...actions, ...deletes, ...marks], missing };
}

/** OwnerRemediated=False, unless the owner is at it already or the Machine is going. */
function ownerAsked({ machine }: Target): typeof ASK_OWNER | undefined {
  const isGoing = machine.metadata.deletionTimestamp !== undefined;
  const isAsked = findCondition(machine.status?.conditions, OWNER_REMEDIATED)?.status === 'False';
  return isGoing || isAsked ? undefined : ASK_OWNER;
}

/** Sets HealthCheckSucceeded, and beside it whom it asks to act. */
function mark(target: Target, asked: typeof ASK_OWNER | undefined, nowMs: number): readonly Action[] {
  const { machine } = target;
  const old = machine.status?.conditions;
  const wanted = wantedCondition(target);
  let conditions = wanted === undefined ? old : withCondition(old, wanted, nowMs);
  if (asked !== undefined) conditions = withCondition(conditions, asked, nowMs);
  if (conditions === undefined || conditions === old) return [];
  const patch: Action = {
    do: 'patch',
    kind: CAPI_MACHINE,
    key: keyOf(machine),
    subresource: 'status',
    patch: { status: { conditions } },
    onlyIf: { uid: machine.metadata.uid, resourceVersion: machine.metadata.resourceVersion },
  };
  return target.health.health === 'unhealthy' ? [patch, markedEvent(machine)] : [patch];
}

function markedEvent(machine: Machine): Action {
  return {
    do: 'recordEvent',
    about: machine,
    type: 'Normal',
    reason: 'MachineMarkedUnhealthy',
    message: `Machine ${keyString(keyOf(machine))} has been marked as unhealthy`,
  };
}

// What the machine controllers say in status.phase, status.lastUpdated and the conditions that belong to them.
// Source: cluster-api core/reconcilers/machine (setMachinePhaseAndLastUpdated, setDeletingCondition), machine-api-operator
// pkg/controller/machine (phases; MachineDrained, InstanceExists).
//
//   cluster-api   Pending, Provisioning (bootstrap data), Provisioned (provider id), Running (Node), Deleting
//   openshift     Provisioning, Provisioned (instance), Running (Node), Deleting, Failed (the instance is gone)
//
// Divergence from reality: conditions that follow the Node are written only on demand (machine-readiness.ts), UpToDate never, nor
// OpenShift's Drainable and Terminable. No Machine is ever in phase Deleted: no current product writes it.

import { type Condition, withCondition, withConditions } from '../../core/api/conditions.ts';
import { keyOf } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import type { MachineContext } from './machine-context.ts';
import type { StoredMachine } from './machine-objects.ts';

export type Said = Omit<Condition, 'lastTransitionTime'>;

/** A step of a deletion in Cluster API: the reason of the condition Deleting, and the stamp that the step sets once. */
export interface DeletionStep {
  readonly reason:
    | 'DrainingNode'
    | 'WaitingForVolumeDetach'
    | 'WaitingForPreDrainHook'
    | 'WaitingForPreTerminateHook'
    | 'WaitingForInfrastructureDeletion';
  readonly message: string;
}

const STAMPS = {
  DrainingNode: 'nodeDrainStartTime',
  WaitingForVolumeDetach: 'waitForNodeVolumeDetachStartTime',
  WaitingForPreDrainHook: 'waitForPreDrainHookStartTime',
  WaitingForPreTerminateHook: 'waitForPreTerminateHookStartTime',
  WaitingForInfrastructureDeletion: undefined,
} as const;

/** Moves a Machine into a phase, with conditions; lastUpdated moves with the phase only. */
export function say(
  { store, kinds, kernel }: MachineContext,
  machine: StoredMachine,
  phase: string,
  said: readonly Said[] = [],
): void {
  store.update(kinds.machine, keyOf(machine), 'status', (current) => {
    const conditions = withConditions(current.status?.conditions, said, kernel.nowMs);
    const isSame = current.status?.phase === phase;
    if (isSame && (said.length === 0 || conditions === current.status?.conditions)) return current;
    return {
      ...current,
      status: {
        ...current.status,
        phase,
        ...(isSame ? {} : { lastUpdated: formatTime(kernel.nowMs) }),
        ...(said.length === 0 ? {} : { conditions }),
      },
    };
  });
}

/** Cluster API: the present step of a deletion. */
export function sayDeleting(
  { store, kinds, kernel }: MachineContext,
  machine: StoredMachine,
  step: DeletionStep,
): void {
  store.update(kinds.machine, keyOf(machine), 'status', (current) => {
    const { reason, message } = step;
    const stamp = STAMPS[reason];
    const known = current.status?.deletion;
    const deletion =
      stamp === undefined || known?.[stamp] !== undefined ? known : { ...known, [stamp]: formatTime(kernel.nowMs) };
    const condition: Said = { type: 'Deleting', status: 'True', reason, message };
    return {
      ...current,
      status: {
        ...current.status,
        phase: 'Deleting',
        ...(current.status?.phase === 'Deleting' ? {} : { lastUpdated: formatTime(kernel.nowMs) }),
        conditions: withCondition(current.status?.conditions, condition, kernel.nowMs),
        ...(deletion === undefined ? {} : { deletion }),
      },
    };
  });
}

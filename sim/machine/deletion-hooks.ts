// Hooks that hold a Machine's deletion: before the drain, and before its infrastructure goes. Cluster API keeps them in
// annotations, OpenShift in spec.lifecycleHooks; whoever set one takes it away when he is done.
// Source: cluster-api core/reconcilers/machine (reconcileDelete), machine-api-operator pkg/controller/machine.
//
// Divergence from reality: none known. Who removes a hook is not here: kcp-cleanup is removed by the control plane's loop, any
// other by nobody but the user.

import type { MachineApi } from '../../core/api/machine.ts';
import type { StoredMachine } from './machine-objects.ts';

const PRE_DRAIN = 'pre-drain.delete.hook.machine.cluster.x-k8s.io';
export const PRE_TERMINATE = 'pre-terminate.delete.hook.machine.cluster.x-k8s.io';

/** Names of the hooks that hold the drain, sorted. */
export function preDrainHooks(machine: StoredMachine, machineApi: MachineApi): readonly string[] {
  if (machineApi === 'openshift') return (machine.spec?.lifecycleHooks?.preDrain ?? []).map(({ name }) => name);
  return annotationsFrom(machine, PRE_DRAIN);
}

/** Names of the hooks that hold the release of the host, sorted. */
export function preTerminateHooks(machine: StoredMachine, machineApi: MachineApi): readonly string[] {
  if (machineApi === 'openshift') return (machine.spec?.lifecycleHooks?.preTerminate ?? []).map(({ name }) => name);
  return annotationsFrom(machine, PRE_TERMINATE);
}

function annotationsFrom(machine: StoredMachine, prefix: string): readonly string[] {
  const { annotations } = machine.metadata;
  if (annotations === undefined) return NONE;
  return Object.keys(annotations)
    .filter((name) => name.startsWith(prefix))
    .sort();
}

const NONE: readonly string[] = [];

// The next step of a KubeadmControlPlane towards its replicas and its version: one Machine more, one less, or wait.
//
//   rollout     with fewer Machines than replicas + maxSurge one more, else an outdated one less
//   scaling     one more or one less
//   every step  only when no Machine is being deleted, all have their Nodes, and members and components of all are healthy (of a
//               deletion: of all others); while a remediation runs, when quorum and components survive a new member at worst
//
// Source: cluster-api controlplane/kubeadm reconcilers update.go, scale.go, preflight.go.
//
// Divergence from reality: a Machine is outdated by version or infrastructure template, not by its kubeadm configuration; in-place
// updates do not exist; certificates are always there.

import { ANNOTATION_REMEDIATION_IN_PROGRESS, type KubeadmControlPlane } from '../../core/api/cluster.ts';
import { countOf } from '../../core/api/int-or-percent.ts';
import {
  componentsAllow,
  componentsAreHealthy,
  etcdAllows,
  isStable,
  membersAreKnown,
} from '../../core/remediation/control-plane-projection.ts';
import { DELETE_FIRST_CAPI } from './deletion-order.ts';
import type { StoredMachine } from './machine-objects.ts';

export type Step =
  | { readonly do: 'nothing' }
  | { readonly do: 'create' }
  | { readonly do: 'delete'; readonly machine: StoredMachine }
  /** A check before the step failed. */
  | { readonly do: 'wait' };

/** Source: the API's default of maxSurge: 1. */
const MAX_SURGE = 1;

/** The replicas that the user wants; 1 where he does not say. */
function wantedReplicas({ spec }: KubeadmControlPlane): number {
  return spec?.replicas ?? 1;
}

/**
 * @param machines all Machines of the control plane, in key order.
 * @param outdated those that the rollout must replace.
 */
export function nextStep(
  controlPlane: KubeadmControlPlane,
  machines: readonly StoredMachine[],
  outdated: readonly StoredMachine[],
): Step {
  const wanted = wantedReplicas(controlPlane);
  if (outdated.length > 0) {
    const { spec } = controlPlane;
    const update = spec?.rollout?.strategy?.rollingUpdate ?? spec?.rolloutStrategy?.rollingUpdate;
    const maxSurge = countOf(update?.maxSurge ?? MAX_SURGE, wanted, { rounding: 'ceil', plainString: 'count' });
    if (machines.length < wanted + (maxSurge ?? MAX_SURGE)) return creation(controlPlane, machines);
    return deletion(machines, outdated);
  }
  if (machines.length < wanted) return creation(controlPlane, machines);
  return machines.length > wanted ? deletion(machines, []) : { do: 'nothing' };
}

function creation(controlPlane: KubeadmControlPlane, machines: readonly StoredMachine[]): Step {
  if (machines.length === 0) return { do: 'create' };
  if (machines.some(isGoing)) return { do: 'wait' };
  if (machines.every(isStable)) return { do: 'create' };
  const remediates = controlPlane.metadata.annotations?.[ANNOTATION_REMEDIATION_IN_PROGRESS] !== undefined;
  const isSafe =
    remediates &&
    componentsAllow(machines, { added: true }) &&
    membersAreKnown(controlPlane, machines) &&
    etcdAllows(machines, { added: true });
  return { do: isSafe ? 'create' : 'wait' };
}

function deletion(machines: readonly StoredMachine[], outdated: readonly StoredMachine[]): Step {
  if (machines.some(isGoing)) return { do: 'wait' };
  const machine = toDelete(machines, outdated);
  if (machine === undefined) return { do: 'nothing' };
  return machines.every((other) => other === machine || isStable(other)) ? { do: 'delete', machine } : { do: 'wait' };
}

/** Of the Machines that come first: from the failure domain with most Machines, the oldest. */
function toDelete(machines: readonly StoredMachine[], outdated: readonly StoredMachine[]): StoredMachine | undefined {
  const groups = [
    outdated.filter(isFirst),
    machines.filter(isFirst),
    outdated.filter((machine) => !componentsAreHealthy(machine)),
    outdated,
    machines,
  ];
  const eligible = groups.find((group) => group.length > 0) ?? [];
  const sizes = new Map<string, number>();
  for (const machine of machines) sizes.set(domainOf(machine), (sizes.get(domainOf(machine)) ?? 0) + 1);
  const size = (machine: StoredMachine): number => sizes.get(domainOf(machine)) ?? 0;
  return [...eligible].sort((a, b) => size(b) - size(a) || byAge(a, b))[0];
}

function isFirst({ metadata }: StoredMachine): boolean {
  return metadata.annotations?.[DELETE_FIRST_CAPI] !== undefined;
}

function isGoing({ metadata }: StoredMachine): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function domainOf({ spec }: StoredMachine): string {
  return spec?.failureDomain ?? '';
}

function byAge(a: StoredMachine, b: StoredMachine): number {
  const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

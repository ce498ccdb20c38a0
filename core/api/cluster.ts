// Cluster API's Cluster and MachineDeployment, as far as remediation reads them.

import { type Condition, findCondition } from './conditions.ts';
import type { MachineSet } from './machine.ts';
import { type KubeObject, kindOf, type StringMap } from './object.ts';

/** v1beta1 and v1beta2 fields side by side: an object has those of its own apiVersion. */
export interface Cluster extends KubeObject {
  readonly spec?: {
    readonly paused?: boolean;
    readonly controlPlaneRef?: { readonly kind?: string; readonly name?: string };
  };
  readonly status?: {
    /** v1beta1. */
    readonly infrastructureReady?: boolean;
    /** v1beta1. */
    readonly controlPlaneReady?: boolean;
    readonly initialization?: {
      readonly infrastructureProvisioned?: boolean;
      readonly controlPlaneInitialized?: boolean;
    };
    readonly conditions?: readonly Condition[];
  };
}

export interface MachineDeployment extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: { readonly metadata?: { readonly labels?: StringMap } };
    /** v1beta2. */
    readonly remediation?: { readonly maxInFlight?: number | string };
    /** v1beta1. */
    readonly strategy?: { readonly remediation?: { readonly maxInFlight?: number | string } };
  };
}

export interface KubeadmControlPlane extends KubeObject {
  readonly spec?: { readonly version?: string };
  readonly status?: { readonly version?: string };
}

export const CAPI_CLUSTER = kindOf<Cluster>('cluster.x-k8s.io', 'Cluster', 'Namespaced');
export const CAPI_MACHINE_DEPLOYMENT = kindOf<MachineDeployment>('cluster.x-k8s.io', 'MachineDeployment', 'Namespaced');
export const KUBEADM_CONTROL_PLANE = kindOf<KubeadmControlPlane>(
  'controlplane.cluster.x-k8s.io',
  'KubeadmControlPlane',
  'Namespaced',
);

export const LABEL_CAPI_CLUSTER = 'cluster.x-k8s.io/cluster-name';
/** On a MachineDeployment its revision, on each of its MachineSets theirs: equal on the current one. */
export const ANNOTATION_REVISION = 'machinedeployment.clusters.x-k8s.io/revision';

export interface Readiness {
  readonly is: boolean;
  /** The condition that says so, for its stamp; absent where only a flag does. */
  readonly condition: Condition | undefined;
}

export function infrastructureReadiness(cluster: Cluster): Readiness {
  const { status } = cluster;
  const condition = findCondition(status?.conditions, 'InfrastructureReady');
  const flag = status?.initialization?.infrastructureProvisioned ?? status?.infrastructureReady;
  return { is: condition === undefined ? flag === true : condition.status === 'True', condition };
}

export function controlPlaneReadiness(cluster: Cluster): Readiness {
  const { status } = cluster;
  const condition = findCondition(status?.conditions, 'ControlPlaneInitialized');
  const flag = status?.initialization?.controlPlaneInitialized ?? status?.controlPlaneReady;
  return { is: condition === undefined ? flag === true : condition.status === 'True', condition };
}

/** The limit on remediations in flight: of the deployment, where the set belongs to one, else of the set. */
export function maxInFlightOf(set: MachineSet, deployment: MachineDeployment | undefined): number | string | undefined {
  return (
    deployment?.spec?.remediation?.maxInFlight ??
    deployment?.spec?.strategy?.remediation?.maxInFlight ??
    set.spec?.remediation?.maxInFlight
  );
}

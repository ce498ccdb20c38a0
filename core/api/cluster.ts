// Cluster API's Cluster and MachineDeployment, as far as remediation reads them.

import { type Condition, findCondition } from './conditions.ts';
import type { LabelSelector, Machine, MachineSet } from './machine.ts';
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

/** Limits of a rolling update, as counts or percentages. */
export interface RollingUpdate {
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
}

export interface MachineDeployment extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly selector?: LabelSelector;
    readonly template?: NonNullable<MachineSet['spec']>['template'];
    /** v1beta2. */
    readonly remediation?: { readonly maxInFlight?: number | string };
    /** v1beta2. */
    readonly rollout?: { readonly strategy?: { readonly type?: string; readonly rollingUpdate?: RollingUpdate } };
    /** v1beta2. */
    readonly deletion?: { readonly order?: string };
    /** v1beta1. */
    readonly strategy?: {
      readonly type?: string;
      readonly rollingUpdate?: RollingUpdate & { readonly deletePolicy?: string };
      readonly remediation?: { readonly maxInFlight?: number | string };
    };
  };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly upToDateReplicas?: number;
    readonly phase?: string;
    readonly observedGeneration?: number;
  };
}

export interface KubeadmControlPlane extends KubeObject {
  readonly spec?: {
    readonly version?: string;
    readonly replicas?: number;
    readonly machineTemplate?: {
      readonly metadata?: { readonly labels?: StringMap; readonly annotations?: StringMap };
      /** v1beta2. */
      readonly spec?: Machine['spec'];
      /** v1beta1. */
      readonly infrastructureRef?: { readonly kind: string; readonly name: string };
      readonly nodeDrainTimeout?: string;
      readonly nodeVolumeDetachTimeout?: string;
    };
    /** v1beta2. */
    readonly remediation?: {
      readonly maxRetry?: number;
      readonly retryPeriodSeconds?: number;
      readonly minHealthyPeriodSeconds?: number;
    };
    /** v1beta1, periods as Go durations. */
    readonly remediationStrategy?: {
      readonly maxRetry?: number;
      readonly retryPeriod?: string;
      readonly minHealthyPeriod?: string;
    };
    /** v1beta2. */
    readonly rollout?: { readonly strategy?: { readonly rollingUpdate?: RollingUpdate } };
    /** v1beta1. */
    readonly rolloutStrategy?: { readonly rollingUpdate?: RollingUpdate };
  };
  readonly status?: {
    readonly version?: string;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly upToDateReplicas?: number;
    readonly observedGeneration?: number;
    readonly initialization?: { readonly controlPlaneInitialized?: boolean };
    /** v1beta1. */
    readonly initialized?: boolean;
    readonly conditions?: readonly Condition[];
    readonly lastRemediation?: { readonly machine?: string; readonly time?: string; readonly retryCount?: number };
  };
}

export const CAPI_CLUSTER = kindOf<Cluster>('cluster.x-k8s.io', 'Cluster', 'Namespaced');
export const CAPI_MACHINE_DEPLOYMENT = kindOf<MachineDeployment>('cluster.x-k8s.io', 'MachineDeployment', 'Namespaced');
export const KUBEADM_CONTROL_PLANE = kindOf<KubeadmControlPlane>(
  'controlplane.cluster.x-k8s.io',
  'KubeadmControlPlane',
  'Namespaced',
);

/** On a KubeadmControlPlane while the replacement of a remediated Machine is not made yet; then on that, as remediation-for. */
export const ANNOTATION_REMEDIATION_IN_PROGRESS = 'controlplane.cluster.x-k8s.io/remediation-in-progress';
export const ANNOTATION_REMEDIATION_FOR = 'controlplane.cluster.x-k8s.io/remediation-for';

/** Conditions of control plane Machines that their KubeadmControlPlane writes. */
export const ETCD_MEMBER_HEALTHY = 'EtcdMemberHealthy';
export const ETCD_POD_HEALTHY = 'EtcdPodHealthy';
export const API_SERVER_POD_HEALTHY = 'APIServerPodHealthy';
export const CONTROLLER_MANAGER_POD_HEALTHY = 'ControllerManagerPodHealthy';
export const SCHEDULER_POD_HEALTHY = 'SchedulerPodHealthy';
/** Of the KubeadmControlPlane itself. */
export const ETCD_CLUSTER_HEALTHY = 'EtcdClusterHealthy';
/** Message of EtcdMemberHealthy=False on a member that does not vote yet. */
export const LEARNER_MESSAGE = 'Waiting for learner etcd member to be promoted';
/** The same of a Machine whose Node has no member, neither voting nor learning. */
export const NOT_INCLUDED_MESSAGE = 'The etcd member hosted on this Machine is not included in the member list';
/** Reason of Unknown conditions where nobody could look. */
export const INSPECTION_FAILED = 'InspectionFailed';

/** On Machines of a control plane: it takes their etcd member out before they go. */
export const KCP_HOOK = 'pre-terminate.delete.hook.machine.cluster.x-k8s.io/kcp-cleanup';
/** On objects of both Machine APIs: whoever works for them leaves them alone. */
export const ANNOTATION_CAPI_PAUSED = 'cluster.x-k8s.io/paused';
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

// The workload kinds whose objects remediation touches or harms: pods, their owners, volumes, disruption budgets.

import type { Condition } from './conditions.ts';
import type { LabelSelector } from './machine.ts';
import { type KubeObject, kindOf, type StringMap } from './object.ts';

export interface Toleration {
  readonly key?: string;
  readonly operator?: 'Equal' | 'Exists';
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

export interface NodeSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values?: readonly string[];
}

export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeSelectorRequirement[];
  /** Only `metadata.name` is a field. */
  readonly matchFields?: readonly NodeSelectorRequirement[];
}

export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly topologyKey: string;
  readonly namespaces?: readonly string[];
}

export interface PodAffinityRules {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
}

export interface Affinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms?: readonly NodeSelectorTerm[];
    };
  };
  readonly podAffinity?: PodAffinityRules;
  readonly podAntiAffinity?: PodAffinityRules;
}

export interface TopologySpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
  readonly labelSelector?: LabelSelector;
}

export interface PodSpec {
  readonly nodeName?: string;
  readonly nodeSelector?: StringMap;
  readonly affinity?: Affinity;
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly hostNetwork?: boolean;
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  readonly tolerations?: readonly Toleration[];
  readonly terminationGracePeriodSeconds?: number;
  readonly priority?: number;
  readonly containers?: readonly {
    readonly name?: string;
    readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
  }[];
  readonly volumes?: readonly {
    readonly name?: string;
    readonly persistentVolumeClaim?: { readonly claimName: string };
    readonly emptyDir?: unknown;
  }[];
}

export interface Pod extends KubeObject {
  readonly spec?: PodSpec;
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly Condition[];
  };
}

interface Replicated extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly template?: { readonly metadata?: { readonly labels?: StringMap }; readonly spec?: PodSpec };
  };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}
export interface Deployment extends Replicated {
  readonly spec?: NonNullable<Replicated['spec']> & {
    readonly strategy?: {
      readonly type?: 'RollingUpdate' | 'Recreate';
      readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string };
    };
    readonly paused?: boolean;
    readonly revisionHistoryLimit?: number;
  };
  readonly status?: NonNullable<Replicated['status']> & {
    readonly updatedReplicas?: number;
    readonly unavailableReplicas?: number;
  };
}
export type ReplicaSet = Replicated;
export interface StatefulSet extends Replicated {
  readonly spec?: NonNullable<Replicated['spec']> & {
    readonly podManagementPolicy?: 'OrderedReady' | 'Parallel';
    readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string } }[];
    readonly ordinals?: { readonly start?: number };
    readonly updateStrategy?: {
      readonly type?: 'RollingUpdate' | 'OnDelete';
      readonly rollingUpdate?: { readonly partition?: number };
    };
  };
  readonly status?: NonNullable<Replicated['status']> & {
    readonly currentReplicas?: number;
    readonly updatedReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

export interface DaemonSet extends KubeObject {
  readonly spec?: {
    readonly selector?: LabelSelector;
    readonly template?: { readonly metadata?: { readonly labels?: StringMap }; readonly spec?: PodSpec };
  };
  readonly status?: {
    readonly currentNumberScheduled?: number;
    readonly numberMisscheduled?: number;
    readonly desiredNumberScheduled?: number;
    readonly numberReady?: number;
    readonly observedGeneration?: number;
  };
}

export interface Job extends KubeObject {
  readonly spec?: {
    readonly parallelism?: number;
    readonly completions?: number;
    readonly backoffLimit?: number;
    readonly activeDeadlineSeconds?: number;
    readonly suspend?: boolean;
    readonly podReplacementPolicy?: 'TerminatingOrFailed' | 'Failed';
    readonly podFailurePolicy?: unknown;
    readonly template?: { readonly metadata?: { readonly labels?: StringMap }; readonly spec?: PodSpec };
  };
  readonly status?: {
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly active?: number;
    readonly ready?: number;
    readonly terminating?: number;
    readonly succeeded?: number;
    readonly failed?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface PodDisruptionBudget extends KubeObject {
  readonly spec?: {
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
    readonly selector?: LabelSelector;
    readonly unhealthyPodEvictionPolicy?: 'IfHealthyBudget' | 'AlwaysAllow';
  };
  readonly status?: {
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly disruptionsAllowed?: number;
    readonly expectedPods?: number;
    readonly observedGeneration?: number;
    /** Pods whose eviction was granted and whose deletion the disruption controller has not seen yet, with the instant. */
    readonly disruptedPods?: StringMap;
    readonly conditions?: readonly Condition[];
  };
}

export interface PersistentVolumeClaim extends KubeObject {
  readonly spec?: {
    readonly volumeName?: string;
    readonly accessModes?: readonly string[];
    readonly storageClassName?: string;
  };
}

export interface PersistentVolume extends KubeObject {
  readonly spec?: {
    readonly capacity?: Readonly<Record<string, string>>;
    readonly accessModes?: readonly string[];
    readonly csi?: { readonly driver?: string; readonly volumeHandle?: string };
    readonly local?: { readonly path?: string };
    readonly claimRef?: { readonly namespace?: string; readonly name?: string };
    readonly storageClassName?: string;
  };
}

export interface VolumeAttachment extends KubeObject {
  readonly spec?: {
    readonly attacher?: string;
    readonly nodeName?: string;
    readonly source?: { readonly persistentVolumeName?: string };
  };
  readonly status?: { readonly attached?: boolean };
}

export const POD = kindOf<Pod>('', 'Pod', 'Namespaced');
export const DEPLOYMENT = kindOf<Deployment>('apps', 'Deployment', 'Namespaced');
export const REPLICA_SET = kindOf<ReplicaSet>('apps', 'ReplicaSet', 'Namespaced');
export const STATEFUL_SET = kindOf<StatefulSet>('apps', 'StatefulSet', 'Namespaced');
export const DAEMON_SET = kindOf<DaemonSet>('apps', 'DaemonSet', 'Namespaced');
export const JOB = kindOf<Job>('batch', 'Job', 'Namespaced');
export const POD_DISRUPTION_BUDGET = kindOf<PodDisruptionBudget>('policy', 'PodDisruptionBudget', 'Namespaced');
export const PERSISTENT_VOLUME_CLAIM = kindOf<PersistentVolumeClaim>('', 'PersistentVolumeClaim', 'Namespaced');
export const PERSISTENT_VOLUME = kindOf<PersistentVolume>('', 'PersistentVolume', 'Cluster');
export const VOLUME_ATTACHMENT = kindOf<VolumeAttachment>('storage.k8s.io', 'VolumeAttachment', 'Cluster');

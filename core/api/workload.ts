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

export interface PodSpec {
  readonly nodeName?: string;
  readonly nodeSelector?: StringMap;
  readonly tolerations?: readonly Toleration[];
  readonly terminationGracePeriodSeconds?: number;
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  readonly containers?: readonly {
    readonly name?: string;
    readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
  }[];
  readonly volumes?: readonly {
    readonly name?: string;
    readonly persistentVolumeClaim?: { readonly claimName: string };
  }[];
}

export interface Pod extends KubeObject {
  readonly spec?: PodSpec;
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

interface Replicated extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly template?: { readonly metadata?: { readonly labels?: StringMap }; readonly spec?: PodSpec };
  };
  readonly status?: { readonly replicas?: number; readonly readyReplicas?: number };
}
export type Deployment = Replicated;
export type ReplicaSet = Replicated;
export interface StatefulSet extends Replicated {
  readonly spec?: NonNullable<Replicated['spec']> & {
    readonly podManagementPolicy?: 'OrderedReady' | 'Parallel';
    readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string } }[];
  };
}

export interface PodDisruptionBudget extends KubeObject {
  readonly spec?: {
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
    readonly selector?: LabelSelector;
    readonly unhealthyPodEvictionPolicy?: 'IfHealthyBudget' | 'AlwaysAllow';
  };
  readonly status?: { readonly disruptionsAllowed?: number };
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
export const POD_DISRUPTION_BUDGET = kindOf<PodDisruptionBudget>('policy', 'PodDisruptionBudget', 'Namespaced');
export const PERSISTENT_VOLUME_CLAIM = kindOf<PersistentVolumeClaim>('', 'PersistentVolumeClaim', 'Namespaced');
export const PERSISTENT_VOLUME = kindOf<PersistentVolume>('', 'PersistentVolume', 'Cluster');
export const VOLUME_ATTACHMENT = kindOf<VolumeAttachment>('storage.k8s.io', 'VolumeAttachment', 'Cluster');

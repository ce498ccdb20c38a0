// Machine in its two lineages: OpenShift's machine.openshift.io and Cluster API's cluster.x-k8s.io. Different kinds with
// different link annotations; the narrow fields below exist in both unless noted.

import type { Condition } from './conditions.ts';
import { type Kind, type KubeObject, kindOf, type ObjectKey, type StringMap } from './object.ts';

export interface LabelSelector {
  readonly matchLabels?: StringMap;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
}

export interface Machine extends KubeObject {
  readonly spec?: {
    readonly providerID?: string;
    /** OpenShift: BareMetalMachineProviderSpec under `value`. */
    readonly providerSpec?: { readonly value?: { readonly hostSelector?: LabelSelector } };
    /** Cluster API. */
    readonly clusterName?: string;
    readonly infrastructureRef?: { readonly kind: string; readonly name: string };
    /** Cluster API, the rack where the failure domain is one. */
    readonly failureDomain?: string;
    /** Cluster API: the Kubernetes version. */
    readonly version?: string;
    /** Cluster API. */
    readonly bootstrap?: { readonly configRef?: { readonly kind?: string; readonly name?: string } };
  };
  readonly status?: {
    readonly nodeRef?: { readonly name: string };
    readonly phase?: string;
    readonly lastUpdated?: string;
    readonly conditions?: readonly Condition[];
    /** Cluster API v1beta2. */
    readonly initialization?: { readonly infrastructureProvisioned?: boolean };
  };
}

export interface MachineSet extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly template?: {
      readonly metadata?: { readonly labels?: StringMap; readonly annotations?: StringMap };
      readonly spec?: Machine['spec'];
    };
    /** Cluster API v1beta2. */
    readonly remediation?: { readonly maxInFlight?: number | string };
    /** Which Machine a scale-down takes first. Cluster API v1beta2 under `deletion`, v1beta1 and OpenShift as `deletePolicy`. */
    readonly deletion?: { readonly order?: string };
    readonly deletePolicy?: string;
  };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    /** Cluster API v1beta2. */
    readonly upToDateReplicas?: number;
    readonly fullyLabeledReplicas?: number;
    readonly observedGeneration?: number;
  };
}

/** Cluster API: carries the host of a Machine. */
export interface Metal3Machine extends KubeObject {
  readonly spec?: { readonly providerID?: string; readonly hostSelector?: LabelSelector };
}

export const OPENSHIFT_MACHINE = kindOf<Machine>('machine.openshift.io', 'Machine', 'Namespaced');
export const OPENSHIFT_MACHINE_SET = kindOf<MachineSet>('machine.openshift.io', 'MachineSet', 'Namespaced');
export const CAPI_MACHINE = kindOf<Machine>('cluster.x-k8s.io', 'Machine', 'Namespaced');
export const CAPI_MACHINE_SET = kindOf<MachineSet>('cluster.x-k8s.io', 'MachineSet', 'Namespaced');
export const METAL3_MACHINE = kindOf<Metal3Machine>('infrastructure.cluster.x-k8s.io', 'Metal3Machine', 'Namespaced');

/** Which of the two a cluster has. */
export type MachineApi = 'openshift' | 'cluster-api';

export function machineKind(machineApi: MachineApi): Kind<Machine> {
  return machineApi === 'openshift' ? OPENSHIFT_MACHINE : CAPI_MACHINE;
}

/** Where OpenShift's Machines are. */
export const OPENSHIFT_MACHINE_NAMESPACE = 'openshift-machine-api';

/** Value `namespace/name`: on OpenShift Machines and on Metal3Machines. */
export const ANNOTATION_HOST = 'metal3.io/BareMetalHost';
/** Value `namespace/name`, on Nodes of OpenShift. */
export const ANNOTATION_OPENSHIFT_MACHINE = 'machine.openshift.io/machine';
/** Value `name`, on Nodes of Cluster API, with the namespace beside it. */
export const ANNOTATION_CAPI_MACHINE = 'cluster.x-k8s.io/machine';
export const ANNOTATION_CAPI_NAMESPACE = 'cluster.x-k8s.io/cluster-namespace';
/** OpenShift, on Machines: the bare-metal actuator is asked to power-cycle the host, by a MachineHealthCheck with the remediation annotation. */
export const ANNOTATION_EXTERNAL_REMEDIATION = 'host.metal3.io/external-remediation';
export const LABEL_OPENSHIFT_ROLE = 'machine.openshift.io/cluster-api-machine-role';
/** Cluster API, on Machines: the MachineDeployment that they are of. */
export const LABEL_DEPLOYMENT_NAME = 'cluster.x-k8s.io/deployment-name';
/** CAPM3, on BareMetalHosts: only Machines of the MachineDeployment or control plane of this name take the host. */
export const LABEL_NODE_REUSE = 'infrastructure.cluster.x-k8s.io/node-reuse';
export const LABEL_CAPI_CONTROL_PLANE = 'cluster.x-k8s.io/control-plane';
/** Cluster API, on Machines: a person wants the Machine replaced, whatever its health check says. */
export const ANNOTATION_REMEDIATE_MACHINE = 'cluster.x-k8s.io/remediate-machine';
/** Cluster API, conditions of Machines: False where a health check finds it sick, and where its owner shall act on that. */
export const HEALTH_CHECK_SUCCEEDED = 'HealthCheckSucceeded';
export const OWNER_REMEDIATED = 'OwnerRemediated';

export function isExternallyRemediated(machine: Machine | undefined): boolean {
  return machine?.metadata.annotations?.[ANNOTATION_EXTERNAL_REMEDIATION] !== undefined;
}

/** `namespace/name` to a key; undefined for anything else. */
export function parseKey(text: string | undefined): ObjectKey | undefined {
  if (text === undefined) return undefined;
  const slash = text.indexOf('/');
  return slash <= 0 ? undefined : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

// The policy and request kinds of the first controllers, field by field as their CRDs have them.
// Source: kubevirt/machine-remediation-operator 6d411110, openshift/machine-api-operator 95119612, kubernetes-sigs/cluster-api
// ae7ff047, metal3-io/cluster-api-provider-metal3 2f6d76b8.

import type { Condition, ConditionStatus } from './conditions.ts';
import type { LabelSelector } from './machine.ts';
import type { TemplateReference } from './node-health-check.ts';
import { type KubeObject, kindOf, type StringMap } from './object.ts';

interface HealthCheckStatus {
  readonly expectedMachines?: number;
  readonly currentHealthy?: number;
  readonly remediationsAllowed?: number;
  readonly observedGeneration?: number;
  readonly targets?: readonly string[];
  readonly conditions?: readonly Condition[];
  /** Cluster API v1beta2: the conditions as v1beta1 has them. */
  readonly deprecated?: { readonly v1beta1?: { readonly conditions?: readonly Condition[] } };
}

export interface OpenshiftMachineHealthCheck extends KubeObject {
  readonly spec?: {
    readonly selector?: LabelSelector;
    readonly unhealthyConditions?: readonly {
      readonly type: string;
      readonly status: ConditionStatus;
      readonly timeout: string;
    }[];
    readonly maxUnhealthy?: number | string;
    readonly nodeStartupTimeout?: string;
    readonly remediationTemplate?: TemplateReference;
  };
  readonly status?: HealthCheckStatus;
}

/** v1beta1 and v1beta2 fields side by side: an object has those of its own apiVersion. */
export interface CapiMachineHealthCheck extends KubeObject {
  readonly spec?: {
    readonly clusterName?: string;
    readonly selector?: LabelSelector;
    readonly maxUnhealthy?: number | string;
    readonly unhealthyRange?: string;
    readonly nodeStartupTimeout?: string;
    readonly unhealthyConditions?: readonly {
      readonly type: string;
      readonly status: ConditionStatus;
      readonly timeout: string;
    }[];
    readonly remediationTemplate?: TemplateReference;
    readonly checks?: {
      readonly nodeStartupTimeoutSeconds?: number;
      readonly unhealthyNodeConditions?: readonly {
        readonly type: string;
        readonly status: ConditionStatus;
        readonly timeoutSeconds: number;
      }[];
      readonly unhealthyMachineConditions?: readonly {
        readonly type: string;
        readonly status: ConditionStatus;
        readonly timeoutSeconds: number;
      }[];
    };
    readonly remediation?: {
      readonly triggerIf?: {
        readonly unhealthyLessThanOrEqualTo?: number | string;
        readonly unhealthyInRange?: string;
      };
      readonly templateRef?: TemplateReference;
    };
  };
  readonly status?: HealthCheckStatus;
}

export interface Metal3RemediationTemplate extends KubeObject {
  readonly spec?: { readonly template?: { readonly spec?: Metal3Remediation['spec'] } };
}

export interface Metal3Remediation extends KubeObject {
  readonly spec?: {
    readonly strategy?: {
      readonly type?: 'Reboot';
      readonly retryLimit?: number;
      /** v1beta1: a duration. */
      readonly timeout?: string;
      /** v1beta2. */
      readonly timeoutSeconds?: number;
    };
  };
  readonly status?: {
    readonly phase?: 'Running' | 'Waiting' | 'Deleting machine' | 'Failed';
    readonly retryCount?: number;
    readonly lastRemediated?: string;
  };
}

/** The original operator's health check (2019): asks the MachineDisruptionBudget, which OpenShift's never does. */
export interface MroMachineHealthCheck extends KubeObject {
  readonly spec?: { readonly remediationStrategy?: 'reboot' | 'recreate'; readonly selector?: LabelSelector };
}

export interface MachineRemediation extends KubeObject {
  readonly spec?: {
    readonly type?: 'reboot' | 'recreate';
    readonly machineName?: string;
    readonly savedLabels?: StringMap;
    readonly savedAnnotations?: StringMap;
  };
  readonly status?: {
    readonly state?: 'Started' | 'PowerOff' | 'PowerOn' | 'Succeeded' | 'Failed';
    readonly reason?: string;
    readonly startTime?: string;
    readonly endTime?: string;
  };
}

export interface MachineDisruptionBudget extends KubeObject {
  readonly spec?: {
    readonly minAvailable?: number;
    readonly maxUnavailable?: number;
    readonly selector?: LabelSelector;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly disruptedMachines?: StringMap;
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly total?: number;
  };
}

export const OPENSHIFT_MACHINE_HEALTH_CHECK = kindOf<OpenshiftMachineHealthCheck>(
  'machine.openshift.io',
  'MachineHealthCheck',
  'Namespaced',
);
export const CAPI_MACHINE_HEALTH_CHECK = kindOf<CapiMachineHealthCheck>(
  'cluster.x-k8s.io',
  'MachineHealthCheck',
  'Namespaced',
);
export const METAL3_REMEDIATION = kindOf<Metal3Remediation>(
  'infrastructure.cluster.x-k8s.io',
  'Metal3Remediation',
  'Namespaced',
);
export const METAL3_REMEDIATION_TEMPLATE = kindOf<Metal3RemediationTemplate>(
  'infrastructure.cluster.x-k8s.io',
  'Metal3RemediationTemplate',
  'Namespaced',
);
export const MRO_MACHINE_HEALTH_CHECK = kindOf<MroMachineHealthCheck>(
  'machineremediation.kubevirt.io',
  'MachineHealthCheck',
  'Namespaced',
);
export const MACHINE_REMEDIATION = kindOf<MachineRemediation>(
  'machineremediation.kubevirt.io',
  'MachineRemediation',
  'Namespaced',
);
export const MACHINE_DISRUPTION_BUDGET = kindOf<MachineDisruptionBudget>(
  'machineremediation.kubevirt.io',
  'MachineDisruptionBudget',
  'Namespaced',
);

/** On OpenShift's MachineHealthChecks; with this value they ask the host's own controller for a power cycle. */
export const ANNOTATION_REMEDIATION_STRATEGY = 'machine.openshift.io/remediation-strategy';
export const EXTERNAL_BAREMETAL = 'external-baremetal';

// NodeHealthCheck (remediation.medik8s.io/v1alpha1), and what every remediation template and request of its remediators has in
// common. Source: medik8s/node-healthcheck-operator api/v1alpha1. `stormTerminationDelay` is no
// field of it: it was renamed to stormCooldownDuration before its release (trap T9).

import type { Condition } from './conditions.ts';
import type { LabelSelector } from './machine.ts';
import { type Kind, type KubeObject, kindOf } from './object.ts';

export interface TemplateReference {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Templates of a kind: what a reference says apart from the name. */
export type TemplateKind = Pick<TemplateReference, 'apiVersion' | 'kind'>;

export interface EscalatingRemediation {
  readonly remediationTemplate: TemplateReference;
  readonly order: number;
  readonly timeout: string;
}

/** One remediation request made for a node. */
export interface StartedRemediation {
  readonly resource: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly uid: string;
  };
  /** When the request was created. */
  readonly started: string;
  readonly timedOut?: string;
  readonly templateName?: string;
}

export interface UnhealthyNode {
  readonly name: string;
  readonly remediations?: readonly StartedRemediation[];
  /** Since when no unhealthy condition matches any more, while requests are still there. */
  readonly conditionsHealthyTimestamp?: string;
  readonly healthyDelayed?: boolean;
}

export type NodeHealthCheckPhase = 'Disabled' | 'Paused' | 'Remediating' | 'Enabled';

export interface NodeHealthCheck extends KubeObject {
  readonly spec?: {
    readonly selector?: LabelSelector;
    readonly unhealthyConditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly duration: string;
    }[];
    readonly minHealthy?: number | string;
    readonly maxUnhealthy?: number | string;
    readonly remediationTemplate?: TemplateReference;
    readonly escalatingRemediations?: readonly EscalatingRemediation[];
    readonly pauseRequests?: readonly string[];
    readonly stormCooldownDuration?: string;
    readonly healthyDelay?: string;
  };
  readonly status?: {
    readonly observedNodes?: number;
    readonly healthyNodes?: number;
    readonly unhealthyNodes?: readonly UnhealthyNode[];
    /** Of older versions: removed when seen. */
    readonly inFlightRemediations?: Readonly<Record<string, string>>;
    readonly conditions?: readonly Condition[];
    readonly phase?: NodeHealthCheckPhase;
    readonly reason?: string;
    readonly lastUpdateTime?: string;
  };
}

/** A template of any remediator: `spec.template.spec` becomes the spec of its requests. */
export interface RemediationTemplate extends KubeObject {
  readonly spec?: { readonly template?: { readonly spec?: unknown } };
}

/** A request to any remediator, with the conditions of core/api/medik8s.ts. */
export interface RemediationRequest extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export const NODE_HEALTH_CHECK = kindOf<NodeHealthCheck>('remediation.medik8s.io', 'NodeHealthCheck', 'Cluster');
export const NODE_HEALTH_CHECK_API_VERSION = 'remediation.medik8s.io/v1alpha1';

/** Source: CRD default of spec.unhealthyConditions. */
export const DEFAULT_UNHEALTHY_CONDITIONS = [
  { type: 'Ready', status: 'False', duration: '300s' },
  { type: 'Ready', status: 'Unknown', duration: '300s' },
] as const;

export const CONDITION_DISABLED = 'Disabled';
export const CONDITION_STORM_ACTIVE = 'StormActive';
export const CONDITION_STORM_COOLDOWN_ACTIVE = 'StormCooldownActive';
export const REASON_STORM_THRESHOLD_CHANGE = 'HealthyNodeThresholdChange';

/** On a request: since when its node is healthy, while spec.healthyDelay runs. */
export const ANNOTATION_HEALTHY_DELAY = 'remediation.medik8s.io/healthy-delay';
/** On a Node, set by a person: it is healthy, whatever spec.healthyDelay says. */
export const ANNOTATION_MANUALLY_CONFIRMED_HEALTHY = 'remediation.medik8s.io/manually-confirmed-healthy';
/** On a request older than 48 h: the alert was raised. */
export const ANNOTATION_OLD_REQUEST = 'nodehealthcheck.medik8s.io/old-remediation-cr-flag';
/** On requests for nodes of the control plane, which are remediated one at a time. */
export const LABEL_CONTROL_PLANE_REQUEST = 'remediation.medik8s.io/isControlPlaneNode';

const TEMPLATE_SUFFIX = 'Template';

/** `FenceAgentsRemediationTemplate` as a kind. All templates that are known are namespaced. */
export function templateKind({ apiVersion = '', kind }: TemplateKind): Kind<RemediationTemplate> {
  return kindOf(apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/'))), kind, 'Namespaced');
}

/** The kind of the requests that are made from a template: its own without "Template". */
export function requestKind(reference: TemplateKind): Kind<RemediationRequest> {
  const { group, kind } = templateKind(reference);
  const name = kind.endsWith(TEMPLATE_SUFFIX) ? kind.slice(0, -TEMPLATE_SUFFIX.length) : kind;
  return kindOf(group, name, 'Namespaced');
}

/** The templates that a health check names, in the order in which it does. */
export function templatesOf({ spec }: NodeHealthCheck): readonly TemplateReference[] {
  if (spec?.remediationTemplate !== undefined) return [spec.remediationTemplate];
  return (spec?.escalatingRemediations ?? []).map(({ remediationTemplate }) => remediationTemplate);
}

/** The remediators that a NodeHealthCheck is used with. Source: their own repositories, of metal3-io and medik8s. */
export const REMEDIATOR_TEMPLATES: readonly TemplateKind[] = [
  { apiVersion: 'self-node-remediation.medik8s.io/v1alpha1', kind: 'SelfNodeRemediationTemplate' },
  { apiVersion: 'fence-agents-remediation.medik8s.io/v1alpha1', kind: 'FenceAgentsRemediationTemplate' },
  { apiVersion: 'machine-deletion-remediation.medik8s.io/v1alpha1', kind: 'MachineDeletionRemediationTemplate' },
  { apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta1', kind: 'Metal3RemediationTemplate' },
];

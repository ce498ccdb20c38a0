// Health checks of every product seen alike: whom they select, when a Machine or Node counts as unhealthy, how many may be
// treated at once, and what is done. Read for checks and for words only; controllers read the manifests themselves.

import { type LabelSelector, type Machine, type MachineApi, machineKind } from '../../core/api/machine.ts';
import { NODE_HEALTH_CHECK } from '../../core/api/node-health-check.ts';
import { type KubeObject, kindKeyOf } from '../../core/api/object.ts';
import {
  ANNOTATION_REMEDIATION_STRATEGY,
  CAPI_MACHINE_HEALTH_CHECK,
  type CapiMachineHealthCheck,
  EXTERNAL_BAREMETAL,
  METAL3_REMEDIATION_TEMPLATE,
  MRO_MACHINE_HEALTH_CHECK,
  type MroMachineHealthCheck,
  OPENSHIFT_MACHINE_HEALTH_CHECK,
  type OpenshiftMachineHealthCheck,
} from '../../core/api/remediation.ts';
import { REMEDIATION_POLICY } from '../../core/api/remediation-policy.ts';
import { isEmptySelector, matchesSelector } from '../../core/api/selector.ts';
import { mroUnhealthyConditions } from '../../core/health/mro-unhealthy-conditions.ts';
import type { ClusterModel } from '../cluster/inventory.ts';
import type { ObjectSet } from '../cluster/object-set.ts';
import type { Path } from '../positioned-yaml.ts';
import { parseGoDuration } from '../quantities.ts';
import type { Fleet, Target } from './fleet.ts';
import type { Limit } from './limit.ts';
import { nodeHealthCheck } from './node-health-check.ts';
import { ownPolicy } from './own-policy.ts';
import type { Manifest } from './read-policy.ts';
import { type RemedyAction, rebootByTemplate, remedyOf, type TemplateReference } from './remedy.ts';

export interface UnhealthyCondition {
  readonly type: string;
  readonly status: string;
  readonly timeoutMs: number;
  /** In the manifest. */
  readonly path: Path;
}

export type MachineFamily = 'openshift' | 'cluster-api' | 'mro';

export interface HealthCheck {
  readonly manifest: Manifest;
  readonly family: MachineFamily | 'medik8s' | 'own';
  readonly name: string;
  readonly namespace: string;
  readonly clusterName: string | undefined;
  readonly selector: LabelSelector | undefined;
  readonly conditions: readonly UnhealthyCondition[];
  readonly limit: Limit;
  /** 0: switched off. */
  readonly startupTimeoutMs: number;
  readonly startupPath: Path;
  readonly action: RemedyAction;
  readonly templates: readonly TemplateReference[];
}

/** Source: machine-api-operator and cluster-api, nodeStartupTimeout 10 min. */
const DEFAULT_STARTUP_MS = 600_000;
/** Source: machine-api-operator, maxUnhealthy default. */
const DEFAULT_MAX_UNHEALTHY = '100%';
/** Source: machine-remediation-operator remediator.go, reboot time-out 5 min. */
const MRO_REBOOT_TIMEOUT_MS = 300_000;

export function healthChecksOf(manifests: readonly Manifest[]): readonly HealthCheck[] {
  return manifests.flatMap((manifest) => {
    switch (kindKeyOf(manifest.object)) {
      case OPENSHIFT_MACHINE_HEALTH_CHECK.key:
        return [openshift(manifest, manifests)];
      case CAPI_MACHINE_HEALTH_CHECK.key:
        return [clusterApi(manifest, manifests)];
      case MRO_MACHINE_HEALTH_CHECK.key:
        return [mro(manifest, manifests)];
      case NODE_HEALTH_CHECK.key:
        return [nodeHealthCheck(manifest, manifests)];
      case REMEDIATION_POLICY.key:
        return [ownPolicy(manifest, manifests)];
      default:
        return [];
    }
  });
}

function common(manifest: Manifest) {
  const { name, namespace } = manifest.object.metadata;
  return { manifest, name, namespace: namespace ?? '' };
}

function openshift(manifest: Manifest, all: readonly Manifest[]): HealthCheck {
  const { metadata, spec } = manifest.object as OpenshiftMachineHealthCheck;
  const reference = spec?.remediationTemplate;
  const external = metadata.annotations?.[ANNOTATION_REMEDIATION_STRATEGY] === EXTERNAL_BAREMETAL;
  return {
    ...common(manifest),
    family: 'openshift',
    clusterName: undefined,
    selector: spec?.selector,
    conditions: timed(spec?.unhealthyConditions),
    limit: {
      kind: 'max',
      value: spec?.maxUnhealthy ?? DEFAULT_MAX_UNHEALTHY,
      rule: { rounding: 'floor', plainString: 'count' },
      path: ['spec', 'maxUnhealthy'],
    },
    startupTimeoutMs: parseGoDuration(spec?.nodeStartupTimeout ?? '') ?? DEFAULT_STARTUP_MS,
    startupPath: ['spec', 'nodeStartupTimeout'],
    action: external
      ? { kind: 'reboot', retries: 0, timeoutMs: undefined, lastly: 'reprovision' }
      : reference === undefined
        ? { kind: 'reprovision' }
        : remedyOfMachine(reference, metadata.namespace, all),
    templates: references(reference, metadata.namespace, ['spec', 'remediationTemplate', 'name']),
  };
}

function clusterApi(manifest: Manifest, all: readonly Manifest[]): HealthCheck {
  const { metadata, spec } = manifest.object as CapiMachineHealthCheck;
  const old = manifest.object.apiVersion.endsWith('/v1beta1');
  const reference = old ? spec?.remediationTemplate : spec?.remediation?.templateRef;
  const startup = old
    ? parseGoDuration(spec?.nodeStartupTimeout ?? '')
    : spec?.checks?.nodeStartupTimeoutSeconds === undefined
      ? undefined
      : spec.checks.nodeStartupTimeoutSeconds * 1000;
  return {
    ...common(manifest),
    family: 'cluster-api',
    clusterName: spec?.clusterName,
    selector: spec?.selector,
    conditions: old
      ? timed(spec?.unhealthyConditions)
      : [
          ...inSeconds(spec?.checks?.unhealthyNodeConditions, 'unhealthyNodeConditions'),
          ...inSeconds(spec?.checks?.unhealthyMachineConditions, 'unhealthyMachineConditions').map((condition) => ({
            ...condition,
            type: `${condition.type} of the Machine`,
          })),
        ],
    limit: capiLimit(spec, old),
    startupTimeoutMs: startup ?? DEFAULT_STARTUP_MS,
    startupPath: old ? ['spec', 'nodeStartupTimeout'] : ['spec', 'checks', 'nodeStartupTimeoutSeconds'],
    action: reference === undefined ? { kind: 'reprovision' } : remedyOfMachine(reference, metadata.namespace, all),
    templates: references(
      reference,
      metadata.namespace,
      old ? ['spec', 'remediationTemplate', 'name'] : ['spec', 'remediation', 'templateRef', 'name'],
    ),
  };
}

/** The template is looked for beside the health check. */
function remedyOfMachine(
  { apiVersion = '', kind, name }: { readonly apiVersion?: string; readonly kind: string; readonly name: string },
  namespace: string | undefined,
  all: readonly Manifest[],
): RemedyAction {
  if (kind === METAL3_REMEDIATION_TEMPLATE.kind) return rebootByTemplate({ name }, namespace, all);
  return remedyOf({ apiVersion, kind, name, namespace: namespace ?? '', path: [] }, all);
}

/** Both Machine APIs look for a template beside the health check, whatever namespace the reference names. */
function references(
  reference: { readonly apiVersion?: string; readonly kind: string; readonly name: string } | undefined,
  namespace: string | undefined,
  path: Path,
): readonly TemplateReference[] {
  if (reference === undefined) return [];
  const { apiVersion = '', kind, name } = reference;
  return [{ apiVersion, kind, name, namespace: namespace ?? '', path }];
}

function capiLimit(spec: CapiMachineHealthCheck['spec'], old: boolean): Limit {
  const trigger = spec?.remediation?.triggerIf;
  const range = /^\[(\d+)-(\d+)\]$/.exec((old ? spec?.unhealthyRange : trigger?.unhealthyInRange) ?? '');
  if (range !== null) {
    const path = old ? ['spec', 'unhealthyRange'] : ['spec', 'remediation', 'triggerIf', 'unhealthyInRange'];
    return { kind: 'range', min: Number(range[1]), max: Number(range[2]), path };
  }
  const value = old ? spec?.maxUnhealthy : trigger?.unhealthyLessThanOrEqualTo;
  if (value === undefined) return { kind: 'none' };
  return {
    kind: 'max',
    value,
    rule: { rounding: 'floor', plainString: 'error' },
    path: old ? ['spec', 'maxUnhealthy'] : ['spec', 'remediation', 'triggerIf', 'unhealthyLessThanOrEqualTo'],
  };
}

function mro(manifest: Manifest, all: readonly Manifest[]): HealthCheck {
  const { spec } = manifest.object as MroMachineHealthCheck;
  return {
    ...common(manifest),
    family: 'mro',
    clusterName: undefined,
    selector: spec?.selector,
    conditions: mroUnhealthyConditions(all.map(({ object }) => object)).map((rule) => ({ ...rule, path: [] })),
    limit: { kind: 'none' },
    startupTimeoutMs: 0,
    startupPath: [],
    action:
      spec?.remediationStrategy === 'reboot'
        ? { kind: 'reboot', retries: 0, timeoutMs: MRO_REBOOT_TIMEOUT_MS, lastly: 'person' }
        : { kind: 'reprovision' },
    templates: [],
  };
}

function timed(
  conditions: readonly { readonly type: string; readonly status: string; readonly timeout: string }[] | undefined,
): readonly UnhealthyCondition[] {
  return (conditions ?? []).map(({ type, status, timeout }, index) => ({
    type,
    status,
    timeoutMs: parseGoDuration(timeout) ?? 0,
    path: ['spec', 'unhealthyConditions', index, 'timeout'],
  }));
}

function inSeconds(
  conditions:
    | readonly { readonly type: string; readonly status: string; readonly timeoutSeconds: number }[]
    | undefined,
  field: string,
): readonly UnhealthyCondition[] {
  return (conditions ?? []).map(({ type, status, timeoutSeconds }, index) => ({
    type,
    status,
    timeoutMs: timeoutSeconds * 1000,
    path: ['spec', 'checks', field, index, 'timeoutSeconds'],
  }));
}

/** Machines that a health check or budget of this family selects, in key order. */
export function selectedMachines(
  check: { readonly family: MachineFamily } & Pick<HealthCheck, 'namespace' | 'clusterName' | 'selector'>,
  objects: ObjectSet,
  machineApi: MachineApi,
): readonly Machine[] {
  // An empty selector selects everything in OpenShift and nothing in the 2019 operator; Cluster API refuses it.
  if (isEmptySelector(check.selector) && check.family !== 'openshift') return [];
  return machinesOf(objects, machineApi).filter(
    ({ metadata }) =>
      metadata.namespace === check.namespace &&
      (check.clusterName === undefined || metadata.labels?.['cluster.x-k8s.io/cluster-name'] === check.clusterName) &&
      matchesSelector(check.selector, metadata.labels),
  );
}

/** What a health check watches, in key order. */
export function targetsOf(check: HealthCheck, cluster: ClusterModel, fleet: Fleet): readonly Target[] {
  const { family, selector } = check;
  if (family !== 'medik8s' && family !== 'own') {
    return selectedMachines({ ...check, family }, cluster.input, cluster.machineApi).map((machine) =>
      fleet.targetOfMachine(machine),
    );
  }
  // One webhook refuses an empty selector; our own policy selects none by it.
  if (isEmptySelector(selector)) return [];
  return fleet.nodes
    .filter(({ metadata }) => matchesSelector(selector, metadata.labels))
    .map((node) => fleet.targetOfNode(node));
}

/** Nodes, and not Machines. */
export function watchesNodes({ family }: Pick<HealthCheck, 'family'>): boolean {
  return family === 'medik8s' || family === 'own';
}

export function machinesOf(objects: ObjectSet, machineApi: MachineApi): readonly Machine[] {
  return objects.list(machineKind(machineApi));
}

export function isKind(object: KubeObject, kindKey: string): boolean {
  return kindKeyOf(object) === kindKey;
}

// The three kinds of MachineHealthCheck seen alike: whom they select, when a Machine counts as unhealthy, how many may be
// treated at once, and what is done. Read for checks and for words only; controllers read the manifests themselves.

import type { LabelSelector, Machine } from '../../core/api/machine.ts';
import { type KubeObject, kindKeyOf } from '../../core/api/object.ts';
import {
  CAPI_MACHINE_HEALTH_CHECK,
  type CapiMachineHealthCheck,
  METAL3_REMEDIATION_TEMPLATE,
  type Metal3RemediationTemplate,
  MRO_MACHINE_HEALTH_CHECK,
  type MroMachineHealthCheck,
  OPENSHIFT_MACHINE_HEALTH_CHECK,
  type OpenshiftMachineHealthCheck,
} from '../../core/api/remediation.ts';
import { isEmptySelector, matchesSelector } from '../../core/api/selector.ts';
import { machineKind } from '../../core/remediation/machine-links.ts';
import type { MachineApi } from '../../sim/config.ts';
import type { ObjectSet } from '../cluster/object-set.ts';
import type { Path } from '../positioned-yaml.ts';
import { parseGoDuration } from '../quantities.ts';
import type { Manifest } from './read-policy.ts';

export const EXTERNAL_BAREMETAL = 'external-baremetal';
export const ANNOTATION_STRATEGY = 'machine.openshift.io/remediation-strategy';

export interface UnhealthyCondition {
  readonly type: string;
  readonly status: string;
  readonly timeoutMs: number;
  /** In the manifest. */
  readonly path: Path;
}

/** `max`: at most so many unhealthy. `range`: between two numbers. `none`: no limit of its own. */
export type Limit =
  | { readonly kind: 'max'; readonly value: number | string; readonly path: Path }
  | { readonly kind: 'range'; readonly min: number; readonly max: number; readonly path: Path }
  | { readonly kind: 'none' };

export type RemedyAction =
  | {
      readonly kind: 'reboot';
      readonly retries: number;
      readonly timeoutMs: number | undefined;
      readonly lastly: 'reprovision' | 'person';
    }
  | { readonly kind: 'reprovision' };

export interface HealthCheck {
  readonly manifest: Manifest;
  readonly family: 'openshift' | 'cluster-api' | 'mro';
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
  readonly template: { readonly kind: string; readonly name: string; readonly path: Path } | undefined;
}

/** Source: machine-api-operator and cluster-api, nodeStartupTimeout 10 min. */
const DEFAULT_STARTUP_MS = 600_000;
/** Source: machine-api-operator, maxUnhealthy default. */
const DEFAULT_MAX_UNHEALTHY = '100%';
/** Source: machine-remediation-operator, fallback of ConfigMap node-unhealthy-conditions: Ready Unknown and False, 300 s. */
const MRO_CONDITIONS = ['Unknown', 'False'].map((status) => ({ type: 'Ready', status, timeoutMs: 300_000, path: [] }));
/** Source: machine-remediation-operator remediator.go, reboot time-out 5 min. */
const MRO_REBOOT_TIMEOUT_MS = 300_000;
/** Source: CAPM3 metal3remediation_types.go: retryLimit 1, timeout 600 s. */
const METAL3_RETRIES = 1;
const METAL3_TIMEOUT_MS = 600_000;

export function healthChecksOf(manifests: readonly Manifest[]): readonly HealthCheck[] {
  return manifests.flatMap((manifest) => {
    switch (kindKeyOf(manifest.object)) {
      case OPENSHIFT_MACHINE_HEALTH_CHECK.key:
        return [openshift(manifest, manifests)];
      case CAPI_MACHINE_HEALTH_CHECK.key:
        return [clusterApi(manifest, manifests)];
      case MRO_MACHINE_HEALTH_CHECK.key:
        return [mro(manifest)];
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
  const external = metadata.annotations?.[ANNOTATION_STRATEGY] === EXTERNAL_BAREMETAL;
  return {
    ...common(manifest),
    family: 'openshift',
    clusterName: undefined,
    selector: spec?.selector,
    conditions: timed(spec?.unhealthyConditions),
    limit: { kind: 'max', value: spec?.maxUnhealthy ?? DEFAULT_MAX_UNHEALTHY, path: ['spec', 'maxUnhealthy'] },
    startupTimeoutMs: parseGoDuration(spec?.nodeStartupTimeout ?? '') ?? DEFAULT_STARTUP_MS,
    startupPath: ['spec', 'nodeStartupTimeout'],
    action: external
      ? { kind: 'reboot', retries: 0, timeoutMs: undefined, lastly: 'reprovision' }
      : reference === undefined
        ? { kind: 'reprovision' }
        : rebootByTemplate(reference, metadata.namespace, all),
    template: reference === undefined ? undefined : { ...reference, path: ['spec', 'remediationTemplate', 'name'] },
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
    conditions: old ? timed(spec?.unhealthyConditions) : inSeconds(spec?.checks?.unhealthyNodeConditions),
    limit: capiLimit(spec, old),
    startupTimeoutMs: startup ?? DEFAULT_STARTUP_MS,
    startupPath: old ? ['spec', 'nodeStartupTimeout'] : ['spec', 'checks', 'nodeStartupTimeoutSeconds'],
    action: reference === undefined ? { kind: 'reprovision' } : rebootByTemplate(reference, metadata.namespace, all),
    template:
      reference === undefined
        ? undefined
        : {
            ...reference,
            path: old ? ['spec', 'remediationTemplate', 'name'] : ['spec', 'remediation', 'templateRef', 'name'],
          },
  };
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
    path: old ? ['spec', 'maxUnhealthy'] : ['spec', 'remediation', 'triggerIf', 'unhealthyLessThanOrEqualTo'],
  };
}

function mro(manifest: Manifest): HealthCheck {
  const { spec } = manifest.object as MroMachineHealthCheck;
  return {
    ...common(manifest),
    family: 'mro',
    clusterName: undefined,
    selector: spec?.selector,
    conditions: MRO_CONDITIONS,
    limit: { kind: 'none' },
    startupTimeoutMs: 0,
    startupPath: [],
    action:
      spec?.remediationStrategy === 'reboot'
        ? { kind: 'reboot', retries: 0, timeoutMs: MRO_REBOOT_TIMEOUT_MS, lastly: 'person' }
        : { kind: 'reprovision' },
    template: undefined,
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
): readonly UnhealthyCondition[] {
  return (conditions ?? []).map(({ type, status, timeoutSeconds }, index) => ({
    type,
    status,
    timeoutMs: timeoutSeconds * 1000,
    path: ['spec', 'checks', 'unhealthyNodeConditions', index, 'timeoutSeconds'],
  }));
}

function rebootByTemplate(
  reference: { readonly name: string },
  namespace: string | undefined,
  all: readonly Manifest[],
): RemedyAction {
  const template = findTemplate(reference.name, namespace, all);
  const strategy = template?.spec?.template?.spec?.strategy;
  const timeoutMs =
    strategy?.timeoutSeconds === undefined ? parseGoDuration(strategy?.timeout ?? '') : strategy.timeoutSeconds * 1000;
  return {
    kind: 'reboot',
    retries: strategy?.retryLimit ?? METAL3_RETRIES,
    timeoutMs: timeoutMs ?? METAL3_TIMEOUT_MS,
    lastly: 'reprovision',
  };
}

export function findTemplate(
  name: string,
  namespace: string | undefined,
  all: readonly Manifest[],
): Metal3RemediationTemplate | undefined {
  const found = all.find(
    ({ object }) =>
      kindKeyOf(object) === METAL3_REMEDIATION_TEMPLATE.key &&
      object.metadata.name === name &&
      object.metadata.namespace === namespace,
  );
  return found?.object as Metal3RemediationTemplate | undefined;
}

/** Machines that a health check or budget of this family selects, in key order. */
export function selectedMachines(
  check: Pick<HealthCheck, 'family' | 'namespace' | 'clusterName' | 'selector'>,
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

export function machinesOf(objects: ObjectSet, machineApi: MachineApi): readonly Machine[] {
  return objects.list(machineKind(machineApi));
}

/** How many unhealthy Machines the limit allows among `total`; undefined where there is none, or where it cannot be read. */
export function resolvedLimit(limit: Limit, total: number): number | undefined {
  if (limit.kind === 'none') return undefined;
  if (limit.kind === 'range') return limit.max;
  if (typeof limit.value === 'number') return limit.value;
  const percent = /^(\d+)%$/.exec(limit.value);
  if (percent !== null) return Math.floor((Number(percent[1]) * total) / 100);
  return /^\d+$/.test(limit.value) ? Number(limit.value) : undefined;
}

export function isKind(object: KubeObject, kindKey: string): boolean {
  return kindKeyOf(object) === kindKey;
}

// The webhooks of Cluster API for Machines, MachineSets and MachineHealthChecks.
// Source: kubernetes-sigs/cluster-api core/webhooks/admission/{machine,machineset,machinehealthcheck}.go (main of 2026).
//
// Divergence from reality: objects of v1beta1 keep their field names, where the real webhook sees them converted to v1beta2;
// errors name the fields of v1beta2. Taints, naming templates and autoscaler annotations are not looked at.

import { LABEL_CAPI_CLUSTER } from '../../../core/api/cluster.ts';
import { parseDuration } from '../../../core/api/duration.ts';
import { CAPI_MACHINE, CAPI_MACHINE_SET } from '../../../core/api/machine.ts';
import type { NewObject } from '../../../core/api/object.ts';
import { CAPI_MACHINE_HEALTH_CHECK } from '../../../core/api/remediation.ts';
import { listAt, mapAt, numberAt, textAt, valueAt, withLabel, withSpec, withSpecDefault } from '../json-fields.ts';
import { type FieldError, forbidden, invalidValue, required } from '../schema/field-errors.ts';
import type { AdmissionRule } from './admission.ts';
import { fieldWebhook } from './field-rules.ts';
import { isEmptySelector, selectorProblem, selectsLabels } from './selectors.ts';

/** Source: api/core/v1beta2/machinehealthcheck_types.go, DefaultNodeStartupTimeoutSeconds. */
const STARTUP_TIMEOUT_SECONDS = 600;
/** Source: core/webhooks/admission/machinehealthcheck.go, minNodeStartupTimeoutSeconds. */
const STARTUP_TIMEOUT_SECONDS_MIN = 30;
/** Source: core/webhooks/admission/machine.go, defaultNodeDeletionTimeoutSeconds. */
const NODE_DELETION_TIMEOUT_SECONDS = 10;

export const CAPI_MACHINE_HEALTH_CHECK_WEBHOOK: AdmissionRule = fieldWebhook(
  'validation.machinehealthcheck.cluster.x-k8s.io',
  CAPI_MACHINE_HEALTH_CHECK,
  (check, { old }) => {
    const selector = valueAt(check, 'spec', 'selector');
    const problem = selectorProblem(selector);
    const errors: FieldError[] = [];
    if (problem !== undefined) errors.push(invalidValue('spec.selector', selector, problem));
    else if (isEmptySelector(selector)) errors.push(required('spec.selector', 'selector must not be empty'));
    const cluster = textAt(check, 'spec', 'clusterName');
    const selected = mapAt(selector, 'matchLabels')[LABEL_CAPI_CLUSTER];
    if (selected !== undefined && selected !== cluster) {
      const why = 'cannot specify a cluster selector other than the one specified by ClusterName';
      errors.push(invalidValue('spec.selector', selector, why));
    }
    return [
      ...errors,
      ...clusterNameErrors(check, old),
      ...startupErrors(check),
      ...thresholdErrors(check),
      ...machineConditionErrors(check),
    ];
  },
  (check) => {
    const labelled = withLabel(check, LABEL_CAPI_CLUSTER, textAt(check, 'spec', 'clusterName'));
    return isV1beta1(check)
      ? withSpecDefault(labelled, ['nodeStartupTimeout'], '10m0s')
      : withSpecDefault(labelled, ['checks', 'nodeStartupTimeoutSeconds'], STARTUP_TIMEOUT_SECONDS);
  },
);

function isV1beta1({ apiVersion }: { readonly apiVersion: string }): boolean {
  return apiVersion.endsWith('/v1beta1');
}

/** 0 switches the timeout off. */
function startupErrors(check: NewObject): readonly FieldError[] {
  const ms = isV1beta1(check) ? parseDuration(textAt(check, 'spec', 'nodeStartupTimeout')) : undefined;
  const seconds =
    ms === undefined ? numberAt(check, 'spec', 'checks', 'nodeStartupTimeoutSeconds') : Math.floor(ms / 1000);
  if (seconds === undefined || seconds === 0 || seconds >= STARTUP_TIMEOUT_SECONDS_MIN) return [];
  return [invalidValue('spec.checks.nodeStartupTimeoutSeconds', seconds, 'must be at least 30s')];
}

function thresholdErrors(check: NewObject): readonly FieldError[] {
  const bound = isV1beta1(check)
    ? valueAt(check, 'spec', 'maxUnhealthy')
    : valueAt(check, 'spec', 'remediation', 'triggerIf', 'unhealthyLessThanOrEqualTo');
  if (typeof bound !== 'string' || /^[+-]?[0-9]+%$/.test(bound)) return [];
  const cause = bound.endsWith('%')
    ? `invalid value "${bound}": strconv.Atoi: parsing "${bound.slice(0, -1)}": invalid syntax`
    : 'invalid type: string is not a percentage';
  const why = `must be either an int or a percentage: invalid value for IntOrString: ${cause}`;
  return [invalidValue('spec.remediation.triggerIf.unhealthyLessThanOrEqualTo', bound, why)];
}

/** Conditions that follow from the health check itself. Source: api/core/v1beta2/machinehealthcheck_types.go. */
const DERIVED_CONDITIONS = ['Ready', 'Available', 'HealthCheckSucceeded', 'OwnerRemediated', 'ExternallyRemediated'];

function machineConditionErrors(check: NewObject): readonly FieldError[] {
  return listAt(check, 'spec', 'checks', 'unhealthyMachineConditions').flatMap((condition, i) => {
    const type = textAt(condition, 'type');
    if (!DERIVED_CONDITIONS.includes(type)) return [];
    const why = `type must not be one of: ${DERIVED_CONDITIONS.join(', ')}`;
    return [invalidValue(`spec.checks.unhealthyMachineConditions[${i}].type`, type, why)];
  });
}

function clusterNameErrors(object: NewObject, old: NewObject | undefined): readonly FieldError[] {
  const changed = old !== undefined && textAt(old, 'spec', 'clusterName') !== textAt(object, 'spec', 'clusterName');
  return changed ? [forbidden('spec.clusterName', 'field is immutable')] : [];
}

export const CAPI_MACHINE_WEBHOOK: AdmissionRule = fieldWebhook(
  'validation.machine.cluster.x-k8s.io',
  CAPI_MACHINE,
  (machine, { old }) => {
    const owned = machine.metadata.labels?.['cluster.x-k8s.io/pool-name'] !== undefined;
    return [
      ...(owned ? [] : bootstrapErrors(mapAt(machine, 'spec'), 'spec')),
      ...clusterNameErrors(machine, old),
      ...versionErrors(textAt(machine, 'spec', 'version'), 'spec.version'),
    ];
  },
  (machine) => {
    const labelled = withLabel(machine, LABEL_CAPI_CLUSTER, textAt(machine, 'spec', 'clusterName'));
    const versioned = withPrefixedVersion(labelled, ['version']);
    return isV1beta1(machine)
      ? withSpecDefault(versioned, ['nodeDeletionTimeout'], '10s')
      : withSpecDefault(versioned, ['deletion', 'nodeDeletionTimeoutSeconds'], NODE_DELETION_TIMEOUT_SECONDS);
  },
);

function withPrefixedVersion(object: NewObject, path: readonly string[]): NewObject {
  const version = textAt(object, 'spec', ...path);
  return version === '' || version.startsWith('v') ? object : withSpec(object, path, `v${version}`);
}

function bootstrapErrors(spec: unknown, path: string): readonly FieldError[] {
  const given =
    textAt(spec, 'bootstrap', 'configRef', 'name') !== '' || valueAt(spec, 'bootstrap', 'dataSecretName') !== undefined;
  if (given) return [];
  const why = `expected either ${path}.bootstrap.dataSecretName or ${path}.bootstrap.configRef to be populated`;
  return [required(`${path}.bootstrap`, why)];
}

const SEMANTIC_VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

function versionErrors(version: string, path: string): readonly FieldError[] {
  if (version === '' || SEMANTIC_VERSION.test(version.replace(/^v/, ''))) return [];
  return [invalidValue(path, version, 'must be a valid semantic version')];
}

export const CAPI_MACHINE_SET_WEBHOOK: AdmissionRule = fieldWebhook(
  'validation.machineset.cluster.x-k8s.io',
  CAPI_MACHINE_SET,
  (set, { old }) => {
    const selector = mapAt(set, 'spec', 'selector');
    const labels = mapAt(set, 'spec', 'template', 'metadata', 'labels');
    const errors: FieldError[] = [...bootstrapErrors(mapAt(set, 'spec', 'template', 'spec'), 'spec.template.spec')];
    const problem = selectorProblem(selector);
    if (problem !== undefined) errors.push(invalidValue('spec.selector', selector, problem));
    else if (!selectsLabels(selector, labels)) {
      const why = `must match spec.selector "${selectorText(selector)}"`;
      errors.push(invalidValue('spec.template.metadata.labels', labels, why));
    }
    errors.push(...clusterNameErrors(set, old));
    const cluster = textAt(set, 'spec', 'clusterName');
    if (cluster !== textAt(set, 'spec', 'template', 'spec', 'clusterName')) {
      const why = 'spec.clusterName and spec.template.spec.clusterName must be set to the same value';
      errors.push(invalidValue('spec.clusterName', cluster, why));
    }
    const version = textAt(set, 'spec', 'template', 'spec', 'version');
    return [...errors, ...versionErrors(version, 'spec.template.spec.version')];
  },
  (set) => {
    const labelled = withLabel(set, LABEL_CAPI_CLUSTER, textAt(set, 'spec', 'clusterName'));
    const counted = withSpecDefault(labelled, ['replicas'], 1);
    const versioned = withPrefixedVersion(counted, ['template', 'spec', 'version']);
    if (!isEmptySelector(valueAt(set, 'spec', 'selector'))) return versioned;
    const { name } = set.metadata;
    const selecting = withSpec(versioned, ['selector', 'matchLabels', LABEL_SET_NAME], name);
    return withSpec(selecting, ['template', 'metadata', 'labels', LABEL_SET_NAME], name);
  },
);

const LABEL_SET_NAME = 'cluster.x-k8s.io/set-name';

function selectorText(selector: unknown): string {
  const labels = mapAt(selector, 'matchLabels');
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`)
    .join(',');
}

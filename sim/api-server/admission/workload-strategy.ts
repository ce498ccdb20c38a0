// Workloads and their budgets: selectors that fit their templates and never change, budgets with one bound.
// Source: kubernetes pkg/apis/apps/validation/validation.go, pkg/apis/batch/validation/validation.go,
// pkg/apis/policy/validation/validation.go, pkg/registry/apps/*/strategy.go, 1.32.
//
// Divergence from reality: a value that is a typed Go struct prints as the map that it is in JSON. Templates are not validated as
// pods are.

import { kindOf, type NewObject } from '../../../core/api/object.ts';
import { DEPLOYMENT, POD_DISRUPTION_BUDGET, REPLICA_SET, STATEFUL_SET } from '../../../core/api/workload.ts';
import { mapAt, numberAt, textAt, valueAt } from '../json-fields.ts';
import { sameValue } from '../same-value.ts';
import { type FieldError, forbidden, invalidValue, notSupported, required } from '../schema/field-errors.ts';
import type { AdmissionRule } from './admission.ts';
import { strategyRule } from './field-rules.ts';
import { selectsLabels } from './selectors.ts';

const DAEMON_SET = kindOf('apps', 'DaemonSet', 'Namespaced');
const JOB = kindOf('batch', 'Job', 'Namespaced');

/** A selector is there, fits the template, and stays. */
export const WORKLOAD_SELECTORS: AdmissionRule = strategyRule(
  'WorkloadSelectors',
  [DEPLOYMENT, REPLICA_SET, STATEFUL_SET, DAEMON_SET],
  (workload, { old, kind }) => {
    const errors: FieldError[] = [...selectorErrors(workload)];
    const replicas = numberAt(workload, 'spec', 'replicas');
    if (replicas !== undefined && replicas < 0) {
      errors.push(invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'));
    }
    if (old === undefined || kind.key === STATEFUL_SET.key) return errors;
    return [...errors, ...immutable('spec.selector', workload, old)];
  },
);

function selectorErrors(workload: NewObject): readonly FieldError[] {
  const selector = mapAt(workload, 'spec', 'selector');
  const labels = mapAt(workload, 'spec', 'template', 'metadata', 'labels');
  if (valueAt(workload, 'spec', 'selector') === undefined) return [required('spec.selector')];
  const errors: FieldError[] = [];
  if (Object.keys(mapAt(selector, 'matchLabels')).length === 0 && !Array.isArray(selector.matchExpressions)) {
    errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for deployment'));
  }
  if (!selectsLabels(selector, labels)) {
    const why = '`selector` does not match template `labels`';
    errors.push(invalidValue('spec.template.metadata.labels', labels, why));
  }
  return errors;
}

function immutable(field: string, is: NewObject, was: NewObject): readonly FieldError[] {
  const path = field.split('.');
  const value = valueAt(is, ...path);
  return sameValue(value, valueAt(was, ...path)) ? [] : [invalidValue(field, value, 'field is immutable')];
}

const STATEFUL_SET_CHANGES = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

/** Of a StatefulSet, what makes its identity stays. */
export const STATEFUL_SET_UPDATE: AdmissionRule = strategyRule('StatefulSetUpdate', [STATEFUL_SET], (set, { old }) => {
  if (old === undefined) return [];
  const fixed = (object: NewObject): object =>
    Object.fromEntries(Object.entries(mapAt(object, 'spec')).filter(([name]) => !STATEFUL_SET_CHANGES.includes(name)));
  if (sameValue(fixed(set), fixed(old))) return [];
  const quoted = STATEFUL_SET_CHANGES.map((name) => `'${name}'`);
  const list = `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
  return [forbidden('spec', `updates to statefulset spec for fields other than ${list} are forbidden`)];
});

/** Of a Job, everything that says what it computes stays. */
export const JOB_UPDATE: AdmissionRule = strategyRule('JobUpdate', [JOB], (job, { old }) => {
  if (old === undefined) return [];
  return ['completions', 'selector', 'template', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex'].flatMap(
    (field) => immutable(`spec.${field}`, job, old),
  );
});

const POLICIES = ['IfHealthyBudget', 'AlwaysAllow'];
const PERCENT_RULE =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** A budget has at most one bound, and a bound is a count or a share of the pods. */
export const BUDGET_VALIDATION: AdmissionRule = strategyRule(
  'PodDisruptionBudgetValidation',
  [POD_DISRUPTION_BUDGET],
  (budget) => {
    const spec = mapAt(budget, 'spec');
    const errors: FieldError[] = [];
    if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
      errors.push(invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
    }
    for (const field of ['minAvailable', 'maxUnavailable']) {
      if (spec[field] !== undefined) errors.push(...boundErrors(`spec.${field}`, spec[field]));
    }
    const policy = textAt(spec, 'unhealthyPodEvictionPolicy');
    if (policy !== '' && !POLICIES.includes(policy)) {
      errors.push(notSupported('spec.unhealthyPodEvictionPolicy', policy, POLICIES));
    }
    return errors;
  },
);

function boundErrors(field: string, bound: unknown): readonly FieldError[] {
  if (typeof bound === 'number') {
    return bound < 0 ? [invalidValue(field, bound, 'must be greater than or equal to 0')] : [];
  }
  if (typeof bound !== 'string' || !/^[0-9]+%$/.test(bound)) return [invalidValue(field, bound, PERCENT_RULE)];
  return Number(bound.slice(0, -1)) > 100 ? [invalidValue(field, bound, 'must not be greater than 100%')] : [];
}

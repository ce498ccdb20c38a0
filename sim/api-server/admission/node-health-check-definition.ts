// What the definition of NodeHealthCheck defaults and checks before its webhook is asked.
// Source: node-healthcheck-operator api/v1alpha1/nodehealthcheck_types.go (kubebuilder markers).

import { DEFAULT_UNHEALTHY_CONDITIONS, NODE_HEALTH_CHECK } from '../../../core/api/node-health-check.ts';
import type { NewObject } from '../../../core/api/object.ts';
import { listAt, textAt, valueAt, withSpecDefault } from '../json-fields.ts';
import { duplicate, type FieldError, required } from '../schema/field-errors.ts';
import type { AdmissionRule } from './admission.ts';
import { patternErrors, strategyRule } from './field-rules.ts';

const BOUND = /^((100|[0-9]{1,2})%|[0-9]+)$/;
const DURATION = /^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$/;
const SIGNED_DURATION = /^-?([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$/;

/** unhealthyConditions: Ready=False and Ready=Unknown for 300 s; limits and durations well written; each condition once. */
export const NODE_HEALTH_CHECK_DEFINITION: AdmissionRule = strategyRule(
  'nodehealthchecks.remediation.medik8s.io',
  [NODE_HEALTH_CHECK],
  (check) => [...limitErrors(check), ...conditionErrors(check), ...stepErrors(check), ...durationErrors(check)],
  (check) => withSpecDefault(check, ['unhealthyConditions'], DEFAULT_UNHEALTHY_CONDITIONS),
);

function limitErrors(check: NewObject): readonly FieldError[] {
  return ['minHealthy', 'maxUnhealthy'].flatMap((field) => {
    const limit = valueAt(check, 'spec', field);
    return typeof limit === 'string' ? patternErrors(`spec.${field}`, limit, BOUND) : [];
  });
}

function conditionErrors(check: NewObject): readonly FieldError[] {
  const seen = new Set<string>();
  return listAt(check, 'spec', 'unhealthyConditions').flatMap((condition, i) => {
    const field = `spec.unhealthyConditions[${i}]`;
    const key = { status: textAt(condition, 'status'), type: textAt(condition, 'type') };
    const isKnown = seen.has(`${key.type}=${key.status}`);
    seen.add(`${key.type}=${key.status}`);
    return [
      ...(isKnown ? [duplicate(field, key)] : []),
      ...(key.type === '' ? [required(`${field}.type`)] : []),
      ...(key.status === '' ? [required(`${field}.status`)] : []),
      ...patternErrors(`${field}.duration`, textAt(condition, 'duration'), DURATION),
    ];
  });
}

function stepErrors(check: NewObject): readonly FieldError[] {
  return listAt(check, 'spec', 'escalatingRemediations').flatMap((step, i) => {
    const field = `spec.escalatingRemediations[${i}]`;
    const missing = ['order', 'remediationTemplate', 'timeout'].filter((name) => valueAt(step, name) === undefined);
    return missing.length > 0
      ? missing.map((name) => required(`${field}.${name}`))
      : patternErrors(`${field}.timeout`, textAt(step, 'timeout'), DURATION);
  });
}

function durationErrors(check: NewObject): readonly FieldError[] {
  const storm = valueAt(check, 'spec', 'stormCooldownDuration');
  const delay = valueAt(check, 'spec', 'healthyDelay');
  return [
    ...(typeof storm === 'string' ? patternErrors('spec.stormCooldownDuration', storm, DURATION) : []),
    ...(typeof delay === 'string' ? patternErrors('spec.healthyDelay', delay, SIGNED_DURATION) : []),
  ];
}

// OpenShift's machine API: the webhook of MachineSets, and what the definitions of MachineHealthChecks default and check.
// Source: openshift/machine-api-operator pkg/webhooks/machineset_webhook.go, install/*_machinehealthcheck.crd.yaml (main of 2026).
// MachineHealthChecks have no webhook; their defaults are those of the definition's schema.
//
// Divergence from reality: provider specs are not checked; bare metal has next to no rules for them.

import { OPENSHIFT_MACHINE_SET } from '../../../core/api/machine.ts';
import { OPENSHIFT_MACHINE_HEALTH_CHECK } from '../../../core/api/remediation.ts';
import { listAt, mapAt, textAt, valueAt, withSpecDefault } from '../json-fields.ts';
import { sameValue } from '../same-value.ts';
import { type FieldError, forbidden, invalidValue, required } from '../schema/field-errors.ts';
import type { AdmissionRule } from './admission.ts';
import { denial, patternErrors, strategyRule } from './field-rules.ts';
import { selectorProblem, selectsLabels } from './selectors.ts';

const MACHINE_SET_WEBHOOK = 'validation.machineset.machine.openshift.io';

/** Selectors fit their templates and never change. */
export const OPENSHIFT_MACHINE_SET_WEBHOOK: AdmissionRule = {
  name: MACHINE_SET_WEBHOOK,
  kinds: [OPENSHIFT_MACHINE_SET],
  operations: ['CREATE', 'UPDATE'],
  validate: ({ object: set, old }) => {
    const selector = mapAt(set, 'spec', 'selector');
    const labels = mapAt(set, 'spec', 'template', 'metadata', 'labels');
    const errors: FieldError[] = [];
    if (old !== undefined && !sameValue(selector, mapAt(old, 'spec', 'selector'))) {
      errors.push(forbidden('spec.selector', 'selector is immutable'));
    }
    const problem = selectorProblem(selector);
    if (problem !== undefined) {
      const why = `could not convert label selector to selector: ${problem}`;
      errors.push(invalidValue('spec.selector', selector, why));
    } else if (!selectsLabels(selector, labels)) {
      const why = '`selector` does not match template `labels`';
      errors.push(invalidValue('spec.template.metadata.labels', labels, why));
    }
    return denial(
      MACHINE_SET_WEBHOOK,
      errors.map(({ field, message }) => `${field}: ${message}`),
    );
  },
};

const BOUND = /^((100|[0-9]{1,2})%|[0-9]+)$/;
const DURATION = /^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$/;

/** maxUnhealthy 100 % and nodeStartupTimeout 10 min; at least one condition, bounds and durations well written. */
export const OPENSHIFT_MACHINE_HEALTH_CHECK_RULE: AdmissionRule = strategyRule(
  'machinehealthchecks.machine.openshift.io',
  [OPENSHIFT_MACHINE_HEALTH_CHECK],
  (check) => {
    const errors: FieldError[] = [];
    for (const field of ['selector', 'unhealthyConditions']) {
      if (valueAt(check, 'spec', field) === undefined) errors.push(required(`spec.${field}`));
    }
    const conditions = listAt(check, 'spec', 'unhealthyConditions');
    if (valueAt(check, 'spec', 'unhealthyConditions') !== undefined && conditions.length === 0) {
      const field = 'spec.unhealthyConditions';
      errors.push(invalidValue(field, 0, `${field} in body should have at least 1 items`));
    }
    conditions.forEach((condition, i) => {
      errors.push(...patternErrors(`spec.unhealthyConditions[${i}].timeout`, textAt(condition, 'timeout'), DURATION));
    });
    const bound = valueAt(check, 'spec', 'maxUnhealthy');
    if (typeof bound === 'string') errors.push(...patternErrors('spec.maxUnhealthy', bound, BOUND));
    const startup = textAt(check, 'spec', 'nodeStartupTimeout');
    if (!startup.startsWith('0')) errors.push(...patternErrors('spec.nodeStartupTimeout', startup, DURATION));
    return errors;
  },
  (check) => withSpecDefault(withSpecDefault(check, ['maxUnhealthy'], '100%'), ['nodeStartupTimeout'], '10m'),
);

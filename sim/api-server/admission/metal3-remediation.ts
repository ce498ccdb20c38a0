// The webhooks of the Metal3 provider for Metal3Remediations and their templates.
// Source: metal3-io/cluster-api-provider-metal3 internal/webhooks/v1beta2/metal3remediation{,template}_webhook.go (main of 2026).
//
// Divergence from reality: objects of v1beta1 keep their field names, where the real webhook sees them converted; errors name the
// fields of v1beta2.

import { parseDuration } from '../../../core/api/duration.ts';
import type { NewObject } from '../../../core/api/object.ts';
import { METAL3_REMEDIATION, METAL3_REMEDIATION_TEMPLATE } from '../../../core/api/remediation.ts';
import { mapAt, numberAt, textAt, valueAt, withSpec } from '../json-fields.ts';
import { type FieldError, invalidValue } from '../schema/field-errors.ts';
import type { AdmissionRule } from './admission.ts';
import { fieldWebhook } from './field-rules.ts';

/** Source: metal3remediationtemplate_webhook.go, defaultTimeout, minTimeout, minRetryLimit. */
const TIMEOUT_SECONDS = 600;
const TIMEOUT_SECONDS_MIN = 100;
const RETRY_LIMIT_MIN = 1;

interface Words {
  readonly type: string;
  readonly retryLimit: string;
}

export const METAL3_REMEDIATION_WEBHOOK: AdmissionRule = fieldWebhook(
  'validation.metal3remediation.infrastructure.cluster.x-k8s.io',
  METAL3_REMEDIATION,
  (remediation) => {
    if (valueAt(remediation, 'spec', 'strategy') === undefined) return [];
    const words = { type: 'is only supported remediation strategy', retryLimit: 'is minimum retrylimit' };
    return strategyErrors(mapAt(remediation, 'spec', 'strategy'), 'spec.strategy', words);
  },
);

const STRATEGY = ['template', 'spec', 'strategy'];

export const METAL3_REMEDIATION_TEMPLATE_WEBHOOK: AdmissionRule = fieldWebhook(
  'validation.metal3remediationtemplate.infrastructure.cluster.x-k8s.io',
  METAL3_REMEDIATION_TEMPLATE,
  (template) =>
    strategyErrors(mapAt(template, 'spec', ...STRATEGY), `spec.${STRATEGY.join('.')}`, {
      type: 'only supported remediation strategy is reboot',
      retryLimit: `minimum retry limit is ${RETRY_LIMIT_MIN}`,
    }),
  (template) => {
    const strategy = mapAt(template, 'spec', ...STRATEGY);
    let next: NewObject = template;
    if (textAt(strategy, 'type') === '') next = withSpec(next, [...STRATEGY, 'type'], 'Reboot');
    if (timeoutSeconds(strategy) === 0) {
      next = template.apiVersion.endsWith('/v1beta1')
        ? withSpec(next, [...STRATEGY, 'timeout'], '600s')
        : withSpec(next, [...STRATEGY, 'timeoutSeconds'], TIMEOUT_SECONDS);
    }
    const tooFew = (numberAt(strategy, 'retryLimit') ?? 0) < RETRY_LIMIT_MIN;
    return tooFew ? withSpec(next, [...STRATEGY, 'retryLimit'], RETRY_LIMIT_MIN) : next;
  },
);

/** 0 when none is given. */
function timeoutSeconds(strategy: unknown): number {
  const ms = parseDuration(textAt(strategy, 'timeout'));
  return numberAt(strategy, 'timeoutSeconds') ?? (ms === undefined ? 0 : Math.floor(ms / 1000));
}

function strategyErrors(strategy: unknown, path: string, words: Words): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seconds = timeoutSeconds(strategy);
  if (seconds !== 0 && seconds < TIMEOUT_SECONDS_MIN) {
    const why = `min duration is ${TIMEOUT_SECONDS_MIN} seconds`;
    errors.push(invalidValue(`${path}.timeoutSeconds`, seconds, why));
  }
  const type = textAt(strategy, 'type');
  if (type !== 'Reboot') errors.push(invalidValue(`${path}.type`, type, words.type));
  const limit = numberAt(strategy, 'retryLimit') ?? 0;
  if (limit < RETRY_LIMIT_MIN) errors.push(invalidValue(`${path}.retryLimit`, limit, words.retryLimit));
  return errors;
}

// The webhook of the node healthcheck operator.
// Source: medik8s/node-healthcheck-operator internal/webhook/v1alpha1/nodehealthcheck_webhook.go, api/v1alpha1/validation.go (main of
// 2026).
//
// Divergence from reality: the topology of the control plane is taken to be supported.

import { formatDuration, parseDuration } from '../../../core/api/duration.ts';
import { ANNOTATION_MULTIPLE_TEMPLATES } from '../../../core/api/medik8s.ts';
import { NODE_HEALTH_CHECK } from '../../../core/api/node-health-check.ts';
import { kindOf, type NewObject } from '../../../core/api/object.ts';
import type { ClusterView } from '../../../core/ports/cluster-view.ts';
import { listAt, numberAt, textAt, valueAt } from '../json-fields.ts';
import { deniedByWebhook } from '../refusals.ts';
import { sameValue } from '../same-value.ts';
import type { AdmissionRule } from './admission.ts';
import { denial } from './field-rules.ts';
import { isEmptySelector, selectorProblem } from './selectors.ts';

const WEBHOOK = 'vnodehealthcheck.kb.io';
const ONGOING = 'prohibited due to running remediation';
const TIMEOUT_MS_MIN = 60_000;
const DELETION_TEMPLATE = 'machinedeletionremediationtemplate';

/** Refuses with 403 what contradicts itself, and changes and deletion while nodes are remediated. */
export const NODE_HEALTH_CHECK_WEBHOOK: AdmissionRule = {
  name: WEBHOOK,
  kinds: [NODE_HEALTH_CHECK],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  validate: ({ operation, object: check, old, view }) => {
    if (operation === 'DELETE') {
      return isRemediating(old) ? deniedByWebhook(WEBHOOK, `deletion ${ONGOING}`) : undefined;
    }
    if (check === undefined) return undefined;
    const wrong = denial(WEBHOOK, [
      thresholdProblem(check),
      selectorText(check),
      mutualProblem(check),
      ...escalationProblems(check, view),
    ]);
    if (wrong !== undefined || old === undefined || !isRemediating(check)) return wrong;
    const changed = RESTRICTED.find(
      ([field]) => !sameValue(valueAt(check, 'spec', field), valueAt(old, 'spec', field)),
    );
    return changed === undefined ? undefined : deniedByWebhook(WEBHOOK, `${changed[1]} update ${ONGOING}`);
  },
};

const RESTRICTED = [
  ['selector', 'selector'],
  ['remediationTemplate', 'remediation template'],
  ['escalatingRemediations', 'escalating remediations'],
] as const;

function isRemediating(check: NewObject | undefined): boolean {
  return listAt(check, 'status', 'unhealthyNodes').some((node) => listAt(node, 'remediations').length > 0);
}

function thresholdProblem(check: NewObject): string | undefined {
  const min = valueAt(check, 'spec', 'minHealthy');
  const max = valueAt(check, 'spec', 'maxUnhealthy');
  if (min !== undefined && max !== undefined) {
    return 'minHealthy and maxUnhealthy cannot be specified at the same time';
  }
  if (min === undefined && max === undefined) return 'one of minHealthy and maxUnhealthy should be specified';
  if (typeof min === 'number' && min < 0) return `minHealthy must not be negative: ${min}`;
  if (typeof max === 'number' && max < 0) return `maxUnhealthy must not be negative: ${max}`;
  if (max === undefined) return undefined;
  if (textAt(check, 'spec', 'remediationTemplate', 'kind').toLowerCase() === DELETION_TEMPLATE) {
    return "maxUnhealthy can't be used with MachineDeletionRemediationTemplate";
  }
  return listAt(check, 'spec', 'escalatingRemediations').some(
    (step) => templateKind(step).toLowerCase() === DELETION_TEMPLATE,
  )
    ? "maxUnhealthy can't be used with MachineDeletionRemediationTemplate escalating remediation"
    : undefined;
}

function selectorText(check: NewObject): string | undefined {
  const selector = valueAt(check, 'spec', 'selector');
  if (isEmptySelector(selector)) return 'Selector is mandatory';
  const problem = selectorProblem(selector);
  return problem === undefined ? undefined : `Invalid selector: ${problem}`;
}

function mutualProblem(check: NewObject): string | undefined {
  const single = valueAt(check, 'spec', 'remediationTemplate') !== undefined;
  const steps = listAt(check, 'spec', 'escalatingRemediations').length;
  if (!single && steps === 0) {
    return 'Either RemediationTemplate or at least one EscalatingRemediations must be set';
  }
  return single && steps > 0 ? 'RemediationTemplate and EscalatingRemediations usage is mutual exclusive' : undefined;
}

function templateKind(step: unknown): string {
  return textAt(step, 'remediationTemplate', 'kind');
}

function escalationProblems(check: NewObject, view: ClusterView): readonly (string | undefined)[] {
  const steps = listAt(check, 'spec', 'escalatingRemediations');
  const orders = new Set<number>();
  const kinds = new Set<string>();
  let order: string | undefined;
  let timeout: string | undefined;
  let kind: string | undefined;
  for (const step of steps) {
    const place = numberAt(step, 'order') ?? 0;
    if (orders.has(place)) order ??= `EscalatingRemediation Order must be unique: found duplicate order ${place}`;
    orders.add(place);
    const ms = parseDuration(textAt(step, 'timeout')) ?? 0;
    if (ms < TIMEOUT_MS_MIN) {
      timeout ??= `EscalatingRemediation Timeout must be at least one minute: found timeout {${formatDuration(ms)}}`;
    }
    const used = templateKind(step);
    if (kinds.has(used) && !severalAllowed(step, view)) {
      kind ??= `Using multiple templates of same kind is not supported for this template: duplicate template kind: ${used}`;
    }
    kinds.add(used);
  }
  return [order, timeout, kind];
}

/** True when every template of the kind says that several may be used. */
function severalAllowed(step: unknown, view: ClusterView): boolean {
  const apiVersion = textAt(step, 'remediationTemplate', 'apiVersion');
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const templates = view.list(kindOf(group, templateKind(step), 'Namespaced'));
  return (
    templates.length > 0 &&
    templates.every(({ metadata }) => metadata.annotations?.[ANNOTATION_MULTIPLE_TEMPLATES] !== undefined)
  );
}

// The steps of a remediation: the one template of a check, or its escalation in order, each until it is timed out. Also how
// long the lease on a node is asked for. Source: node-healthcheck-operator internal/controller/resources/templates.go,
// utils/utils.go (GetRemediationDuration).

import { parseDuration } from '../api/duration.ts';
import type { Lineage } from '../api/lineage.ts';
import {
  type NodeHealthCheck,
  requestKind,
  type StartedRemediation,
  type TemplateReference,
} from '../api/node-health-check.ts';

/** Source: DefaultRemediationDuration in the product: of remediations without a time-out, for their leases. */
const DEFAULT_DURATION_MS = 600_000;

export interface Step {
  readonly template: TemplateReference;
  /** Undefined: the only step, which never times out by itself. */
  readonly timeoutMs: number | undefined;
  readonly order: number;
}

/** All steps in order. */
export function stepsOf({ spec }: NodeHealthCheck): readonly Step[] {
  if (spec?.remediationTemplate !== undefined) {
    return [{ template: spec.remediationTemplate, timeoutMs: undefined, order: 0 }];
  }
  return (spec?.escalatingRemediations ?? [])
    .map(({ remediationTemplate, order, timeout }) => ({
      template: remediationTemplate,
      timeoutMs: parseDuration(timeout) ?? DEFAULT_DURATION_MS,
      order,
    }))
    .toSorted((a, b) => a.order - b.order);
}

/** The step to take for a node with these remediations: the first that has not timed out. The only step is always it. */
export function currentStep(steps: readonly Step[], started: readonly StartedRemediation[]): Step | undefined {
  return steps.find(
    (step) =>
      step.timeoutMs === undefined ||
      !started.some((one) => one.timedOut !== undefined && isOfTemplate(one, step.template)),
  );
}

/** Whether a remediation was started from a template; entries of old versions do not say their template. */
export function isOfTemplate(
  { resource, templateName = '' }: StartedRemediation,
  template: TemplateReference,
): boolean {
  const isOfKind = resource.apiVersion === template.apiVersion && resource.kind === requestKind(template).kind;
  return isOfKind && (templateName === '' || templateName === template.name);
}

/**
 * How long a step may take, and all steps before it, for the lease on its node. The product takes the first step whose
 * template is of the same kind; corrected: the step itself.
 */
export function durationsOf(
  step: Step,
  steps: readonly Step[],
  lineage: Lineage,
): { readonly currentMs: number; readonly previousMs: number } {
  if (step.timeoutMs === undefined) return { currentMs: DEFAULT_DURATION_MS, previousMs: 0 };
  const sameKind = steps.find(({ template }) => template.kind === step.template.kind) ?? step;
  const counted = lineage === 'exact' ? sameKind : step;
  const previousMs = steps
    .filter(({ order }) => order < counted.order)
    .reduce((sum, { timeoutMs = 0 }) => sum + timeoutMs, 0);
  return { currentMs: counted.timeoutMs ?? DEFAULT_DURATION_MS, previousMs };
}

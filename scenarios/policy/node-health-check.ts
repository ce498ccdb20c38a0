// NodeHealthCheck of medik8s as a health check among others: it watches Nodes, rounds up, and may escalate from one template
// to the next. Source: medik8s/node-healthcheck-operator dd444329.

import type { NodeHealthCheck, TemplateReference as NodeTemplateReference } from '../../core/api/node-health-check.ts';
import type { Path } from '../positioned-yaml.ts';
import { parseGoDuration } from '../quantities.ts';
import type { HealthCheck } from './health-check.ts';
import type { Limit } from './limit.ts';
import type { Manifest } from './read-policy.ts';
import { type RemedyStep, remedyOf, type TemplateReference } from './remedy.ts';

type Spec = NonNullable<NodeHealthCheck['spec']>;

/** Both limits are rounded up, and the text "2" is no number (trap T1). */
const RULE = { rounding: 'ceil', plainString: 'error' } as const;

export function nodeHealthCheck(manifest: Manifest, all: readonly Manifest[]): HealthCheck {
  const { metadata, spec = {} } = manifest.object as NodeHealthCheck;
  const steps = stepsOf(spec, all);
  return {
    manifest,
    name: metadata.name,
    namespace: '',
    family: 'medik8s',
    clusterName: undefined,
    selector: spec.selector,
    conditions: (spec.unhealthyConditions ?? []).map(({ type, status, duration }, index) => ({
      type,
      status,
      timeoutMs: parseGoDuration(duration) ?? 0,
      path: ['spec', 'unhealthyConditions', index, 'duration'],
    })),
    limit: limitOf(spec),
    startupTimeoutMs: 0,
    startupPath: [],
    action: { kind: 'steps', steps },
    templates: steps.map(({ reference }) => reference),
  };
}

function limitOf({ minHealthy, maxUnhealthy }: Spec): Limit {
  if (minHealthy !== undefined) return { kind: 'min', value: minHealthy, rule: RULE, path: ['spec', 'minHealthy'] };
  if (maxUnhealthy === undefined) return { kind: 'none' };
  return { kind: 'max', value: maxUnhealthy, rule: RULE, path: ['spec', 'maxUnhealthy'] };
}

/** In the order in which they are taken. */
function stepsOf(
  { remediationTemplate, escalatingRemediations = [] }: Spec,
  all: readonly Manifest[],
): readonly RemedyStep[] {
  if (remediationTemplate !== undefined) {
    const reference = referenceOf(remediationTemplate, ['spec', 'remediationTemplate', 'name']);
    return [{ order: 1, timeoutMs: undefined, timeoutPath: [], remedy: remedyOf(reference, all), reference }];
  }
  return escalatingRemediations
    .map((step, index): RemedyStep => {
      const path: Path = ['spec', 'escalatingRemediations', index];
      const reference = referenceOf(step.remediationTemplate, [...path, 'remediationTemplate', 'name']);
      return {
        order: step.order,
        timeoutMs: parseGoDuration(step.timeout),
        timeoutPath: [...path, 'timeout'],
        remedy: remedyOf(reference, all),
        reference,
      };
    })
    .sort((a, b) => a.order - b.order);
}

function referenceOf(reference: NodeTemplateReference, path: Path): TemplateReference {
  const { apiVersion = '', kind, name, namespace = '' } = reference;
  return { apiVersion, kind, name, namespace, path };
}

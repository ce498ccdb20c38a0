// Our own RemediationPolicy as a health check among others: it watches Nodes, takes steps by attempts, and its limit is a budget.

import { parseDuration } from '../../core/api/duration.ts';
import { kindKeyOf } from '../../core/api/object.ts';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../../core/api/remediation-budget.ts';
import { POLICY_DEFAULTS, STEP_DEFAULTS } from '../../core/api/remediation-defaults.ts';
import type { RemediationPolicy, RemediationStep } from '../../core/api/remediation-policy.ts';
import type { HealthCheck } from './health-check.ts';
import type { Manifest } from './read-policy.ts';
import type { AttemptStep } from './remedy.ts';

export function ownPolicy(manifest: Manifest, all: readonly Manifest[]): HealthCheck {
  const { metadata, spec = {} } = manifest.object as RemediationPolicy;
  return {
    manifest,
    name: metadata.name,
    namespace: '',
    family: 'own',
    clusterName: undefined,
    selector: spec.selector,
    conditions: (spec.unhealthyConditions ?? POLICY_DEFAULTS.unhealthyConditions).map(
      ({ type, status, duration }, index) => ({
        type,
        status,
        timeoutMs: parseDuration(duration) ?? 0,
        path: ['spec', 'unhealthyConditions', index, 'duration'],
      }),
    ),
    limit: { kind: 'budget', budget: budgetNamed(spec.budget, all), path: ['spec', 'budget'] },
    startupTimeoutMs: 0,
    startupPath: [],
    action: {
      kind: 'attempts',
      steps: (spec.steps ?? POLICY_DEFAULTS.steps).map(attemptStep),
      mayWipe: spec.wipeAllowed ?? POLICY_DEFAULTS.wipeAllowed,
    },
    templates: [],
  };
}

function attemptStep(step: RemediationStep, index: number): AttemptStep {
  const { action, attempts = STEP_DEFAULTS.attempts, timeout } = step;
  return {
    action,
    attempts,
    timeoutMs: action === 'Person' ? undefined : (parseDuration(timeout ?? STEP_DEFAULTS.timeout[action]) ?? 0),
    path: ['spec', 'steps', index],
  };
}

function budgetNamed(name: string | undefined, all: readonly Manifest[]): RemediationBudget | undefined {
  return budgetsOf(all).find(({ metadata }) => metadata.name === name);
}

function budgetsOf(manifests: readonly Manifest[]): readonly RemediationBudget[] {
  return manifests.flatMap(({ object }) =>
    kindKeyOf(object) === REMEDIATION_BUDGET.key ? [object as RemediationBudget] : [],
  );
}

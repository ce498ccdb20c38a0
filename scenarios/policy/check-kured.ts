// kured beside remediation: each reboots hosts and neither asks the other.

import type { Problem } from '../problem.ts';
import { formatDuration } from '../quantities.ts';
import { at, inMinutes, type PolicyContext, title } from './finding.ts';
import type { HealthCheck } from './health-check.ts';
import { hasBlockingRule, isKured } from './kured.ts';
import type { Manifest } from './read-policy.ts';

export function kuredProblems(
  manifest: Manifest,
  checks: readonly HealthCheck[],
  context: PolicyContext,
): readonly Problem[] {
  const [first] = checks;
  if (!isKured(manifest.object) || first === undefined) return [];
  const problems: Problem[] = [];
  if (!hasBlockingRule(manifest.object)) {
    problems.push(
      at(
        manifest,
        ['spec', 'template', 'spec', 'containers', 0],
        {
          code: 'MT148',
          severity: 'warning',
          message: `${title(manifest)} and ${title(first.manifest)} know nothing of each other`,
          why: 'kured takes the next node for a reboot while others are being remediated.',
          remedy:
            'give kured --blocking-pod-selector or --prometheus-url with an alert that fires while nodes are not ready',
        },
        context,
      ),
    );
  }
  for (const check of checks) {
    const patience = check.conditions.filter(({ type }) => type === 'Ready').map(({ timeoutMs }) => timeoutMs);
    const leastMs = Math.min(...patience);
    if (patience.length === 0 || leastMs >= context.slow.bootMs) continue;
    problems.push(
      at(
        manifest,
        ['metadata', 'name'],
        {
          code: 'MT148',
          severity: 'warning',
          message: `a reboot by ${title(manifest)} takes up to ${inMinutes(context.slow.bootMs)}; ${title(check.manifest)} calls a node unhealthy after ${formatDuration(leastMs)}`,
          why: 'A host that kured reboots is then fenced while it boots.',
          remedy: 'pause the health check while kured reboots, or wait longer than a boot',
        },
        context,
      ),
    );
  }
  return problems;
}

// The steps of a NodeHealthCheck: are they long enough for what they do, and does each do more than the one before?

import type { Problem } from '../problem.ts';
import { formatDuration } from '../quantities.ts';
import { inMinutes, type PolicyContext, type Report, title } from './finding.ts';
import type { HealthCheck } from './health-check.ts';
import type { Manifest } from './read-policy.ts';
import type { RemedyStep } from './remedy.ts';
import { safeTimeOfFleet } from './self-node-remediation.ts';

export function escalationProblems(
  check: HealthCheck,
  manifests: readonly Manifest[],
  context: PolicyContext,
  report: Report,
): readonly Problem[] {
  if (check.action.kind !== 'steps') return [];
  const { steps } = check.action;
  return [
    ...steps.flatMap((step, index) =>
      timeoutProblems(check, step, index === steps.length - 1, manifests, context, report),
    ),
    ...orderProblems(check, steps, report),
  ];
}

function timeoutProblems(
  { manifest }: HealthCheck,
  { order, remedy, timeoutMs, timeoutPath }: RemedyStep,
  last: boolean,
  manifests: readonly Manifest[],
  { slow, fleet }: PolicyContext,
  report: Report,
): readonly Problem[] {
  if (timeoutMs === undefined || remedy.kind === 'unknown') return [];
  const safeTimeMs = remedy.kind === 'self-reboot' ? safeTimeOfFleet(manifests, fleet).safeTimeMs : 0;
  const needs =
    timeoutMs < safeTimeMs
      ? `a node counts as rebooted only after ${formatDuration(safeTimeMs)}`
      : remedy.kind === 'reprovision' && timeoutMs < slow.deployMs
        ? `cleaning and deploying this hardware takes up to ${inMinutes(slow.deployMs)}`
        : remedy.kind !== 'reprovision' && timeoutMs < slow.bootMs
          ? `one boot of this hardware takes up to ${inMinutes(slow.bootMs)}`
          : undefined;
  if (needs === undefined) return [];
  return [
    report(timeoutPath, {
      code: 'MT132',
      severity: 'warning',
      message: `${title(manifest)} gives step ${order} ${formatDuration(timeoutMs)}; ${needs}`,
      why: last
        ? 'The step counts as failed while the host is still on its way, and nothing comes after it.'
        : 'The next step then starts on a host that is still on its way.',
      remedy: 'raise the timeout of the step',
    }),
  ];
}

/** Rebooting a host that has just been reprovisioned cures nothing more. */
function orderProblems({ manifest }: HealthCheck, steps: readonly RemedyStep[], report: Report): readonly Problem[] {
  const wiping = steps.findIndex(({ remedy }) => remedy.kind === 'reprovision');
  const after = wiping < 0 ? undefined : steps.slice(wiping + 1).find(({ remedy }) => remedy.kind !== 'reprovision');
  const before = steps[wiping];
  if (after === undefined || before === undefined) return [];
  return [
    report(after.reference.path, {
      code: 'MT129',
      severity: 'warning',
      message: `${title(manifest)} reprovisions in step ${before.order} and only reboots in step ${after.order}`,
      why: 'What a reboot cures, the reprovisioning before it has cured already, at a higher price.',
      remedy: 'put the reboot first',
    }),
  ];
}

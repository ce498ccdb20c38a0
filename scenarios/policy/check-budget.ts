// Budgets and remediation templates against the cluster and the health checks that should ask them.

import {
  MACHINE_DISRUPTION_BUDGET,
  type MachineDisruptionBudget,
  METAL3_REMEDIATION_TEMPLATE,
  type Metal3RemediationTemplate,
} from '../../core/api/remediation.ts';
import type { Path } from '../positioned-yaml.ts';
import type { Problem } from '../problem.ts';
import { formatDuration, parseGoDuration } from '../quantities.ts';
import { at, type Finding, inMinutes, type PolicyContext, title } from './finding.ts';
import { type HealthCheck, isKind, selectedMachines } from './health-check.ts';
import type { Manifest } from './read-policy.ts';

export function budgetProblems(
  manifest: Manifest,
  checks: readonly HealthCheck[],
  context: PolicyContext,
): readonly Problem[] {
  if (!isKind(manifest.object, MACHINE_DISRUPTION_BUDGET.key)) return [];
  const { spec, metadata } = manifest.object as MachineDisruptionBudget;
  const report = (path: Path, finding: Finding) => at(manifest, path, finding, context);
  const selected = selectedMachines(
    { family: 'mro', namespace: metadata.namespace ?? '', clusterName: undefined, selector: spec?.selector },
    context.cluster.input,
    context.cluster.machineApi,
  );
  const problems: Problem[] = [];
  if (selected.length === 0) {
    // A warning: a budget without Machines limits nothing, which is what it would do in the real cluster too.
    problems.push(
      report(['spec', 'selector'], {
        code: 'MT122',
        severity: 'warning',
        message: `the selector of ${title(manifest)} matches no Machine of the cluster: it limits nothing`,
        remedy: 'correct the selector, or take the budget out',
      }),
    );
  }
  if (!checks.some(({ family }) => family === 'mro')) {
    problems.push(
      report(['kind'], {
        code: 'MT134',
        severity: 'warning',
        message: `no health check of this policy asks ${title(manifest)}`,
        why: 'Health checks of OpenShift and Cluster API have limits of their own and never ask a MachineDisruptionBudget.',
        remedy: 'use MachineHealthCheck of machineremediation.kubevirt.io/v1alpha1, or maxUnhealthy',
      }),
    );
  }
  const { minAvailable, maxUnavailable } = spec ?? {};
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    problems.push(
      report(['spec', 'maxUnavailable'], {
        code: 'MT105',
        severity: 'error',
        message: `${title(manifest)} has both minAvailable and maxUnavailable`,
        remedy: 'keep one of them',
      }),
    );
  } else if (selected.length > 0 && minAvailable !== undefined && minAvailable > selected.length) {
    problems.push(
      report(['spec', 'minAvailable'], {
        code: 'MT130',
        severity: 'error',
        message: `${title(manifest)} wants ${minAvailable} of ${selected.length} Machines available: nothing may ever be remediated`,
        remedy: `for "at most one at a time" write ${selected.length - 1}`,
      }),
    );
  }
  return problems;
}

/** Values that the older schema accepts and the controller does not understand. */
export function templateProblems(manifest: Manifest, context: PolicyContext): readonly Problem[] {
  if (!isKind(manifest.object, METAL3_REMEDIATION_TEMPLATE.key)) return [];
  const strategy = (manifest.object as Metal3RemediationTemplate).spec?.template?.spec?.strategy;
  const path: Path = ['spec', 'template', 'spec', 'strategy'];
  const report = (field: string, finding: Finding) => at(manifest, [...path, field], finding, context);
  const problems: Problem[] = [];
  const type: string | undefined = strategy?.type;
  if (type !== undefined && type !== 'Reboot') {
    problems.push(
      report('type', {
        code: 'MT105',
        severity: 'error',
        message: `strategy type "${type}" does not exist: the v1beta1 schema accepts it, the controller knows only Reboot`,
        remedy: 'write Reboot',
      }),
    );
  }
  const timeoutMs =
    strategy?.timeoutSeconds === undefined ? parseGoDuration(strategy?.timeout ?? '') : strategy.timeoutSeconds * 1000;
  if (timeoutMs !== undefined && timeoutMs < context.slow.bootMs) {
    problems.push(
      report(strategy?.timeoutSeconds === undefined ? 'timeout' : 'timeoutSeconds', {
        code: 'MT132',
        severity: 'warning',
        message: `${title(manifest)} waits ${formatDuration(timeoutMs)} for a rebooted node; one boot of this hardware takes up to ${inMinutes(context.slow.bootMs)}`,
        why: 'A host that is still booting is then powered off again, or its Machine is deleted.',
        remedy: `raise it above ${inMinutes(context.slow.bootMs)}`,
      }),
    );
  }
  return problems;
}

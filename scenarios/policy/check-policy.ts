// A policy against the cluster that it is meant for: does it select anything, do its references lead somewhere, can its
// limits ever be met, are its time-outs longer than a boot? What would silently do nothing is an error; what is merely
// doubtful is a warning. For a policy found in the cluster everything is a warning: it exists and may be asked about.

import { keyOf, keyString } from '../../core/api/object.ts';
import {
  CAPI_MACHINE_HEALTH_CHECK,
  MRO_MACHINE_HEALTH_CHECK,
  OPENSHIFT_MACHINE_HEALTH_CHECK,
} from '../../core/api/remediation.ts';
import type { Problem } from '../problem.ts';
import { budgetProblems, templateProblems } from './check-budget.ts';
import { healthCheckProblems } from './check-health-check.ts';
import { at, fits, type PolicyContext, title } from './finding.ts';
import { type HealthCheck, healthChecksOf, isKind, selectedMachines } from './health-check.ts';
import type { Manifest } from './read-policy.ts';

export function checkPolicy(manifests: readonly Manifest[], context: PolicyContext): readonly Problem[] {
  const checks = healthChecksOf(manifests);
  return [
    ...manifests.flatMap((manifest) => lineageProblems(manifest, context)),
    ...checks.flatMap((check) => healthCheckProblems(check, manifests, context)),
    ...manifests.flatMap((manifest) => budgetProblems(manifest, checks, context)),
    ...manifests.flatMap((manifest) => templateProblems(manifest, context)),
    ...overlapProblems(checks, context),
  ];
}

/** Kinds of the other Machine API have no controller in this cluster. */
function lineageProblems(manifest: Manifest, context: PolicyContext): readonly Problem[] {
  const { machineApi } = context.cluster;
  const foreign =
    machineApi === 'openshift'
      ? isKind(manifest.object, CAPI_MACHINE_HEALTH_CHECK.key)
      : isKind(manifest.object, OPENSHIFT_MACHINE_HEALTH_CHECK.key) ||
        isKind(manifest.object, MRO_MACHINE_HEALTH_CHECK.key);
  if (!foreign) return [];
  const [own, other] = machineApi === 'openshift' ? ['OpenShift', 'Cluster API'] : ['Cluster API', 'OpenShift'];
  return [
    at(
      manifest,
      ['apiVersion'],
      {
        code: 'MT143',
        severity: 'error',
        message: `${title(manifest)} is of ${other}, the cluster is of ${own}`,
        why: `No controller of an ${own} cluster reads ${manifest.object.apiVersion}.`,
        remedy: `write it as ${machineApi === 'openshift' ? 'machine.openshift.io/v1beta1' : 'cluster.x-k8s.io/v1beta2'}`,
      },
      context,
    ),
  ];
}

function overlapProblems(checks: readonly HealthCheck[], context: PolicyContext): readonly Problem[] {
  const firstFor = new Map<string, HealthCheck>();
  return checks.flatMap((check) => {
    if (!fits(check, context)) return [];
    const shared = new Map<HealthCheck, number>();
    for (const machine of selectedMachines(check, context.cluster.input, context.cluster.machineApi)) {
      const name = keyString(keyOf(machine));
      const first = firstFor.get(name);
      if (first === undefined) firstFor.set(name, check);
      else shared.set(first, (shared.get(first) ?? 0) + 1);
    }
    return [...shared].map(([first, machines]) =>
      at(
        check.manifest,
        ['spec', 'selector'],
        {
          code: 'MT133',
          severity: 'warning',
          message: `${title(check.manifest)} and "${first.name}" both select ${machines} Machines`,
          why: 'Each counts and acts by itself, so their limits do not add up to one limit.',
        },
        context,
      ),
    );
  });
}

// A policy against the cluster that it is meant for: does it select anything, do its references lead somewhere, can its
// limits ever be met, are its time-outs longer than a boot? What would silently do nothing is an error; what is merely
// doubtful is a warning. For a policy found in the cluster everything is a warning: it exists and may be asked about.

import { keyString } from '../../core/api/object.ts';
import {
  CAPI_MACHINE_HEALTH_CHECK,
  MRO_MACHINE_HEALTH_CHECK,
  OPENSHIFT_MACHINE_HEALTH_CHECK,
} from '../../core/api/remediation.ts';
import type { Problem } from '../problem.ts';
import { budgetProblems, templateProblems } from './check-budget.ts';
import { fenceAgentProblems } from './check-fence-agents.ts';
import { healthCheckProblems } from './check-health-check.ts';
import { kuredProblems } from './check-kured.ts';
import { ownBudgetProblems } from './check-own-budget.ts';
import { ownPolicyProblems } from './check-own-policy.ts';
import { requestProblems } from './check-requests.ts';
import { at, type Finding, fits, type PolicyContext, title } from './finding.ts';
import { type HealthCheck, healthChecksOf, isKind, targetsOf, watchesNodes } from './health-check.ts';
import type { Manifest } from './read-policy.ts';
import { selfNodeConfigProblems } from './self-node-remediation.ts';

export function checkPolicy(manifests: readonly Manifest[], context: PolicyContext): readonly Problem[] {
  const checks = healthChecksOf(manifests);
  return [
    ...manifests.flatMap((manifest) => lineageProblems(manifest, context)),
    ...checks.flatMap((check) => healthCheckProblems(check, manifests, context)),
    ...checks.flatMap((check) => ownPolicyProblems(check, manifests, context)),
    ...manifests.flatMap((manifest) => ownBudgetProblems(manifest, checks, context)),
    ...manifests.flatMap((manifest) => budgetProblems(manifest, checks, context)),
    ...manifests.flatMap((manifest) => templateProblems(manifest, context)),
    ...manifests.flatMap((manifest) => fenceAgentProblems(manifest, checks, context)),
    ...manifests.flatMap((manifest) => selfNodeConfigProblems(manifest, context)),
    ...manifests.flatMap((manifest) => requestProblems(manifest, context)),
    ...manifests.flatMap((manifest) => kuredProblems(manifest, checks, context)),
    ...conflictProblems(checks, context),
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
        why: `No controller of ${machineApi === 'openshift' ? 'an OpenShift' : 'a Cluster API'} cluster reads ${manifest.object.apiVersion}.`,
        remedy: `write it as ${machineApi === 'openshift' ? 'machine.openshift.io/v1beta1' : 'cluster.x-k8s.io/v1beta2'}`,
      },
      context,
    ),
  ];
}

/** A NodeHealthCheck disables itself where any MachineHealthCheck is, whatever either selects. */
function conflictProblems(checks: readonly HealthCheck[], context: PolicyContext): readonly Problem[] {
  const ofMachines = checks.find((check) => check.family === 'openshift' && check.name !== TERMINATION_HANDLER);
  if (ofMachines === undefined) return [];
  return checks
    .filter(({ family }) => family === 'medik8s')
    .map((check) =>
      at(
        check.manifest,
        ['kind'],
        {
          code: 'MT136',
          severity: 'error',
          message: `${title(check.manifest)} disables itself beside ${title(ofMachines.manifest)}`,
          why: 'Its status says ConflictingMachineHealthCheckDetected, and it remediates nothing.',
          remedy: 'keep one of the two',
        },
        context,
      ),
    );
}

/** Shipped with OpenShift, and no conflict. Source: openshift/machine-api-operator 95119612, medik8s/node-healthcheck-operator dd444329. */
const TERMINATION_HANDLER = 'machine-api-termination-handler';

function overlapProblems(checks: readonly HealthCheck[], context: PolicyContext): readonly Problem[] {
  const firstFor = new Map<string, HealthCheck>();
  return checks.flatMap((check) => {
    if (!fits(check, context)) return [];
    const shared = new Map<HealthCheck, number>();
    for (const { name, host } of targetsOf(check, context.cluster, context.fleet)) {
      const target = host === undefined ? `${check.family} ${name}` : keyString(host);
      const first = firstFor.get(target);
      if (first === undefined) firstFor.set(target, check);
      // Of OpenShift's checks and those of nodes, conflictProblems speaks.
      else if (!conflict(first, check)) shared.set(first, (shared.get(first) ?? 0) + 1);
    }
    return [...shared].map(([first, count]) =>
      at(check.manifest, ['spec', 'selector'], overlapOf(check, first, count), context),
    );
  });
}

function conflict(a: HealthCheck, b: HealthCheck): boolean {
  return a.family !== b.family && [a, b].every(({ family }) => family === 'openshift' || family === 'medik8s');
}

function isOwn({ family }: HealthCheck): boolean {
  return family === 'own';
}

function whyOwn(check: HealthCheck, first: HealthCheck): string {
  return isOwn(check) && isOwn(first)
    ? 'A node has one remediation at a time: whichever policy sees it first treats it, and the steps of the other do not count.'
    : 'A RemediationBudget counts what the other takes out of service; the other counts only for itself, and may act at the same time.';
}

function overlapOf(check: HealthCheck, first: HealthCheck, count: number): Finding {
  const ofNodes = [check, first].filter(watchesNodes).length;
  const noun = ofNodes === 0 ? 'Machines' : ofNodes === 2 ? 'Nodes' : 'hosts';
  return {
    code: 'MT133',
    severity: 'warning',
    message: `${title(check.manifest)} and "${first.name}" both select ${count} ${noun}`,
    why:
      isOwn(check) || isOwn(first)
        ? whyOwn(check, first)
        : ofNodes === 2
          ? 'A lease lets one of them at a time remediate a node, but each counts for itself, so their thresholds do not add up to one.'
          : 'Each counts and acts by itself, so their limits do not add up to one limit.',
    remedy: `let each of the ${noun} be selected by one of them only`,
  };
}

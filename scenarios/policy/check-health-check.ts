// A health check against the cluster: does it select anything, do its references lead somewhere, can its limit ever be met,
// are its time-outs longer than a boot?

import type { Machine } from '../../core/api/machine.ts';
import { type CapiMachineHealthCheck, METAL3_REMEDIATION_TEMPLATE } from '../../core/api/remediation.ts';
import type { Path } from '../positioned-yaml.ts';
import type { Problem } from '../problem.ts';
import { formatDuration } from '../quantities.ts';
import { at, type Finding, fits, inMinutes, type PolicyContext, title } from './finding.ts';
import { findTemplate, type HealthCheck, machinesOf, resolvedLimit, selectedMachines } from './health-check.ts';
import type { Manifest } from './read-policy.ts';

export function healthCheckProblems(
  check: HealthCheck,
  manifests: readonly Manifest[],
  context: PolicyContext,
): readonly Problem[] {
  if (!fits(check, context)) return [];
  const { manifest } = check;
  const report = (path: Path, finding: Finding) => at(manifest, path, finding, context);
  const machines = selectedMachines(check, context.cluster.input, context.cluster.machineApi);
  if (machines.length === 0) return [report(['spec', 'selector'], nothingSelected(check, context))];
  return [
    ...machineConditionProblems(check, report),
    ...referenceProblems(check, manifests, report),
    ...limitProblems(check, machines, report),
    ...timeoutProblems(check, context, report),
    ...controlPlaneProblems(check, machines, report),
    ...(check.conditions.length === 0
      ? [
          report(['spec'], {
            code: 'MT135',
            severity: 'warning',
            message: `${title(manifest)} has no unhealthy conditions: only missing Nodes and failed Machines count`,
          }),
        ]
      : []),
  ];
}

type Report = (path: Path, finding: Finding) => Problem;

function nothingSelected(check: HealthCheck, context: PolicyContext): Finding {
  const machines = machinesOf(context.cluster.input, context.cluster.machineApi);
  const namespaces = [...new Set(machines.map(({ metadata }) => metadata.namespace ?? ''))].sort();
  const inNamespace = machines.filter(({ metadata }) => metadata.namespace === check.namespace);
  const labels = [...new Set(machines.flatMap(({ metadata }) => Object.keys(metadata.labels ?? {})))].sort();
  return {
    code: 'MT122',
    severity: 'error',
    message: `the selector of ${title(check.manifest)} matches none of the cluster's ${machines.length} Machines`,
    why:
      inNamespace.length === 0
        ? `It looks in namespace "${check.namespace}"; the Machines are in ${namespaces.map((name) => `"${name}"`).join(', ')}.`
        : `Labels of the Machines: ${labels.join(', ')}.`,
    remedy: 'without a match the policy would equal "no-remediation"',
  };
}

/** Conditions of Machines instead of Nodes: Cluster API from v1.11 on. */
function machineConditionProblems({ family, manifest }: HealthCheck, report: Report): readonly Problem[] {
  if (family !== 'cluster-api') return [];
  const { spec } = manifest.object as CapiMachineHealthCheck;
  if (spec?.checks?.unhealthyMachineConditions === undefined) return [];
  return [
    report(['spec', 'checks', 'unhealthyMachineConditions'], {
      code: 'MT142',
      severity: 'error',
      message: `${title(manifest)} looks at conditions of Machines, which is not built yet`,
      remedy: 'leave unhealthyMachineConditions out; the conditions of Nodes are read',
    }),
  ];
}

function referenceProblems(check: HealthCheck, manifests: readonly Manifest[], report: Report): readonly Problem[] {
  const { template } = check;
  if (template === undefined) return [];
  if (template.kind !== METAL3_REMEDIATION_TEMPLATE.kind) {
    return [
      report(template.path, {
        code: 'MT142',
        severity: 'error',
        message: `the controller of ${template.kind} is not built yet`,
        remedy: `use ${METAL3_REMEDIATION_TEMPLATE.kind}, or no template`,
      }),
    ];
  }
  if (findTemplate(template.name, check.namespace, manifests) !== undefined) return [];
  return [
    report(template.path, {
      code: 'MT123',
      severity: 'error',
      message: `${template.kind} "${template.name}" is not among the manifests of this policy`,
      why: `It is looked for in namespace "${check.namespace}".`,
      remedy: 'add the file that defines it',
    }),
  ];
}

function limitProblems(check: HealthCheck, machines: readonly Machine[], report: Report): readonly Problem[] {
  const { limit, manifest } = check;
  if (limit.kind === 'none') return [];
  if (limit.kind === 'range') {
    if (limit.max >= limit.min && limit.min <= machines.length) return [];
    return [
      report(limit.path, {
        code: 'MT130',
        severity: 'error',
        message: `${title(manifest)} can never remediate: no number of unhealthy Machines among ${machines.length} lies in [${limit.min}-${limit.max}]`,
      }),
    ];
  }
  const allowed = resolvedLimit(limit, machines.length);
  if (allowed === undefined) {
    return [
      report(limit.path, {
        code: 'MT112',
        severity: 'error',
        message: `"${limit.value}" is neither a number nor a percentage: the controller refuses it when it runs`,
        remedy: 'write for example 2 without quotes, or "40%"',
      }),
    ];
  }
  if (check.family === 'cluster-api' && typeof limit.value === 'string' && !limit.value.endsWith('%')) {
    return [
      report(limit.path, {
        code: 'MT112',
        severity: 'error',
        message: `"${limit.value}" is a text: Cluster API accepts it and then fails to read it`,
        remedy: `write ${limit.value} without quotes`,
      }),
    ];
  }
  if (allowed <= 0) {
    const percent = typeof limit.value === 'string' && limit.value.endsWith('%');
    return [
      report(limit.path, {
        code: 'MT130',
        severity: 'error',
        message: `${title(manifest)} can never remediate: ${limit.value} of ${machines.length} Machines allows 0 unhealthy ones`,
        ...(percent ? { why: 'Percentages are rounded down.' } : {}),
        remedy: 'for "at most one at a time" write 1',
      }),
    ];
  }
  return [];
}

function timeoutProblems(check: HealthCheck, context: PolicyContext, report: Report): readonly Problem[] {
  const reprovisions = check.action.kind === 'reprovision';
  const neededMs = reprovisions ? context.slow.deployMs : context.slow.bootMs;
  const startup = check.startupTimeoutMs;
  const problems: Problem[] = [];
  if (startup > 0 && startup < neededMs && check.startupPath.length > 0) {
    problems.push(
      report(check.startupPath, {
        code: 'MT132',
        severity: 'warning',
        message: `${title(check.manifest)} gives a new node ${formatDuration(startup)}; ${reprovisions ? 'cleaning and deploying' : 'one boot of'} this hardware takes up to ${inMinutes(neededMs)}`,
        why: reprovisions
          ? 'A Machine whose host is still being provisioned is then deleted and provisioned again, possibly for ever.'
          : 'A host that is only booting is then remediated again.',
        remedy: 'raise nodeStartupTimeout, or set it to 0 to switch it off',
      }),
    );
  }
  return problems;
}

/** More than one member of a small etcd at once loses its quorum. */
function controlPlaneProblems(check: HealthCheck, machines: readonly Machine[], report: Report): readonly Problem[] {
  const masters = machines.filter(
    ({ metadata }) =>
      metadata.labels?.['machine.openshift.io/cluster-api-machine-role'] === 'master' ||
      metadata.labels?.['cluster.x-k8s.io/control-plane'] !== undefined,
  );
  if (masters.length === 0) return [];
  if (masters.length < machines.length) {
    return [
      report(['spec', 'selector'], {
        code: 'MT131',
        severity: 'warning',
        message: `${title(check.manifest)} selects ${masters.length} control plane Machines together with ${machines.length - masters.length} others`,
        why: 'One limit then covers both, and a flood of failing workers can take the control plane with it.',
        remedy: 'give the control plane a health check of its own',
      }),
    ];
  }
  const allowed = resolvedLimit(check.limit, masters.length) ?? masters.length;
  const spare = masters.length - (Math.floor(masters.length / 2) + 1);
  if (allowed <= Math.max(1, spare)) return [];
  return [
    report(check.limit.kind === 'none' ? ['spec'] : check.limit.path, {
      code: 'MT131',
      severity: 'warning',
      message: `${title(check.manifest)} allows ${allowed} of ${masters.length} control plane Machines at once; etcd can lose ${spare}`,
      remedy: 'write 1',
    }),
  ];
}

// A policy against the cluster that it is meant for: does it select anything, do its references lead somewhere, can its
// limits ever be met, are its time-outs longer than a boot? What would silently do nothing is an error; what is merely
// doubtful is a warning. For a policy found in the cluster everything is a warning: it exists and may be asked about.

import type { Machine } from '../../core/api/machine.ts';
import { keyOf, keyString } from '../../core/api/object.ts';
import {
  CAPI_MACHINE_HEALTH_CHECK,
  MACHINE_DISRUPTION_BUDGET,
  type MachineDisruptionBudget,
  METAL3_REMEDIATION_TEMPLATE,
  type Metal3RemediationTemplate,
  MRO_MACHINE_HEALTH_CHECK,
  OPENSHIFT_MACHINE_HEALTH_CHECK,
} from '../../core/api/remediation.ts';
import type { ClusterModel } from '../cluster/inventory.ts';
import type { Path } from '../positioned-yaml.ts';
import type { Problem } from '../problem.ts';
import { formatDuration, parseGoDuration } from '../quantities.ts';
import {
  findTemplate,
  type HealthCheck,
  healthChecksOf,
  isKind,
  machinesOf,
  resolvedLimit,
  selectedMachines,
} from './health-check.ts';
import type { Manifest } from './read-policy.ts';

export interface PolicyContext {
  readonly policy: string;
  readonly cluster: ClusterModel;
  readonly slow: SlowStages;
}

/** 95 % points of the slowest hardware model. */
export interface SlowStages {
  /** Power on to Ready. */
  readonly bootMs: number;
  /** Clean, deploy and first boot of a replaced Machine. */
  readonly deployMs: number;
}

function inMinutes(ms: number): string {
  return formatDuration(Math.round(ms / 60_000) * 60_000);
}

type Finding = Pick<Problem, 'code' | 'severity' | 'message' | 'why' | 'remedy'>;

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

/** The finding at its place in the manifest, or as a warning without a place for an object found in the cluster. */
function at(manifest: Manifest, path: Path, finding: Finding, context: PolicyContext): Problem {
  if (manifest.document !== undefined) return { ...finding, ...manifest.document.placeOf(path) };
  const file = `policy ${context.policy}: ${manifest.object.kind} ${keyString(keyOf(manifest.object))}`;
  return { ...finding, severity: 'warning', file, line: 1, column: 1 };
}

function title(manifest: Manifest): string {
  return `${manifest.object.kind} "${manifest.object.metadata.name}"`;
}

/** Kinds of the other lineage have no controller in this cluster. */
function lineageProblems(manifest: Manifest, context: PolicyContext): readonly Problem[] {
  const { lineage } = context.cluster;
  const foreign =
    lineage === 'openshift'
      ? isKind(manifest.object, CAPI_MACHINE_HEALTH_CHECK.key)
      : isKind(manifest.object, OPENSHIFT_MACHINE_HEALTH_CHECK.key) ||
        isKind(manifest.object, MRO_MACHINE_HEALTH_CHECK.key);
  if (!foreign) return [];
  const [own, other] = lineage === 'openshift' ? ['OpenShift', 'Cluster API'] : ['Cluster API', 'OpenShift'];
  return [
    at(
      manifest,
      ['apiVersion'],
      {
        code: 'MT143',
        severity: 'error',
        message: `${title(manifest)} is of ${other}, the cluster is of ${own}`,
        why: `No controller of an ${own} cluster reads ${manifest.object.apiVersion}.`,
        remedy: `write it as ${lineage === 'openshift' ? 'machine.openshift.io/v1beta1' : 'cluster.x-k8s.io/v1beta2'}`,
      },
      context,
    ),
  ];
}

function fits(check: HealthCheck, context: PolicyContext): boolean {
  return (check.family === 'cluster-api') === (context.cluster.lineage === 'cluster-api');
}

function healthCheckProblems(
  check: HealthCheck,
  manifests: readonly Manifest[],
  context: PolicyContext,
): readonly Problem[] {
  if (!fits(check, context)) return [];
  const { manifest } = check;
  const report = (path: Path, finding: Finding) => at(manifest, path, finding, context);
  const machines = selectedMachines(check, context.cluster.input, context.cluster.lineage);
  if (machines.length === 0) return [report(['spec', 'selector'], nothingSelected(check, context))];
  return [
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
  const machines = machinesOf(context.cluster.input, context.cluster.lineage);
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

function budgetProblems(
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
    context.cluster.lineage,
  );
  const problems: Problem[] = [];
  if (selected.length === 0) {
    // A warning: a budget without Machines limits nothing, which is what it would do in the real cluster too.
    problems.push(
      report(['spec', 'selector'], {
        code: 'MT122',
        severity: 'warning',
        message: `the selector of ${title(manifest)} matches no Machine of the cluster: it limits nothing`,
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
      }),
    );
  }
  return problems;
}

/** Values that the older schema accepts and the controller does not understand. */
function templateProblems(manifest: Manifest, context: PolicyContext): readonly Problem[] {
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
      }),
    );
  }
  return problems;
}

function overlapProblems(checks: readonly HealthCheck[], context: PolicyContext): readonly Problem[] {
  const firstFor = new Map<string, HealthCheck>();
  return checks.flatMap((check) => {
    if (!fits(check, context)) return [];
    const shared = new Map<HealthCheck, number>();
    for (const machine of selectedMachines(check, context.cluster.input, context.cluster.lineage)) {
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

// A health check against the cluster: does it select anything, do its references lead somewhere, would what it deletes come
// back, are its time-outs longer than a boot? What it may break at once is in check-limit.ts, steps are in check-escalation.ts.

import { ANNOTATION_CAPI_PAUSED } from '../../core/api/cluster.ts';
import { FENCE_AGENTS_REMEDIATION_TEMPLATE } from '../../core/api/fence-agents-remediation.ts';
import { MACHINE_DELETION_REMEDIATION_TEMPLATE } from '../../core/api/machine-deletion-remediation.ts';
import { NODE } from '../../core/api/node.ts';
import type { NodeHealthCheck } from '../../core/api/node-health-check.ts';
import { kindKeyOf } from '../../core/api/object.ts';
import { METAL3_REMEDIATION_TEMPLATE } from '../../core/api/remediation.ts';
import { SELF_NODE_REMEDIATION_TEMPLATE } from '../../core/api/self-node-remediation.ts';
import { some } from '../cluster/inventory.ts';
import type { Problem } from '../problem.ts';
import { formatDuration } from '../quantities.ts';
import { escalationProblems } from './check-escalation.ts';
import { limitProblems } from './check-limit.ts';
import { at, type Finding, fits, inMinutes, type PolicyContext, type Report, title } from './finding.ts';
import type { Target } from './fleet.ts';
import { type HealthCheck, healthChecksOf, machinesOf, targetsOf, watchesNodes } from './health-check.ts';
import type { Manifest } from './read-policy.ts';
import { findTemplate, type TemplateReference } from './remedy.ts';

export function healthCheckProblems(
  check: HealthCheck,
  manifests: readonly Manifest[],
  context: PolicyContext,
): readonly Problem[] {
  // Our own policy has checks of its own.
  if (!fits(check, context) || check.family === 'own') return [];
  const { manifest } = check;
  const report: Report = (path, finding) => at(manifest, path, finding, context);
  const targets = targetsOf(check, context.cluster, context.fleet);
  if (targets.length === 0) return [report(['spec', 'selector'], nothingSelected(check, context))];
  return [
    ...check.templates.flatMap((template) => referenceProblems(check, template, manifests, context, report)),
    ...limitProblems(check, targets, context, report),
    ...pauseProblems(check, report),
    ...offProblems(check, targets, report),
    ...startupProblems(check, context, report),
    ...replacementProblems(check, targets, healthChecksOf(manifests).length === 1, report),
    ...escalationProblems(check, manifests, context, report),
    ...(check.conditions.length === 0
      ? [
          report(['spec'], {
            code: 'MT135',
            severity: 'warning',
            message: `${title(manifest)} has no unhealthy conditions: ${check.family === 'medik8s' ? 'no Node is ever unhealthy' : 'only missing Nodes and failed Machines count'}`,
            remedy: 'add one for Ready "False" and one for Ready Unknown',
          }),
        ]
      : []),
  ];
}

export function nothingSelected(check: HealthCheck, context: PolicyContext): Finding {
  const remedy = 'without a match the policy would equal "no-remediation"';
  if (watchesNodes(check)) {
    const nodes = context.cluster.input.list(NODE);
    const labels = [...new Set(nodes.flatMap(({ metadata }) => Object.keys(metadata.labels ?? {})))].sort();
    return {
      code: 'MT122',
      severity: 'error',
      message: `the selector of ${title(check.manifest)} matches none of the cluster's ${nodes.length} Nodes`,
      why: `Labels of the Nodes: ${labels.join(', ')}.`,
      remedy,
    };
  }
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
    remedy,
  };
}

/** Of both Machine APIs. Source: openshift/machine-api-operator 95119612, kubernetes-sigs/cluster-api ae7ff047. */

/** Templates whose requests have a controller here, by the kind of health check that makes them. */
const TEMPLATES: Readonly<Record<HealthCheck['family'], readonly string[]>> = {
  openshift: [METAL3_REMEDIATION_TEMPLATE.key, SELF_NODE_REMEDIATION_TEMPLATE.key],
  'cluster-api': [METAL3_REMEDIATION_TEMPLATE.key],
  mro: [],
  medik8s: [
    SELF_NODE_REMEDIATION_TEMPLATE.key,
    FENCE_AGENTS_REMEDIATION_TEMPLATE.key,
    MACHINE_DELETION_REMEDIATION_TEMPLATE.key,
    METAL3_REMEDIATION_TEMPLATE.key,
  ],
  own: [],
};

function referenceProblems(
  check: HealthCheck,
  template: TemplateReference,
  manifests: readonly Manifest[],
  { refused }: PolicyContext,
  report: Report,
): readonly Problem[] {
  const { kind, name, namespace, path } = template;
  const ofNodes = check.family === 'medik8s';
  const kindKey = kindKeyOf(template);
  const served = TEMPLATES[check.family];
  // Machine health checks find a template by its kind, whatever group the reference names.
  if (!served.some((each) => each === kindKey || (!ofNodes && each.startsWith(`${kind}.`)))) {
    const names = served.map((each) => each.slice(0, each.indexOf('.')));
    return [
      report(path, {
        code: 'MT142',
        severity: 'error',
        message: ofNodes
          ? `the controller of ${kind} is not built yet`
          : `a ${check.manifest.object.kind} with a ${kind} is not built yet`,
        remedy: `use ${names.join(', ')}${ofNodes ? '' : ', or no template'}`,
      }),
    ];
  }
  const looked = served.find((each) => each.startsWith(`${kind}.`)) ?? kindKey;
  if (findTemplate(looked, name, namespace, manifests) !== undefined || refused.has(`${kind}/${name}`)) return [];
  return [
    report(path, {
      code: 'MT123',
      severity: 'error',
      message: `${kind} "${name}" is not among the manifests of this policy`,
      why: `It is looked for in namespace "${namespace}".`,
      remedy: 'add the file that defines it',
    }),
  ];
}

/** Whoever pauses a health check for an upgrade may forget it. */
function pauseProblems({ manifest, family }: HealthCheck, report: Report): readonly Problem[] {
  const { metadata } = manifest.object;
  const requests = family === 'medik8s' ? ((manifest.object as NodeHealthCheck).spec?.pauseRequests ?? []) : [];
  const annotated =
    family !== 'medik8s' && family !== 'mro' && metadata.annotations?.[ANNOTATION_CAPI_PAUSED] !== undefined;
  if (requests.length === 0 && !annotated) return [];
  const path = annotated ? ['metadata', 'annotations', ANNOTATION_CAPI_PAUSED] : ['spec', 'pauseRequests'];
  return [
    report(path, {
      code: 'MT117',
      severity: 'warning',
      message: `${title(manifest)} is paused: it remediates nothing`,
      why: 'Nothing in a simulated cluster ends the pause.',
      remedy: 'take the pause out of the manifest',
    }),
  ];
}

/** A host that somebody has switched off looks like one that is lost. */
export function offProblems(check: HealthCheck, targets: readonly Target[], report: Report): readonly Problem[] {
  const off = targets.filter(({ offOnPurpose }) => offOnPurpose);
  if (off.length === 0) return [];
  return [
    report(['spec', 'selector'], {
      code: 'MT118',
      severity: 'warning',
      message: `${title(check.manifest)} selects ${off.length === 1 ? 'one' : off.length} whose host is off on purpose: ${some(off.map(({ name }) => name))}`,
      why: 'It counts as unhealthy for as long as it is off: against the limit, and to be remediated.',
      remedy: 'take it out of the selection, or delete its Machine',
    }),
  ];
}

function startupProblems(check: HealthCheck, context: PolicyContext, report: Report): readonly Problem[] {
  const reprovisions = check.action.kind === 'reprovision';
  const neededMs = reprovisions ? context.slow.deployMs : context.slow.bootMs;
  const startup = check.startupTimeoutMs;
  if (startup === 0 || startup >= neededMs || check.startupPath.length === 0) return [];
  return [
    report(check.startupPath, {
      code: 'MT132',
      severity: 'warning',
      message: `${title(check.manifest)} gives a new node ${formatDuration(startup)}; ${reprovisions ? 'cleaning and deploying' : 'one boot of'} this hardware takes up to ${inMinutes(neededMs)}`,
      why: reprovisions
        ? 'A Machine whose host is still being provisioned is then deleted and provisioned again, possibly for ever.'
        : 'A host that is only booting is then remediated again.',
      remedy: 'raise nodeStartupTimeout, or set it to 0 to switch it off',
    }),
  ];
}

/** A Machine without a controller owner is never deleted: nobody would make another one. */
function replacementProblems(
  check: HealthCheck,
  targets: readonly Target[],
  alone: boolean,
  report: Report,
): readonly Problem[] {
  const path = deletionPath(check);
  const orphans = targets.filter(({ replaced }) => !replaced);
  if (path === undefined || orphans.length === 0) return [];
  const all = orphans.length === targets.length;
  return [
    report(path, {
      code: 'MT128',
      // A NodeHealthCheck says of its own accord that it deletes; a MachineHealthCheck does so where nothing else is said.
      severity: all && alone && check.templates.length === 1 ? 'error' : 'warning',
      message: `${title(check.manifest)} deletes Machines, and ${orphans.length} of its ${targets.length} have no controller owner`,
      why: `Without an owner that would replace it no Machine is deleted: ${some(orphans.map(({ name }) => name))}.`,
      remedy: 'take them out of the selection, or reboot instead',
    }),
  ];
}

/** Where it is said that Machines are deleted; undefined where they are not. */
function deletionPath({ action, family }: HealthCheck): TemplateReference['path'] | undefined {
  // The 2019 operator deletes whatever it is asked to, masters excepted.
  if (action.kind === 'reprovision') return family === 'mro' ? undefined : ['spec'];
  return action.kind === 'steps'
    ? action.steps.find(({ remedy }) => remedy.kind === 'reprovision')?.reference.path
    : undefined;
}

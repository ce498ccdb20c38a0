// Our own RemediationPolicy against the cluster: does it select anything, is there a budget for what it selects, can its steps be
// taken here, and are they long enough for what they do?

import { kindKeyOf } from '../../core/api/object.ts';
import { WIPING_ACTIONS } from '../../core/api/remediation-policy.fields.ts';
import type { RemediationPolicy, StepAction } from '../../core/api/remediation-policy.ts';
import { isEmptySelector, matchesSelector } from '../../core/api/selector.ts';
import { SELF_NODE_REMEDIATION_CONFIG, SELF_NODE_REMEDIATION_TEMPLATE } from '../../core/api/self-node-remediation.ts';
import { settingsOf } from '../../core/remediation/host-remediation.settings.ts';
import { some } from '../cluster/inventory.ts';
import type { Problem } from '../problem.ts';
import { formatDuration } from '../quantities.ts';
import { nothingSelected, offProblems } from './check-health-check.ts';
import { storageProblems } from './check-limit.ts';
import { at, inMinutes, type PolicyContext, type Report, title } from './finding.ts';
import type { Target } from './fleet.ts';
import { type HealthCheck, targetsOf } from './health-check.ts';
import type { Manifest } from './read-policy.ts';
import type { AttemptStep } from './remedy.ts';

export function ownPolicyProblems(
  check: HealthCheck,
  manifests: readonly Manifest[],
  context: PolicyContext,
): readonly Problem[] {
  const { action, limit, manifest, selector } = check;
  if (check.family !== 'own' || action.kind !== 'attempts' || limit.kind !== 'budget') return [];
  const report: Report = (path, finding) => at(manifest, path, finding, context);
  if (isEmptySelector(selector)) return [report(['spec', 'selector'], emptySelector(manifest))];
  const targets = targetsOf(check, context.cluster, context.fleet);
  if (targets.length === 0) return [report(['spec', 'selector'], nothingSelected(check, context))];
  return [
    ...budgetReference(check, targets, context, report),
    ...pauseProblems(check, report),
    ...offProblems(check, targets, report),
    ...action.steps.flatMap((step) => stepProblems(check, step, targets, context, report)),
    ...orderProblems(check, action.steps, report),
    ...powerProblems(check, manifests, context, report),
    ...(limit.budget?.spec?.storage === undefined ? storageProblems(check, targets, context, report) : []),
  ];
}

function emptySelector(manifest: Manifest) {
  return {
    code: 'MT122',
    severity: 'error',
    message: `${title(manifest)} has an empty selector, which selects no Node`,
    why: 'In a NodeHealthCheck or a MachineHealthCheck an empty selector may mean all; here nobody is fenced by an omission.',
    remedy: 'name a label, for example node-role.kubernetes.io/worker with operator Exists',
  } as const;
}

function budgetReference(
  { limit, manifest }: HealthCheck,
  targets: readonly Target[],
  { refused, fleet }: PolicyContext,
  report: Report,
): readonly Problem[] {
  const name = (manifest.object as RemediationPolicy).spec?.budget ?? '';
  if (limit.kind !== 'budget' || refused.has(`RemediationBudget/${name}`)) return [];
  const { budget } = limit;
  if (budget === undefined) {
    return [
      report(limit.path, {
        code: 'MT123',
        severity: 'error',
        message: `RemediationBudget "${name}" is not among the manifests of this policy`,
        why: 'Without it nothing is ever granted, and nothing is remediated.',
        remedy: 'add the file that defines it',
      }),
    ];
  }
  const pool = new Set(
    fleet.nodes.flatMap(({ metadata }) =>
      matchesSelector(budget.spec?.selector, metadata.labels) ? [metadata.name] : [],
    ),
  );
  const outside = targets.filter((target) => !pool.has(target.name));
  if (outside.length === 0) return [];
  return [
    report(limit.path, {
      code: 'MT154',
      severity: 'warning',
      message: `${outside.length} of the ${targets.length} Nodes of ${title(manifest)} are not in the pool of its budget "${name}": ${some(outside.map((target) => target.name))}`,
      why: 'The threshold and the percentages of a budget look at its pool only.',
      remedy: 'let the selector of the budget select them too, or leave it out',
    }),
  ];
}

function pauseProblems({ manifest }: HealthCheck, report: Report): readonly Problem[] {
  const { pauseRequests = [], dryRun = false } = (manifest.object as RemediationPolicy).spec ?? {};
  const reason = pauseRequests.length > 0 ? 'is paused' : dryRun ? 'is a dry run' : undefined;
  if (reason === undefined) return [];
  return [
    report(['spec', pauseRequests.length > 0 ? 'pauseRequests' : 'dryRun'], {
      code: 'MT117',
      severity: 'warning',
      message: `${title(manifest)} ${reason}: it remediates nothing`,
      why: 'Its result equals "no-remediation", unless a change of the policy is part of the scenario.',
      remedy: 'take it out of the manifest to see what the policy does',
    }),
  ];
}

function stepProblems(
  { manifest }: HealthCheck,
  step: AttemptStep,
  targets: readonly Target[],
  context: PolicyContext,
  report: Report,
): readonly Problem[] {
  const { action, timeoutMs, path } = step;
  if (timeoutMs === undefined) return [];
  const never = neverTaken(step, manifest, targets, context);
  if (never !== undefined) {
    return [
      report([...path, 'action'], {
        code: 'MT155',
        severity: 'warning',
        message: `${title(manifest)} never takes its step ${action}${never.of}: ${never.because}`,
        why: 'A step that cannot be taken is skipped; after the last one comes a person.',
        remedy: never.remedy,
      }),
    ];
  }
  const neededMs = WIPING_ACTIONS.includes(action) ? context.slow.deployMs : context.slow.bootMs;
  if (timeoutMs >= neededMs) return graceProblems(manifest, step, timeoutMs, report);
  return [
    report([...path, 'timeout'], {
      code: 'MT132',
      severity: 'warning',
      message: `${title(manifest)} gives an attempt of ${action} ${formatDuration(timeoutMs)}; ${WIPING_ACTIONS.includes(action) ? 'cleaning and deploying' : 'one boot of'} this hardware takes up to ${inMinutes(neededMs)}`,
      why: 'The attempt counts as failed while the host is still on its way, and the next one begins.',
      remedy: `raise it above ${inMinutes(neededMs)}`,
    }),
  ];
}

/** An attempt begins with letting alone what boots; a host that hangs in its boot does so for ever. */
function graceProblems(
  manifest: Manifest,
  { action, path }: AttemptStep,
  timeoutMs: number,
  report: Report,
): readonly Problem[] {
  const { bootGraceMs } = settingsOf(manifest.object as RemediationPolicy);
  if (timeoutMs > bootGraceMs) return [];
  return [
    report([...path, 'timeout'], {
      code: 'MT132',
      severity: 'warning',
      message: `${title(manifest)} gives an attempt of ${action} ${formatDuration(timeoutMs)}, and leaves alone for ${formatDuration(bootGraceMs)} what boots`,
      why: 'On a host that hangs in its boot the attempt is over before anything is done.',
      remedy: `raise it above ${formatDuration(bootGraceMs)}, or shorten bootGrace`,
    }),
  ];
}

interface Never {
  /** Empty: on no host. */
  readonly of: string;
  readonly because: string;
  readonly remedy: string;
}

function neverTaken(
  { action }: AttemptStep,
  manifest: Manifest,
  targets: readonly Target[],
  { cluster, fleet }: PolicyContext,
): Never | undefined {
  if (!WIPING_ACTIONS.includes(action)) return undefined;
  if ((manifest.object as RemediationPolicy).spec?.wipeAllowed !== true) {
    return {
      of: '',
      because: 'it wipes disks, and wipeAllowed is not true',
      remedy: 'write wipeAllowed: true, or take the step out',
    };
  }
  if (action === 'ReprovisionInPlace' && cluster.machineApi === 'openshift') {
    return {
      of: '',
      because: 'the Machine API of OpenShift cannot be told to take the same host again',
      remedy: 'write Replace',
    };
  }
  if (action === 'Replace' && cluster.hosts.length <= fleet.nodes.length) {
    return { of: '', because: 'the cluster has no spare host', remedy: 'add a host, or take the step out' };
  }
  const orphans = targets.filter(({ replaced }) => !replaced);
  if (orphans.length === 0) return undefined;
  return {
    of: orphans.length === targets.length ? '' : ` on ${orphans.length} of ${targets.length} Nodes`,
    because: `nobody would replace the Machine of ${some(orphans.map(({ name }) => name))}`,
    remedy: 'give these Nodes a policy of their own that only reboots',
  };
}

const HARDNESS: Readonly<Record<StepAction, number>> = { Reboot: 0, ReprovisionInPlace: 1, Replace: 2, Person: 3 };

/** What a softer step cures, the harder one before it has cured already. */
function orderProblems({ manifest }: HealthCheck, steps: readonly AttemptStep[], report: Report): readonly Problem[] {
  return steps.flatMap(({ action, path }, index) => {
    const harder = steps.slice(0, index).find((before) => HARDNESS[before.action] > HARDNESS[action]);
    if (harder === undefined) return [];
    return [
      report([...path, 'action'], {
        code: 'MT129',
        severity: 'warning',
        message: `${title(manifest)} has ${action} after ${harder.action}`,
        why: 'Within one remediation nothing softer follows something harder that was tried.',
        remedy: 'put the softer step first',
      }),
    ];
  });
}

function powerProblems(
  { manifest }: HealthCheck,
  manifests: readonly Manifest[],
  { cluster }: PolicyContext,
  report: Report,
): readonly Problem[] {
  if ((manifest.object as RemediationPolicy).spec?.whenPowerUnknown !== 'SelfNodeRemediation') return [];
  const kinds = [SELF_NODE_REMEDIATION_CONFIG.key, SELF_NODE_REMEDIATION_TEMPLATE.key];
  const isThere =
    manifests.some(({ object }) => kinds.includes(kindKeyOf(object))) ||
    kinds.some((kindKey) => cluster.input.listByKey(kindKey).length > 0);
  if (isThere) return [];
  return [
    report(['spec', 'whenPowerUnknown'], {
      code: 'MT123',
      severity: 'error',
      message: `${title(manifest)} falls back on self node remediation, which is not installed`,
      why: 'The fallback rests on the agents of that product, which would turn the node off.',
      remedy: 'add its SelfNodeRemediationConfig to the policy, or write Person',
    }),
  ];
}

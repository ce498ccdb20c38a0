// What policies mean on this cluster, in words and in numbers: whom they treat, after how long, how many at once, and how.
// Printed before a comparison runs, so that nobody compares two time-outs and believes to compare two actions.

import type { Lineage } from '../../core/api/lineage.ts';
import type { NodeHealthCheck } from '../../core/api/node-health-check.ts';
import { kuredSettings } from '../../sim/people/kured-settings.ts';
import type { ClusterModel } from '../cluster/inventory.ts';
import { formatDuration } from '../quantities.ts';
import { isMaintenance } from './check-requests.ts';
import { type Fleet, largestRack, type Target } from './fleet.ts';
import { type HealthCheck, healthChecksOf, targetsOf, watchesNodes } from './health-check.ts';
import { resolvedLimit } from './limit.ts';
import { attemptsText, budgetText, ownPauses } from './own-meaning.ts';
import type { Manifest } from './read-policy.ts';
import type { Remedy, RemedyStep } from './remedy.ts';
import { safeTimeOfFleet } from './self-node-remediation.ts';

export interface NamedManifests {
  readonly name: string;
  readonly manifests: readonly Manifest[];
  readonly lineage?: Lineage;
}

/** What a policy is read against. */
export interface MeaningContext {
  readonly cluster: ClusterModel;
  readonly fleet: Fleet;
}

/** One line per policy and health check, then a line per aspect in which the policies differ. */
export function meaningLines(policies: readonly NamedManifests[], context: MeaningContext): readonly string[] {
  const meanings = policies.map(({ name, manifests, lineage }) => ({
    name,
    lineage: lineage ?? 'exact',
    others: otherLines(manifests),
    checks: healthChecksOf(manifests).map((check) => meaningOf(check, manifests, context)),
  }));
  const lines = meanings.flatMap(({ name, checks, others }) => [
    ...(checks.length === 0
      ? [`${name}: no health check; nothing is remediated`]
      : checks.map(
          (check) =>
            `${name}: ${[`${check.title} watches ${check.selects}`, check.unhealthy, `${check.limit}${check.rack}`, ...check.further].join(', ')}; then ${check.action}`,
        )),
    ...others.map((text) => `${name}: ${text}`),
  ]);
  const aspects = [
    ['selected Machines', (check: Meaning) => check.selects],
    ['time-outs', (check: Meaning) => check.unhealthy],
    ['limit', (check: Meaning) => check.limit],
    ['node start-up', (check: Meaning) => check.startup],
    ['action', (check: Meaning) => check.action],
  ] as const;
  const differing = aspects.flatMap(([aspect, read]) => {
    const values = meanings
      .filter(({ checks }) => checks.length > 0)
      .map(({ name, checks }) => ({ name, value: [...new Set(checks.map(read))].sort().join(' / ') }));
    return differenceLine(aspect, values);
  });
  const lineages = meanings
    .filter(({ checks }) => checks.length > 0)
    .map(({ name, lineage }) => ({ name, value: lineage }));
  return [
    ...lines,
    ...differing,
    ...differenceLine('lineage (known defects of the products: exact or corrected)', lineages),
  ];
}

function differenceLine(
  aspect: string,
  values: readonly { readonly name: string; readonly value: string }[],
): readonly string[] {
  if (new Set(values.map(({ value }) => value)).size < 2) return [];
  return [`differ in ${aspect}: ${values.map(({ name, value }) => `${name} = ${value}`).join('; ')}`];
}

interface Meaning {
  readonly title: string;
  readonly selects: string;
  readonly unhealthy: string;
  readonly limit: string;
  /** What the loss of a whole rack does to the limit. */
  readonly rack: string;
  readonly startup: string;
  /** What else decides, between limit and action. */
  readonly further: readonly string[];
  readonly action: string;
}

function meaningOf(check: HealthCheck, manifests: readonly Manifest[], { cluster, fleet }: MeaningContext): Meaning {
  const targets = targetsOf(check, cluster, fleet);
  const total = targets.length;
  const { safeTimeMs } = safeTimeOfFleet(manifests, fleet);
  const noun = watchesNodes(check) ? 'Node' : 'Machine';
  const startup = check.startupTimeoutMs === 0 ? 'any time' : formatDuration(check.startupTimeoutMs);
  return {
    title: `${check.manifest.object.kind} ${check.name}`,
    selects: `${total} ${total === 1 ? noun : `${noun}s`}`,
    unhealthy:
      check.conditions.length === 0
        ? 'no unhealthy conditions'
        : `unhealthy after ${check.conditions.map(({ type, status, timeoutMs }) => `${type} ${status} ${formatDuration(timeoutMs)}`).join(' or ')}`,
    limit: limitText(check, total, fleet),
    rack: rackText(check, targets),
    startup: watchesNodes(check) ? 'not watched' : startup,
    further: furtherTexts(check, startup),
    action: actionText(check.action, safeTimeMs),
  };
}

function furtherTexts(check: HealthCheck, startup: string): readonly string[] {
  if (check.family === 'medik8s') return pauses(check.manifest);
  return check.family === 'own' ? ownPauses(check.manifest) : [`new node within ${startup}`];
}

function actionText(action: HealthCheck['action'], safeTimeMs: number): string {
  if (action.kind === 'steps') return stepsText(action.steps, safeTimeMs);
  return action.kind === 'attempts' ? attemptsText(action) : remedyText(action, safeTimeMs);
}

function limitText({ limit, family }: HealthCheck, total: number, fleet: Fleet): string {
  if (limit.kind === 'budget') return budgetText(limit.budget, fleet);
  if (limit.kind === 'none') {
    return family === 'mro' ? 'as many at once as MachineDisruptionBudgets allow' : 'no limit on how many at once';
  }
  if (limit.kind === 'range' && limit.min === limit.max)
    return `only while exactly ${limit.min} ${limit.min === 1 ? 'is' : 'are'} unhealthy`;
  if (limit.kind === 'range') return `only while ${limit.min} to ${limit.max} are unhealthy`;
  const count = resolvedLimit(limit, total);
  const percent = typeof limit.value === 'string' && limit.value.endsWith('%');
  const written =
    limit.kind === 'min' ? ` (minHealthy ${limit.value} of ${total})` : percent ? ` (${limit.value} of ${total})` : '';
  return `at most ${count ?? '?'} unhealthy at once${written}`;
}

/** Hosts of a rack fail together: above the limit that stops everything, within it the whole rack is treated at once. */
function rackText({ limit }: HealthCheck, targets: readonly Target[]): string {
  // A cap in flight treats a lost rack one after the other; what stops it is said with the limit.
  if (limit.kind === 'budget') return '';
  const rack = largestRack(targets);
  const allowed = resolvedLimit(limit, targets.length);
  if (rack === undefined || allowed === undefined || allowed <= 0) return '';
  return rack.lost > allowed
    ? `, which a lost rack of ${rack.lost} exceeds`
    : `, which a lost rack of ${rack.lost} is within`;
}

/** Times in which a NodeHealthCheck waits. */
function pauses({ object }: Manifest): readonly string[] {
  const { stormCooldownDuration, healthyDelay } = (object as NodeHealthCheck).spec ?? {};
  return [
    ...(stormCooldownDuration === undefined ? [] : [`pause of ${stormCooldownDuration} after a storm`]),
    ...(healthyDelay === undefined
      ? []
      : [
          healthyDelay.startsWith('-')
            ? 'healthy again when a person says so'
            : `healthy again after ${healthyDelay} without a condition`,
        ]),
  ];
}

function stepsText(steps: readonly RemedyStep[], safeTimeMs: number): string {
  return steps
    .map(({ timeoutMs, remedy }) => {
      const text = remedyText(remedy, safeTimeMs);
      return timeoutMs === undefined ? text : `${text}, for ${formatDuration(timeoutMs)}`;
    })
    .join('; next ');
}

function remedyText(remedy: Remedy, safeTimeMs: number): string {
  switch (remedy.kind) {
    case 'reprovision':
      return 'the Machine is deleted and its host reprovisioned';
    case 'self-reboot':
      return `the node reboots itself (self node remediation; counts as rebooted after ${formatDuration(safeTimeMs)})`;
    case 'fence-agent':
      return `${remedy.agent} powers ${remedy.power === 'off' ? 'off and leaves off' : 'off and on'} (${remedy.tries} tries of ${formatDuration(remedy.timeoutMs)}, ${formatDuration(remedy.intervalMs)} apart)`;
    case 'reboot': {
      const tries = remedy.retries > 1 ? `reboot, up to ${remedy.retries} times` : 'reboot';
      const within = remedy.timeoutMs === undefined ? '' : ` within ${formatDuration(remedy.timeoutMs)} each`;
      const lastly = remedy.lastly === 'reprovision' ? ', then reprovision' : ', then a person';
      return `power off and on (${tries}${within}${lastly})`;
    }
    case 'unknown':
      return `${remedy.name}, which is missing`;
  }
}

/** What a policy does beside health checks. */
function otherLines(manifests: readonly Manifest[]): readonly string[] {
  return manifests.flatMap(({ object }) => {
    if (isMaintenance(object)) return [`Node ${object.spec?.nodeName} is drained and in maintenance from the start`];
    const kured = kuredSettings(object);
    if (kured === undefined) return [];
    const { concurrency, periodMs } = kured;
    return [
      `kured reboots nodes that ask for it, ${concurrency} at a time, and looks every ${formatDuration(periodMs)}`,
    ];
  });
}

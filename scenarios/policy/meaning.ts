// What policies mean on this cluster, in words and in numbers: whom they treat, after how long, how many at once, and how.
// Printed before a comparison runs, so that nobody compares two time-outs and believes to compare two actions.

import type { Lineage } from '../../core/api/lineage.ts';
import type { ClusterModel } from '../cluster/inventory.ts';
import { formatDuration } from '../quantities.ts';
import {
  type HealthCheck,
  healthChecksOf,
  type RemedyAction,
  resolvedLimit,
  selectedMachines,
} from './health-check.ts';
import type { Manifest } from './read-policy.ts';

export interface NamedManifests {
  readonly name: string;
  readonly manifests: readonly Manifest[];
  readonly lineage?: Lineage;
}

/** One line per policy and health check, then a line per aspect in which the policies differ. */
export function meaningLines(policies: readonly NamedManifests[], cluster: ClusterModel): readonly string[] {
  const meanings = policies.map(({ name, manifests }) => ({
    name,
    checks: healthChecksOf(manifests).map((check) => meaningOf(check, cluster)),
  }));
  const lines = meanings.flatMap(({ name, checks }) =>
    checks.length === 0
      ? [`${name}: no health check; nothing is remediated`]
      : checks.map(
          (check) =>
            `${name}: ${check.title} watches ${check.selects}, ${check.unhealthy}, ${check.limit}, new node within ${check.startup}; then ${check.action}`,
        ),
  );
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
    if (new Set(values.map(({ value }) => value)).size < 2) return [];
    return [`differ in ${aspect}: ${values.map(({ name, value }) => `${name} = ${value}`).join('; ')}`];
  });
  return [...lines, ...differing];
}

interface Meaning {
  readonly title: string;
  readonly selects: string;
  readonly unhealthy: string;
  readonly limit: string;
  readonly startup: string;
  readonly action: string;
}

function meaningOf(check: HealthCheck, cluster: ClusterModel): Meaning {
  const total = selectedMachines(check, cluster.input, cluster.machineApi).length;
  return {
    title: `${check.manifest.object.kind} ${check.name}`,
    selects: `${total} ${total === 1 ? 'Machine' : 'Machines'}`,
    unhealthy:
      check.conditions.length === 0
        ? 'no unhealthy conditions'
        : `unhealthy after ${check.conditions.map(({ type, status, timeoutMs }) => `${type} ${status} ${formatDuration(timeoutMs)}`).join(' or ')}`,
    limit: limitText(check, total),
    startup: check.startupTimeoutMs === 0 ? 'any time' : formatDuration(check.startupTimeoutMs),
    action: actionText(check.action),
  };
}

function limitText({ limit, family }: HealthCheck, total: number): string {
  if (limit.kind === 'none') {
    return family === 'mro' ? 'as many at once as MachineDisruptionBudgets allow' : 'no limit on how many at once';
  }
  if (limit.kind === 'range' && limit.min === limit.max)
    return `only while exactly ${limit.min} ${limit.min === 1 ? 'is' : 'are'} unhealthy`;
  if (limit.kind === 'range') return `only while ${limit.min} to ${limit.max} are unhealthy`;
  const count = resolvedLimit(limit, total);
  const written = typeof limit.value === 'string' && limit.value.endsWith('%') ? ` (${limit.value} of ${total})` : '';
  return `at most ${count ?? '?'} unhealthy at once${written}`;
}

function actionText(action: RemedyAction): string {
  if (action.kind === 'reprovision') return 'the Machine is deleted and its host reprovisioned';
  const tries = action.retries > 1 ? `reboot, up to ${action.retries} times` : 'reboot';
  const within = action.timeoutMs === undefined ? '' : ` within ${formatDuration(action.timeoutMs)} each`;
  const lastly = action.lastly === 'reprovision' ? ', then reprovision' : ', then a person';
  return `power off and on (${tries}${within}${lastly})`;
}

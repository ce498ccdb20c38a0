// What our own policy and budget mean on a cluster, in words and in numbers.

import type { CountAndPercent, RemediationBudget } from '../../core/api/remediation-budget.ts';
import { BUDGET_DEFAULTS, POLICY_DEFAULTS } from '../../core/api/remediation-defaults.ts';
import { WIPING_ACTIONS } from '../../core/api/remediation-policy.fields.ts';
import type { RemediationPolicy } from '../../core/api/remediation-policy.ts';
import { matchesSelector } from '../../core/api/selector.ts';
import { allowedOf } from '../../core/budget/limits.ts';
import { formatDuration } from '../quantities.ts';
import type { Fleet } from './fleet.ts';
import type { HealthCheck } from './health-check.ts';
import { inFlightMost } from './limit.ts';
import type { Manifest } from './read-policy.ts';

/** Every limit of a budget with its number for the pool. */
export function budgetText(budget: RemediationBudget | undefined, fleet: Fleet): string {
  if (budget === undefined) return 'no budget, and so nothing granted';
  const { spec = {} } = budget;
  const hosts = fleet.nodes.filter(({ metadata }) => matchesSelector(spec.selector, metadata.labels)).length;
  const most = inFlightMost(budget, hosts);
  return [
    most === undefined
      ? `of ${hosts} nodes any number in flight`
      : `of ${hosts} nodes at most ${most} in flight${written(spec.maxInFlight)}`,
    ...(spec.maxUnavailable === undefined
      ? []
      : [
          `none started while more than ${allowedOf(spec.maxUnavailable, hosts)} are out of service${written(spec.maxUnavailable)}`,
        ]),
    ...rateTexts(spec.rate),
    ...(spec.domains ?? []).map(({ topologyKey, maxInFlight }) => `${maxInFlight} per ${topologyKey}`),
    ...(spec.storage?.cephClusters ?? []).map(
      ({ namespace, name }) => `none while CephCluster ${namespace}/${name} forbids it`,
    ),
    ...doubtTexts(spec.doubt, hosts),
  ].join(', ');
}

/** ` (5% of the pool)`: nothing where the number says it all. */
function written(limit: CountAndPercent | undefined): string {
  if (limit?.percent === undefined) return '';
  return limit.count === undefined ? ` (${limit.percent}%)` : ` (${limit.count} and ${limit.percent}%)`;
}

function rateTexts(rate: NonNullable<RemediationBudget['spec']>['rate']): readonly string[] {
  const { tokenBucket, slidingWindow } = rate ?? {};
  return [
    ...(tokenBucket === undefined
      ? []
      : [`${tokenBucket.burst} starts at once and one more every ${tokenBucket.refillEvery}`]),
    ...(slidingWindow === undefined ? [] : [`${slidingWindow.starts} starts in any ${slidingWindow.per}`]),
  ];
}

function doubtTexts(doubt: NonNullable<RemediationBudget['spec']>['doubt'], hosts: number): readonly string[] {
  const { percent, atLeast, within } = { ...BUDGET_DEFAULTS.doubt, ...doubt };
  const many = Math.max(atLeast, Math.ceil((percent * hosts) / 100));
  return [`none while ${many} or more failed within ${within} (the observer is doubted)`];
}

/** `Reboot (2 attempts of 30m); next Replace (1 attempt of 2h, wipes); then a person`. */
export function attemptsText({ steps, mayWipe }: Extract<HealthCheck['action'], { kind: 'attempts' }>): string {
  const acting = steps.flatMap(({ action, attempts, timeoutMs }) => {
    if (timeoutMs === undefined) return [];
    const wipes = WIPING_ACTIONS.includes(action) ? (mayWipe ? ', wipes' : ', skipped: wipeAllowed is not true') : '';
    return [
      `${action} (${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} of ${formatDuration(timeoutMs)}${wipes})`,
    ];
  });
  return [acting.join('; next '), 'then a person'].filter((text) => text !== '').join('; ');
}

/** Times in which our own policy waits. */
export function ownPauses({ object }: Manifest): readonly string[] {
  const { spec = {} } = object as RemediationPolicy;
  const { base, max } = { ...POLICY_DEFAULTS.backOff, ...spec.backOff };
  return [
    ...((spec.pauseRequests ?? []).length > 0 ? ['paused'] : []),
    ...(spec.dryRun === true ? ['dry run: nothing is done'] : []),
    `healthy again after ${spec.healthyDelay ?? POLICY_DEFAULTS.healthyDelay}`,
    `${base} to ${max} between attempts on a host`,
    `attempts remembered for ${spec.memory ?? POLICY_DEFAULTS.memory}`,
  ];
}

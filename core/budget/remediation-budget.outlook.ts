// What surrounds a decision of a budget, for somebody who asks why: who asked, in the order in which they are looked at and with
// what each waits for; every limit with its use after the grants of this decision; and when it looks again.

import type { Because, Outlook } from '../ports/reconciler.ts';
import type { Allocation, Ask, InFlight, Ledger, Pool } from './allocator.ts';
import { allowedOf, type Limits } from './limits.ts';
import { nextStartMs } from './rate.ts';

/** Sentences of what surrounds a decision, for `Controller.rules`. */
export const BUDGET_OUTLOOK_RULES = {
  'ask-granted': '{remediation}: {action}, attempt {attempt}, of impact {impact}: granted',
  'ask-waits': '{place}. {remediation}: {action}, attempt {attempt}, of impact {impact}, for {waitedMs} ms: {why}',
  'more-wait': 'and {more} more wait',
  'limit-unavailable': '{used} of {expected} hosts out of service, {allowed} may be',
  'limit-in-flight': '{used} in flight ({who}), {allowed} may be',
  'limit-domain': '{used} in flight in {domain} ({topologyKey}), {allowed} may be',
  'limit-control-plane': '{used} in flight of the control plane, {allowed} may be; {serving} of {total} serve',
  'limit-storm': 'a storm: nothing new starts',
  'limit-rate': 'the rate lets the next start in {inMs} ms',
  'limit-storage': 'storage {verdict}',
  'first-in-line': '{remediation} is the first to start when nothing more stands against it: {why}',
  'after-storm': 'the storm ends {coolDownMs} ms after no more than {allowed} of {expected} hosts are out of service',
  'looks-again': 'looks again in {inMs} ms, if nothing changes before',
} as const;

type OutlookRule = keyof typeof BUDGET_OUTLOOK_RULES;

/** Those behind them are counted. */
const WAITING_TOLD_MOST = 10;
const IN_FLIGHT_TOLD_MOST = 5;

export interface BudgetOutlookInput {
  readonly limits: Limits;
  readonly asks: readonly Ask[];
  readonly pool: Pool;
  /** Before the grants of this decision. */
  readonly ledger: Ledger;
  readonly allocation: Allocation;
  readonly recheckAtMs: number;
  readonly nowMs: number;
}

export function budgetOutlook(input: BudgetOutlookInput): Outlook {
  return { alternatives: asksOf(input), limits: limitsOf(input), next: nextOf(input) };
}

function nextOf({ allocation, pool, limits, recheckAtMs, nowMs }: BudgetOutlookInput): readonly Because[] {
  const [first] = allocation.waitingFor;
  const { maxUnavailable, stormCoolDownMs } = limits;
  const { expectedHosts: expected, isStorm } = pool;
  return [
    ...(first === undefined ? [] : [say('first-in-line', { remediation: first[0], why: first[1] })]),
    ...(isStorm && maxUnavailable !== undefined
      ? [say('after-storm', { coolDownMs: stormCoolDownMs, allowed: allowedOf(maxUnavailable, expected), expected })]
      : []),
    ...(Number.isFinite(recheckAtMs) ? [say('looks-again', { inMs: Math.max(0, recheckAtMs - nowMs) })] : []),
  ];
}

function asksOf({ asks, allocation, nowMs }: BudgetOutlookInput): readonly Because[] {
  const byName = new Map(asks.map((ask) => [ask.name, ask]));
  const granted = allocation.granted.map((ask) => say('ask-granted', askValues(ask)));
  const waiting = [...allocation.waitingFor].slice(0, WAITING_TOLD_MOST).flatMap(([name, why], position) => {
    const ask = byName.get(name);
    if (ask === undefined) return [];
    const waitedMs = Math.max(0, nowMs - ask.waitingSinceMs);
    return [say('ask-waits', { ...askValues(ask), place: position + 1, waitedMs, why })];
  });
  const more = allocation.waitingFor.size - waiting.length;
  return [...granted, ...waiting, ...(more === 0 ? [] : [say('more-wait', { more })])];
}

function askValues({ name, action, attempt, impact }: Ask): Because['values'] {
  return { remediation: name, action, attempt, impact };
}

/** Limits that the budget does not have are not told of. */
function limitsOf(input: BudgetOutlookInput): readonly Because[] {
  const { limits, pool, allocation, nowMs } = input;
  const inFlight = [...input.ledger, ...allocation.granted.map((ask): [string, Ask] => [ask.name, ask])];
  const hosts = [...new Map<string, Host>(inFlight).values()];
  const unavailable = new Set([...pool.unavailable, ...hosts.map(({ node }) => node)]);
  const { expectedHosts: expected } = pool;
  const allowed = (limit: NonNullable<Limits['maxInFlight']>): number => allowedOf(limit, expected);
  return [
    ...(pool.isStorm ? [say('limit-storm', {})] : []),
    ...(limits.maxUnavailable === undefined
      ? []
      : [say('limit-unavailable', { used: unavailable.size, expected, allowed: allowed(limits.maxUnavailable) })]),
    ...(limits.maxInFlight === undefined
      ? []
      : [say('limit-in-flight', { used: hosts.length, allowed: allowed(limits.maxInFlight), who: namesOf(hosts) })]),
    ...domainsOf(limits, hosts),
    ...controlPlaneOf(limits, pool, hosts),
    ...storageOf(pool, allocation.granted.length > 0),
    ...(limits.tokenBucket === undefined && limits.slidingWindow === undefined
      ? []
      : [say('limit-rate', { inMs: Math.max(0, nextStartMs(allocation.rate, limits, nowMs) - nowMs) })]),
  ];
}

/** Of the Nodes, the first few. */
function namesOf(hosts: readonly Host[]): string {
  if (hosts.length === 0) return 'nobody';
  const named = hosts.slice(0, IN_FLIGHT_TOLD_MOST).map(({ node }) => node);
  const more = hosts.length - named.length;
  return `${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

type Host = Pick<InFlight, 'node' | 'domains' | 'controlPlane'>;

/** Domains in which somebody is in flight. */
function domainsOf({ domains }: Limits, hosts: readonly Host[]): readonly Because[] {
  return domains.flatMap(({ topologyKey, maxInFlight }) => {
    const used = new Map<string, number>();
    for (const { node, domains: values } of hosts) {
      const domain = values[topologyKey] ?? node;
      used.set(domain, (used.get(domain) ?? 0) + 1);
    }
    return [...used].map(([domain, count]) =>
      say('limit-domain', { topologyKey, domain, used: count, allowed: maxInFlight }),
    );
  });
}

/** Told where somebody of the control plane is in flight. */
function controlPlaneOf({ controlPlane }: Limits, pool: Pool, hosts: readonly Host[]): readonly Because[] {
  const { total, healthy, inFlightElsewhere } = pool.controlPlane;
  const used = hosts.filter((host) => host.controlPlane).length + inFlightElsewhere;
  if (used === 0) return [];
  return [say('limit-control-plane', { used, allowed: controlPlane.maxInFlight, serving: healthy.size, total })];
}

function storageOf({ storage }: Pool, isGranted: boolean): readonly Because[] {
  if (storage === undefined) return [];
  const { verdict } = storage;
  switch (verdict.kind) {
    case 'clean':
      return [say('limit-storage', { verdict: 'can spare a host' })];
    case 'busy':
      return [
        say('limit-storage', {
          verdict: `${verdict.cluster} is busy: ${verdict.codes.join(', ')}${isGranted ? ', of which the granted host is the cause' : ''}`,
        }),
      ];
    case 'unproven':
      return [say('limit-storage', { verdict: `${verdict.cluster} proves nothing: ${verdict.why}` })];
  }
}

function say(rule: OutlookRule, values: Because['values']): Because {
  return { rule, values };
}

// The status of a budget, which is its ledger: one patch per decision, refused when anybody wrote meanwhile (invariant B11).
// Sums are derived from the entries; only what changed is written.

import type { MergePatch, PatchAction } from '../actions.ts';
import { type Condition, findCondition, withConditions } from '../api/conditions.ts';
import { keyOf } from '../api/object.ts';
import {
  CONDITION_CAP_REACHED,
  CONDITION_RATE_LIMITED,
  CONDITION_STORAGE_BUSY,
  CONDITION_STORM,
  CONDITION_UPGRADING,
  type Grant,
  REMEDIATION_BUDGET,
  type RemediationBudget,
} from '../api/remediation-budget.ts';
import type { StepAction } from '../api/remediation-policy.ts';
import { formatMicroTime, formatTime } from '../api/time.ts';
import type { Ask, Pool, Refusal } from './allocator.ts';
import type { Limits } from './limits.ts';

type Status = NonNullable<RemediationBudget['status']>;
type NewCondition = Omit<Condition, 'lastTransitionTime'>;

/**
 * The entry of a grant; that of an earlier attempt of the same host keeps its place.
 * @param sameHost that the storage is busy is taken for the doing of this very host.
 */
export function grantOf(ask: Ask, nowMs: number, sameHost: boolean): Grant {
  return {
    uid: ask.uid,
    node: ask.node,
    step: ask.step,
    action: ask.action,
    attempt: ask.attempt,
    grantedAt: formatMicroTime(nowMs),
    requestedAt: ask.requestedAt,
    ...(Object.keys(ask.domains).length === 0 ? {} : { domains: ask.domains }),
    ...(ask.controlPlane ? { controlPlane: true } : {}),
    ...(sameHost ? { sameHost } : {}),
  };
}

/** Attempts granted so far, by action; a person counts when a host is given to one. */
export function spentAfter(
  old: Status['spent'],
  granted: readonly Ask[],
  toPersons: number,
): NonNullable<Status['spent']> {
  const spent: Partial<Record<StepAction, number>> = { ...old };
  for (const { action } of granted) spent[action] = (spent[action] ?? 0) + 1;
  if (toPersons > 0) spent.Person = (spent.Person ?? 0) + toPersons;
  return spent;
}

export function costOf(spent: NonNullable<Status['spent']>, costs: Limits['costs']): number {
  return (Object.keys(spent) as StepAction[]).reduce((sum, action) => sum + (spent[action] ?? 0) * costs[action], 0);
}

/** What holds starts back now. */
export interface Blockers {
  readonly limits: Limits;
  readonly isStorm: boolean;
  readonly isCoolingDown: boolean;
  readonly storage: Pool['storage'];
  readonly waitingFor: ReadonlyMap<string, Refusal>;
}

/** Refusals that the condition CapReached names. */
const CAPS: readonly Refusal[] = [
  'InvalidLimit',
  'CapReached',
  'DomainCapReached',
  'ControlPlaneCapReached',
  'QuorumAtRisk',
];

const CAP_MESSAGES: Readonly<Partial<Record<Refusal, string>>> = {
  CapReached: 'as many hosts are in flight as maxInFlight allows',
  DomainCapReached: 'as many hosts of a domain are in flight as its cap allows',
  ControlPlaneCapReached: 'as many control-plane hosts are in flight as allowed',
  QuorumAtRisk: 'without another host the control plane would lose its quorum',
};

/** Conditions that are True, and those that were once; and that the storage is clean, for since when it is not matters later. */
export function conditionsOf(budget: RemediationBudget, blockers: Blockers, nowMs: number): readonly Condition[] {
  const old = budget.status?.conditions ?? [];
  const isWanted = ({ type, status, reason }: NewCondition): boolean =>
    status === 'True' || reason === CLEAN || findCondition(old, type) !== undefined;
  const known = findCondition(old, CONDITION_STORAGE_BUSY);
  const busy = storage(blockers, known?.status === 'True');
  const isFirst = known === undefined && busy.reason === BUSY;
  const begun = isFirst ? [{ ...busy, lastTransitionTime: formatTime(blockers.storage?.busySinceMs ?? nowMs) }] : [];
  const now = [storm(blockers), busy, upgrading(blockers), rateLimited(blockers), capReached(blockers)];
  return withConditions([...old, ...begun], now.filter(isWanted), nowMs);
}

const BUSY = 'Busy';
const CLEAN = 'Clean';

function isFalse(type: string, reason: string): NewCondition {
  return { type, status: 'False', reason };
}

function storm({ isStorm, isCoolingDown }: Blockers): NewCondition {
  if (!isStorm) return isFalse(CONDITION_STORM, 'Calm');
  return isCoolingDown
    ? {
        type: CONDITION_STORM,
        status: 'True',
        reason: 'CoolDown',
        message: 'nobody new starts until stormCoolDown is over',
      }
    : {
        type: CONDITION_STORM,
        status: 'True',
        reason: 'TooManyUnavailable',
        message: 'more hosts than maxUnavailable are out of service: nobody new starts',
      };
}

/** That nobody knows matters only while somebody waits for it; that it is busy matters later, for since when: not to know ends no resync. */
function storage({ storage: guarded, waitingFor }: Blockers, wasBusy: boolean): NewCondition {
  const type = CONDITION_STORAGE_BUSY;
  const verdict = guarded?.verdict;
  if (verdict?.kind === 'busy') {
    const message = `CephCluster ${verdict.cluster}: ${verdict.codes.join(', ')}`;
    return { type, status: 'True', reason: BUSY, message };
  }
  if (verdict?.kind === 'unproven' && (wasBusy || [...waitingFor.values()].includes('StorageUnproven'))) {
    return { type, status: 'True', reason: 'Unproven', message: `CephCluster ${verdict.cluster} is ${verdict.why}` };
  }
  return isFalse(type, verdict?.kind === 'clean' ? CLEAN : 'NotKnown');
}

function upgrading({ waitingFor }: Blockers): NewCondition {
  const waits = [...waitingFor.values()].includes('Upgrading');
  return waits
    ? {
        type: CONDITION_UPGRADING,
        status: 'True',
        reason: 'Upgrading',
        message: 'hosts wait for the end of an upgrade',
      }
    : isFalse(CONDITION_UPGRADING, 'NoneWaits');
}

function rateLimited({ waitingFor }: Blockers): NewCondition {
  const waits = [...waitingFor.values()].includes('RateLimited');
  return waits
    ? { type: CONDITION_RATE_LIMITED, status: 'True', reason: 'RateLimited', message: 'hosts wait for the next start' }
    : isFalse(CONDITION_RATE_LIMITED, 'NoneWaits');
}

function capReached({ limits, waitingFor }: Blockers): NewCondition {
  const type = CONDITION_CAP_REACHED;
  if (limits.invalid.length > 0) {
    const message = `nothing is allowed, for these fields cannot be read: ${limits.invalid.join(', ')}`;
    return { type, status: 'True', reason: 'InvalidLimit', message };
  }
  const refusals = new Set(waitingFor.values());
  const reason = CAPS.find((cap) => refusals.has(cap));
  return reason === undefined
    ? isFalse(type, 'NoneWaits')
    : { type, status: 'True', reason, message: CAP_MESSAGES[reason] ?? '' };
}

/** The one write of a decision, from what the status says to what it shall say; undefined where nothing changed. */
export function ledgerPatch(budget: RemediationBudget, next: Status): PatchAction | undefined {
  const status = difference(budget.status ?? {}, next);
  if (status === undefined) return undefined;
  const { uid, resourceVersion } = budget.metadata;
  return {
    do: 'patch',
    kind: REMEDIATION_BUDGET,
    key: keyOf(budget),
    subresource: 'status',
    patch: { status },
    onlyIf: { uid, resourceVersion },
  };
}

/** As a merge patch: what is gone is null, lists are replaced whole. */
function difference(old: object, next: object): MergePatch | undefined {
  const patch: Record<string, unknown> = {};
  for (const [field, now] of Object.entries(next)) {
    const was = old[field as keyof typeof old];
    const change = isRecord(was) && isRecord(now) ? difference(was, now) : isSame(was, now) ? undefined : now;
    if (change !== undefined) patch[field] = change;
  }
  for (const field of Object.keys(old)) if (!Object.hasOwn(next, field)) patch[field] = null;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

// What a budget's spec allows, in numbers. A value that cannot be read allows nothing: the budget then grants no attempt and
// says which field is wrong (invariant B3).

import { parseDuration } from '../api/duration.ts';
import type { CountAndPercent, DomainCap, RemediationBudget, StorageGuard } from '../api/remediation-budget.ts';
import { BUDGET_DEFAULTS, FLOOR_DEFAULT, STORAGE_GUARD_DEFAULTS } from '../api/remediation-defaults.ts';
import type { StepAction } from '../api/remediation-policy.ts';
import { oncePerObject } from '../once-per-object.ts';

export interface StorageLimits {
  readonly cephClusters: NonNullable<StorageGuard['cephClusters']>;
  readonly forbiddenWhile: readonly string[];
  readonly staleAfterMs: number;
  readonly allowSameHost: boolean;
}

export interface Limits {
  readonly maxUnavailable: CountAndPercent | undefined;
  readonly maxInFlight: CountAndPercent | undefined;
  readonly tokenBucket: { readonly burst: number; readonly refillEveryMs: number } | undefined;
  readonly slidingWindow: { readonly starts: number; readonly perMs: number } | undefined;
  readonly domains: readonly DomainCap[];
  readonly controlPlane: { readonly maxInFlight: number; readonly keepQuorum: boolean };
  readonly storage: StorageLimits | undefined;
  readonly waitForUpgrades: boolean;
  readonly stormCoolDownMs: number;
  readonly ageEveryMs: number;
  readonly costs: Readonly<Record<StepAction, number>>;
  /** Paths of fields that cannot be read. */
  readonly invalid: readonly string[];
}

type Spec = NonNullable<RemediationBudget['spec']>;

const NO_SPEC: Spec = {};

export function limitsOf({ spec = NO_SPEC }: Pick<RemediationBudget, 'spec'>): Limits {
  return limitsIn(spec);
}

const limitsIn = oncePerObject((spec: Spec): Limits => {
  const reader = new LimitReader();
  const { rate, controlPlane } = spec;
  return {
    maxUnavailable: reader.countAndPercent('maxUnavailable', spec.maxUnavailable),
    maxInFlight: reader.countAndPercent('maxInFlight', maxInFlightOf(spec)),
    tokenBucket: rate?.tokenBucket && {
      burst: reader.count('rate.tokenBucket.burst', rate.tokenBucket.burst, 1),
      refillEveryMs: reader.duration('rate.tokenBucket.refillEvery', rate.tokenBucket.refillEvery, 1),
    },
    slidingWindow: rate?.slidingWindow && {
      starts: reader.count('rate.slidingWindow.starts', rate.slidingWindow.starts, 1),
      perMs: reader.duration('rate.slidingWindow.per', rate.slidingWindow.per, 1),
    },
    domains: (spec.domains ?? []).map(({ topologyKey, maxInFlight }) => ({
      topologyKey,
      maxInFlight: reader.count(`domains[${topologyKey}].maxInFlight`, maxInFlight),
    })),
    controlPlane: {
      maxInFlight: reader.count(
        'controlPlane.maxInFlight',
        controlPlane?.maxInFlight ?? BUDGET_DEFAULTS.controlPlane.maxInFlight,
      ),
      keepQuorum: controlPlane?.keepQuorum ?? BUDGET_DEFAULTS.controlPlane.keepQuorum,
    },
    storage: spec.storage && storageLimits(spec.storage, reader),
    waitForUpgrades: spec.waitForUpgrades ?? BUDGET_DEFAULTS.waitForUpgrades,
    stormCoolDownMs: reader.duration('stormCoolDown', spec.stormCoolDown ?? BUDGET_DEFAULTS.stormCoolDown),
    ageEveryMs: reader.duration('ageEvery', spec.ageEvery ?? BUDGET_DEFAULTS.ageEvery, 1),
    costs: { ...BUDGET_DEFAULTS.costs, ...spec.costs },
    invalid: reader.invalid,
  };
});

/** The guard of a budget without its other limits: what is asked before a strike and a wipe. One that cannot be read believes no status. */
export function storageLimitsOf(guard: StorageGuard): StorageLimits {
  const reader = new LimitReader();
  const limits = storageLimits(guard, reader);
  return reader.invalid.length === 0 ? limits : { ...limits, staleAfterMs: 0 };
}

/** Without any limit at all a budget lets one host go at a time. */
function maxInFlightOf({ maxInFlight, maxUnavailable, rate, domains }: Spec): CountAndPercent | undefined {
  const isLimited = maxUnavailable !== undefined || rate !== undefined || (domains?.length ?? 0) > 0;
  return maxInFlight ?? (isLimited ? undefined : BUDGET_DEFAULTS.maxInFlight);
}

function storageLimits(guard: StorageGuard, reader: LimitReader): StorageLimits {
  return {
    cephClusters: guard.cephClusters ?? [],
    forbiddenWhile: guard.forbiddenWhile ?? STORAGE_GUARD_DEFAULTS.forbiddenWhile,
    staleAfterMs: reader.duration('storage.staleAfter', guard.staleAfter ?? STORAGE_GUARD_DEFAULTS.staleAfter, 1),
    allowSameHost: guard.allowSameHost ?? STORAGE_GUARD_DEFAULTS.allowSameHost,
  };
}

/** How many hosts of `expected` a limit allows: the smaller of the count and of the percentage, which is never below its floor. */
export function allowedOf({ count, percent, floor = FLOOR_DEFAULT }: CountAndPercent, expected: number): number {
  const byPercent =
    percent === undefined ? Number.POSITIVE_INFINITY : Math.max(Math.floor((percent * expected) / 100), floor);
  return Math.min(count ?? Number.POSITIVE_INFINITY, byPercent);
}

class LimitReader {
  readonly invalid: string[] = [];

  /** Zero where it cannot be read. */
  count(path: string, value: number, least = 0): number {
    if (Number.isInteger(value) && value >= least) return value;
    this.invalid.push(path);
    return 0;
  }

  /** Unlimited in time where it cannot be read. */
  duration(path: string, text: string, leastMs = 0): number {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= leastMs) return ms;
    this.invalid.push(path);
    return Number.POSITIVE_INFINITY;
  }

  countAndPercent(path: string, value: CountAndPercent | undefined): CountAndPercent | undefined {
    if (value === undefined) return undefined;
    const { count, percent, floor } = value;
    if (count === undefined && percent === undefined) this.invalid.push(path);
    if (count !== undefined) this.count(`${path}.count`, count);
    if (floor !== undefined) this.count(`${path}.floor`, floor);
    if (percent !== undefined && !(Number.isInteger(percent) && percent >= 1 && percent <= 100)) {
      this.invalid.push(`${path}.percent`);
    }
    return value;
  }
}

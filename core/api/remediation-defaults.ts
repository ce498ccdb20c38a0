// What the fields of our own policy mean when they are left out. One place: the CustomResourceDefinitions fill these in, and the
// controllers take them where an object was stored without. Durations as manifests write them.

import type { RemediationBudget } from './remediation-budget.ts';
import type { RemediationPolicy, StepAction } from './remediation-policy.ts';

type PolicySpec = NonNullable<RemediationPolicy['spec']>;
type BudgetSpec = NonNullable<RemediationBudget['spec']>;

/** Source: node-healthcheck-operator, default of unhealthyConditions: 300 s. */
const UNHEALTHY_AFTER = '300s';

export const POLICY_DEFAULTS = {
  unhealthyConditions: [
    { type: 'Ready', status: 'False', duration: UNHEALTHY_AFTER },
    { type: 'Ready', status: 'Unknown', duration: UNHEALTHY_AFTER },
  ],
  /** Assumption: longer than a kubelet needs to post a second Ready after a start, and short against a boot. */
  healthyDelay: '1m',
  /** Assumption: what nobody asked for must not wipe anything. */
  steps: [{ action: 'Reboot', attempts: 2 }, { action: 'Person' }],
  /** Assumption: a host that fails three times in a day will fail again. */
  memory: '24h',
  /** Assumption: half a boot before the second attempt, never more than a person needs to look. */
  backOff: { base: '5m', max: '2h' },
  whenPowerUnknown: 'Person',
  /** Assumption: a BMC that restarts is away for up to five minutes (quirk Q35). */
  powerTimeout: '5m',
  identityCheck: 'Require',
  /** Assumption: power on to Ready at its 95 % point (failure data: median 6 min, p95 14 min). */
  bootGrace: '15m',
  wipeAllowed: false,
  dryRun: false,
} as const satisfies PolicySpec;

/** Of one step. */
export const STEP_DEFAULTS = {
  /** Assumption: a step that did not work once is not repeated unless somebody asks for it. */
  attempts: 1,
  /**
   * Assumption: twice the 95 % point of a boot, and of a reprovision (failure data: 14 min and 25 min with cleaning beside it),
   * so that a slow host is not taken for a lost one. A person has no time-out.
   */
  timeout: { Reboot: '30m', ReprovisionInPlace: '2h', Replace: '2h' } satisfies Record<
    Exclude<StepAction, 'Person'>,
    string
  >,
} as const;

/** Assumption: a percentage of a small pool never comes to less, else nothing would ever be done there. */
export const FLOOR_DEFAULT = 1;

export const BUDGET_DEFAULTS = {
  /** Assumption: without a word about it, one host at a time. */
  maxInFlight: { count: 1 },
  /** Assumption: etcd of three members bears the loss of one. */
  controlPlane: { maxInFlight: 1, keepQuorum: true },
  waitForUpgrades: true,
  /** Assumption: long enough for the last hosts of a storm to boot, or to show that they do not. */
  stormCoolDown: '10m',
  /** Assumption: a fault of one host does not strike half of them within two heartbeat windows; a fault of the observer does. */
  doubt: { percent: 50, atLeast: 3, within: '2m' },
  /** Assumption: shorter than the wait after which people ask why nothing happens. */
  ageEvery: '10m',
  /** Minutes that a host is out at the median. Source: failure data, sections on boot, reprovision and repair (8 h). */
  costs: { Reboot: 6, ReprovisionInPlace: 25, Replace: 25, Person: 480 },
} as const satisfies BudgetSpec;

/** Of a storage guard that is asked for. */
export const STORAGE_GUARD_DEFAULTS = {
  forbiddenWhile: ['PG_DEGRADED', 'PG_AVAILABILITY', 'PG_DAMAGED', 'OSD_FULL', 'OSD_BACKFILLFULL'],
  /** Three checks. Source: rook, healthCheck.daemonHealth.status.interval 60 s. */
  staleAfter: '3m',
  allowSameHost: true,
} as const satisfies NonNullable<BudgetSpec['storage']>;

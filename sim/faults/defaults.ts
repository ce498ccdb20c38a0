// What several faults of the catalogue have in common where a scenario does not say it: how often, for how long, what ends them.

import type { CureShares, FaultClassConfig } from '../config.ts';
import type { Distribution } from '../kernel/distributions.ts';
import { HOUR_MS, MINUTE_MS } from '../kernel/time-units.ts';

/** Gaps of an exponential: no memory. Assumption: nothing says that these faults cluster. */
export const CALENDAR_SHAPE = 1;

/** Source: LANL LA-UR-05-7318, per-system Weibull shapes 0.48 to 1.00; 0.7 together with a frailty per host. */
export const NODE_GAP_SHAPE = 0.7;

/** Nothing that is done to a host ends it. Assumption: the fault means it. */
export const AT_ITS_TIME: CureShares = { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 };

/** Assumption: no reset and no new system brings back a dead part, a setting that nobody declared, or a password. */
export const BY_A_PERSON: CureShares = { itself: 0, reboot: 0, powerCycle: 0, reprovision: 0 };

/** Assumption: never passes by itself. */
export const UNTIL_CURED: Distribution = { kind: 'constant', value: 0 };

/** Of what stands beside hosts, and of what people do. */
export const CALENDAR_FAULT = {
  perYear: 0, // Assumption: only where a scenario asks for it.
  gapShape: CALENDAR_SHAPE,
} as const satisfies Partial<FaultClassConfig>;

/** Of a host itself. */
export const HOST_FAULT = {
  perYear: 0, // Assumption: only where a scenario asks for it, or another model makes it come: components that die, what was made by hand.
  gapShape: NODE_GAP_SHAPE,
} as const satisfies Partial<FaultClassConfig>;

/** Something of a host is broken or lost for good. */
export const BROKEN_PART: FaultClassConfig = { ...HOST_FAULT, durationMs: UNTIL_CURED, cures: BY_A_PERSON };

/** Assumption: a wrong rule or a cable: found and undone after a quarter of an hour. */
export const WRONG_RULE_MS: Distribution = { kind: 'lognormal', median: 15 * MINUTE_MS, sigma: 1 };

/** Assumption: a reload takes about 4 min, a failed one much longer. */
export const SWITCH_DOWN_MS: Distribution = { kind: 'lognormal', median: 4 * MINUTE_MS, sigma: 1 };

/** A service that provisioning needs is away. */
export const SERVICE_DOWN: FaultClassConfig = {
  ...CALENDAR_FAULT,
  durationMs: { kind: 'lognormal', median: 30 * MINUTE_MS, sigma: 1 }, // Assumption: until somebody has found it and started it.
  cures: AT_ITS_TIME,
};

/** A management controller behaves otherwise until it is reset. */
export const BMC_PASSING: FaultClassConfig = {
  ...CALENDAR_FAULT,
  durationMs: { kind: 'lognormal', median: HOUR_MS, sigma: 1 }, // Assumption: until somebody or something resets it.
  cures: AT_ITS_TIME,
};

/** Settings, defects and credentials of a management controller stay until a person sets them right. */
export const BMC_LASTING: FaultClassConfig = { ...CALENDAR_FAULT, durationMs: UNTIL_CURED, cures: BY_A_PERSON };

/** Done by hand: seen at once by who did it, or by who is called about its effects. */
export const SEEN_SOON: FaultClassConfig = {
  ...CALENDAR_FAULT,
  durationMs: { kind: 'lognormal', median: 20 * MINUTE_MS, sigma: 0.8 }, // Assumption: as a mistake in a repair.
  cures: AT_ITS_TIME,
};

/** Done by hand and forgotten: seen when somebody looks for something else. */
export const FORGOTTEN: FaultClassConfig = {
  ...CALENDAR_FAULT,
  durationMs: { kind: 'lognormal', median: 24 * HOUR_MS, sigma: 1 }, // Assumption: the next working day, or the next but some.
  cures: AT_ITS_TIME,
};

/** The hand slips, and it is done: there is nothing to take back. */
export const DONE_AT_ONCE: FaultClassConfig = {
  ...CALENDAR_FAULT,
  durationMs: { kind: 'constant', value: 1000 }, // Assumption: a command.
  cures: AT_ITS_TIME,
};

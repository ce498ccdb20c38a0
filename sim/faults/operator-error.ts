// What the faults of operators have in common: somebody does something by hand, and after a while somebody, the same or another, sees
// it and takes it back. Nobody is called for it.

import type { FaultClassConfig } from '../config.ts';
import { CALENDAR_SHAPE, HOUR_MS, MINUTE_MS } from './usual-values.ts';

/** Seen at once by who did it, or by who is called about its effects. */
export const SEEN_SOON: FaultClassConfig = {
  perYear: 0,
  gapShape: CALENDAR_SHAPE, // Assumption: see usual-values.ts.
  durationMs: { kind: 'lognormal', median: 20 * MINUTE_MS, sigma: 0.8 }, // Assumption: as a mistake in a repair.
  cures: { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: the fault means it.
};

/** Forgotten: seen when somebody looks for something else. */
export const FORGOTTEN: FaultClassConfig = {
  ...SEEN_SOON,
  durationMs: { kind: 'lognormal', median: 24 * HOUR_MS, sigma: 1 }, // Assumption: the next working day, or the next but some.
};

/** The hand slips, and it is done: there is nothing to take back. */
export const DONE_AT_ONCE: FaultClassConfig = {
  ...SEEN_SOON,
  durationMs: { kind: 'constant', value: 1000 }, // Assumption: a command.
};

/** A person's doing has no part in what the host is: it shows on a dead one too, and no boot undoes it. */
export const BY_HAND = { systemGoesOn: true, outlivesBoots: true, callsNobody: true } as const;

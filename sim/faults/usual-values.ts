// Values that several faults of the catalogue share.

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Gaps of an exponential: no memory. Assumption: nothing says that these faults cluster. */
export const CALENDAR_SHAPE = 1;

/** Source: LANL LA-UR-05-7318, per-system Weibull shapes 0.48 to 1.00; 0.7 together with a frailty per host (facts failure-data 1.3). */
export const NODE_GAP_SHAPE = 0.7;

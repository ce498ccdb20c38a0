// Numbers of calibration that a short history cannot tell.

/**
 * How far the rate of a kind of hosts wanders within a year: standard deviation of its logarithm.
 * Source: LANL LA-UR-05-7318, 0.6 from the years of 12 systems, 1996 to 2002 (docs/lanl.md).
 */
export const DRIFT_PER_YEAR = 0.6;

/** Assumption: fewer steps than this say less about how rates wander than other sites do. */
export const DRIFT_STEPS_LEAST = 12;

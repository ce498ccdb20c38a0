// The one confidence level of all intervals, so that no two numbers of a report are on different footings.

/** Share of such intervals that contain the true value. Source: Law, Simulation Modeling and Analysis, 5th edition, chapter 9: 95 %. */
const CONFIDENCE = 0.95;

/** Probability in each tail of a two-sided interval. */
export const TAIL = (1 - CONFIDENCE) / 2;

/** An interval, ends included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

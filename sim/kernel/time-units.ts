// Units of time, in the kernel's milliseconds.

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;
/** Rates per year are over this one. Source: Julian year, 365.25 days. */
export const YEAR_MS = 365.25 * DAY_MS;

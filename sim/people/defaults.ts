// Default numbers of what a scenario may ask of people, each with its Source or Assumption. None applies unless the scenario has
// the section that it belongs to.

import type { Distribution } from '../kernel/distributions.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../kernel/time-units.ts';

/** Assumption: a visit is a working day of 8 h. */
export const DEFAULT_VISIT_LASTS_MS = 8 * HOUR_MS;

/** Source: the example in PagerDuty's documentation of escalation policies: 30 min until the next level is notified. */
export const DEFAULT_PAGE_NEXT_AFTER_MS = 30 * MINUTE_MS;

/** Assumption: five minutes at the median, and one page in ten is answered after more than a quarter of an hour; no study was found. */
export const DEFAULT_ACKNOWLEDGED_WITHIN_MS: Distribution = { kind: 'lognormal', median: 5 * MINUTE_MS, sigma: 0.9 };

/** Assumption: next business day on paper, two days at the median with customs, weekends and the wrong part. */
export const DEFAULT_DELIVERY_MS: Distribution = { kind: 'lognormal', median: 2 * DAY_MS, sigma: 0.5 };

/** Assumption: whoever pulled the wrong server sees it within the hour, by its own lamps or by a call. */
export const DEFAULT_MISTAKE_NOTICED_MS: Distribution = { kind: 'lognormal', median: 20 * MINUTE_MS, sigma: 0.8 };

/** Assumption: other work is in the middle between a control plane that is down (1) and what nobody misses (5). */
export const DEFAULT_OTHER_WORK_SEVERITY = 3;

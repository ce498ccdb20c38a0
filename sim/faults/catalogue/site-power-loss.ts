// E2: the site loses its power.
//
// Divergence from reality
// - Switches are up as soon as power is.

import { HOUR_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { FEED_CHOICE, feedsOf } from '../feed-choice.ts';

export const SITE_POWER_LOSS = defineFault({
  id: 'E2',
  name: 'sitePowerLoss',
  family: 'E',
  says: 'The site has no power; when it returns, everything boots at once.',
  strikes: 'site',
  background: 'onRequest',
  usual: {
    ...CALENDAR_FAULT,
    // Assumption: an hour, with most within four; no published lengths were found.
    durationMs: { kind: 'lognormal', median: HOUR_MS, sigma: 0.8 },
    cures: AT_ITS_TIME,
  },
  parameters: { feed: FEED_CHOICE },
  course: 'When power is back hosts do what `cluster.power.afterLoss` says; a few never do (`noReturnAfterPowerLoss`).',
  threatens: ['B7', 'S14'],
  begins: ({ fleet, rackOutages }, fault) => {
    const where = { at: 'site' } as const;
    const feeds = feedsOf(fault.parameters.feed, fleet.power.feeds);
    const restore = rackOutages.losePower({ where, feeds, endsAtMs: endsAtMs(fault) });
    return () => restore();
  },
});

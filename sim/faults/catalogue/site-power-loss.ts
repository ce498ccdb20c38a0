// E2: the site loses its power.
//
// Divergence from reality
// - Switches are up as soon as power is.

import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { FEED_CHOICE, feedsOf } from '../feed-choice.ts';
import { CALENDAR_SHAPE, HOUR_MS } from '../usual-values.ts';

export const SITE_POWER_LOSS = defineFault({
  id: 'E2',
  name: 'sitePowerLoss',
  family: 'E',
  says: 'The site has no power; when it returns, everything boots at once.',
  strikes: 'site',
  background: 'onRequest',
  usual: {
    perYear: 0, // Assumption: only where a scenario asks for it.
    gapShape: CALENDAR_SHAPE, // Assumption: see usual-values.ts.
    // Assumption: an hour, with most within four; no published lengths were found.
    durationMs: { kind: 'lognormal', median: HOUR_MS, sigma: 0.8 },
    cures: { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: the class means it.
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

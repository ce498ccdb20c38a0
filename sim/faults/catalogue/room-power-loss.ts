// E1: a room loses one of its feeds, or all.
//
// Divergence from reality
// - Switches of the room have power of their own.

import { HOUR_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { FEED_CHOICE, feedsOf } from '../feed-choice.ts';

export const ROOM_POWER_LOSS = defineFault({
  id: 'E1',
  name: 'roomPowerLoss',
  family: 'E',
  says: 'The room has no power from this feed, or from any: what hangs on it alone is off.',
  strikes: 'room',
  background: 'onRequest',
  usual: {
    ...CALENDAR_FAULT,
    // Source: Dean, LADIS 2009, slide 10: about one PDU failure a year in a cluster, 500 to 1000 machines for about 6 h.
    durationMs: { kind: 'lognormal', median: 6 * HOUR_MS, sigma: 0.5 },
    cures: AT_ITS_TIME,
  },
  parameters: { feed: FEED_CHOICE },
  course: 'When power is back hosts do what `cluster.power.afterLoss` says; a few never do (`noReturnAfterPowerLoss`).',
  threatens: ['B5', 'B7'],
  begins: ({ fleet, rackOutages }, fault) => {
    const where = { at: 'room', room: fleet.power.rooms[fault.subject] ?? '' } as const;
    const feeds = feedsOf(fault.parameters.feed, fleet.power.feeds);
    const restore = rackOutages.losePower({ where, feeds, endsAtMs: endsAtMs(fault) });
    return () => restore();
  },
});

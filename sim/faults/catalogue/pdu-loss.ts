// E1: one of the PDUs of a rack fails.
//
// Divergence from reality
// - The breaker of one PDU holds the load of both; see breakers.ts for those that do not.

import { HOUR_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { FEED_CHOICE, feedsOf } from '../feed-choice.ts';

export const PDU_LOSS = defineFault({
  id: 'E1',
  name: 'pduLoss',
  family: 'E',
  says: 'The PDU of one feed in the rack has no power; hosts with a unit on the other feed go on.',
  strikes: 'rackFeed',
  background: 'onRequest',
  usual: {
    ...CALENDAR_FAULT,
    // Assumption: a new PDU is there after some hours, as after the loss of a whole rack (Dean, LADIS 2009, slide 10).
    durationMs: { kind: 'uniform', min: HOUR_MS, max: 6 * HOUR_MS },
    cures: AT_ITS_TIME,
  },
  parameters: {
    feed: { ...FEED_CHOICE, default: 'first', source: 'Assumption: one PDU, and not both; rackPowerLoss takes both.' },
  },
  course: 'When power is back hosts do what `cluster.power.afterLoss` says; a few never do (`noReturnAfterPowerLoss`).',
  threatens: ['B5'],
  begins: ({ fleet, rackOutages }, fault) => {
    const where = { at: 'rack', rack: fault.subject } as const;
    const feeds = feedsOf(fault.parameters.feed, fleet.power.feeds);
    const restore = rackOutages.losePower({ where, feeds, endsAtMs: endsAtMs(fault) });
    return () => restore();
  },
});

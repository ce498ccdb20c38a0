// How power reaches hosts where a scenario does not say it.

import { MINUTE_MS, SECOND_MS } from '../kernel/time-units.ts';
import type { AfterLossConfig, BreakerConfig, PowerConfig } from './power-config.ts';

export const DEFAULT_AFTER_LOSS: AfterLossConfig = {
  state: 'last', // Assumption: the usual setting of servers that are to run by themselves.
  // Assumption: firmware staggers power-on after a feed returns by up to a minute, to limit inrush current.
  delayMs: { kind: 'uniform', min: 0, max: MINUTE_MS },
  outletEveryMs: 0, // Assumption: plain PDUs switch all of their outlets on at once.
};

/** Of a scenario that says that breakers may trip. */
export const DEFAULT_BREAKER: BreakerConfig = {
  startsAtOnce: 12, // Assumption: a PDU of 32 A bears a dozen servers of 2.5 A in the surge of their start.
  surgeMs: 2 * SECOND_MS, // Assumption: charging of capacitors and fans at full speed until firmware takes over.
  // Assumption: somebody on the site finds the breaker half an hour later.
  resetMs: { kind: 'lognormal', median: 30 * MINUTE_MS, sigma: 0.5 },
  byHandEveryMs: 30 * SECOND_MS, // Assumption: outlet by outlet, with a look at the ammeter.
};

/** One feed, and a PDU for it in each rack: what takes the power of a rack takes all of it. */
export function defaultPower(racks: readonly string[]): PowerConfig {
  return {
    feeds: ['A'],
    rooms: [{ name: 'room', racks }],
    oneFeed: {},
    sharedOutlets: [],
    afterLoss: DEFAULT_AFTER_LOSS,
  };
}

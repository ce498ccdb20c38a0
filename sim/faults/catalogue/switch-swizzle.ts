// N8: the switches of all racks are cut one by one, in order, and come back one by one in an order that nobody foresees.
// Source: FoundationDB's swizzle clogging.
//
// Divergence from reality
// - The gaps between two cuts and between two returns are constant.

import { MINUTE_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';

export const SWITCH_SWIZZLE = defineFault({
  id: 'N8',
  name: 'switchSwizzle',
  family: 'N',
  says: 'The switches of the racks go down one by one and come back one by one in random order.',
  strikes: 'site',
  background: 'onRequest',
  usual: {
    ...CALENDAR_FAULT,
    durationMs: { kind: 'constant', value: 30 * MINUTE_MS }, // Assumption: it is there to test, and long enough to be seen.
    cures: AT_ITS_TIME,
  },
  parameters: {
    racksShare: {
      kind: 'share',
      field: 'racks',
      says: 'which share of the racks is cut',
      least: 0,
      most: 1,
      default: 1,
      source: 'Assumption: all of them.',
    },
  },
  course: 'The cuts take the first half of its time, the returns the second.',
  threatens: ['B1', 'S13'],
  begins: ({ kernel, fleet, draws }, fault) => {
    const order = (purpose: string): readonly number[] => {
      const stream = draws.stream(`swizzle at ${fault.bornAtMs}`, purpose);
      const racks = fleet.racks.names.map((_, rack) => ({ rack, u: stream.at(rack) }));
      return racks.sort((one, other) => one.u - other.u || one.rack - other.rack).map(({ rack }) => rack);
    };
    const cut = order('cuts').slice(0, Math.ceil(fault.parameters.racksShare * fleet.racks.names.length));
    const back = order('returns').filter((rack) => cut.includes(rack));
    const everyMs = Math.floor(fault.durationMs / (2 * Math.max(1, cut.length)));
    const heals = new Map<number, () => void>();
    const heal = (rack: number): void => {
      heals.get(rack)?.();
      heals.delete(rack);
    };
    let over = false;
    cut.forEach((rack, place) => {
      const backAtMs = endsAtMs(fault) - (cut.length - 1 - back.indexOf(rack)) * everyMs;
      kernel.call(kernel.nowMs + place * everyMs, () => {
        if (!over) heals.set(rack, fleet.loseSwitch(rack, backAtMs));
      });
      kernel.call(backAtMs, () => heal(rack));
    });
    return () => {
      over = true;
      for (const rack of cut) heal(rack);
    };
  },
});

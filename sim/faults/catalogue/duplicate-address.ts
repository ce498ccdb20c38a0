// N10: two hosts have one address, and whoever answered last gets what is sent to it.
//
// Divergence from reality
// - The address belongs to one of the two for exponential times; the other is out of reach on all of its planes meanwhile.
// - Of two management controllers with one address see the faults of their addresses.

import { sample } from '../../kernel/distributions.ts';
import { MINUTE_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';

export const DUPLICATE_ADDRESS = defineFault({
  id: 'N10',
  name: 'duplicateAddress',
  family: 'N',
  says: 'Two hosts have the same address: by turns one of them is out of reach.',
  strikes: 'hostLink',
  background: 'scripted',
  usual: {
    ...CALENDAR_FAULT,
    durationMs: { kind: 'lognormal', median: 30 * MINUTE_MS, sigma: 1 }, // Assumption: until somebody understands it.
    cures: AT_ITS_TIME,
  },
  parameters: {
    turnMs: {
      kind: 'durationSpread',
      field: 'turn',
      says: 'how long the address belongs to one of the two',
      default: { kind: 'exponential', mean: MINUTE_MS },
      source:
        'Assumption: neighbours forget an address that they do not hear of after about a minute (Linux: base_reachable_time 30 s, then some tries).',
    },
  },
  reaches: 'the host with the same address',
  outsideOfHost: true,
  course: 'Ends by itself; nothing that is done to the hosts ends it.',
  threatens: ['S3', 'S12'],
  begins: ({ kernel, fleet, draws }, fault) => {
    const pair = [fault.subject, fault.reaches ?? fault.subject];
    const stream = draws.stream(
      `duplicate address of ${fleet.host(fault.subject).bareMetalHost}`,
      `at ${fault.bornAtMs}`,
    );
    let turn = 0;
    let heal: (() => void) | undefined;
    let over = false;
    const next = (): void => {
      heal?.();
      heal = undefined;
      if (over) return;
      const host = pair[turn % 2] ?? fault.subject;
      const turnMs = Math.max(1, Math.round(sample(fault.parameters.turnMs, stream.at(turn++))));
      const untilMs = Math.min(kernel.nowMs + turnMs, endsAtMs(fault));
      heal = fleet.network.cut({
        where: { at: 'host', host },
        planes: ['api', 'storage', 'peers'],
        lost: 'both',
        endsAtMs: untilMs,
      });
      if (untilMs < endsAtMs(fault)) kernel.call(untilMs, next);
    };
    next();
    return () => {
      over = true;
      next();
    };
  },
});

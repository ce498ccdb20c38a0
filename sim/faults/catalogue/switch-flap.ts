// N8: the switch of a rack goes down and up again and again.
//
// Divergence from reality
// - Up and down take constant times.

import { MINUTE_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';

export const SWITCH_FLAP = defineFault({
  id: 'N8',
  name: 'switchFlap',
  family: 'N',
  says: 'The switch of the rack goes down and comes up again and again.',
  strikes: 'rackSwitch',
  background: 'onRequest',
  usual: {
    ...CALENDAR_FAULT,
    // Assumption: somebody replaces it after half an hour.
    durationMs: { kind: 'lognormal', median: 30 * MINUTE_MS, sigma: 0.5 },
    cures: AT_ITS_TIME,
  },
  parameters: {
    downMs: {
      kind: 'duration',
      field: 'down',
      says: 'how long it is down each time',
      least: 1000,
      most: 86_400_000,
      default: MINUTE_MS,
      source: 'Assumption: longer than the grace of the node monitor, shorter than most health checks wait.',
    },
    upMs: {
      kind: 'duration',
      field: 'up',
      says: 'how long it is up in between',
      least: 1000,
      most: 86_400_000,
      default: MINUTE_MS,
      source: 'Assumption: as long as it is down.',
    },
  },
  course: 'Ends by itself, with the switch up.',
  threatens: ['B1', 'S12'],
  begins: ({ kernel, fleet }, fault) => {
    const { downMs, upMs } = fault.parameters;
    let over = false;
    let heal: (() => void) | undefined;
    const goDown = (): void => {
      if (over) return;
      heal = fleet.loseSwitch(fault.subject, Math.min(endsAtMs(fault), kernel.nowMs + downMs));
      kernel.call(kernel.nowMs + downMs, comeUp);
    };
    const comeUp = (): void => {
      if (over) return;
      heal?.();
      heal = undefined;
      kernel.call(kernel.nowMs + upMs, goDown);
    };
    goDown();
    return () => {
      over = true;
      heal?.();
    };
  },
});

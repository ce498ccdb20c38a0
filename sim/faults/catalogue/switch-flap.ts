// N8: the switch of a rack goes down and up again and again.
//
// Divergence from reality
// - Up and down take constant times.

import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { CALENDAR_SHAPE, MINUTE_MS } from '../usual-values.ts';

export const SWITCH_FLAP = defineFault({
  id: 'N8',
  name: 'switchFlap',
  family: 'N',
  says: 'The switch of the rack goes down and comes up again and again.',
  strikes: 'rackSwitch',
  background: 'onRequest',
  usual: {
    perYear: 0, // Assumption: only where a scenario asks for it.
    gapShape: CALENDAR_SHAPE, // Assumption: see usual-values.ts.
    // Assumption: somebody replaces it after half an hour.
    durationMs: { kind: 'lognormal', median: 30 * MINUTE_MS, sigma: 0.5 },
    cures: { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: the class means it.
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

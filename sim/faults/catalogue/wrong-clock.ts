// H20: the clock of the host is wrong.
//
// Divergence from reality: see sim/host/host-clock.ts.

import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../kernel/time-units.ts';
import { HOST_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const WRONG_CLOCK = defineFault({
  id: 'H20',
  name: 'wrongClock',
  family: 'H',
  says: 'The clock of the host is ahead or behind, and may run away: what its kubelet stamps carries that time.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    durationMs: { kind: 'lognormal', median: 6 * HOUR_MS, sigma: 1 }, // Assumption: until its time server is found again.
    cures: { itself: 0.7, reboot: 0.9, powerCycle: 0.9, reprovision: 0.95 }, // Assumption: a boot asks for the time anew.
  },
  parameters: {
    offsetMs: {
      kind: 'duration',
      field: 'offset',
      says: 'how far it is off when it begins',
      source: 'Assumption: minutes, as after a boot with an empty battery and a time server out of reach',
      least: 0,
      most: 366 * DAY_MS,
      default: 10 * MINUTE_MS,
    },
    behind: {
      kind: 'yesNo',
      field: 'behind',
      says: 'it is behind instead of ahead',
      source: 'Assumption: an empty battery leaves a clock behind',
      default: true,
    },
    driftPartsPerMillion: {
      kind: 'factor',
      field: 'driftPerMillion',
      says: 'parts in a million by which it runs fast from then on, slow where negative',
      source: 'Assumption: none; a plain quartz is off by some tens',
      least: -100_000,
      most: 100_000,
      default: 0,
    },
  },
  systemGoesOn: true,
  callsNobody: true,
  course: 'The node monitor does not mind. Whoever compares the stamp of a condition with another clock does.',
  threatens: ['S12', 'L2'],
  onHost: ({ offsetMs, behind, driftPartsPerMillion }) => ({
    clock: { offsetMs: behind ? -offsetMs : offsetMs, driftPartsPerMillion },
  }),
});

// H6: the kubelet is slow, and its heartbeats come late.
//
// Divergence from reality
// - The Lease and the status of the Node are late together: they share one loop here (sim/node/heartbeats.ts).
// - After a stall the next beat stands on the grid of beats, up to one period later.

import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../kernel/time-units.ts';
import { HOST_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const SLOW_KUBELET = defineFault({
  id: 'H6',
  name: 'slowKubelet',
  family: 'H',
  says: 'The kubelet stalls again and again: while it does, it is not heard and starts and stops nothing; pods run on.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    durationMs: { kind: 'lognormal', median: HOUR_MS, sigma: 1 }, // Assumption: the overload behind it takes hours.
    cures: { itself: 0.6, reboot: 0.95, powerCycle: 0.96, reprovision: 0.99 }, // Assumption: mostly load that passes.
  },
  parameters: {
    stallMs: {
      kind: 'durationSpread',
      field: 'stall',
      says: 'how long it is not heard at a time',
      source: 'Assumption: around the grace period of 50 s, so that some stalls are seen and some are not',
      default: { kind: 'lognormal', median: 40 * SECOND_MS, sigma: 0.5 },
    },
    betweenMs: {
      kind: 'durationSpread',
      field: 'between',
      says: 'how long it works between two stalls',
      source: 'Assumption: a few beats',
      default: { kind: 'exponential', mean: 2 * MINUTE_MS },
    },
  },
  course: 'Starts with a stall. Its Node turns Unknown only where a stall outlasts the grace period.',
  threatens: ['S12', 'S1'],
  onHost: ({ stallMs, betweenMs }) => ({
    kubeletStalls: true,
    comesAndGoes: { lastsMs: stallMs, restsMs: betweenMs },
  }),
});

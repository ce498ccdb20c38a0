// H19: the host is slow: throttled by heat, or with a part that fails slowly.
//
// Divergence from reality
// - Boots, shutdowns, the kubelet and pods are slow during a spell; storage is as fast as ever: spells are short beside a resync. What
//   is slow all the time are slowDisk, slowNetworkCard and slowProcessor.

import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../kernel/time-units.ts';
import { HOST_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const FAIL_SLOW = defineFault({
  id: 'H19',
  name: 'failSlow',
  family: 'H',
  says: 'The host is several times as slow; now and then its kubelet stalls for longer than a beat.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    durationMs: { kind: 'lognormal', median: 12 * HOUR_MS, sigma: 1 }, // Assumption: heat passes with the day.
    cures: { itself: 0.3, reboot: 0.4, powerCycle: 0.5, reprovision: 0.5 }, // Assumption: half is a part that stays slow.
  },
  parameters: {
    factor: {
      kind: 'factor',
      field: 'factor',
      says: 'how many times as long boots and shutdowns take while it is slow',
      source: 'Assumption: a throttled processor runs at a fifth to a half of its clock',
      least: 1,
      most: 100,
      default: 4,
    },
    stallMs: {
      kind: 'durationSpread',
      field: 'stall',
      says: 'how long the host is slow at a time, its kubelet not heard',
      source: 'Assumption: mostly within the grace period of 50 s',
      default: { kind: 'lognormal', median: 25 * SECOND_MS, sigma: 0.5 },
    },
    betweenMs: {
      kind: 'durationSpread',
      field: 'between',
      says: 'how long it keeps up in between',
      source: 'Assumption: a slow part is hit by load now and then',
      default: { kind: 'exponential', mean: 10 * MINUTE_MS },
    },
  },
  course: 'Starts with a slow spell.',
  threatens: ['S12', 'L2'],
  onHost: ({ factor, stallMs, betweenMs }) => ({
    slowness: factor,
    slowPods: true,
    kubeletStalls: true,
    comesAndGoes: { lastsMs: stallMs, restsMs: betweenMs },
  }),
});

// H19: the processors of a host run at a part of their speed, by heat, by a power limit or by a setting.
//
// Divergence from reality
// - Heartbeats come in time all the same: a host whose kubelet stalls is failSlow.
// - The storage daemons of the host are as much slower as everything else, though they mostly wait for their disks.

import { HOUR_MS } from '../../kernel/time-units.ts';
import { HOST_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const SLOW_PROCESSOR = defineFault({
  id: 'H19',
  name: 'slowProcessor',
  family: 'H',
  says: 'The processors of the host are throttled: everything on it takes several times as long, and nothing stops.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    durationMs: { kind: 'lognormal', median: 12 * HOUR_MS, sigma: 1 }, // Assumption: heat passes with the day.
    cures: { itself: 0.3, reboot: 0.3, powerCycle: 0.5, reprovision: 0.5 }, // Assumption: a power limit that is stuck goes with the power.
  },
  parameters: {
    factor: {
      kind: 'factor',
      field: 'factor',
      says: 'how many times as long everything takes',
      source: 'Assumption: a throttled processor runs at a fifth to a half of its clock',
      least: 1,
      most: 100,
      default: 4,
    },
  },
  systemGoesOn: true,
  course: 'Passes with the heat, goes with a loss of power, or waits for a person.',
  threatens: ['S12', 'L2'],
  onHost: ({ factor }) => ({ slowness: factor, slowStorage: factor, slowPods: true }),
  begins: ({ crew }, { subject, class: name, level }) => {
    if (level === 'person') crew.noticeLate(subject, name);
    return undefined;
  },
});

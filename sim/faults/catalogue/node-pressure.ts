// H8: memory, disk or process ids run short.
//
// Divergence from reality
// - The kubelet says so and nothing else comes of it: no pod is evicted, no image is removed, and it is gone when it is over,
//   without the five minutes that a kubelet waits before it says so.

import { HOUR_MS } from '../../kernel/time-units.ts';
import { HOST_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

const PRESSURES = {
  memory: ['MemoryPressure'],
  disk: ['DiskPressure'],
  processIds: ['PIDPressure'],
  all: ['MemoryPressure', 'DiskPressure', 'PIDPressure'],
} as const;

export const NODE_PRESSURE = defineFault({
  id: 'H8',
  name: 'nodePressure',
  family: 'H',
  says: 'The host is short of memory, disk or process ids; its kubelet says so, and new pods that do not tolerate that go elsewhere.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    durationMs: { kind: 'lognormal', median: HOUR_MS, sigma: 1 }, // Assumption: until somebody or something cleans up.
    cures: { itself: 0.7, reboot: 0.9, powerCycle: 0.9, reprovision: 1 }, // Assumption: a leak ends with a reboot, a full disk with a new system.
  },
  parameters: {
    of: {
      kind: 'choice',
      field: 'of',
      says: 'what is short',
      source: 'Assumption: a full disk is the one that people meet most',
      of: ['memory', 'disk', 'processIds', 'all'],
      default: 'disk',
    },
  },
  systemGoesOn: true,
  course: 'Ready stays True all the time.',
  threatens: ['S12'],
  onHost: ({ of }) => ({ pressures: PRESSURES[of] }),
});

// H8: memory, disk or process ids run short.
//
// Divergence from reality
// - Pods are evicted only where the scenario says how many (see also sim/workload/pressure-evictions.ts), and that relieves nothing: it is
//   over when the fault is, without the five minutes that a kubelet waits before it says so.

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
    evictedShare: {
      kind: 'share',
      field: 'evicts',
      says: 'how many of its pods the kubelet ends until enough memory or disk is free, one every 10 s',
      source: 'Assumption: only where it is asked for',
      least: 0,
      most: 1,
      default: 0,
    },
  },
  systemGoesOn: true,
  course: 'Ready stays True all the time.',
  threatens: ['S12'],
  onHost: ({ of }) => ({ pressures: PRESSURES[of] }),
  begins: ({ pressure }, { subject, parameters: { of, evictedShare } }) => {
    // Kubelets have no threshold for process ids by default.
    if (evictedShare === 0 || of === 'processIds') return undefined;
    return pressure.begin(subject, of === 'disk' ? 'ephemeral-storage' : 'memory', evictedShare);
  },
});

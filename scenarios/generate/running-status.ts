// The status of a pod of a generated cluster that has been running for long.

import { SETTLED } from './names.ts';

/** Running and Ready, since long before the start. */
export const RUNNING = {
  phase: 'Running',
  startTime: SETTLED,
  conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: SETTLED,
  })),
};

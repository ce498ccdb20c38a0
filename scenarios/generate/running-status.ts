// The status of a pod of a generated cluster that has been running for long.

import { SETTLED } from './names.ts';

/** Running and Ready, since long before the start. */
export function runningStatus() {
  const conditions = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: SETTLED,
  }));
  return { phase: 'Running', startTime: SETTLED, conditions };
}

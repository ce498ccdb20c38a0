// H7: the Node is Ready and not Ready in turn.
//
// Divergence from reality
// - Why it is not Ready is one cause, a slow relist of containers; the kubelet is heard all the time.

import { HOUR_MS, MINUTE_MS } from '../../kernel/time-units.ts';
import { HOST_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const FLAPPING_READY = defineFault({
  id: 'H7',
  name: 'flappingReady',
  family: 'H',
  says: 'The kubelet says Ready False and Ready True in turn, and starts and stops nothing while it says False.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    durationMs: { kind: 'lognormal', median: HOUR_MS, sigma: 1 }, // Assumption: as slowKubelet.
    cures: { itself: 0.4, reboot: 0.92, powerCycle: 0.95, reprovision: 0.99 }, // Assumption: between load and a broken runtime.
  },
  parameters: {
    notReadyMs: {
      kind: 'durationSpread',
      field: 'notReady',
      says: 'how long it says False at a time',
      source: 'Assumption: shorter than the usual time-out of 300 s, so that only counting flaps finds it',
      default: { kind: 'uniform', min: MINUTE_MS, max: 3 * MINUTE_MS },
    },
    readyMs: {
      kind: 'durationSpread',
      field: 'ready',
      says: 'how long it says True in between',
      source: 'Assumption: as long as it says False',
      default: { kind: 'uniform', min: MINUTE_MS, max: 3 * MINUTE_MS },
    },
  },
  course: 'Starts with False.',
  threatens: ['S12', 'B1'],
  onHost: ({ notReadyMs, readyMs }) => ({
    // Source: kubernetes pkg/kubelet/pleg/generic.go (Healthy), threshold 3 min.
    notReady: 'PLEG is not healthy: pleg was last seen active 3m5s ago; threshold is 3m0s',
    comesAndGoes: { lastsMs: notReadyMs, restsMs: readyMs },
  }),
});

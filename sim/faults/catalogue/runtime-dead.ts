// H5: the container runtime is dead.
//
// Divergence from reality
// - Nothing of what runs needs the runtime: probes that execute commands go on, and logs are of no interest here.
// - The kubelet says so with its next beat; really once its own relist is three minutes late, or at once where the socket is gone.

import { MINUTE_MS } from '../../kernel/time-units.ts';
import { HOST_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const RUNTIME_DEAD = defineFault({
  id: 'H5',
  name: 'runtimeDead',
  family: 'H',
  says: 'The container runtime is dead: containers run on, none is started or stopped, the kubelet says Ready False.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    // Assumption: where its service manager brings it back, that takes as long as for a kubelet.
    durationMs: { kind: 'lognormal', median: 10 * MINUTE_MS, sigma: 1 },
    // Assumption: as kubeletDead; no split was found.
    cures: { itself: 0.2, reboot: 0.92, powerCycle: 0.95, reprovision: 0.99 },
  },
  parameters: {},
  course: 'What a reboot does not end is there again after the boot.',
  threatens: ['S1', 'L2'],
  // Source: kubernetes pkg/kubelet/runtime.go, the error of a runtime that has not answered lately.
  onHost: () => ({ notReady: 'container runtime is down' }),
});

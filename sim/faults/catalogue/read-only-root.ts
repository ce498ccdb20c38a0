// H15: the system's disk fails, and its file system is read-only.
//
// Divergence from reality
// - What runs goes on without a disk: no process dies because it cannot write.
// - No node problem detector is installed: no condition tells, and only what does not start shows it.

import { HOST_FAULT, UNTIL_CURED } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const READ_ONLY_ROOT = defineFault({
  id: 'H15',
  name: 'readOnlyRoot',
  family: 'H',
  says: 'The disk of the operating system fails and its file system is read-only: the Node stays Ready, no pod starts or stops.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    durationMs: UNTIL_CURED,
    // Assumption: half are errors of the path or of the file system, which a boot repairs; the rest is the disk.
    cures: { itself: 0, reboot: 0.3, powerCycle: 0.5, reprovision: 0.6 },
  },
  parameters: {},
  course: 'Nobody is told. What a reboot does not end is there again after the boot.',
  threatens: ['S1', 'L2'],
  onHost: () => ({ startsNothing: true }),
});

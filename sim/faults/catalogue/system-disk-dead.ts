// H15: the disk of the operating system is dead.
//
// Divergence from reality
// - What runs goes on from memory until the host is rebooted; then no boot loader is found.
// - A deployment onto the dead disk is taken for one that does not come through, as other faults of the hardware are.

import { defineFault } from '../fault-definition.ts';
import { NODE_GAP_SHAPE } from '../usual-values.ts';

export const SYSTEM_DISK_DEAD = defineFault({
  id: 'H15',
  name: 'systemDiskDead',
  family: 'H',
  says: 'The disk of the operating system is dead: the Node stays Ready, no pod starts or stops, and no boot comes through.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    perYear: 0, // Assumption: only where it is asked for, or where the components of a hardware model die.
    gapShape: NODE_GAP_SHAPE, // Source: see usual-values.ts.
    durationMs: { kind: 'constant', value: 0 }, // Assumption: never passes by itself.
    cures: { itself: 0, reboot: 0, powerCycle: 0, reprovision: 0 }, // Assumption: no reset brings a dead disk back.
  },
  parameters: {},
  course: 'Nobody is told while the host runs. A person replaces the disk.',
  threatens: ['S1', 'L2'],
  onHost: () => ({ startsNothing: true, bootStop: { step: 'raidController', how: 'waits' } }),
});

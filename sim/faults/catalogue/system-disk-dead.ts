// H15: the disk of the operating system is dead.
//
// Divergence from reality
// - What runs goes on from memory until the host is rebooted; then no boot loader is found.
// - A deployment onto the dead disk is taken for one that does not come through, as other faults of the hardware are.

import { BROKEN_PART } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const SYSTEM_DISK_DEAD = defineFault({
  id: 'H15',
  name: 'systemDiskDead',
  family: 'H',
  says: 'The disk of the operating system is dead: the Node stays Ready, no pod starts or stops, and no boot comes through.',
  strikes: 'host',
  background: 'onRequest',
  usual: BROKEN_PART,
  parameters: {},
  course: 'Nobody is told while the host runs. A person replaces the disk.',
  threatens: ['S1', 'L2'],
  onHost: () => ({ startsNothing: true, bootStop: { step: 'raidController', how: 'waits' } }),
});

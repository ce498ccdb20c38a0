// H10: boots take longer than they should.
//
// Divergence from reality
// - All of a boot is slow alike: firmware that trains memory anew, a system that checks its disks, a join that waits.

import { BROKEN_PART } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const SLOW_BOOT = defineFault({
  id: 'H10',
  name: 'slowBoot',
  family: 'H',
  says: 'Boots and orderly shutdowns of the host take several times as long.',
  strikes: 'host',
  background: 'onRequest',
  usual: BROKEN_PART,
  parameters: {
    factor: {
      kind: 'factor',
      field: 'factor',
      says: 'how many times as long',
      source: 'Assumption: a memory test or a file system check makes half an hour of a boot of ten minutes',
      least: 1,
      most: 100,
      default: 3,
    },
  },
  systemGoesOn: true,
  callsNobody: true,
  course: 'Whoever works on the host for another reason ends it.',
  threatens: ['S11', 'L2'],
  onHost: ({ factor }) => ({ slowness: factor }),
});

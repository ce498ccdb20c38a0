// H15: the RAID that somebody set up by hand is gone.
//
// Divergence from reality
// - Its data disks are gone from the storage as dead ones are, with what was on them.

import { BROKEN_PART } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const RAID_LOST = defineFault({
  id: 'H15',
  name: 'raidLost',
  family: 'H',
  says: 'The system does not see the data disks: the RAID that they were in is gone.',
  strikes: 'host',
  background: 'onRequest',
  usual: BROKEN_PART,
  parameters: {},
  systemGoesOn: true,
  course:
    'The Node is Ready without its disks. A person notices some day and sets the RAID up; then the copies are made again.',
  threatens: ['B12', 'S17'],
  begins: ({ storage, crew, fleet }, { subject, class: name }) => {
    const { dataDisks } = fleet.host(subject).config;
    for (let disk = 0; disk < dataDisks; disk++) storage.diskLost(subject);
    crew.noticeLate(subject, name);
    return () => {
      for (let disk = 0; disk < dataDisks; disk++) storage.diskReplaced(subject);
    };
  },
});

// H15 and D1: a data disk is dead.
//
// Divergence from reality
// - A disk works or is dead: a slow one is slowDisk, the one with the system systemDiskDead.

import { BY_A_PERSON, UNTIL_CURED } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const DISK_FAILURE = defineFault({
  id: 'H15',
  name: 'diskFailure',
  family: 'H',
  says: 'A data disk of the host is dead, with all that was on it.',
  strikes: 'dataDisk',
  background: 'always',
  usual: {
    // Source: Backblaze Drive Stats for 2025: annualised failure rate 1.36 %.
    perYear: 0.0136,
    // Source: Schroeder and Gibson, FAST 2007: gaps are Weibull with shape 0.71 to 0.76.
    gapShape: 0.75,
    durationMs: UNTIL_CURED,
    cures: BY_A_PERSON,
  },
  rateSource: 'Backblaze Drive Stats for 2025: 1.36 % per disk-year',
  parameters: {},
  systemGoesOn: true,
  course: 'A person notices some day and replaces it; then the copies are made again.',
  threatens: ['B12', 'S17'],
  begins: ({ storage, crew }, { subject, class: name }) => {
    storage.diskLost(subject);
    crew.noticeLate(subject, name);
    return () => storage.diskReplaced(subject);
  },
});

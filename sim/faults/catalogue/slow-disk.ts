// H19: a data disk still answers, and takes several times as long for everything.
//
// Divergence from reality
// - It is slow all the time and by the same factor; real ones come and go, and get worse.
// - Nobody takes its daemon out of the pool, and it is replaced without being emptied first: a person puts in a disk that has what
//   the old one had.

import { BROKEN_PART } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const SLOW_DISK = defineFault({
  id: 'H19',
  name: 'slowDisk',
  family: 'H',
  says: 'A data disk of the host takes several times as long for everything, and the data that it has a copy of with it.',
  strikes: 'dataDisk',
  background: 'onRequest',
  usual: BROKEN_PART,
  parameters: {
    factor: {
      kind: 'factor',
      field: 'factor',
      says: 'how many times as long it takes',
      source: 'Assumption: retries and remapped sectors; from twice to a hundred times was seen',
      least: 1,
      most: 1000,
      default: 4,
    },
  },
  systemGoesOn: true,
  course: 'A person notices some day and replaces it while the host runs.',
  threatens: ['B12', 'S12'],
  onHost: ({ factor }) => ({ slowDisk: factor }),
  begins: ({ crew }, { subject, class: name }) => {
    crew.noticeLate(subject, name);
    return undefined;
  },
});

// O2: somebody swapped the BMC addresses of two hosts.
//
// Divergence from reality
// - Both BMCs accept the credentials of the other, as where all have the same.
// - Whoever corrects one of the two while working on that host leaves the other as it is.

import { FORGOTTEN } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';
import { BY_HAND } from '../operator-error.ts';

export const SWAPPED_BMC_ADDRESSES = defineFault({
  id: 'O2',
  name: 'swappedBmcAddresses',
  family: 'O',
  says: 'The BMC addresses of two BareMetalHosts are swapped.',
  strikes: 'person',
  background: 'scripted',
  usual: FORGOTTEN,
  parameters: {},
  reaches: 'the host with which the target is swapped',
  ...BY_HAND,
  course: 'Until somebody writes both down correctly.',
  threatens: ['S3'],
  begins: ({ fleet }, fault) => {
    // The other half is a fault of the other host, which begins here too.
    if (fault.id < 0 || fault.reaches === undefined) return undefined;
    const other = { ...fault, id: -fault.id, subject: fault.reaches, reaches: fault.subject };
    fleet.strike(other);
    return () => fleet.endByItself(other);
  },
});

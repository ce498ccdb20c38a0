// BMC13: a management controller without a network port of its own.

import { afflicting, LASTING } from '../bmc-affliction.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_ON_SIDEBAND = defineFault({
  id: 'BMC13',
  name: 'bmcOnSideband',
  family: 'BMC',
  says: 'The BMC is heard through the port of its host only: who loses the host loses the BMC.',
  strikes: 'bmc',
  background: 'onRequest',
  usual: LASTING,
  parameters: {},
  systemGoesOn: true,
  outlivesBoots: true,
  course: 'Until a person gives it a port of its own.',
  threatens: ['S13'],
  begins: afflicting(() => ({ sideband: true })),
});

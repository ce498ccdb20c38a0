// BMC13: a management controller without a network port of its own.

import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_LASTING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_ON_SIDEBAND = defineFault({
  id: 'BMC13',
  name: 'bmcOnSideband',
  ...BMC_FAULT,
  says: 'The BMC is heard through the port of its host only: who loses the host loses the BMC.',
  usual: BMC_LASTING,
  parameters: {},
  course: 'Until a person gives it a port of its own.',
  threatens: ['S13'],
  begins: afflicting(() => ({ sideband: true })),
});

// BMC19: a certificate that has expired, or was changed.

import { afflicting, LASTING } from '../bmc-affliction.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_CERTIFICATE_INVALID = defineFault({
  id: 'BMC19',
  name: 'bmcCertificateInvalid',
  family: 'BMC',
  says: 'The certificate of the BMC is not valid: whoever verifies it does not talk to the BMC.',
  strikes: 'bmc',
  background: 'onRequest',
  usual: LASTING,
  parameters: {},
  systemGoesOn: true,
  outlivesBoots: true,
  course: 'Until a person installs another.',
  threatens: ['S9'],
  begins: afflicting(() => ({ certificateValid: false })),
});

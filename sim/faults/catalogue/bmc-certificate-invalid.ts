// BMC19: a certificate that has expired, or was changed.

import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_LASTING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_CERTIFICATE_INVALID = defineFault({
  id: 'BMC19',
  name: 'bmcCertificateInvalid',
  ...BMC_FAULT,
  says: 'The certificate of the BMC is not valid: whoever verifies it does not talk to the BMC.',
  usual: BMC_LASTING,
  parameters: {},
  course: 'Until a person installs another.',
  threatens: ['S9'],
  begins: afflicting(() => ({ certificateValid: false })),
});

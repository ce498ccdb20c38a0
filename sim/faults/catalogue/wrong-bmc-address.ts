// O1: somebody wrote down the BMC address of another host.
//
// Divergence from reality
// - The address leads to one other host, and its BMC accepts the credentials.

import { BMC_LASTING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const WRONG_BMC_ADDRESS = defineFault({
  id: 'O1',
  name: 'wrongBmcAddress',
  family: 'O',
  says: 'The BMC address in the BareMetalHost leads to another host.',
  strikes: 'bmc',
  background: 'scripted',
  usual: BMC_LASTING,
  parameters: {},
  reaches: 'the host that answers at the BMC address of the target',
  systemGoesOn: true,
  callsNobody: true,
  course: 'Whoever works on the host for another reason corrects it.',
  threatens: ['S3'],
});

// BMC12: a management controller without a supply of its own.

import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_LASTING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_SHARES_POWER = defineFault({
  id: 'BMC12',
  name: 'bmcSharesPower',
  ...BMC_FAULT,
  says: 'The BMC hangs on the supply of its host: when that dies, so does the BMC.',
  usual: BMC_LASTING,
  parameters: {
    share: {
      kind: 'share',
      field: 'share',
      says: 'of the deaths of the host, those that take the BMC along',
      least: 0,
      most: 1,
      default: 1,
      source: 'Source: Pacemaker Explained, fencing: an on-board controller shares the power of its host',
    },
  },
  course: 'Until a person connects its standby supply; a BMC that died starts when its host is repaired.',
  threatens: ['S2', 'L2'],
  begins: afflicting(({ share }) => ({ diesWithHostShare: share })),
});

// P2: the image server is away.

import { defineFault } from '../fault-definition.ts';
import { puttingOut, SERVICE_OUTAGE } from '../service-outage.ts';

export const IMAGE_SERVER_OUTAGE = defineFault({
  id: 'P2',
  name: 'imageServerOutage',
  ...SERVICE_OUTAGE,
  says: 'The image server is away: no agent boots, and no image arrives.',
  begins: puttingOut('imageServer'),
});

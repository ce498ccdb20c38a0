// P2: the image server is away.

import { defineFault } from '../fault-definition.ts';
import { puttingOut, SERVICE_OUTAGE } from '../service-outage.ts';

export const IMAGE_SERVER_OUTAGE = defineFault({
  id: 'P2',
  name: 'imageServerOutage',
  family: 'P',
  says: 'The image server is away: no agent boots, and no image arrives.',
  strikes: 'site',
  background: 'onRequest',
  usual: SERVICE_OUTAGE,
  parameters: {},
  course: 'Until it is started again.',
  threatens: ['L2'],
  begins: puttingOut('imageServer'),
});

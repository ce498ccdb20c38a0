// P3: the registry is away.

import { defineFault } from '../fault-definition.ts';
import { puttingOut, SERVICE_OUTAGE } from '../service-outage.ts';

export const REGISTRY_OUTAGE = defineFault({
  id: 'P3',
  name: 'registryOutage',
  family: 'P',
  says: 'The registry is away: freshly deployed systems wait for their containers.',
  strikes: 'site',
  background: 'onRequest',
  usual: SERVICE_OUTAGE,
  parameters: {},
  course: 'Until it is started again.',
  threatens: ['L2'],
  begins: puttingOut('registry'),
});

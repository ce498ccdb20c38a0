// P3: the registry is away.

import { defineFault } from '../fault-definition.ts';
import { puttingOut, SERVICE_OUTAGE } from '../service-outage.ts';

export const REGISTRY_OUTAGE = defineFault({
  id: 'P3',
  name: 'registryOutage',
  ...SERVICE_OUTAGE,
  says: 'The registry is away: freshly deployed systems wait for their containers.',
  begins: puttingOut('registry'),
});

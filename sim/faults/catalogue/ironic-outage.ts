// P1: Ironic is away.

import { defineFault } from '../fault-definition.ts';
import { puttingOut, SERVICE_OUTAGE } from '../service-outage.ts';

export const IRONIC_OUTAGE = defineFault({
  id: 'P1',
  name: 'ironicOutage',
  ...SERVICE_OUTAGE,
  says: 'Ironic is away: no operation begins, and what it had in hands fails when it is back.',
  begins: puttingOut('ironic'),
});

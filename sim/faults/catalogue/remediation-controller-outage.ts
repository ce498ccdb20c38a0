// P5: the place where the controllers run is away.

import { defineFault } from '../fault-definition.ts';
import { puttingOut, SERVICE_OUTAGE } from '../service-outage.ts';

export const REMEDIATION_CONTROLLER_OUTAGE = defineFault({
  id: 'P5',
  name: 'remediationControllerOutage',
  ...SERVICE_OUTAGE,
  says: 'The place where the controllers run is away: nobody remediates until it is back.',
  begins: puttingOut('remediationController'),
});

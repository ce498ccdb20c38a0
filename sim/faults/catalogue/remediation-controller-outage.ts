// P5: the place where the controllers run is away.

import { defineFault } from '../fault-definition.ts';
import { puttingOut, SERVICE_OUTAGE } from '../service-outage.ts';

export const REMEDIATION_CONTROLLER_OUTAGE = defineFault({
  id: 'P5',
  name: 'remediationControllerOutage',
  family: 'P',
  says: 'The place where the controllers run is away: nobody remediates until it is back.',
  strikes: 'site',
  background: 'onRequest',
  usual: SERVICE_OUTAGE,
  parameters: {},
  course: 'Until it is started again.',
  threatens: ['L2'],
  begins: puttingOut('remediationController'),
});

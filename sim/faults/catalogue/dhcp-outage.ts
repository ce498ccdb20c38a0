// P4: dHCP is away.

import { defineFault } from '../fault-definition.ts';
import { puttingOut, SERVICE_OUTAGE } from '../service-outage.ts';

export const DHCP_OUTAGE = defineFault({
  id: 'P4',
  name: 'dhcpOutage',
  family: 'P',
  says: 'DHCP is away: agents that boot from the network get no address.',
  strikes: 'site',
  background: 'onRequest',
  usual: SERVICE_OUTAGE,
  parameters: {},
  course: 'Until it is started again.',
  threatens: ['L2'],
  begins: puttingOut('dhcp'),
});

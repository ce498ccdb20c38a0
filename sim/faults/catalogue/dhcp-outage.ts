// P4: DHCP is away.

import { defineFault } from '../fault-definition.ts';
import { puttingOut, SERVICE_OUTAGE } from '../service-outage.ts';

export const DHCP_OUTAGE = defineFault({
  id: 'P4',
  name: 'dhcpOutage',
  ...SERVICE_OUTAGE,
  says: 'DHCP is away: agents that boot from the network get no address.',
  begins: puttingOut('dhcp'),
});

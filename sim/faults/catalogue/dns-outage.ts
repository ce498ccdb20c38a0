// P6: names do not resolve.

import { defineFault } from '../fault-definition.ts';
import { puttingOut, SERVICE_OUTAGE } from '../service-outage.ts';

export const DNS_OUTAGE = defineFault({
  id: 'P6',
  name: 'dnsOutage',
  ...SERVICE_OUTAGE,
  says: 'Names of the provisioning network do not resolve: neither the image server nor the registry is found.',
  begins: puttingOut('dns'),
});

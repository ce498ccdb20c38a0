// P6: names do not resolve.

import { defineFault } from '../fault-definition.ts';
import { puttingOut, SERVICE_OUTAGE } from '../service-outage.ts';

export const DNS_OUTAGE = defineFault({
  id: 'P6',
  name: 'dnsOutage',
  family: 'P',
  says: 'Names of the provisioning network do not resolve: neither the image server nor the registry is found.',
  strikes: 'site',
  background: 'onRequest',
  usual: SERVICE_OUTAGE,
  parameters: {},
  course: 'Until it is started again.',
  threatens: ['L2'],
  begins: puttingOut('dns'),
});

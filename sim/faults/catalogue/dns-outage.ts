// N11: names do not resolve.

import { defineFault } from '../fault-definition.ts';
import { puttingOut, SERVICE_OUTAGE } from '../service-outage.ts';

export const DNS_OUTAGE = defineFault({
  id: 'N11',
  name: 'dnsOutage',
  family: 'N',
  says: 'Names do not resolve: neither the image server nor the registry is found.',
  strikes: 'site',
  background: 'onRequest',
  usual: SERVICE_OUTAGE,
  parameters: {},
  course: 'Until it is started again.',
  threatens: ['L2'],
  begins: puttingOut('dns'),
});

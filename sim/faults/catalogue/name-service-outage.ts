// N11: names are not resolved.
//
// Divergence from reality
// - Connections that stand go on: a kubelet that runs notices nothing, and one that starts does not find the API server.
// - Whoever is known by an address is found; BMCs are, unless the fault says that they are known by name.
// - Pods that look for each other by name are left out; images and registries are the matter of dnsOutage.

import { MINUTE_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';

export const NAME_SERVICE_OUTAGE = defineFault({
  id: 'N11',
  name: 'nameServiceOutage',
  family: 'N',
  says: 'Names are not resolved: a host that boots does not find the API server.',
  strikes: 'site',
  background: 'onRequest',
  usual: {
    ...CALENDAR_FAULT,
    durationMs: { kind: 'lognormal', median: 20 * MINUTE_MS, sigma: 1 }, // Assumption: no published lengths were found.
    cures: AT_ITS_TIME,
  },
  parameters: {
    bmcsByName: {
      kind: 'yesNo',
      field: 'bmcsByName',
      says: 'whether the addresses of BMCs are names, so that none is reached',
      default: false,
      source: 'Assumption: BareMetalHosts have the addresses of their BMCs as numbers.',
    },
  },
  course: 'Ends by itself; kubelets that could not start their connection do so then.',
  threatens: ['S13'],
  begins: ({ fleet }, fault) => {
    const heal = fleet.loseNames();
    const { bmcsByName } = fault.parameters;
    const reachable = bmcsByName
      ? fleet.network.cut({
          where: { at: 'outside', place: 'controllers' },
          planes: ['bmc'],
          lost: 'both',
          endsAtMs: endsAtMs(fault),
        })
      : undefined;
    return () => {
      heal();
      reachable?.();
    };
  },
});

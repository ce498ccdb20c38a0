// An edge site without people: a few racks in a closed room, one feed, one line, and a van that comes in days.

import { DAY_MS, HOUR_MS } from '../../kernel/time-units.ts';
import { BMC_UNREACHABLE } from '../catalogue/bmc-unreachable.ts';
import { RACK_POWER_LOSS } from '../catalogue/rack-power-loss.ts';
import { SITE_POWER_LOSS } from '../catalogue/site-power-loss.ts';
import { SWITCH_OUTAGE } from '../catalogue/switch-outage.ts';
import { defineFaultSet } from '../fault-set.ts';

export const EDGE_SITE = defineFaultSet({
  name: 'edge-site',
  says: 'A closed room far from anybody: power and network are simple, and a repair takes days.',
  faults: {
    rackPowerLoss: {
      value: { ...RACK_POWER_LOSS.usual, perYear: 0.3, durationMs: { kind: 'lognormal', median: HOUR_MS, sigma: 1 } },
      source:
        'Assumption: one feed and no second one, three times as often as in a data centre (Ford et al., OSDI 2010: 0.1), for an hour',
    },
    sitePowerLoss: {
      value: { ...SITE_POWER_LOSS.usual, perYear: 1 },
      source: 'Assumption: the grid fails once a year for longer than the batteries last',
    },
    switchOutage: {
      value: { ...SWITCH_OUTAGE.usual, perYear: 1 },
      source: 'Assumption: one plain switch, reloaded or hung once a year; no rate was found',
    },
    bmcUnreachable: {
      value: { ...BMC_UNREACHABLE.usual, durationMs: { kind: 'lognormal', median: 2 * DAY_MS, sigma: 1 } },
      source: 'Assumption: as often as elsewhere, and nobody there to pull its plug; no rate was found',
    },
  },
  people: {
    repairCrew: { value: 1, source: 'Assumption: one van' },
    pageMs: {
      value: { kind: 'lognormal', median: HOUR_MS, sigma: 0.5 },
      source: 'Assumption: somebody at a desk looks within an hour of a page',
    },
    lateNoticeMs: {
      value: { kind: 'lognormal', median: DAY_MS, sigma: 0.5 },
      source: 'Assumption: a red node among many sites is seen the next day',
    },
    repairMs: {
      value: { kind: 'lognormal', median: 3 * DAY_MS, sigma: 1.2 },
      source: 'Assumption: lights-out edge site, median 3 days',
    },
  },
  leavesOut: ['The line to the control plane, where that is elsewhere.'],
});

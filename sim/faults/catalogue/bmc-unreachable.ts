// BMC1: the management controller of a host does not answer.
//
// Divergence from reality
// - It answers nothing at all; a slow or half-working one is another fault.

import { HOUR_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, CALENDAR_SHAPE } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_UNREACHABLE = defineFault({
  id: 'BMC1',
  name: 'bmcUnreachable',
  family: 'BMC',
  says: 'The BMC answers nothing; commands and readings time out.',
  strikes: 'bmc',
  background: 'always',
  usual: {
    // Assumption: unreachable 1 % of the time: 6 per host-year with a mean of 14.6 h.
    perYear: 6,
    gapShape: CALENDAR_SHAPE,
    durationMs: { kind: 'lognormal', median: 8 * HOUR_MS, sigma: 1.1 }, // Assumption: see perYear.
    cures: AT_ITS_TIME,
  },
  rateSource: 'Assumption: 1 % of the time',
  parameters: {},
  systemGoesOn: true,
  course: 'Ends by itself; where it does not, a person notices some day.',
  threatens: ['S9', 'L2'],
  begins: ({ bmc, crew }, { subject, level, class: name }) => {
    bmc.pollChanged(subject);
    if (level === 'person') crew.noticeLate(subject, name);
    return () => bmc.pollChanged(subject);
  },
});

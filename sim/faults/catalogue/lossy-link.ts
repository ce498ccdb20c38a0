// N9: a host's link loses much of what it carries; what is seen of it are heartbeats that do not arrive.
//
// Divergence from reality
// - What retransmission brings through counts as carried: the share is one of beats that are lost with all tries.
// - Pods and storage only get slower by it, which is not modelled. What comes late is the matter of other faults: slowKubelet,
//   bmcSlow, slowPlane, and slowRequests of `faults.clients`.

import { MINUTE_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';

export const LOSSY_LINK = defineFault({
  id: 'N9',
  name: 'lossyLink',
  family: 'N',
  says: 'Much of what the host sends to the API server gets lost, heartbeats among it.',
  strikes: 'hostLink',
  background: 'onRequest',
  usual: {
    ...CALENDAR_FAULT,
    durationMs: { kind: 'lognormal', median: 15 * MINUTE_MS, sigma: 1 }, // Assumption: until somebody changes the cable.
    cures: AT_ITS_TIME,
  },
  parameters: {
    beatsShare: {
      kind: 'share',
      field: 'share',
      says: 'the share of heartbeats that do not arrive',
      least: 0,
      most: 1,
      default: 0.5,
      source: 'Assumption: bad enough that a run of five is no surprise within an hour.',
    },
  },
  outsideOfHost: true,
  course: 'Ends by itself; nothing that is done to the host ends it.',
  threatens: ['S12'],
  begins: ({ lifecycle }, fault) => {
    lifecycle.loseBeats(fault.subject, { share: fault.parameters.beatsShare, untilMs: endsAtMs(fault) });
    return undefined;
  },
});

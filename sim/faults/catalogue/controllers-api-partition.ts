// N4: the remediation controllers and the API server do not reach each other.
//
// Divergence from reality
// - All controllers are in one place: all of them are cut off, or none.
// - With only one direction lost nothing gets through either; see the header of network.ts.

import { AT_ITS_TIME, CALENDAR_FAULT, WRONG_RULE_MS } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { LOST_WAY } from '../lost-way.ts';

export const CONTROLLERS_API_PARTITION = defineFault({
  id: 'N4',
  name: 'controllersApiPartition',
  family: 'N',
  says: 'The remediation controllers do not reach the API server; everybody else does.',
  strikes: 'site',
  background: 'onRequest',
  usual: { ...CALENDAR_FAULT, durationMs: WRONG_RULE_MS, cures: AT_ITS_TIME },
  parameters: { lost: LOST_WAY },
  course: 'Ends by itself; clients notice a dead connection after 45 s and list anew when it is over.',
  threatens: ['S13', 'S15'],
  begins: ({ fleet }, fault) =>
    fleet.network.cut({
      where: { at: 'outside', place: 'controllers' },
      planes: ['api'],
      lost: fault.parameters.lost,
      endsAtMs: endsAtMs(fault),
    }),
});

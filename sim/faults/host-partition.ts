// What the partitions of one host have in common: a plane of its link is cut, in one direction or both, and nothing that is done to
// the host joins it again.

import type { Plane } from '../network/planes.ts';
import { AT_ITS_TIME, CALENDAR_FAULT, WRONG_RULE_MS } from './defaults.ts';
import { endsAtMs } from './fault.ts';
import type { LetGo, StruckFault } from './fault-definition.ts';
import type { FaultParts } from './fault-parts.ts';
import { LOST_WAY } from './lost-way.ts';

export const HOST_PARTITION = {
  family: 'N',
  strikes: 'hostLink',
  background: 'onRequest',
  usual: { ...CALENDAR_FAULT, durationMs: WRONG_RULE_MS, cures: AT_ITS_TIME },
  parameters: { lost: LOST_WAY },
  outsideOfHost: true,
  course: 'Ends by itself; nothing that is done to the host ends it.',
} as const;

/** The `begins` of a partition. */
export function cuttingOff(plane: Plane) {
  return ({ fleet }: FaultParts, fault: StruckFault<typeof HOST_PARTITION.parameters>): LetGo =>
    fleet.network.cut({
      where: { at: 'host', host: fault.subject },
      planes: [plane],
      lost: fault.parameters.lost,
      endsAtMs: endsAtMs(fault),
    });
}

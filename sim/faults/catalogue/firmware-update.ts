// U4: a firmware update of the host, which somebody starts without telling the cluster.
//
// Divergence from reality
// - Nobody cordons, drains or pauses anything: an update that the cluster is told of is a planned reboot with a long firmware stage.
// - A loss of power in the middle does no harm: the update goes on with the next start, and ends at its time.
// - Its downtime counts as unplanned from the moment at which the firmware is being written.

import { MINUTE_MS } from '../../kernel/time-units.ts';
import { rebootAsPlanned } from '../../people/planned-reboot.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const FIRMWARE_UPDATE = defineFault({
  id: 'U4',
  name: 'firmwareUpdate',
  family: 'U',
  says: 'The host reboots into an update of its firmware, and its BMC refuses every command about power until that is written.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...CALENDAR_FAULT,
    durationMs: { kind: 'constant', value: 20 * MINUTE_MS }, // Assumption: 20 min; one or two reboots with changed settings take 5 to 20 (metal3-docs, firmware_settings.md).
    cures: AT_ITS_TIME,
  },
  parameters: {},
  outlivesBoots: true,
  callsNobody: true,
  course:
    'Begins with an orderly shutdown; when it is written the host boots. A host that is down has it at its next boot.',
  threatens: ['S5', 'L2'],
  onHost: () => ({ bootStop: { step: 'selfTest', how: 'waits' }, holdsPower: true }),
  begins: ({ kernel, fleet }, { subject }) => {
    if (fleet.host(subject).stage === 'up') rebootAsPlanned(kernel, fleet, subject);
    return undefined;
  },
});

// BMC21: a management controller that gets new firmware.

import { afflict, BMC_FAULT } from '../bmc-affliction.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_FIRMWARE_UPDATE = defineFault({
  id: 'BMC21',
  name: 'bmcFirmwareUpdate',
  ...BMC_FAULT,
  says: 'New firmware takes the BMC away, and then it comes and goes for a while.',
  usual: {
    ...CALENDAR_FAULT,
    durationMs: { kind: 'constant', value: 900_000 }, // Assumption: longer than away and flaps together.
    cures: AT_ITS_TIME,
  },
  parameters: {
    awayMs: {
      kind: 'duration',
      field: 'away',
      says: 'how long it is gone',
      least: 1_000,
      most: 3_600_000,
      default: 300_000,
      source: 'Source: ironic conf/redfish.py firmware_update_bmc_timeout 300 s (quirk Q35)',
    },
    flaps: {
      kind: 'count',
      field: 'flaps',
      says: 'how often it goes again, for half a minute each time',
      least: 0,
      most: 100,
      default: 3,
      source: 'Source: ironic demands three good answers 30 s apart (quirk Q35)',
    },
  },
  callsNobody: true,
  course: 'Ends by itself.',
  threatens: ['S9', 'L2'],
  begins: (parts, fault) => {
    const { awayMs, flaps } = fault.parameters;
    const letGo = afflict(parts, fault, { updateAwayMs: awayMs, updateFlaps: flaps });
    parts.bmc.controllers.of(fault.subject)?.controller.update();
    return letGo;
  },
});

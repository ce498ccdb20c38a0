// E3: a room has no cooling, and more and more of its hosts switch themselves off.
//
// Divergence from reality
// - See room-cooling.ts: equally hot everywhere, cool at once.

import { HOUR_MS, MINUTE_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const COOLING_LOSS = defineFault({
  id: 'E3',
  name: 'coolingLoss',
  family: 'E',
  says: 'The room has no cooling: hosts switch themselves off, at a rate that grows with time.',
  strikes: 'room',
  background: 'onRequest',
  usual: {
    ...CALENDAR_FAULT,
    // Source: Dean, LADIS 2009, slide 10: overheating, most machines down in under 5 min, 1 to 2 days.
    durationMs: { kind: 'uniform', min: 24 * HOUR_MS, max: 48 * HOUR_MS },
    cures: AT_ITS_TIME,
  },
  parameters: {
    halfAfterMs: {
      kind: 'duration',
      field: 'halfAfter',
      says: 'after how long half of the hosts have switched themselves off',
      least: 1000,
      most: 86_400_000,
      default: 3 * MINUTE_MS,
      source: 'Source: Dean, LADIS 2009, slide 10: most machines down in under 5 min.',
    },
  },
  course: 'A host that the heat has switched off refuses to start; when the room is cool somebody switches them on.',
  threatens: ['B7', 'B12'],
  begins: ({ fleet, cooling }, fault) => {
    const room = fleet.power.rooms[fault.subject] ?? '';
    return cooling.lose(fleet.power.hostsAt({ at: 'room', room }), fault.parameters.halfAfterMs);
  },
});

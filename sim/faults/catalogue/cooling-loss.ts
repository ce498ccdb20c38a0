// E3: a room has no cooling, and more and more of its hosts switch themselves off.
//
// Divergence from reality
// - See room-cooling.ts: equally hot everywhere, cool at once.

import { defineFault } from '../fault-definition.ts';
import { CALENDAR_SHAPE, HOUR_MS, MINUTE_MS } from '../usual-values.ts';

export const COOLING_LOSS = defineFault({
  id: 'E3',
  name: 'coolingLoss',
  family: 'E',
  says: 'The room has no cooling: hosts switch themselves off, at a rate that grows with time.',
  strikes: 'room',
  background: 'onRequest',
  usual: {
    perYear: 0, // Assumption: only where a scenario asks for it.
    gapShape: CALENDAR_SHAPE, // Assumption: see usual-values.ts.
    // Source: Dean, LADIS 2009, slide 10: overheating, most machines down in under 5 min, 1 to 2 days.
    durationMs: { kind: 'uniform', min: 24 * HOUR_MS, max: 48 * HOUR_MS },
    cures: { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: the class means it.
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

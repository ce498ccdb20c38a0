// xstate view of a node health check's storm mode, for diagrams and path tests.

import { machineOf } from '../state-table.machine.ts';
import { STORM_STATES } from './node-health-check-storm.states.ts';

export const stormMachine = machineOf(STORM_STATES);

// xstate view of the NodeMaintenance table, for diagrams and path tests.

import { machineOf } from '../state-table.machine.ts';
import { NODE_MAINTENANCE_STATES } from './node-maintenance.states.ts';

export const nodeMaintenanceMachine = machineOf(NODE_MAINTENANCE_STATES);

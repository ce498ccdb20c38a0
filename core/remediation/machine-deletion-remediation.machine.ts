// xstate view of the MachineDeletionRemediation table, for diagrams and path tests.

import { machineOf } from '../state-table.machine.ts';
import { MACHINE_DELETION_REMEDIATION_STATES } from './machine-deletion-remediation.states.ts';

export const machineDeletionRemediationMachine = machineOf(MACHINE_DELETION_REMEDIATION_STATES);

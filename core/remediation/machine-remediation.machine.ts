// xstate view of the MachineRemediation table, for diagrams and path tests.

import { machineOf } from '../state-table.machine.ts';
import { MACHINE_REMEDIATION_STATES } from './machine-remediation.states.ts';

export const machineRemediationMachine = machineOf(MACHINE_REMEDIATION_STATES);

// xstate view of the HostRemediation table, for diagrams and path tests.

import { machineOf } from '../state-table.machine.ts';
import { HOST_REMEDIATION_STATES } from './host-remediation.states.ts';

export const hostRemediationMachine = machineOf(HOST_REMEDIATION_STATES);

// xstate view of the Metal3Remediation table, for diagrams and path tests.

import { machineOf } from '../state-table.machine.ts';
import { METAL3_REMEDIATION_STATES } from './metal3-remediation.states.ts';

export const metal3RemediationMachine = machineOf(METAL3_REMEDIATION_STATES);

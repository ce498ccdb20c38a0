// xstate view of the FenceAgentsRemediation table, for diagrams and path tests.

import { machineOf } from '../state-table.machine.ts';
import { FENCE_AGENTS_REMEDIATION_STATES } from './fence-agents-remediation.states.ts';

export const fenceAgentsRemediationMachine = machineOf(FENCE_AGENTS_REMEDIATION_STATES);

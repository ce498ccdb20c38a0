// xstate view of the SelfNodeRemediation table, for diagrams and path tests.

import { machineOf } from '../state-table.machine.ts';
import { SELF_NODE_REMEDIATION_STATES } from './self-node-remediation.states.ts';

export const selfNodeRemediationMachine = machineOf(SELF_NODE_REMEDIATION_STATES);

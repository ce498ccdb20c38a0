// xstate view of a remediation policy's doubt, for diagrams and path tests.

import { machineOf } from '../state-table.machine.ts';
import { DOUBT_STATES } from './remediation-policy-doubt.states.ts';

export const doubtMachine = machineOf(DOUBT_STATES);

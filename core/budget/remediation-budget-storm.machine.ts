// xstate view of a remediation budget's storm mode, for diagrams and path tests.

import { machineOf } from '../state-table.machine.ts';
import { BUDGET_STORM_STATES } from './remediation-budget-storm.states.ts';

export const budgetStormMachine = machineOf(BUDGET_STORM_STATES);

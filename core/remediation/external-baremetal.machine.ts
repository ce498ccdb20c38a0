// xstate view of OpenShift's annotation flow, for diagrams and path tests.

import { machineOf } from '../state-table.machine.ts';
import { EXTERNAL_BAREMETAL_STATES } from './external-baremetal.states.ts';

export const externalBaremetalMachine = machineOf(EXTERNAL_BAREMETAL_STATES);

// xstate view of the provisioning states of a BareMetalHost, for diagrams and path tests.

import { machineOf } from '../state-table.machine.ts';
import { BARE_METAL_HOST_STATES } from './bare-metal-host.states.ts';

export const bareMetalHostMachine = machineOf(BARE_METAL_HOST_STATES);

// BMC3: a management controller that accepts commands and does nothing.
//
// Divergence from reality
// - It ignores all commands or those that end in off; a controller that ignores some of them by chance is not modelled.

import type { ResetType } from '../../host/bmc/requests.ts';
import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_LASTING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

const OFF: readonly ResetType[] = ['ForceOff', 'GracefulShutdown', 'PowerCycle', 'PushPowerButton'];
const ALL: readonly ResetType[] = [...OFF, 'On', 'ForceRestart', 'GracefulRestart', 'Nmi'];

export const BMC_IGNORES_COMMANDS = defineFault({
  id: 'BMC3',
  name: 'bmcIgnoresCommands',
  ...BMC_FAULT,
  says: 'The BMC answers commands with success and does not carry them out.',
  usual: BMC_LASTING,
  parameters: {
    commands: {
      kind: 'choice',
      field: 'commands',
      says: 'which it ignores',
      of: ['off', 'all'],
      default: 'off',
      source: 'Assumption: as reported of a BMC bridge (quirk Q28); all of them in lockdown mode (Q36)',
    },
    claims: {
      kind: 'yesNo',
      field: 'claims',
      says: 'it says afterwards that power is as it was told to be',
      default: false,
      source: 'Assumption: most read power from the board; whoever keeps it in software can be wrong',
    },
  },
  course: 'Until a person sets it right.',
  threatens: ['S9', 'S10'],
  begins: afflicting(({ commands, claims }) => ({
    ignoredResets: commands === 'off' ? OFF : ALL,
    powerShowsCommand: claims,
  })),
});

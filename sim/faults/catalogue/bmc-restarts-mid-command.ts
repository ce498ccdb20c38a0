// BMC10: a management controller that restarts in the middle of a command.

import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_PASSING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_RESTARTS_MID_COMMAND = defineFault({
  id: 'BMC10',
  name: 'bmcRestartsMidCommand',
  ...BMC_FAULT,
  says: 'The next commands make the BMC restart, without an answer.',
  usual: BMC_PASSING,
  parameters: {
    commands: {
      kind: 'count',
      field: 'commands',
      says: 'how many, before it bears them again',
      least: 1,
      most: 100,
      default: 1,
      source: 'Assumption: once',
    },
    becomes: {
      kind: 'choice',
      field: 'becomes',
      says: 'what becomes of the command',
      of: ['lost', 'applied'],
      default: 'lost',
      source: 'Assumption: it lived in the memory of the BMC',
    },
  },
  course: 'Ends by itself; once it has restarted so often it bears commands again.',
  threatens: ['S11'],
  begins: afflicting(({ commands, becomes }) => ({
    startsAtCommands: commands,
    startLosesCommands: becomes === 'lost',
  })),
});

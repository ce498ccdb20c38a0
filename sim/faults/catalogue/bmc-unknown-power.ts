// BMC6: a power state that is neither on nor off.

import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_PASSING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_UNKNOWN_POWER = defineFault({
  id: 'BMC6',
  name: 'bmcUnknownPower',
  ...BMC_FAULT,
  says: 'The BMC reports no power state, or one that is neither on nor off.',
  usual: BMC_PASSING,
  parameters: {
    shows: {
      kind: 'choice',
      field: 'shows',
      says: 'never: it reports null at all times; nullWhileChanging, transitional: while power changes and a minute after',
      of: ['never', 'nullWhileChanging', 'transitional'],
      default: 'never',
      source:
        'Source: PowerState is nullable (DMTF ComputerSystem); iDRAC answers without a usable one (microsoft/lisa PR 4529)',
    },
  },
  course: 'Ends by itself, or when somebody resets the BMC.',
  threatens: ['S9'],
  begins: afflicting(({ shows }) =>
    shows === 'never'
      ? { powerUnknown: true }
      : { powerWhileChanging: shows === 'transitional' ? 'transitional' : 'null', powerLagMs: 60_000 },
  ),
});

// BMC6: a power state that is neither on nor off.

import { afflicting, PASSING } from '../bmc-affliction.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_UNKNOWN_POWER = defineFault({
  id: 'BMC6',
  name: 'bmcUnknownPower',
  family: 'BMC',
  says: 'The BMC reports no power state, or one that is neither on nor off.',
  strikes: 'bmc',
  background: 'onRequest',
  usual: PASSING,
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
  systemGoesOn: true,
  outlivesBoots: true,
  course: 'Ends by itself, or when somebody resets the BMC.',
  threatens: ['S9'],
  begins: afflicting(({ shows }) =>
    shows === 'never'
      ? { powerUnknown: true }
      : { powerWhileChanging: shows === 'transitional' ? 'transitional' : 'null', powerLagMs: 60_000 },
  ),
});

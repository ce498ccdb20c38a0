// H17: the host comes back by itself between the decision to fence it and the command's effect.
//
// Divergence from reality
// - It waits for somebody to give the command, as bad luck does; any command to power off will do, whoever gives it.

import { MINUTE_MS, SECOND_MS } from '../../kernel/time-units.ts';
import { HOST_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const RETURNS_AT_COMMAND = defineFault({
  id: 'H17',
  name: 'returnsAtCommand',
  family: 'H',
  says: 'Nothing on the host runs, until somebody tells its BMC to power it off: then everything goes on where it stood.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    durationMs: { kind: 'constant', value: 0 }, // Assumption: until the command.
    cures: { itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: nothing is broken.
  },
  parameters: {
    offsetMs: {
      kind: 'duration',
      field: 'offset',
      says: 'how long after the command began',
      source: 'Assumption: before most BMCs have done it',
      least: 1,
      most: 10 * MINUTE_MS,
      default: SECOND_MS,
    },
  },
  course: 'Where nobody gives the command it stays.',
  threatens: ['S11', 'S12'],
  onHost: () => ({ freezes: true }),
  begins: ({ bmc, fleet, kernel }, fault) => {
    let isOver = false;
    bmc.observe({
      commandStarted: (host, { power }) => {
        if (isOver || host !== fault.subject || power !== 'off') return;
        kernel.call(kernel.nowMs + fault.parameters.offsetMs, () => {
          if (!isOver) fleet.endByItself(fault);
        });
      },
      commandEnded: () => undefined,
    });
    return () => {
      isOver = true;
    };
  },
});

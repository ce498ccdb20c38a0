// H9: the next boot does not come through.
//
// Divergence from reality
// - The host had the fault before it rebooted and nobody could see it: a boot that goes wrong for a reason of that boot alone
//   is a share of boots in reality.

import { BOOT_STEPS } from '../../host/boot-steps.ts';
import { MINUTE_MS } from '../../kernel/time-units.ts';
import { HOST_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BOOT_STOPS = defineFault({
  id: 'H9',
  name: 'bootStops',
  family: 'H',
  says: 'The host runs on; its next boot comes to stand at a step, or loops before it.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    durationMs: { kind: 'lognormal', median: 30 * MINUTE_MS, sigma: 1 }, // Assumption: what a boot waits for comes, if at all, within hours.
    // Assumption: a boot that fails once fails again in half of the cases; a new system ends what is wrong with the old one.
    cures: { itself: 0.05, reboot: 0.4, powerCycle: 0.5, reprovision: 0.8 },
  },
  parameters: {
    step: {
      kind: 'choice',
      field: 'step',
      says: 'where it stands',
      source: 'Assumption: most boots that do not come through end in the initial RAM disk or without their root',
      of: BOOT_STEPS,
      default: 'kernel',
    },
    loops: {
      kind: 'yesNo',
      field: 'loops',
      says: 'it starts over and over again instead of standing; not once the operating system runs',
      source: 'Assumption: a system that cannot go on waits at an emergency prompt',
      default: false,
    },
  },
  course:
    'Shows at the next boot, whoever asks for it. One that passes while the boot stands lets the host boot, or join.',
  threatens: ['S11', 'L2'],
  onHost: ({ step, loops }) => ({ bootStop: { step, how: loops ? 'loops' : 'waits' } }),
});

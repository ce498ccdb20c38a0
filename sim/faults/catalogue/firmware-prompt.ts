// H12: firmware waits for a key.
//
// Divergence from reality
// - Nobody presses the key from afar: a person at work on the host does, or a reset happens to pass the prompt.

import { HOST_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const FIRMWARE_PROMPT = defineFault({
  id: 'H12',
  name: 'firmwarePrompt',
  family: 'H',
  says: 'The host runs on; its next boot waits for a key, at a prompt of the firmware or of a RAID controller.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    durationMs: { kind: 'constant', value: 0 }, // Assumption: a prompt waits for ever.
    // Assumption: what it asks about is mostly still so after a reset (a degraded array, a lost setting, an open cover).
    cures: { itself: 0, reboot: 0.1, powerCycle: 0.2, reprovision: 0.2 },
  },
  parameters: {
    prompt: {
      kind: 'choice',
      field: 'prompt',
      says: 'who asks',
      source: 'Assumption: firmware asks more often than controllers do',
      of: ['firmware', 'raidController'],
      default: 'firmware',
    },
  },
  course: 'Shows at the next boot. A deploy agent does not come past it either.',
  threatens: ['L2', 'S11'],
  onHost: ({ prompt }) => ({
    bootStop: { step: prompt === 'firmware' ? 'firmwarePrompt' : 'raidController', how: 'waits' },
  }),
});

// H21: the operating system does not hear its power button.
//
// Divergence from reality
// - An orderly reboot that the system itself begins works; only the button is not heard.

import { HOST_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const DEAF_POWER_BUTTON = defineFault({
  id: 'H21',
  name: 'deafPowerButton',
  family: 'H',
  says: 'Nobody on the host hears the power button: a soft power-off does nothing.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    durationMs: { kind: 'constant', value: 0 }, // Assumption: a setting, or a service that does not run.
    cures: { itself: 0, reboot: 0.3, powerCycle: 0.3, reprovision: 1 }, // Assumption: mostly how the system was set up.
  },
  parameters: {},
  systemGoesOn: true,
  callsNobody: true,
  course: 'Shows only when somebody asks softly.',
  threatens: ['L2', 'S9'],
  onHost: () => ({ ignoresPowerButton: true }),
});

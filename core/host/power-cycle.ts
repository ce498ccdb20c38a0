// With spec.disablePowerOff a host is never left off: a reboot request is answered by one power cycle, and status.poweredOn
// stays as it is meanwhile, so that whoever waits for off waits for ever, as with the product.
//
// Divergence from reality
// - The product sends one reboot command; the Bmc port knows on and off, so the cycle is an off and an on.

import { clearOneShotReboot } from './host-status.ts';
import { ask, command, fail } from './power-command.ts';
import type { PowerWish } from './power-wish.ts';
import type { HostScene, Step } from './step.ts';

export function decidePowerCycle(scene: HostScene, wish: PowerWish): Step {
  const { host, memory } = scene;
  const reading = memory.reading?.power;
  if (memory.cycledFor === wish.intent) {
    return { actions: [], memory, rule: 'power-steady', values: { wanted: 'on' } };
  }
  if (reading === undefined) return ask(scene, wish);
  if (reading === 'unreachable') return fail(scene, wish, 'the BMC does not answer');
  if (reading === 'off')
    return command({ ...scene, memory: { ...memory, cycleIsOff: true } }, { ...wish, power: 'on' });
  if (!memory.cycleIsOff) return command(scene, wish);
  return {
    actions: wish.reboot.oneShot ? [clearOneShotReboot(host)] : [],
    memory: { ...memory, cycleIsOff: false, cycledFor: wish.intent },
    rule: 'power-cycle-done',
    values: {},
  };
}

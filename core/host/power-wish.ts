// What spec.online and the reboot annotations ask for.

import type { PowerState } from '../actions.ts';
import { type RebootRequest, rebootRequest } from './host-annotations.ts';
import type { HostScene } from './step.ts';

export interface PowerWish {
  readonly power: PowerState;
  readonly mode: 'soft' | 'hard';
  readonly reboot: RebootRequest;
  /** Names the wish: the same wish waits for its back-off, another one does not. */
  readonly intent: string;
}

/** Reboots without `force` count only where an image runs (`runsImage`). After any error power is cut, not asked for. */
export function wishOf({ host, memory }: HostScene, runsImage: boolean): PowerWish {
  const reboot = rebootRequest(host, !runsImage);
  const power = host.spec?.online === true && !reboot.wanted ? 'on' : 'off';
  const mode = (host.status?.errorCount ?? 0) > 0 || memory.softRefused ? 'hard' : reboot.mode;
  return { power, mode, reboot, intent: `${power} ${reboot.askedBy}${host.metadata.generation ?? 0}` };
}

/** A host that is being deleted powers off, whatever else is asked. */
export function offForDeletion({ host }: HostScene): PowerWish {
  const reboot: RebootRequest = { wanted: false, mode: 'hard', oneShot: false, askedBy: '' };
  return { power: 'off', mode: 'hard', reboot, intent: `off for deletion ${host.metadata.generation ?? 0}` };
}

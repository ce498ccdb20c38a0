// What somebody set up by hand on the hosts of a model, beside what is declared: a reprovision knows nothing of it and leaves it
// out, until a person puts it back.
//
// Divergence from reality
// - All of it is lost at every reprovision, by every host of the model alike; nobody keeps notes, and nobody thinks of it before.
// - Firmware settings that are lost are the boot order: the host asks the network instead of its disk.
// - Of a RAID that is lost the system's own disk is no part.

import type { FaultName } from '../faults/catalogue.ts';
import { type Host, hasActive } from './host.ts';
import type { HostFleet } from './host-fleet.ts';

export interface HandMadeConfig {
  /** Keys of labels that somebody put on the Nodes: a Node that is registered anew has none of them. */
  readonly nodeLabels: readonly string[];
  readonly firmwareSettings: boolean;
  /** The data disks lie behind a RAID controller that somebody set up. */
  readonly raid: boolean;
}

/** The labels that a kubelet registers with: those of the start that nobody put there by hand. */
export function registeredLabels(
  labels: Readonly<Record<string, string>>,
  handMade: HandMadeConfig | undefined,
): Readonly<Record<string, string>> {
  if (handMade === undefined || handMade.nodeLabels.length === 0) return labels;
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !handMade.nodeLabels.includes(key)));
}

/** From now on, reprovisions lose what hosts have by hand. @param lost a fault that only a person ends begins. */
export function followReprovisions(fleet: HostFleet, lost: (host: number, fault: FaultName) => void): void {
  fleet.observe({
    bootStarted: (index, cause) => {
      if (cause !== 'provisioning') return;
      const host = fleet.host(index);
      const { handMade } = host.hardware;
      if (handMade?.firmwareSettings === true && !carries(host, 'firmwareSettingsLost'))
        lost(index, 'firmwareSettingsLost');
      if (handMade?.raid === true && !carries(host, 'raidLost')) lost(index, 'raidLost');
    },
  });
}

/** Another reprovision before somebody came cannot lose it again. */
function carries(host: Host, name: FaultName): boolean {
  return hasActive(host, name) || host.latent.some((fault) => fault.class === name);
}

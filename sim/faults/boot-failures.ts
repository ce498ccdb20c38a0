// Boots that go wrong for a reason of their own: a share of the boots of a hardware model stop, whoever asked for them, as the fault
// `bootStops` says. Unlike that fault by its rate, one boot tells nothing of the next.
//
// Divergence from reality
// - Boots of the deploy agent are not among them.
// - Which boot of a host it is belongs to the host, so a policy that reboots more often meets more of them.

import type { HostFleet } from '../host/host-fleet.ts';
import type { Draws } from '../kernel/rng.ts';
import type { FaultParts } from './fault-parts.ts';

/** Draws of one boot: whether it stops, how long, and what ends it. */
const DRAWS_PER_BOOT = 3;

export function letBootsFail(fleet: HostFleet, draws: Draws, breaks: FaultParts['breaks']): void {
  if (fleet.hosts.every(({ hardware }) => (hardware.bootStopShare ?? 0) === 0)) return;
  fleet.observe({
    bootStarted: (index) => {
      const { installed, hardware, boots, bareMetalHost } = fleet.host(index);
      const draw = (which: number): number => draws.at(bareMetalHost, 'boot stops', boots * DRAWS_PER_BOOT + which);
      if (!installed || draw(0) >= (hardware.bootStopShare ?? 0)) return;
      breaks(index, 'bootStops', { length: draw(1), severity: draw(2) });
    },
  });
}

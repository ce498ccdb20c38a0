// When would this host serve again if nobody touched it? The answer makes a fencing needless or not. It uses the draws that
// the host's own future boots will use, so it is what would have happened, not an expectation.
//
// Divergence from reality
// - Faults still to be born are left out: the question is about the state at the instant of the fencing.
// - People are left out: a fault that only a person ends answers "never", although one would come some day.

import { type CureLevel, cures, stopsHost } from '../faults/fault.ts';
import { type Host, hasActive } from './host.ts';
import type { HostFleet } from './host-fleet.ts';
import { stageDurationMs } from './host-fleet.ts';

export type UntouchedState = 'healthy' | 'selfHealing' | 'booting' | 'broken';

export interface Untouched {
  readonly state: UntouchedState;
  /** Instant at which the kubelet would act and clients reach it; Infinity when it takes an intervention. */
  readonly servesAtMs: number;
}

export interface OutageEnds {
  /** Instant at which a shown fault passes by itself; Infinity when it does not. */
  readonly faultEndsAtMs: (faultId: number) => number;
}

/** State and future of a host left alone from `nowMs` on. */
export function untouched(fleet: HostFleet, index: number, nowMs: number, ends: OutageEnds): Untouched {
  const host = fleet.host(index);
  const startsAgain = fleet.afterLoss.state !== 'off';
  const feedAtMs = fleet.power.fed(index) ? nowMs : startsAgain ? fleet.power.fedAgainAtMs(index) : Infinity;
  const networkAtMs = Math.max(nowMs, fleet.network.servesAgainAtMs(index));
  if (host.wanted === 'off' || !host.installed || host.provisioning) return { state: 'broken', servesAtMs: Infinity };
  const coming = comingCure(host);
  let ownAtMs = nowMs;
  for (const fault of host.active) {
    if (!stopsHost(fault) || (coming !== undefined && cures(coming, fault.level))) continue;
    ownAtMs = Math.max(ownAtMs, ends.faultEndsAtMs(fault.id));
  }
  const bootAtMs = bootEnd(host, { nowMs, feedAtMs, ownAtMs });
  const servesAtMs = Math.max(ownAtMs, networkAtMs, bootAtMs);
  return { state: classify(host, servesAtMs, nowMs), servesAtMs };
}

/** What the boot that the host is about to start by itself will cure. */
function comingCure(host: Host): CureLevel | undefined {
  if (host.stage === 'off') return 'powerCycle';
  return host.stage === 'dump' || host.shuttingDown ? 'reboot' : undefined;
}

function classify(host: Host, servesAtMs: number, nowMs: number): UntouchedState {
  if (servesAtMs === Infinity) return 'broken';
  if ((host.stage !== 'up' && host.stage !== 'stuck') || host.shuttingDown) return 'booting';
  return servesAtMs <= nowMs ? 'healthy' : 'selfHealing';
}

/** End of the boot that a host is in, or starts by itself. */
function bootEnd(
  host: Host,
  at: { readonly nowMs: number; readonly feedAtMs: number; readonly ownAtMs: number },
): number {
  switch (host.stage) {
    case 'off':
      return at.feedAtMs + stagesMs(host, host.boots + 1, 0);
    case 'stuck':
      // Dead hardware that works again boots; nothing else gets a stuck host going.
      return hasActive(host, 'hostDead') ? at.ownAtMs + stagesMs(host, host.boots + 1, 0) : Infinity;
    case 'dump':
      return host.stageEndsAtMs + stagesMs(host, host.boots + 1, 0);
    case 'firmware':
      return host.stageEndsAtMs + stagesMs(host, host.boots, 1);
    case 'osBoot':
      return host.stageEndsAtMs + stagesMs(host, host.boots, 2);
    case 'joining':
      return host.stageEndsAtMs;
    default:
      return host.shuttingDown ? at.nowMs + stagesMs(host, host.boots + 1, 0) : at.nowMs;
  }
}

function stagesMs(host: Host, boot: number, from: 0 | 1 | 2): number {
  let sum = 0;
  for (const stage of [0, 1, 2] as const) if (stage >= from) sum += stageDurationMs(host, boot, stage);
  return sum;
}

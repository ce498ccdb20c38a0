// When would this host serve again if nobody touched it? The answer makes a fencing needless or not. It uses the draws that
// the host's own future boots will use, so it is what would have happened, not an expectation.
//
// Divergence from reality
// - Faults still to be born are left out: the question is about the state at the instant of the fencing.
// - Of a boot that stands until its fault passes by itself, the boot after that is counted with the draws of the present one.
// - People are left out: a fault that only a person ends answers "never", although one would come some day.

import { stopsHost } from '../faults/catalogue.ts';
import { type CureLevel, cures, type Fault } from '../faults/fault.ts';
import { type BootStage, type BootStop, shareBefore, systemRunsAt } from './boot-steps.ts';
import { type BootStart, stageDurationMs } from './boot-times.ts';
import { bootStopOf, type Host, hasActive } from './host.ts';
import type { HostFleet } from './host-fleet.ts';

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
  for (const fault of host.active.concat(boots(host) ? host.latent.filter(isOfBoot) : [])) {
    if (!stopsHost(fault) || (coming !== undefined && cures(coming, fault.level))) continue;
    ownAtMs = Math.max(ownAtMs, ends.faultEndsAtMs(fault.id));
  }
  const bootAtMs = bootEnd(host, { nowMs, feedAtMs, ownAtMs });
  const servesAtMs = Math.max(ownAtMs, networkAtMs, bootAtMs);
  return { state: classify(host, servesAtMs, nowMs), servesAtMs };
}

/** A boot is before it. */
function boots({ stage, shuttingDown }: Host): boolean {
  return stage === 'off' || stage === 'dump' || shuttingDown;
}

function isOfBoot({ effect }: Fault): boolean {
  return effect?.bootStop !== undefined;
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

interface Instants {
  readonly nowMs: number;
  readonly feedAtMs: number;
  readonly ownAtMs: number;
}

/** End of the boot that a host is in, or starts by itself. */
function bootEnd(host: Host, at: Instants): number {
  switch (host.stage) {
    case 'off':
      return nextBootEnd(host, at.feedAtMs, 'cold', at.ownAtMs);
    case 'stuck':
      // Dead hardware that works again boots, and so does what a boot has come to stand at; nothing else gets a stuck host going.
      if (hasActive(host, 'hostDead')) return nextBootEnd(host, at.ownAtMs, 'cold', at.ownAtMs);
      return host.stopped === undefined ? Infinity : nextBootEnd(host, at.ownAtMs, 'warm', at.ownAtMs);
    case 'dump':
      if (host.hardware.afterPanic === 'halt') return Infinity;
      return nextBootEnd(host, host.stageEndsAtMs, 'warm', at.ownAtMs);
    case 'firmware':
    case 'osBoot':
    case 'joining':
      return presentBootEnd(host, host.stage, at.ownAtMs);
    default:
      return host.shuttingDown ? nextBootEnd(host, at.nowMs, 'warm', at.ownAtMs) : at.nowMs;
  }
}

const STAGES: readonly BootStage[] = ['firmware', 'osBoot', 'joining'];

/** Of the boot under way. Where it stands until its faults are over: of the joining or of the boot that follows then. */
function presentBootEnd(host: Host, stage: BootStage, ownAtMs: number): number {
  const joiningMs = stageDurationMs(host, host.boots, 'joining', host.bootStart);
  if (host.stopped !== undefined) return ownAtMs + joiningMs;
  const stop = bootStopOf(host);
  let atMs = host.stageEndsAtMs;
  if (stop !== undefined && shareBefore(stop.step, stage) !== undefined && ownAtMs > atMs) {
    return standingEnd(host, stop, ownAtMs);
  }
  atMs += Math.max(0, Math.round(host.stageRestMs));
  return laterStagesEnd(host, { boot: host.boots, start: host.bootStart, fromMs: atMs, ownAtMs, after: stage });
}

/** Of a boot that begins at `fromMs`. */
function nextBootEnd(host: Host, fromMs: number, start: BootStart, ownAtMs: number): number {
  return laterStagesEnd(host, { boot: host.boots + 1, start, fromMs, ownAtMs, after: undefined });
}

interface LaterStages {
  readonly boot: number;
  readonly start: BootStart;
  readonly fromMs: number;
  readonly ownAtMs: number;
  readonly after: BootStage | undefined;
}

function laterStagesEnd(host: Host, { boot, start, fromMs, ownAtMs, after }: LaterStages): number {
  const stop = comingStopOf(host);
  let atMs = fromMs;
  for (const stage of STAGES.slice(after === undefined ? 0 : STAGES.indexOf(after) + 1)) {
    const stageMs = stageDurationMs(host, boot, stage, start);
    const share = stop === undefined ? undefined : shareBefore(stop.step, stage);
    if (stop !== undefined && share !== undefined && ownAtMs > atMs + stageMs * share) {
      return standingEnd(host, stop, ownAtMs);
    }
    atMs += stageMs;
  }
  return atMs;
}

/** Of a boot that stands until `ownAtMs`. */
function standingEnd(host: Host, { step }: BootStop, ownAtMs: number): number {
  const stages = systemRunsAt(step) ? STAGES.slice(2) : STAGES;
  return stages.reduce((sum, stage) => sum + stageDurationMs(host, host.boots, stage, 'warm'), ownAtMs);
}

/** Where its boots stand as things are, with what waits for the next one to show. */
function comingStopOf(host: Host): BootStop | undefined {
  return bootStopOf(host) ?? host.latent.find(isOfBoot)?.effect?.bootStop;
}

// The course of a boot: from firmware to a kubelet that has joined, as far as its faults and what it waits for let it come.
//
// Divergence from reality
// - A warm reboot and a power cycle take the same boot; only what they cure differs.

import type { Kernel } from '../kernel/kernel.ts';
import { type BootStage, type BootStop, shareBefore, systemRunsAt } from './boot-steps.ts';
import { type BootStart, stageDurationMs } from './boot-times.ts';
import type { FleetObserver } from './fleet-observer.ts';
import { bootProgressAt, bootStopOf, type Host, hasActive, isBlocked, type PowerCause } from './host.ts';
import type { HostFaults } from './host-faults.ts';
import type { HostStages } from './host-stages.ts';

/** Stages of a boot at whose end something beside the host may be waited for. */
export type HeldStage = 'osBoot' | 'joining';

export interface BootParts {
  readonly kernel: Kernel;
  readonly stages: HostStages;
  readonly faults: HostFaults;
  readonly observers: readonly FleetObserver[];
  readonly kubeletStarts: (host: number) => void;
  readonly changed: (host: Host) => void;
}

export class BootCourse {
  private readonly parts: BootParts;
  private holds: ((host: number, stage: HeldStage) => boolean) | undefined;

  constructor(parts: BootParts) {
    this.parts = parts;
  }

  /** Asked at the end of these stages of a boot: a host that is held stays there until `goOn`, or until it boots anew. */
  holdBoots(holds: (host: number, stage: HeldStage) => boolean): void {
    this.holds = holds;
  }

  begin(host: Host, cause: PowerCause, start: BootStart): void {
    const { stages, faults, observers, changed } = this.parts;
    host.shuttingDown = false;
    host.bootProgress = 'firmware';
    host.bootStart = start;
    for (const observer of observers) observer.bootStarted?.(host.index, cause);
    if (!host.installed) {
      stages.enter(host, 'idle');
    } else {
      host.boots++;
      faults.showLatent(host, (fault) => fault.class === 'hostDead' || fault.effect?.bootStop !== undefined);
      if (hasActive(host, 'hostDead')) stages.enter(host, 'stuck');
      else this.enterTimed(host, 'firmware');
    }
    changed(host);
  }

  /** Orderly, without a power cut. */
  beginWarm(host: Host, cause: PowerCause): void {
    this.parts.faults.cure(host, 'reboot');
    this.begin(host, cause, 'warm');
  }

  /** What held the boot of a host up is over. */
  goOn(host: Host): void {
    const { stage } = host;
    if ((stage === 'osBoot' || stage === 'joining') && host.stageEndsAtMs < 0) this.parts.stages.enter(host, stage, 0);
  }

  /** What kept a boot that stands has passed by itself: a system that runs joins, firmware and loaders start anew. */
  goOnFrom(host: Host, { step }: BootStop): void {
    if (systemRunsAt(step)) {
      this.enterTimed(host, 'joining');
      this.parts.changed(host);
    } else this.begin(host, 'self', 'warm');
  }

  /** The host has been in a timed stage for its time. */
  stageEnded(host: Host): void {
    const { stages, faults, kubeletStarts, changed } = this.parts;
    switch (host.stage) {
      case 'dump':
        if (host.hardware.afterPanic !== 'halt') {
          this.beginWarm(host, 'panic');
          return;
        }
        stages.enter(host, 'stuck');
        break;
      case 'firmware':
        if (this.isHeldUp(host, 'firmware')) break;
        host.bootProgress = 'osBoot';
        if (hasActive(host, 'osHang') || hasActive(host, 'kernelPanic')) stages.enter(host, 'stuck');
        else this.enterTimed(host, 'osBoot');
        break;
      case 'osBoot':
        if (this.isHeldUp(host, 'osBoot') || this.isHeld(host, 'osBoot')) break;
        host.bootEpoch++;
        kubeletStarts(host.index);
        this.enterTimed(host, 'joining');
        break;
      case 'joining':
        if (this.isHeldUp(host, 'joining') || this.isHeld(host, 'joining')) break;
        stages.enter(host, 'up');
        host.planned = false;
        faults.showLatent(host, () => host.stage === 'up' && !isBlocked(host));
        break;
      default:
        return;
    }
    changed(host);
  }

  /** Enters a stage of the boot for its time, or for as much of it as passes before the boot comes to stand. */
  private enterTimed(host: Host, stage: BootStage): void {
    const stop = bootStopOf(host);
    const share = stop === undefined ? undefined : shareBefore(stop.step, stage);
    if (share === 0 && stop !== undefined) {
      this.stand(host, stop);
      return;
    }
    const wholeMs = stageMs(host, stage);
    this.parts.stages.enter(host, stage, wholeMs * (share ?? 1));
    host.stageRestMs = share === undefined ? 0 : wholeMs * (1 - share);
  }

  /** The boot does not come further by itself. */
  private stand(host: Host, { step, how }: BootStop): void {
    const { nowMs } = this.parts.kernel;
    const firmwareMs = stageMs(host, 'firmware');
    const inFirmware = shareBefore(step, 'firmware');
    const untilMs =
      inFirmware === undefined
        ? firmwareMs + (shareBefore(step, 'osBoot') ?? 0) * stageMs(host, 'osBoot')
        : inFirmware * firmwareMs;
    const runs = systemRunsAt(step);
    this.parts.stages.enter(host, runs ? 'joining' : 'stuck');
    host.planned = false;
    const roundMs = Math.max(1, Math.round(untilMs));
    host.stopped = { step, how: runs ? 'waits' : how, sinceMs: nowMs, roundMs, firmwareMs };
    host.bootProgress = bootProgressAt(host, nowMs);
  }

  /** The boot comes to stand in this stage, or has the rest of it before it because it no longer does. */
  private isHeldUp(host: Host, stage: BootStage): boolean {
    const stop = bootStopOf(host);
    if (stop !== undefined && shareBefore(stop.step, stage) !== undefined) this.stand(host, stop);
    else if (host.stageRestMs > 0) this.parts.stages.enter(host, stage, host.stageRestMs);
    else return false;
    return true;
  }

  /** Something else holds the boot up at the end of this stage. */
  private isHeld(host: Host, stage: HeldStage): boolean {
    if (this.holds?.(host.index, stage) !== true) return false;
    this.parts.stages.enter(host, stage);
    return true;
  }
}

function stageMs(host: Host, stage: BootStage): number {
  return stageDurationMs(host, host.boots, stage, host.bootStart);
}

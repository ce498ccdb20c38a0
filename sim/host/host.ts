// One physical host: the record of its truth, and the questions that can be answered from it alone.
//
// Divergence from reality
// - Its parts (components.ts) die apart from it: what is left of a host with a dead part is what the fault that comes of it says.
// - Boot has three timed stages (firmware, operating system, joining), in which the steps of boot-steps.ts lie.
// - What firmware reports of a start are three steps; a system that dies or hangs reports nothing, so the last step stays.
// - A stalled host (self-healing outage) neither answers nor serves, but keeps its processes.

import { keyString } from '../../core/api/object.ts';
import type { BootProgress } from '../../core/facts.ts';
import type { PeerReason } from '../../core/remediation/peer-verdict.ts';
import type { HardwareConfig, HostConfig } from '../config.ts';
import type { Fault } from '../faults/fault.ts';
import type { Draws } from '../kernel/rng.ts';
import { type BootStop, isEarlier, type StoppedBoot, stoppedProgress, systemRunsAt } from './boot-steps.ts';
import type { BootStart } from './boot-times.ts';
import type { HostEffect } from './host-effect.ts';

/**
 * `dump`: kernel panicked, kdump writes. `stuck`: powered, will not boot without help. `idle`: powered or off without an
 * installed system. `agent`: the deploy agent runs from memory.
 */
export type Stage = 'off' | 'dump' | 'firmware' | 'osBoot' | 'joining' | 'up' | 'stuck' | 'agent' | 'idle';

/** Why power is being cut or a boot started: metrics and the story tell these apart. */
export type PowerCause = 'remediation' | 'planned' | 'person' | 'feed' | 'provisioning' | 'panic' | 'self';

/** Why a host resets itself: its watchdog was not fed, its request asked for it, or what its peers did and did not say. */
export type SelfResetReason = 'watchdog' | 'request' | PeerReason;

/** What differs from host to host at the start. */
export type HostStart = Pick<Host, 'stage' | 'bootProgress' | 'wanted' | 'installed' | 'downSinceMs'>;

const NO_FAULTS: readonly Fault[] = [];
const NONE_RESTING: readonly number[] = [];

export class Host {
  readonly index: number;
  readonly config: HostConfig;
  readonly hardware: HardwareConfig;
  readonly rack: number;
  /** Shared by all hosts, which draw under their own names: streams of their own would be many, and mostly never drawn from. */
  readonly draws: Draws;
  stage: Stage;
  /** What its firmware told its BMC last; of a boot that loops, `bootProgressAt` says. */
  bootProgress: BootProgress;
  /** How the boot that it is in, or was last in, began. */
  bootStart: BootStart = 'cold';
  /** Its boot does not come further by itself. */
  stopped: StoppedBoot | undefined = undefined;
  stageEndsAtMs = 0;
  /** Of a stage that ends early because its boot is about to stand there: what would have been left of it. */
  stageRestMs = 0;
  /** Grows when a stage is left early, so that its end event is void. */
  stageGeneration = 0;
  /** What the power button last asked for; a returning feed restores it. */
  wanted: 'on' | 'off';
  installed: boolean;
  boots = 0;
  commands = 0;
  provisions = 0;
  bootEpoch = 0;
  wipeEpoch = 0;
  /** Shown, and not ended yet. */
  active = NO_FAULTS;
  /** Born while the host was down: show at the next power-on. */
  latent = NO_FAULTS;
  /** Ids of shown faults that come and go, and are gone at present. */
  resting = NONE_RESTING;
  /** A planned reboot is under way. */
  planned = false;
  /** The provisioner owns the host. */
  provisioning = false;
  /** Its firmware does not start it: the room is hot, and the heat has switched it off. */
  tooHot = false;
  /** An orderly shutdown is in progress. */
  shuttingDown = false;
  /** Down-time before the present outage, and its start (-1 while up). */
  downBeforeMs = 0;
  downSinceMs: number;

  constructor(own: Pick<Host, 'index' | 'config' | 'hardware' | 'rack' | 'draws'>, start: HostStart) {
    this.index = own.index;
    this.config = own.config;
    this.hardware = own.hardware;
    this.rack = own.rack;
    this.draws = own.draws;
    this.stage = start.stage;
    this.bootProgress = start.bootProgress;
    this.wanted = start.wanted;
    this.installed = start.installed;
    this.downSinceMs = start.downSinceMs;
  }

  /** `namespace/name` of its BareMetalHost: names its draws. Made anew each time: draws are few, and hosts are many. */
  get bareMetalHost(): string {
    return keyString(this.config);
  }
}

export function hasActive(host: Host, faultClass: Fault['class']): boolean {
  for (const fault of host.active) if (fault.class === faultClass) return true;
  return false;
}

/** A shown fault that does not rest has this effect. */
export function suffers(host: Host, what: keyof HostEffect): boolean {
  for (const { effect, id } of host.active) {
    if (effect?.[what] !== undefined && !host.resting.includes(id)) return true;
  }
  return false;
}

/** A shown fault keeps its operating system from running: further faults wait behind it. */
export function isBlocked(host: Host): boolean {
  return hasActive(host, 'osHang') || hasActive(host, 'hostDead') || suffers(host, 'freezes');
}

/** Operating system up and scheduling processes. */
export function osRuns(host: Host): boolean {
  return (host.stage === 'up' || host.stage === 'joining') && !isBlocked(host);
}

/** Answers on the network, as far as the host itself is concerned. */
export function answers(host: Host): boolean {
  return osRuns(host) && !hasActive(host, 'selfHealingOutage') && !suffers(host, 'offNetwork');
}

/** Kubelet alive and heard: beats reach the API, also while the node still joins. */
export function kubeletBeats(host: Host): boolean {
  return answers(host) && kubeletWorks(host) && !host.shuttingDown && host.stopped?.step !== 'kubelet';
}

function kubeletWorks(host: Host): boolean {
  return !hasActive(host, 'kubeletDead') && !suffers(host, 'kubeletStalls');
}

/** It starts and stops pods. */
export function kubeletRuns(host: Host): boolean {
  return kubeletReady(host) && !suffers(host, 'startsNothing');
}

/** It takes its node for one that can have pods. */
export function kubeletReady(host: Host): boolean {
  return host.stage === 'up' && osRuns(host) && kubeletWorks(host) && !host.shuttingDown && !suffers(host, 'notReady');
}

/** What its firmware has told its BMC by now. */
export function bootProgressAt(host: Host, nowMs: number): BootProgress {
  return host.stopped === undefined ? host.bootProgress : stoppedProgress(host.stopped, nowMs);
}

/** Where a boot of this host comes to stand as things are: the earliest step that one of its shown faults does not let pass. */
export function bootStopOf(host: Host): BootStop | undefined {
  let earliest: BootStop | undefined;
  for (const { effect } of host.active) {
    const bootStop = effect?.bootStop;
    if (bootStop !== undefined && (earliest === undefined || isEarlier(bootStop.step, earliest.step))) {
      earliest = bootStop;
    }
  }
  return earliest;
}

/** Somebody hears its power button: firmware does, and an operating system that works. */
export function hearsPowerButton(host: Host): boolean {
  if (hasActive(host, 'osHang') || hasActive(host, 'hostDead') || host.stage === 'dump') return false;
  if (suffers(host, 'ignoresPowerButton') || suffers(host, 'freezes')) return false;
  const { stopped } = host;
  if (stopped === undefined) return host.stage !== 'stuck';
  return systemRunsAt(stopped.step) || (stopped.how === 'waits' && isEarlier(stopped.step, 'bootLoader'));
}

/** Draws of a boot stay the same whoever starts it: `stage` 0 firmware, 1 operating system, 2 joining. */
export function bootDraw(host: Host, boot: number, stage: 0 | 1 | 2): number {
  return host.draws.at(host.bareMetalHost, 'boot', boot * 3 + stage);
}

/** The next draw for a power command, or for the return of power. */
export function powerDraw(host: Host): number {
  return host.draws.at(host.bareMetalHost, 'power', host.commands++);
}

export function provisionDraw(host: Host, index: number): number {
  return host.draws.at(host.bareMetalHost, 'provision', index);
}

/** Index 0: phase of its standing polls. From 1 on: how long it takes to shut down, one a boot. */
export function pollDraw(host: Host, index: number): number {
  return host.draws.at(host.bareMetalHost, 'poll', index);
}

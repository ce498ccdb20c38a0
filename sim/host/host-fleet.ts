// The truth about all hosts: power, boot stages, faults shown and cured. Everything else in sim/ reads it through HostTruth.
// Changes come from four sides: faults, BMC commands, the provisioner, people. This file only keeps what is physically so.
//
// Divergence from reality
// - A warm reboot and a power cycle take the same boot; only what they cure differs.
// - What a host does when its power returns is the same setting on all hosts whose management controller is not modelled.

import type { ObjectKey } from '../../core/api/object.ts';
import { assert, broken } from '../../core/assert.ts';
import type { BootProgress } from '../../core/facts.ts';
import type { SimConfig } from '../config.ts';
import { isEndedBy, stopsHost } from '../faults/catalogue.ts';
import type { CureLevel, Fault } from '../faults/fault.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import { DEFAULT_NETWORK } from '../network/defaults.ts';
import { Network } from '../network/network.ts';
import type { NetworkConfig } from '../network/network-config.ts';
import type { Plane } from '../network/planes.ts';
import { defaultPower } from '../power/defaults.ts';
import type { AfterLossConfig } from '../power/power-config.ts';
import { PowerGrid, type PowerLoss } from '../power/power-grid.ts';
import { systemUuidOf } from '../printed/identity.ts';
import type { HostTruth } from '../truth.ts';
import { type BootStage, type BootStop, shareBefore, systemRunsAt } from './boot-steps.ts';
import { type BootStart, stageDurationMs } from './boot-times.ts';
import {
  answers,
  bootProgressAt,
  bootStopOf,
  type Host,
  hasActive,
  kubeletBeats,
  kubeletRuns,
  osRuns,
  type PowerCause,
  powerDraw,
  type SelfResetReason,
  type Stage,
  suffers,
} from './host.ts';
import { hostAtStart } from './host-at-start.ts';
import { hostClockMs } from './host-clock.ts';
import { HostNames } from './host-names.ts';
import { Intermittence } from './intermittence.ts';
import { type KubeletReport, kubeletReport } from './kubelet-report.ts';
import { NameService } from './name-service.ts';
import { Racks } from './racks.ts';

/** What firmware reports when a host enters a stage; nothing where it cannot know. */
const PROGRESS: Readonly<Record<Stage, BootProgress | undefined>> = {
  off: 'none',
  dump: undefined,
  firmware: 'firmware',
  osBoot: 'osBoot',
  joining: 'osRunning',
  up: 'osRunning',
  stuck: undefined,
  agent: 'osRunning',
  idle: 'firmware',
};

/** Stages of a boot at whose end something beside the host may be waited for. */
export type HeldStage = 'osBoot' | 'joining';

export interface FleetObserver {
  /** A fault showed: at its birth, or later because its host was down (`latent`). */
  faultShown(fault: Fault, host: number, how: 'atBirth' | 'latent'): void;
  faultEnded(fault: Fault, host: number, by: CureLevel): void;
  powerCut(host: number, cause: PowerCause): void;
  /** The host is about to reset itself, by its watchdog or by an agent on it. */
  selfReset(host: number, why: SelfResetReason): void;
  bootStarted(host: number, cause: PowerCause): void;
}

export class HostFleet implements HostTruth {
  readonly hosts: readonly Host[];
  readonly racks: Racks;
  readonly network: Network;
  readonly power: PowerGrid;
  readonly networkConfig: NetworkConfig;
  readonly afterLoss: AfterLossConfig;
  readonly count: number;
  readonly #kernel: Kernel;
  readonly #names: HostNames;
  readonly #nameService = new NameService();
  readonly #listeners: ((host: number) => void)[] = [];
  readonly #observers: FleetObserver[] = [];
  readonly #stageEnd: Opcode;
  readonly #intermittence: Intermittence;
  #holds: ((host: number, stage: HeldStage) => boolean) | undefined;
  #afterLossOf: (host: number) => AfterLossConfig['state'] | undefined = () => undefined;

  constructor(kernel: Kernel, config: SimConfig, draws: Draws) {
    this.#kernel = kernel;
    this.racks = new Racks([...new Set(config.hosts.map((host) => host.rack))]);
    this.#names = new HostNames(config.hosts);
    this.hosts = config.hosts.map((hostConfig, index) => {
      const hardware = config.hardware[hostConfig.hardware];
      assert(hardware !== undefined, `hardware model ${hostConfig.hardware} is configured`);
      const rack = this.racks.indexOf(hostConfig.rack);
      return hostAtStart(hostConfig, { index, hardware, rack, draws, nowMs: kernel.nowMs });
    });
    this.count = this.hosts.length;
    this.networkConfig = config.network ?? DEFAULT_NETWORK;
    this.network = new Network(
      this.hosts.map(({ rack }) => rack),
      this.racks.names.length,
    );
    this.network.onChange((hosts) => {
      for (const index of hosts) this.#changed(this.host(index));
    });
    const power = config.power ?? defaultPower(this.racks.names);
    this.afterLoss = power.afterLoss;
    this.power = new PowerGrid(
      power,
      this.hosts.map(({ rack, config: { name } }) => ({ name, rack })),
      this.racks.names,
    );
    this.#intermittence = new Intermittence(kernel, (host) => this.#changed(host));
    this.#stageEnd = kernel.register('host stage ends', (host, generation) =>
      this.#endStage(this.host(host), generation),
    );
  }

  host(index: number): Host {
    const host = this.hosts[index];
    if (host === undefined) broken(`host ${index} exists`);
    return host;
  }

  observe(observer: FleetObserver): void {
    this.#observers.push(observer);
  }

  onChange(listener: (host: number) => void): void {
    this.#listeners.push(listener);
  }

  indexOfNode(nodeName: string): number {
    return this.#names.indexOfNode(nodeName);
  }

  indexOfHost(key: ObjectKey): number {
    return this.#names.indexOfHost(key);
  }

  nodeName(host: number): string {
    return this.host(host).config.nodeName;
  }

  /** The host that answers at the BMC address of this one: itself, unless somebody wrote down the wrong address. */
  behindBmcOf(index: number): number {
    for (const { reaches } of this.host(index).active) if (reaches !== undefined) return reaches;
    return index;
  }

  /** Computed when it is asked for: nearly nobody asks. */
  systemUuid(host: number): string {
    const { systemUuid, nodeName } = this.host(host).config;
    return systemUuid ?? systemUuidOf(nodeName);
  }

  rack(host: number): string {
    return this.host(host).config.rack;
  }

  podsExecute(host: number): boolean {
    return osRuns(this.host(host));
  }

  reachable(host: number): boolean {
    return answers(this.host(host)) && this.network.connects(host, 'site', 'peers');
  }

  /** Answers whoever reaches it: it runs and does not stall. */
  answers(host: number): boolean {
    return answers(this.host(host));
  }

  reachesApi(host: number): boolean {
    return answers(this.host(host)) && this.#findsApi(host);
  }

  #findsApi(host: number): boolean {
    return this.network.connects(host, 'controlPlane', 'api') && this.#nameService.isKnownTo(host);
  }

  reachesStorage(host: number): boolean {
    return this.network.joins(host, 'storage');
  }

  /** Processes on two hosts reach each other. */
  connectsPeers(one: number, other: number): boolean {
    return answers(this.host(one)) && answers(this.host(other)) && this.network.connects(one, other, 'peers');
  }

  kubeletActs(host: number): boolean {
    return kubeletRuns(this.host(host)) && this.reachesApi(host);
  }

  /** What its kubelet has to say of the Node. */
  kubeletReport(host: number): KubeletReport {
    return kubeletReport(this.host(host), this.reachesApi(host));
  }

  /** What the clock of the host shows at an instant. */
  clockMs(host: number, atMs: number): number {
    return hostClockMs(this.host(host), atMs);
  }

  /** Beats of its kubelet reach the API: true from kubelet start, before the node is Ready. */
  kubeletBeats(host: number): boolean {
    return kubeletBeats(this.host(host)) && this.#findsApi(host);
  }

  bootEpoch(host: number): number {
    return this.host(host).bootEpoch;
  }

  wipeEpoch(host: number): number {
    return this.host(host).wipeEpoch;
  }

  /** Time that the operating system has not been running since the start. */
  downMs(index: number): number {
    const host = this.host(index);
    return host.downBeforeMs + (host.downSinceMs < 0 ? 0 : this.#kernel.nowMs - host.downSinceMs);
  }

  // Faults

  /** A fault is born on a host: it shows at once, or waits for the next power-on when the host is down. */
  strike(fault: Fault): 'shown' | 'latent' {
    const host = this.host(fault.subject);
    if (!stopsHost(fault)) {
      this.#show(host, fault, 'atBirth');
      if (fault.effect !== undefined) this.#changed(host);
      return 'shown';
    }
    if (host.stage !== 'up' || this.#blocked(host) || isOnlyOfBoot(fault)) {
      host.latent.push(fault);
      return 'latent';
    }
    this.#show(host, fault, 'atBirth');
    this.#changed(host);
    return 'shown';
  }

  /** The fault passed by itself. */
  endByItself(fault: Fault): void {
    const host = this.host(fault.subject);
    const before = host.active.length + host.latent.length;
    host.latent = host.latent.filter((other) => other.id !== fault.id);
    this.#end(host, (other) => other.id === fault.id, 'itself');
    if (host.active.length + host.latent.length === before) return;
    // Hardware that was dead and works again starts as after a loss of power.
    if (fault.class === 'hostDead' && host.stage === 'stuck') {
      this.cure(host.index, 'powerCycle');
      this.#boot(host, 'feed', 'cold');
    } else if (host.stopped !== undefined && bootStopOf(host)?.step !== host.stopped.step) this.#goOn(host);
    else this.#changed(host);
  }

  /** Ends every shown fault that an action of this level ends. */
  cure(index: number, applied: CureLevel): void {
    this.#end(this.host(index), (fault) => isEndedBy(applied, fault), applied);
  }

  #show(host: Host, fault: Fault, how: 'atBirth' | 'latent'): void {
    host.active.push(fault);
    this.#intermittence.begins(host, fault);
    for (const observer of this.#observers) observer.faultShown(fault, host.index, how);
    if (fault.class === 'kernelPanic') {
      this.#enter(host, 'dump', fault.durationMs);
    } else if (fault.class === 'hostDead') {
      this.#enter(host, 'stuck', -1);
    }
  }

  #end(host: Host, matches: (fault: Fault) => boolean, by: CureLevel): void {
    if (host.active.length === 0) return;
    const ended = host.active.filter(matches);
    if (ended.length === 0) return;
    host.active = host.active.filter((fault) => !matches(fault));
    for (const fault of ended) {
      this.#intermittence.ends(host, fault);
      for (const observer of this.#observers) observer.faultEnded(fault, host.index, by);
    }
  }

  /** A shown fault that keeps the operating system from running: further faults wait behind it. */
  #blocked(host: Host): boolean {
    return hasActive(host, 'osHang') || hasActive(host, 'hostDead') || suffers(host, 'freezes');
  }

  // Power and boot

  /** The power is physically on. */
  powered(index: number): boolean {
    const host = this.host(index);
    return host.stage !== 'off' && this.power.fed(index);
  }

  /** Cuts the power now. Whatever stage the host was in is over. */
  powerOff(index: number, cause: PowerCause): void {
    const host = this.host(index);
    if (cause !== 'feed') host.wanted = 'off';
    if (host.stage === 'off') return;
    this.#enter(host, 'off', -1);
    host.shuttingDown = false;
    host.planned = false;
    for (const observer of this.#observers) observer.powerCut(index, cause);
    this.#changed(host);
  }

  /** The heat switches a host off, and its firmware does not start it until `cooled`. */
  overheated(index: number): void {
    this.host(index).tooHot = true;
    this.powerOff(index, 'self');
  }

  cooled(index: number): void {
    this.host(index).tooHot = false;
    this.#changed(this.host(index));
  }

  /** Switches on after the power was off: cures what a power cycle cures, then boots. No effect on a powered host, or one that is too hot. */
  powerOn(index: number, cause: PowerCause): void {
    const host = this.host(index);
    host.wanted = 'on';
    if (host.stage !== 'off' || host.tooHot || !this.power.fed(index)) return;
    this.cure(index, 'powerCycle');
    this.#boot(host, cause, 'cold');
  }

  /** The kernel of a host that runs panics: it writes a dump for so long, and goes on as after any panic. */
  panic(index: number, dumpMs: number): void {
    const host = this.host(index);
    if (host.stage !== 'up' || this.#blocked(host)) return;
    this.#enter(host, 'dump', dumpMs);
    this.#changed(host);
  }

  /** Orderly reboot without a power cut. */
  warmReboot(index: number, cause: PowerCause): void {
    this.cure(index, 'reboot');
    this.#boot(this.host(index), cause, 'warm');
  }

  /** A reset from within, without a power cut and without an orderly end of anything. */
  selfReset(index: number, why: SelfResetReason): void {
    for (const observer of this.#observers) observer.selfReset(index, why);
    this.warmReboot(index, 'self');
  }

  /** An orderly shutdown began: the kubelet stops acting, processes end when the reboot starts. */
  beginShutdown(index: number): void {
    const host = this.host(index);
    host.shuttingDown = true;
    this.#changed(host);
  }

  /** The provisioner runs its agent from memory: no operating system, faults of the agent's hardware still count. */
  enterAgent(index: number): void {
    const host = this.host(index);
    host.wanted = 'on';
    this.#enter(host, 'agent', -1);
    this.#changed(host);
  }

  /** A fresh operating system was deployed: cures what a reprovision cures and boots it. */
  bootFresh(index: number): void {
    const host = this.host(index);
    host.installed = true;
    this.cure(index, 'reprovision');
    this.#boot(host, 'provisioning', 'warm');
  }

  /** Asked at the end of these stages of a boot: a host that is held stays there until `goOn`, or until it boots anew. */
  holdBoots(holds: (host: number, stage: HeldStage) => boolean): void {
    this.#holds = holds;
  }

  /** What held the boot of a host up is over. */
  goOn(index: number): void {
    const host = this.host(index);
    const { stage } = host;
    if ((stage === 'osBoot' || stage === 'joining') && host.stageEndsAtMs < 0) this.#enter(host, stage, 0);
  }

  /** The deployed system is gone; `wiped` when its data disks were cleaned too. */
  uninstall(index: number, wiped: boolean): void {
    const host = this.host(index);
    host.installed = false;
    if (wiped) host.wipeEpoch++;
    this.#changed(host);
  }

  /** A person ended every fault of the host, and leaves it running if it is meant to run. */
  repaired(index: number): void {
    const host = this.host(index);
    const wasBroken = host.active.some(stopsHost);
    this.cure(index, 'person');
    const free = !host.provisioning && !host.tooHot && host.stage !== 'agent' && this.power.fed(index);
    const wantsBoot = host.wanted === 'on' && host.installed && (wasBroken || host.stage === 'stuck');
    const runs = host.stage === 'up' || host.stopped !== undefined;
    if (free && (wantsBoot || (runs && wasBroken))) this.#boot(host, 'person', 'cold');
    else this.#changed(host);
  }

  /** A person switches a host on that a remediation left off. */
  switchOnByHand(index: number): void {
    const host = this.host(index);
    if (host.stage === 'off' && host.installed && !host.provisioning) this.powerOn(index, 'person');
  }

  // What hosts share

  /** Power goes now. The returned function gives it back, once; `everyMs`: hosts are switched on one by one, so far apart. */
  losePower(loss: PowerLoss): (everyMs?: number) => void {
    const restore = this.power.lose(loss);
    const hosts = this.power.hostsAt(loss.where).map((index) => this.host(index));
    for (const host of hosts) {
      if (this.power.fed(host.index)) continue;
      if (host.stage === 'off') this.#changed(host);
      else this.powerOff(host.index, 'feed');
    }
    return (everyMs = this.afterLoss.outletEveryMs) => {
      const dark = hosts.filter(({ index }) => !this.power.fed(index));
      restore();
      dark.forEach((host, place) => {
        this.#changed(host);
        this.#powerReturned(host, place * everyMs);
      });
    };
  }

  /** Who says what a host does when its power returns, in place of the setting that all share; undefined: that setting. */
  stateAfterLossBy(stateOf: (host: number) => AfterLossConfig['state'] | undefined): void {
    this.#afterLossOf = stateOf;
  }

  #powerReturned(host: Host, outletMs: number): void {
    const { delayMs } = this.afterLoss;
    const state = this.#afterLossOf(host.index) ?? this.afterLoss.state;
    if (state === 'off' || (host.wanted !== 'on' && state === 'last') || host.provisioning) return;
    const { index } = host;
    const waitMs = outletMs + Math.max(0, Math.round(sample(delayMs, powerDraw(host))));
    const before = host.wanted;
    this.#kernel.call(this.#kernel.nowMs + waitMs, () => {
      if (host.wanted === before) this.powerOn(index, 'feed');
    });
  }

  /** Names are not resolved from now on; the returned function ends it. */
  loseNames(): () => void {
    const restore = this.#nameService.lose();
    return () => {
      for (const index of restore()) this.#changed(this.host(index));
    };
  }

  /** Planes that the first switch of each rack carries. */
  get switchedPlanes(): readonly Plane[] {
    return this.networkConfig.rackSwitches[0]?.planes ?? [];
  }

  /** The switch of a rack goes down, with every plane that it carries; the returned function brings it up again. */
  loseSwitch(rack: number, endsAtMs: number, planes = this.switchedPlanes): () => void {
    return this.network.cut({ where: { at: 'rack', rack }, planes, lost: 'both', endsAtMs });
  }

  /** The provisioner started its agent on a host that it takes for another: the agent runs, and nobody waits for it. */
  enterForeignAgent(index: number): void {
    const host = this.host(index);
    host.wanted = 'on';
    this.#enter(host, 'stuck', -1);
    host.bootProgress = 'osRunning';
    this.#changed(host);
  }

  /** The present start goes no further than firmware: it waits for a key, finds nothing to boot, or hangs. */
  stopInFirmware(index: number): void {
    const host = this.host(index);
    if (host.stage !== 'firmware') return;
    this.#enter(host, 'stuck', -1);
    this.#changed(host);
  }

  // Stages

  #boot(host: Host, cause: PowerCause, start: BootStart): void {
    host.shuttingDown = false;
    host.bootProgress = 'firmware';
    host.bootStart = start;
    for (const observer of this.#observers) observer.bootStarted(host.index, cause);
    if (!host.installed) {
      this.#enter(host, 'idle', -1);
    } else {
      host.boots++;
      this.#showLatent(host, (fault) => fault.class === 'hostDead' || fault.effect?.bootStop !== undefined);
      if (hasActive(host, 'hostDead')) this.#enter(host, 'stuck', -1);
      else this.#enterTimed(host, 'firmware');
    }
    this.#changed(host);
  }

  /** Enters a stage of the boot for its time, or for as much of it as passes before the boot comes to stand. */
  #enterTimed(host: Host, stage: BootStage): void {
    const stop = bootStopOf(host);
    const share = stop === undefined ? undefined : shareBefore(stop.step, stage);
    if (share === 0 && stop !== undefined) {
      this.#stand(host, stop);
      return;
    }
    const wholeMs = this.#stageMs(host, stage);
    this.#enter(host, stage, wholeMs * (share ?? 1));
    host.stageRestMs = share === undefined ? 0 : wholeMs * (1 - share);
  }

  #stageMs(host: Host, stage: BootStage): number {
    return stageDurationMs(host, host.boots, stage, host.bootStart);
  }

  /** The boot does not come further by itself. */
  #stand(host: Host, { step, how }: BootStop): void {
    const firmwareMs = this.#stageMs(host, 'firmware');
    const inFirmware = shareBefore(step, 'firmware');
    const untilMs =
      inFirmware === undefined
        ? firmwareMs + (shareBefore(step, 'osBoot') ?? 0) * this.#stageMs(host, 'osBoot')
        : inFirmware * firmwareMs;
    const runs = systemRunsAt(step);
    this.#enter(host, runs ? 'joining' : 'stuck', -1);
    host.planned = false;
    const roundMs = Math.max(1, Math.round(untilMs));
    host.stopped = { step, how: runs ? 'waits' : how, sinceMs: this.#kernel.nowMs, roundMs, firmwareMs };
    host.bootProgress = bootProgressAt(host, this.#kernel.nowMs);
  }

  /** What kept a boot has passed by itself: a system that runs joins, firmware and loaders start anew. */
  #goOn(host: Host): void {
    if (host.stopped !== undefined && systemRunsAt(host.stopped.step)) {
      this.#enterTimed(host, 'joining');
      this.#changed(host);
    } else this.#boot(host, 'self', 'warm');
  }

  #enter(host: Host, stage: Stage, forMs: number): void {
    if (stage === 'stuck') host.planned = false;
    host.stage = stage;
    host.stopped = undefined;
    host.stageRestMs = 0;
    host.bootProgress = PROGRESS[stage] ?? host.bootProgress;
    host.stageGeneration++;
    host.stageEndsAtMs = forMs < 0 ? -1 : this.#kernel.nowMs + Math.max(1, Math.round(forMs));
    if (forMs >= 0) this.#kernel.schedule(host.stageEndsAtMs, this.#stageEnd, host.index, host.stageGeneration);
  }

  #endStage(host: Host, generation: number): void {
    if (generation !== host.stageGeneration) return;
    switch (host.stage) {
      case 'dump':
        if (host.hardware.afterPanic !== 'halt') {
          this.warmReboot(host.index, 'panic');
          return;
        }
        this.#enter(host, 'stuck', -1);
        break;
      case 'firmware':
        if (this.#isHeldUp(host, 'firmware')) break;
        host.bootProgress = 'osBoot';
        if (hasActive(host, 'osHang') || hasActive(host, 'kernelPanic')) this.#enter(host, 'stuck', -1);
        else this.#enterTimed(host, 'osBoot');
        break;
      case 'osBoot':
        if (this.#isHeldUp(host, 'osBoot') || this.#isHeld(host, 'osBoot')) break;
        host.bootEpoch++;
        this.#nameService.kubeletStarts(host.index);
        this.#enterTimed(host, 'joining');
        break;
      case 'joining':
        if (this.#isHeldUp(host, 'joining') || this.#isHeld(host, 'joining')) break;
        this.#enter(host, 'up', -1);
        host.planned = false;
        this.#showLatent(host, () => host.stage === 'up' && !this.#blocked(host));
        break;
      default:
        return;
    }
    this.#changed(host);
  }

  /** The boot comes to stand in this stage, or has the rest of it before it because it no longer does. */
  #isHeldUp(host: Host, stage: BootStage): boolean {
    const stop = bootStopOf(host);
    if (stop !== undefined && shareBefore(stop.step, stage) !== undefined) this.#stand(host, stop);
    else if (host.stageRestMs > 0) this.#enter(host, stage, host.stageRestMs);
    else return false;
    return true;
  }

  /** Something else holds the boot up at the end of this stage. */
  #isHeld(host: Host, stage: HeldStage): boolean {
    if (this.#holds?.(host.index, stage) !== true) return false;
    this.#enter(host, stage, -1);
    return true;
  }

  /** In order of birth; what shows may take the host down again, and then the rest waits on. */
  #showLatent(host: Host, shows: (fault: Fault) => boolean): void {
    if (host.latent.length === 0) return;
    const waiting = host.latent;
    host.latent = [];
    for (const fault of waiting) {
      if (shows(fault)) this.#show(host, fault, 'latent');
      else host.latent.push(fault);
    }
  }

  #changed(host: Host): void {
    const runs = osRuns(host);
    if (runs !== host.downSinceMs < 0) {
      if (runs) host.downBeforeMs += this.#kernel.nowMs - host.downSinceMs;
      host.downSinceMs = runs ? -1 : this.#kernel.nowMs;
    }
    for (const listener of this.#listeners) listener(host.index);
  }
}

/** Does nothing to a system that runs. */
function isOnlyOfBoot({ effect }: Fault): boolean {
  return effect?.bootStop !== undefined && Object.keys(effect).length === 1;
}

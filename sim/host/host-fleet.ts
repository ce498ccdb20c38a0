// The truth about all hosts: power, boot stages, faults shown and cured. Everything else in sim/ reads it through HostTruth.
// Changes come from four sides: faults, BMC commands, the provisioner, people. This file only keeps what is physically so.

import type { ObjectKey } from '../../core/api/object.ts';
import { assert, broken } from '../../core/assert.ts';
import type { SimConfig } from '../config.ts';
import { stopsHost } from '../faults/catalogue.ts';
import type { CureLevel, Fault } from '../faults/fault.ts';
import type { Kernel } from '../kernel/kernel.ts';
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
import { BootCourse, type HeldStage } from './boot-course.ts';
import type { FleetObserver } from './fleet-observer.ts';
import {
  answers,
  bootStopOf,
  type Host,
  isBlocked,
  kubeletBeats,
  kubeletRuns,
  osRuns,
  type PowerCause,
  type SelfResetReason,
} from './host.ts';
import { hostAtStart } from './host-at-start.ts';
import { hostClockMs } from './host-clock.ts';
import { HostFaults } from './host-faults.ts';
import { HostNames } from './host-names.ts';
import { type StorageSlowness, slowsPods, storageSlownessOf } from './host-slowness.ts';
import { HostStages } from './host-stages.ts';
import { Intermittence } from './intermittence.ts';
import { type KubeletReport, kubeletReport } from './kubelet-report.ts';
import { NameService } from './name-service.ts';
import { PowerReturn } from './power-return.ts';
import { Racks } from './racks.ts';

export class HostFleet implements HostTruth {
  readonly hosts: readonly Host[];
  readonly racks: Racks;
  readonly network: Network;
  readonly power: PowerGrid;
  readonly networkConfig: NetworkConfig;
  readonly afterLoss: AfterLossConfig;
  readonly count: number;
  private readonly kernel: Kernel;
  private readonly names: HostNames;
  private readonly nameService = new NameService();
  private readonly listeners: ((host: number) => void)[] = [];
  private readonly observers: FleetObserver[] = [];
  private readonly stages: HostStages;
  private readonly faults: HostFaults;
  private readonly boot: BootCourse;
  private readonly powerReturn: PowerReturn;

  constructor(kernel: Kernel, config: SimConfig, draws: Draws) {
    this.kernel = kernel;
    this.racks = new Racks([...new Set(config.hosts.map((host) => host.rack))]);
    this.names = new HostNames(config.hosts);
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
      for (const index of hosts) this.changed(this.host(index));
    });
    const power = config.power ?? defaultPower(this.racks.names);
    this.afterLoss = power.afterLoss;
    this.power = new PowerGrid(
      power,
      this.hosts.map(({ rack, config: { name } }) => ({ name, rack })),
      this.racks.names,
    );
    this.powerReturn = new PowerReturn(kernel, power.afterLoss, (host) => this.powerOn(host, 'feed'));
    const intermittence = new Intermittence(kernel, (host) => this.changed(host));
    const observers = this.observers;
    this.stages = new HostStages(kernel, this.hosts, (host) => this.boot.stageEnded(host));
    this.faults = new HostFaults(this.stages, intermittence, observers);
    this.boot = new BootCourse({
      kernel,
      stages: this.stages,
      faults: this.faults,
      observers,
      kubeletStarts: (host) => this.nameService.kubeletStarts(host),
      changed: (host) => this.changed(host),
    });
  }

  host(index: number): Host {
    const host = this.hosts[index];
    if (host === undefined) broken(`host ${index} exists`);
    return host;
  }

  observe(observer: FleetObserver): void {
    this.observers.push(observer);
  }

  onChange(listener: (host: number) => void): void {
    this.listeners.push(listener);
  }

  indexOfNode(nodeName: string): number {
    return this.names.indexOfNode(nodeName);
  }

  indexOfHost(key: ObjectKey): number {
    return this.names.indexOfHost(key);
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
    return answers(this.host(host)) && this.findsApi(host);
  }

  private findsApi(host: number): boolean {
    return this.network.connects(host, 'controlPlane', 'api') && this.nameService.isKnownTo(host);
  }

  reachesStorage(host: number): boolean {
    return this.network.joins(host, 'storage');
  }

  slowsPods(host: number): boolean {
    return slowsPods(this.host(host)) || this.network.waitMs('peers') > 0;
  }

  /** Undefined for a host whose storage nothing slows down. */
  storageSlowness(host: number): StorageSlowness | undefined {
    return storageSlownessOf(this.host(host), this.network.waitMs('storage'));
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
    return kubeletBeats(this.host(host)) && this.findsApi(host);
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
    return host.downBeforeMs + (host.downSinceMs < 0 ? 0 : this.kernel.nowMs - host.downSinceMs);
  }

  // Faults

  /** A fault is born on a host: it shows at once, or waits for the next power-on when the host is down. */
  strike(fault: Fault): 'shown' | 'latent' {
    const host = this.host(fault.subject);
    const how = this.faults.strike(host, fault);
    if (how === 'shown' && (stopsHost(fault) || fault.effect !== undefined)) this.changed(host);
    return how;
  }

  /** The fault passed by itself. */
  endByItself(fault: Fault): void {
    const host = this.host(fault.subject);
    if (!this.faults.pass(host, fault)) return;
    const { stopped } = host;
    // Hardware that was dead and works again starts as after a loss of power.
    if (fault.class === 'hostDead' && host.stage === 'stuck') {
      this.cure(host.index, 'powerCycle');
      this.boot.begin(host, 'feed', 'cold');
    } else if (stopped !== undefined && bootStopOf(host)?.step !== stopped.step) this.boot.goOnFrom(host, stopped);
    else this.changed(host);
  }

  /** Ends every shown fault that an action of this level ends. */
  cure(index: number, applied: CureLevel): void {
    this.faults.cure(this.host(index), applied);
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
    this.stages.enter(host, 'off');
    host.shuttingDown = false;
    host.planned = false;
    for (const observer of this.observers) observer.powerCut?.(index, cause);
    this.changed(host);
  }

  /** The heat switches a host off, and its firmware does not start it until `cooled`. */
  overheated(index: number): void {
    this.host(index).tooHot = true;
    this.powerOff(index, 'self');
  }

  cooled(index: number): void {
    this.host(index).tooHot = false;
    this.changed(this.host(index));
  }

  /** Switches on after the power was off: cures what a power cycle cures, then boots. No effect on a powered host, or one that is too hot. */
  powerOn(index: number, cause: PowerCause): void {
    const host = this.host(index);
    host.wanted = 'on';
    if (host.stage !== 'off' || host.tooHot || !this.power.fed(index)) return;
    this.cure(index, 'powerCycle');
    this.boot.begin(host, cause, 'cold');
  }

  /** The kernel of a host that runs panics: it writes a dump for so long, and goes on as after any panic. */
  panic(index: number, dumpMs: number): void {
    const host = this.host(index);
    if (host.stage !== 'up' || isBlocked(host)) return;
    this.stages.enter(host, 'dump', dumpMs);
    this.changed(host);
  }

  /** Orderly reboot without a power cut. */
  warmReboot(index: number, cause: PowerCause): void {
    this.boot.beginWarm(this.host(index), cause);
  }

  /** A reset from within, without a power cut and without an orderly end of anything. */
  selfReset(index: number, why: SelfResetReason): void {
    for (const observer of this.observers) observer.selfReset?.(index, why);
    this.warmReboot(index, 'self');
  }

  /** An orderly shutdown began: the kubelet stops acting, processes end when the reboot starts. */
  beginShutdown(index: number): void {
    const host = this.host(index);
    host.shuttingDown = true;
    this.changed(host);
  }

  /** The provisioner runs its agent from memory: no operating system, faults of the agent's hardware still count. */
  enterAgent(index: number): void {
    const host = this.host(index);
    host.wanted = 'on';
    this.stages.enter(host, 'agent');
    this.changed(host);
  }

  /** A fresh operating system was deployed: cures what a reprovision cures and boots it. */
  bootFresh(index: number): void {
    const host = this.host(index);
    host.installed = true;
    this.cure(index, 'reprovision');
    this.boot.begin(host, 'provisioning', 'warm');
  }

  /** Asked at the end of these stages of a boot: a host that is held stays there until `goOn`, or until it boots anew. */
  holdBoots(holds: (host: number, stage: HeldStage) => boolean): void {
    this.boot.holdBoots(holds);
  }

  /** What held the boot of a host up is over. */
  goOn(index: number): void {
    this.boot.goOn(this.host(index));
  }

  /** The deployed system is gone; `wiped` when its data disks were cleaned too. */
  uninstall(index: number, wiped: boolean): void {
    const host = this.host(index);
    host.installed = false;
    if (wiped) host.wipeEpoch++;
    this.changed(host);
  }

  /** A person ended every fault of the host, and leaves it running if it is meant to run. */
  repaired(index: number): void {
    const host = this.host(index);
    const wasBroken = host.active.some(stopsHost);
    this.cure(index, 'person');
    const free = !host.provisioning && !host.tooHot && host.stage !== 'agent' && this.power.fed(index);
    const wantsBoot = host.wanted === 'on' && host.installed && (wasBroken || host.stage === 'stuck');
    const runs = host.stage === 'up' || host.stopped !== undefined;
    if (free && (wantsBoot || (runs && wasBroken))) this.boot.begin(host, 'person', 'cold');
    else this.changed(host);
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
      if (host.stage === 'off') this.changed(host);
      else this.powerOff(host.index, 'feed');
    }
    return (everyMs = this.afterLoss.outletEveryMs) => {
      const dark = hosts.filter(({ index }) => !this.power.fed(index));
      restore();
      dark.forEach((host, place) => {
        this.changed(host);
        this.powerReturn.returned(host, place * everyMs);
      });
    };
  }

  /** Who says what a host does when its power returns, in place of the setting that all share; undefined: that setting. */
  stateAfterLossBy(stateOf: (host: number) => AfterLossConfig['state'] | undefined): void {
    this.powerReturn.stateBy(stateOf);
  }

  /** Names are not resolved from now on; the returned function ends it. */
  loseNames(): () => void {
    const restore = this.nameService.lose();
    return () => {
      for (const index of restore()) this.changed(this.host(index));
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
    this.stages.enter(host, 'stuck');
    host.bootProgress = 'osRunning';
    this.changed(host);
  }

  /** The present start goes no further than firmware: it waits for a key, finds nothing to boot, or hangs. */
  stopInFirmware(index: number): void {
    const host = this.host(index);
    if (host.stage !== 'firmware') return;
    this.stages.enter(host, 'stuck');
    this.changed(host);
  }

  private changed(host: Host): void {
    const runs = osRuns(host);
    if (runs !== host.downSinceMs < 0) {
      if (runs) host.downBeforeMs += this.kernel.nowMs - host.downSinceMs;
      host.downSinceMs = runs ? -1 : this.kernel.nowMs;
    }
    for (const listener of this.listeners) listener(host.index);
  }
}

// kured, the Kubernetes reboot daemon: a process on every node that reboots its host when the operating system left a file
// that asks for it, one node at a time under a lock, after a drain. A neighbour of remediation, and a decision of nobody here:
// it is there when its DaemonSet is among the objects, and then it does the planned reboots of the configuration, in place of
// the rolling upgrade. `every` and `firstAt` are then the instants at which updates want a reboot of every host.
// Source: kubereboot/kured cmd/kured/main.go (rebootAsRequired), pkg/delaytick.
//
// Divergence from reality
// - A look every period takes place only on hosts that want a reboot. A drain that took longer than a period is followed by the
//   next look of the grid, not by the looks that it missed.
// - Alerts of Prometheus block nothing; no node annotations, no PreferNoSchedule taint, no notifications; --reboot-delay does not
//   drain a second time.
// - The process is as good as the host's kubelet: it is not lost with its pod.
// - A node that holds the lock when a run begins is taken for one whose process has just started: it gives the lock back.

import { NODE } from '../../core/api/node.ts';
import { PODS_BY_NODE } from '../../core/remediation/workload-release.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { matchesRequirements } from '../api-server/requests/label-selector-text.ts';
import type { SimConfig } from '../config.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import { KuredLock } from './kured-lock.ts';
import { isInWindow, type KuredSettings, kuredSettings } from './kured-settings.ts';
import { rebootAsPlanned } from './planned-reboot.ts';
import type { Drain, UpgradeObserver } from './rolling-upgrade.ts';

/** A process looks for its own lock at a random instant from half this to one and a half of it after its start. Source: rebootAsRequired. */
const LOCK_LOOK_MS = 60_000;
/** Phases of pods that block nothing. Source: pkg/blockers/kubernetespod.go. */
const NOT_BLOCKING: ReadonlySet<string> = new Set(['Succeeded', 'Failed', 'Unknown']);

export interface KuredParts {
  readonly kernel: Kernel;
  readonly store: ObjectStore;
  readonly config: SimConfig;
  readonly fleet: HostFleet;
  readonly draws: Draws;
  readonly drain: Drain;
}

/** A host that wants a reboot, until it has booted. */
interface Wish {
  readonly boots: number;
  busy: boolean;
}

export class Kured {
  private readonly parts: KuredParts;
  private readonly settings: KuredSettings;
  private readonly lock: KuredLock;
  private readonly wishes = new Map<number, Wish>();
  /** First look of a process that started during the run. */
  private readonly firstLookMs = new Map<number, number>();
  /** Boots of each host when its process last started. */
  private readonly started: Int32Array;
  private readonly observers: UpgradeObserver[] = [];

  private constructor(parts: KuredParts, settings: KuredSettings) {
    this.parts = parts;
    this.settings = settings;
    this.lock = new KuredLock(parts.store, settings);
    this.started = Int32Array.from(parts.fleet.hosts, ({ boots }) => boots);
  }

  /** Undefined where no DaemonSet of the start runs it. */
  static installed(parts: KuredParts, objects: Iterable<Parameters<typeof kuredSettings>[0]>): Kured | undefined {
    for (const object of objects) {
      const settings = kuredSettings(object);
      if (settings !== undefined) return new Kured(parts, settings);
    }
    return undefined;
  }

  observe(observer: UpgradeObserver): void {
    this.observers.push(observer);
  }

  start(): void {
    const { fleet, store, config } = this.parts;
    store.addIndex(PODS_BY_NODE);
    fleet.onChange((host) => this.hostChanged(host));
    for (const { index } of fleet.hosts) if (fleet.kubeletActs(index)) this.lookForLock(index);
    const { everyMs, firstAtMs } = config.plannedReboots;
    if (everyMs > 0) this.scheduleUpdates(config.startMs + firstAtMs);
  }

  /** The operating system of a host leaves the file that asks for a reboot; it is gone after any boot. */
  requireReboot(host: number): void {
    const { boots } = this.parts.fleet.host(host);
    if (this.wishes.get(host)?.boots === boots) return;
    const wish = { boots, busy: false };
    this.wishes.set(host, wish);
    this.lookAfter(host, wish, this.parts.kernel.nowMs - 1);
  }

  private scheduleUpdates(atMs: number): void {
    const { kernel, config, fleet } = this.parts;
    if (atMs >= config.startMs + config.durationMs) return;
    kernel.call(atMs, () => {
      for (const { index } of fleet.hosts) if (fleet.kubeletActs(index)) this.requireReboot(index);
      this.scheduleUpdates(atMs + config.plannedReboots.everyMs);
    });
  }

  private hostChanged(host: number): void {
    const { fleet, kernel, draws } = this.parts;
    const { boots, bareMetalHost } = fleet.host(host);
    if (!fleet.kubeletActs(host) || this.started[host] === boots) return;
    this.started[host] = boots;
    const stream = draws.stream(bareMetalHost, 'kured');
    const lockLookMs = kernel.nowMs + Math.round(LOCK_LOOK_MS * (0.5 + stream.at(2 * boots)));
    const firstMs = lockLookMs + Math.round(this.settings.periodMs * (0.5 + stream.at(2 * boots + 1)));
    this.firstLookMs.set(host, firstMs);
    this.lookForLock(host, lockLookMs);
  }

  /** A process that starts gives back the lock under which its host was rebooted. */
  private lookForLock(host: number, atMs?: number): void {
    const { kernel, fleet, draws } = this.parts;
    const name = fleet.nodeName(host);
    if (this.lock.heldBy(name, kernel.nowMs) === undefined) return;
    const { bareMetalHost, boots } = fleet.host(host);
    const share = 0.5 + draws.stream(bareMetalHost, 'kured').at(0);
    kernel.call(atMs ?? kernel.nowMs + Math.round(LOCK_LOOK_MS * share), () => {
      const lock = this.lock.heldBy(name, kernel.nowMs);
      if (lock === undefined || !fleet.kubeletActs(host) || fleet.host(host).boots !== boots) return;
      if (lock.metadata?.unschedulable !== true) this.uncordon(name);
      kernel.call(kernel.nowMs + this.settings.lockReleaseDelayMs, () => {
        this.lock.release(name);
        this.tell(host, 'done');
      });
    });
  }

  /** The next look of the host's process after an instant. */
  private lookAfter(host: number, wish: Wish, atMs: number): void {
    const { kernel, draws, config, fleet } = this.parts;
    const { periodMs } = this.settings;
    const phase = draws.stream(fleet.host(host).bareMetalHost, 'kured').at(1);
    const firstMs = this.firstLookMs.get(host) ?? config.startMs + Math.round(periodMs * phase);
    const looks = Math.max(0, Math.floor((atMs - firstMs) / periodMs) + 1);
    kernel.call(firstMs + looks * periodMs, () => this.look(host, wish));
  }

  private look(host: number, wish: Wish): void {
    const { kernel, fleet, store } = this.parts;
    if (this.wishes.get(host) !== wish || wish.busy) return;
    if (fleet.host(host).boots !== wish.boots) {
      this.wishes.delete(host);
      return;
    }
    const name = fleet.nodeName(host);
    const node = store.get(NODE, { namespace: '', name });
    const isUnschedulable = node?.spec?.unschedulable === true;
    if (node !== undefined && this.mayReboot(host, name) && this.hasLock(name, isUnschedulable)) {
      wish.busy = true;
      this.drain(host, wish, name);
    } else {
      this.lookAfter(host, wish, kernel.nowMs);
    }
  }

  private mayReboot(host: number, nodeName: string): boolean {
    const { kernel, fleet, store } = this.parts;
    const { window, blockingPods } = this.settings;
    if (!fleet.kubeletActs(host) || !isInWindow(window, kernel.nowMs)) return false;
    return !store
      .byIndex(PODS_BY_NODE, nodeName)
      .some(
        ({ metadata, status }) =>
          !NOT_BLOCKING.has(status?.phase ?? '') &&
          blockingPods.some((requirements) => matchesRequirements(requirements, metadata.labels)),
      );
  }

  private hasLock(nodeName: string, isUnschedulable: boolean): boolean {
    const { nowMs } = this.parts.kernel;
    return this.lock.heldBy(nodeName, nowMs) !== undefined || this.lock.acquire(nodeName, isUnschedulable, nowMs);
  }

  private drain(host: number, wish: Wish, nodeName: string): void {
    const { kernel, drain } = this.parts;
    const { drainTimeoutMs, skipWaitForDeleteTimeoutMs, forceReboot, rebootDelayMs } = this.settings;
    const flags = { force: true, ignoreDaemonSets: true, deleteEmptyDirData: true, skipWaitForDeleteTimeoutMs };
    this.tell(host, 'draining');
    drain(nodeName, { timeoutMs: drainTimeoutMs, flags }, (drained) => {
      if (!this.runs(host, wish)) return;
      if (drained || forceReboot) {
        kernel.call(kernel.nowMs + rebootDelayMs, () => this.reboot(host, wish));
        return;
      }
      this.lock.release(nodeName);
      this.uncordon(nodeName);
      this.tell(host, 'stuck');
      wish.busy = false;
      this.lookAfter(host, wish, kernel.nowMs);
    });
  }

  private reboot(host: number, wish: Wish): void {
    if (!this.runs(host, wish)) return;
    this.tell(host, 'rebooting');
    rebootAsPlanned(this.parts.kernel, this.parts.fleet, host);
  }

  /** The process that wanted this reboot is still there: a host that went down meanwhile keeps the lock until it is back. */
  private runs(host: number, wish: Wish): boolean {
    const { fleet } = this.parts;
    return this.wishes.get(host) === wish && fleet.host(host).boots === wish.boots && fleet.kubeletActs(host);
  }

  private uncordon(name: string): void {
    this.parts.store.patch(NODE, { namespace: '', name }, { spec: { unschedulable: null } }, { subresource: 'main' });
  }

  private tell(host: number, step: 'draining' | 'rebooting' | 'done' | 'stuck'): void {
    for (const observer of this.observers) observer.upgrade(host, step);
  }
}

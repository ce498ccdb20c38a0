// What a management controller has beside power and boot: sensors, event log, identify light, virtual media, firmware settings, watchdog,
// accounts. Costs nothing until somebody asks, but a look at the host whenever it changes.
//
// Divergence from reality
// - The log notices what the host did at the instant at which it did it, and nothing while the controller itself is without power.

import type { EventHandle } from '../../kernel/kernel.ts';
import { Accounts } from './accounts.ts';
import type { EquipmentAnswer, EquipmentRequest, Indicator } from './equipment-requests.ts';
import { EventLog, type Part } from './event-log.ts';
import { FirmwareSettingsStore } from './firmware-settings.ts';
import type { ControllerScene } from './managed-host.ts';
import type { BmcAnswer, Refusal } from './requests.ts';
import { sensorsOf } from './sensors.ts';
import type { Sessions } from './sessions.ts';
import { VirtualMedia } from './virtual-media.ts';
import { Watchdog, type WatchdogSettings } from './watchdog.ts';

/** What it needs of the controller that it belongs to. */
export interface EquipmentParts {
  /** Of the controller's own clock, against true time. */
  readonly clockOffsetMs: () => number;
  /** The watchdog is about to reset the host. */
  readonly watchdogResets: () => void;
}

export class Equipment {
  readonly log = new EventLog();
  readonly accounts = new Accounts();
  private readonly scene: ControllerScene;
  private readonly sessions: Sessions;
  private readonly parts: EquipmentParts;
  private readonly media = new VirtualMedia();
  private readonly settings = new FirmwareSettingsStore();
  private readonly watchdog: Watchdog;
  indicator: Indicator = 'Off';
  private goesOut: EventHandle | undefined;
  private wasOn: boolean;
  private wasFed: boolean;
  private hadPanicked = false;
  private failed: readonly Part[];

  constructor(scene: ControllerScene, sessions: Sessions, parts: EquipmentParts) {
    this.scene = scene;
    this.sessions = sessions;
    this.parts = parts;
    this.watchdog = new Watchdog(scene, (settings) => this.watchdogExpired(settings));
    this.wasOn = scene.host.powered();
    this.wasFed = scene.host.isFed();
    this.failed = scene.host.failedParts();
  }

  answer(request: EquipmentRequest): BmcAnswer {
    switch (request.ask) {
      case 'visit':
      case 'greet':
        return { kind: 'done' };
      case 'sensors':
        return { kind: 'sensors', sensors: sensorsOf(this.scene.host, this.knowsParts()) };
      case 'log':
        return { kind: 'log', entries: this.log.entries() };
      case 'clearLog':
        this.log.clear(this.ownTimeMs());
        return { kind: 'done' };
      case 'report':
        return { kind: 'reported', id: this.log.add({ event: 'reported', report: request.report }, this.ownTimeMs()) };
      case 'indicator':
        return { kind: 'indicator', indicator: this.indicator };
      case 'setIndicator':
        this.light(request.indicator, request.forMs);
        return { kind: 'done' };
      case 'media':
        return { kind: 'media', media: this.media.shown() };
      case 'insertMedium': {
        const { ask: _, ...medium } = request;
        this.media.insert(medium);
        return { kind: 'done' };
      }
      case 'ejectMedium':
        return answerOf(this.media.eject(request.slot));
      case 'firmwareSettings':
        return { kind: 'firmwareSettings', settings: this.settings.shown() };
      case 'setFirmwareSettings':
        return answerOf(this.settings.set(request.attributes));
      case 'resetFirmwareSettings':
        this.settings.reset();
        return { kind: 'done' };
      case 'watchdog':
        return { kind: 'watchdog', watchdog: this.watchdog.shown() };
      case 'setWatchdog':
        this.watchdog.set(request.watchdog);
        return { kind: 'done' };
      case 'feedWatchdog':
        return answerOf(this.watchdog.feed());
      default:
        return this.ofAccounts(request);
    }
  }

  private ofAccounts(
    request: Extract<EquipmentRequest, { readonly ask: `${string}ccount${string}` | `${string}ession${string}` }>,
  ): EquipmentAnswer | BmcAnswer {
    switch (request.ask) {
      case 'accounts':
        return {
          kind: 'accounts',
          accounts: this.accounts.list().map(({ password: _, ...shown }) => shown),
          locked: this.sessions.isLocked(),
        };
      case 'createAccount': {
        const slot = this.accounts.create(request.account);
        return typeof slot === 'number' ? { kind: 'account', slot } : { kind: 'refused', ...slot };
      }
      case 'changeAccount':
        return answerOf(this.accounts.change(request.slot, request.change));
      case 'deleteAccount':
        return answerOf(this.accounts.delete(request.slot));
      case 'sessions':
        return { kind: 'sessions', sessions: this.sessions.held() };
      case 'endSession':
        return answerOf(this.sessions.end(request.session) ?? 'done');
    }
  }

  /** The host, or a part of it, may have changed: what is new goes into the log. */
  look(): void {
    const { host } = this.scene;
    const isFed = host.isFed();
    if (!isFed) {
      this.wasFed = false;
      this.watchdog.stop();
      return;
    }
    if (!this.wasFed) return;
    const isOn = host.powered();
    if (isOn !== this.wasOn) {
      this.wasOn = isOn;
      if (!isOn) this.watchdog.stop();
      this.log.add({ event: isOn ? 'powerOn' : 'powerOff' }, this.ownTimeMs());
    }
    const hasPanicked = host.hasPanicked();
    if (hasPanicked && !this.hadPanicked) this.log.add({ event: 'systemStopped' }, this.ownTimeMs());
    this.hadPanicked = hasPanicked;
    this.lookAtParts(host.failedParts());
  }

  private lookAtParts(failed: readonly Part[]): void {
    for (const part of failed) {
      if (!this.failed.includes(part)) this.log.add({ event: 'partFailed', part }, this.ownTimeMs());
    }
    for (const part of this.failed) {
      if (!failed.includes(part)) this.log.add({ event: 'partWorks', part }, this.ownTimeMs());
    }
    this.failed = failed;
  }

  /** Power returned to it, somebody reset it, or it did so by itself. */
  controllerStarts(): void {
    this.watchdog.stop();
    if (!this.wasFed && this.wasOn) {
      this.wasOn = false;
      this.log.add({ event: 'powerLost' }, this.ownTimeMs());
    }
    this.wasFed = this.scene.host.isFed();
    this.log.add({ event: 'controllerStarted' }, this.ownTimeMs());
    this.look();
  }

  /** What was set for the next start holds now. */
  hostStarts(): void {
    this.settings.hostStarts();
  }

  private light(indicator: Indicator, forMs: number | undefined): void {
    const { kernel } = this.scene;
    if (this.goesOut !== undefined) kernel.cancel(this.goesOut);
    this.goesOut = undefined;
    this.indicator = indicator;
    if (forMs === undefined) return;
    this.goesOut = kernel.call(kernel.nowMs + Math.max(1, Math.round(forMs)), () => {
      this.goesOut = undefined;
      this.indicator = 'Off';
    });
  }

  private watchdogExpired({ action, silent }: WatchdogSettings): void {
    const { host, kernel, traits } = this.scene;
    if (!silent) this.log.add({ event: 'watchdogExpired', action }, this.ownTimeMs());
    if (action === 'reset' || action === 'powerCycle') this.parts.watchdogResets();
    if (action === 'reset') host.warmReset();
    if (action === 'powerOff' || action === 'powerCycle') host.cutPower();
    if (action === 'powerCycle') {
      kernel.call(kernel.nowMs + Math.max(1, traits.cycleOffMs), () => host.switchOn('itself'));
    }
  }

  private knowsParts(): boolean {
    return !this.scene.traits.healthUnknownWhileOff || this.scene.host.powered();
  }

  private ownTimeMs(): number {
    return this.scene.kernel.nowMs + this.parts.clockOffsetMs();
  }
}

function answerOf(outcome: Refusal | 'done'): BmcAnswer {
  return outcome === 'done' ? { kind: 'done' } : { kind: 'refused', ...outcome };
}

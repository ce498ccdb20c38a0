// Power of a host through its management controller: which commands it takes, what becomes of them, and what it says of power. Truth
// stays with the host; this is what stands between it and whoever asks.
//
// Divergence from reality
// - Commands that were accepted do not know of each other: an `On` does not take back a `ForceOff` on its way.
// - Whether an operating system hears its power button is asked when the button is pressed.
// - What is said of power while it changes lasts from the acceptance of a command to its effect, and the lag beyond.

import { sample } from '../../kernel/distributions.ts';
import type { ControllerScene } from './managed-host.ts';
import type { Refusal, ResetType, ShownPower } from './requests.ts';
import type { ControllerService } from './service.ts';

const TO_OFF: ReadonlySet<ResetType> = new Set(['ForceOff', 'GracefulShutdown']);
const SWITCHES_ON: ReadonlySet<ResetType> = new Set(['On', 'PowerCycle', 'PushPowerButton']);

/** Source: IPMI 2.0 specification 28.3, completion code D5. */
const NOT_WHILE_OFF: Refusal = { code: 0xd5, messageId: 'InvalidOperationForSystemState' };

export class PowerControl {
  private readonly scene: ControllerScene;
  private readonly service: ControllerService;
  private wasOn: boolean;
  private changedAtMs = Number.NEGATIVE_INFINITY;
  private offAtMs = Number.NEGATIVE_INFINITY;
  /** Commands on their way to their effect, the last one last. */
  private readonly pending: ('On' | 'Off')[] = [];
  private shuttingDown = false;
  private onAfterShutdown = false;
  /** What power was to be, by the last command that it took. */
  private told: 'On' | 'Off' | undefined;
  /** It missed that the host was switched off. */
  private saysOn = false;

  constructor(scene: ControllerScene, service: ControllerService) {
    this.scene = scene;
    this.service = service;
    this.wasOn = scene.host.powered();
  }

  shown(): ShownPower {
    const { kernel, traits, host } = this.scene;
    if (traits.powerUnknown) return null;
    if (traits.powerShowsCommand && this.told !== undefined) return this.told;
    const on = host.powered();
    const lags = kernel.nowMs < this.changedAtMs + traits.powerLagMs;
    const target = this.pending.at(-1) ?? (lags ? (on ? 'On' : 'Off') : undefined);
    if (target !== undefined && traits.powerWhileChanging !== 'before') {
      if (traits.powerWhileChanging === 'null') return null;
      return target === 'On' ? 'PoweringOn' : 'PoweringOff';
    }
    if (this.saysOn && !on) return 'On';
    return on === !lags ? 'On' : 'Off';
  }

  /** Power changed, whoever changed it. */
  hostChanged(): void {
    const { kernel, traits, host, changed } = this.scene;
    const on = host.powered();
    if (on === this.wasOn) return;
    this.wasOn = on;
    this.changedAtMs = kernel.nowMs;
    if (!on) this.offAtMs = kernel.nowMs;
    this.saysOn = traits.powerStaysOn && !on;
    if (traits.powerLagMs > 0) kernel.call(kernel.nowMs + traits.powerLagMs, changed);
  }

  /** The controller started: it looks at the host as it is. */
  forget(): void {
    this.saysOn = false;
    this.told = undefined;
    this.changedAtMs = Number.NEGATIVE_INFINITY;
    if (!this.scene.traits.startLosesCommands) return;
    this.pending.length = 0;
    this.shuttingDown = false;
    this.onAfterShutdown = false;
  }

  /** @param whileOn refused while the host is off. */
  reset(type: ResetType, whileOn = false): Refusal | 'done' {
    if (whileOn && !this.scene.host.powered()) return NOT_WHILE_OFF;
    const refusal = this.refusalOf(type);
    if (refusal !== undefined) return refusal;
    if (type !== 'Nmi') this.told = TO_OFF.has(type) ? 'Off' : 'On';
    if (!this.scene.traits.ignoredResets.includes(type)) this.carryOut(type);
    this.scene.changed();
    return 'done';
  }

  private refusalOf(type: ResetType): Refusal | 'done' | undefined {
    const { kernel, traits, host } = this.scene;
    const { nowMs } = kernel;
    if (traits.refusedResets.includes(type)) return traits.refusedReset;
    const on = host.powered();
    if (type === 'On' && on && !this.shuttingDown) return traits.onWhileOn;
    const held = on || SWITCHES_ON.has(type) ? host.powerRefusal(on ? 'down' : 'up') : undefined;
    if (held !== undefined) return held;
    if (TO_OFF.has(type) && !on) return traits.offWhileOff;
    if (type.endsWith('Restart') && !on) return traits.restartWhileOff;
    if (type === 'On' && nowMs < this.offAtMs + traits.onRefusedAfterOffMs) return traits.onRefusedAfterOff;
    if (nowMs < this.changedAtMs + traits.coolDownMs) return traits.coolDown;
    return undefined;
  }

  private carryOut(type: ResetType): void {
    const { traits, host } = this.scene;
    switch (type) {
      case 'On':
        if (!this.shuttingDown) this.later('On', host.takesMs('powerOn'), () => this.switchOn());
        else if (!traits.onLostWhileShuttingDown) this.onAfterShutdown = true;
        return;
      case 'ForceOff':
        this.later('Off', host.takesMs('powerOff'), () => this.cut());
        return;
      case 'PushPowerButton':
        if (host.powered()) this.askSystem(() => this.cut());
        else this.later('On', host.takesMs('powerOn'), () => this.switchOn());
        return;
      case 'GracefulShutdown':
        this.askSystem(() => this.cut());
        return;
      case 'GracefulRestart':
        this.askSystem(() => (traits.gracefulRestartStaysOff ? this.cut() : host.warmReset()));
        return;
      case 'ForceRestart':
        this.later('On', host.takesMs('powerOff'), () => host.warmReset());
        return;
      case 'Nmi':
        host.interrupt();
        return;
      case 'PowerCycle':
        this.later('Off', host.takesMs('powerOff'), () => {
          this.cut();
          this.later('On', traits.cycleOffMs, () => this.switchOn());
        });
        return;
    }
  }

  /** The operating system is asked to shut down; a controller that is not patient cuts the power in the end. */
  private askSystem(then: () => void): void {
    const { traits, host } = this.scene;
    const heardBy = host.buttonHeardBy();
    const isHeard = heardBy === 'system' || (heardBy === 'firmware' && !traits.firmwareIgnoresButton);
    const takesMs = isHeard ? host.takesMs('shutdown') : Number.POSITIVE_INFINITY;
    if (takesMs === Number.POSITIVE_INFINITY && traits.hardOffAfterMs === Number.POSITIVE_INFINITY) return;
    this.shuttingDown = true;
    const isDone = takesMs <= traits.hardOffAfterMs;
    this.later('Off', isDone ? takesMs : traits.hardOffAfterMs, () => {
      this.shuttingDown = false;
      if (isDone) then();
      else this.cut();
      if (!this.onAfterShutdown) return;
      this.onAfterShutdown = false;
      this.later('On', host.takesMs('powerOn'), () => this.switchOn());
    });
  }

  private cut(): void {
    const { kernel, traits, host } = this.scene;
    host.cutPower();
    if (traits.switchesOnAfterMs === Number.POSITIVE_INFINITY) return;
    kernel.call(kernel.nowMs + Math.max(1, traits.switchesOnAfterMs), () => host.switchOn('itself'));
  }

  private switchOn(): void {
    const { traits, host } = this.scene;
    const wasOff = !host.powered();
    host.switchOn('command');
    if (wasOff && traits.powerOnHangShare > host.chance('hang at power-on')) host.stopInFirmware();
  }

  /** A start of the controller in between loses the command, where it does. */
  private later(target: 'On' | 'Off', ms: number, effect: () => void): void {
    const { kernel, traits, host, changed } = this.scene;
    const delayMs = Math.round(sample(traits.effectDelayMs, host.chance('effect delay')));
    const { starts } = this.service;
    this.pending.push(target);
    kernel.call(kernel.nowMs + Math.max(1, ms + delayMs), () => {
      if (this.scene.traits.startLosesCommands && this.service.starts !== starts) return;
      this.pending.splice(this.pending.indexOf(target), 1);
      effect();
      changed();
    });
    changed();
  }
}

// From where a host boots next: the override that a controller keeps, who may change it and when, and what firmware makes of it.
//
// Divergence from reality
// - The installed system boots in UEFI mode only, and the deploy agent in either.
// - Of what may clear the boot flags of IPMI before a start of the host has used them, time and the watchdog do; power buttons, wake-up
//   events and platform event filters do not. Firmware exists that never clears them (OpenBMC phosphor-host-ipmid).
// - The boot order beneath the override is the disk, and nothing changes it.

import type { ControllerScene } from './managed-host.ts';
import type { BootChange, BootEnds, BootMode, BootOverride, BootTarget, Refusal } from './requests.ts';

/** `nothing`: no bootable system is found. `screen`: firmware waits for a key. */
export type BootSource = 'disk' | 'network' | 'cd' | 'nothing' | 'screen';

const NONE: Readonly<Required<BootOverride>> = { target: 'None', enabled: 'Disabled', mode: 'UEFI' };
const ENDS: BootEnds = { byTime: true, byWatchdog: true };
const NOT_WRITABLE: Refusal = { code: 400, messageId: 'PropertyNotWritable' };
const UNKNOWN: Refusal = { code: 400, messageId: 'PropertyUnknown' };
const MISSING: Refusal = { code: 400, messageId: 'PropertyMissing' };
const NOT_IN_LIST: Refusal = { code: 400, messageId: 'PropertyValueNotInList' };

const SOURCES: Readonly<Record<BootTarget, 'disk' | 'network' | 'cd'>> = {
  None: 'disk',
  Hdd: 'disk',
  Pxe: 'network',
  Cd: 'cd',
  UsbCd: 'cd',
};

export class BootSettings {
  private readonly scene: ControllerScene;
  private current: Readonly<Required<BootOverride>> = NONE;
  private countsFromMs = Number.NEGATIVE_INFINITY;
  /** Undefined: the override does not expire. Infinity: its time has passed, and did not end it. */
  private expiresAtMs: number | undefined;
  private ends = ENDS;
  private changes = 0;

  constructor(scene: ControllerScene) {
    this.scene = scene;
  }

  shown(): BootOverride {
    this.expire();
    const { target, enabled, mode } = this.current;
    return this.scene.traits.bootModeKnown ? { target, enabled, mode } : { target, enabled };
  }

  /** `expires`: the override ends by what `setEnds` says, unless a start of the host uses it before. */
  change(boot: BootChange, at: 'system' | 'settings', expires = false): Refusal | 'done' {
    this.expire();
    const refusal = this.refusalOf(boot, at);
    if (refusal !== undefined) return refusal;
    const { traits, kernel } = this.scene;
    const before = this.current;
    this.current = {
      target: boot.target ?? before.target,
      enabled: boot.enabled ?? (traits.bootEnabledReverts ? 'Once' : before.enabled),
      mode: boot.mode ?? (traits.bootModeResets ? 'Legacy' : before.mode),
    };
    this.countsFromMs = kernel.nowMs + traits.bootJobMs;
    this.expiresAtMs = expires ? kernel.nowMs + traits.bootFlagsMs : undefined;
    this.changes++;
    return 'done';
  }

  private refusalOf({ target, enabled, mode }: BootChange, at: 'system' | 'settings'): Refusal | undefined {
    const { traits, host } = this.scene;
    if (at !== traits.bootAt) return NOT_WRITABLE;
    if (traits.bootRefusedDuringPost !== 'accepted' && host.isInFirmware()) return traits.bootRefusedDuringPost;
    if (traits.bootNeedsAll && (target === undefined || enabled === undefined || mode === undefined)) return MISSING;
    if (mode !== undefined && !traits.bootModeKnown) return UNKNOWN;
    if (mode !== undefined && !traits.bootModeWritable) return NOT_WRITABLE;
    const isNone = (target ?? this.current.target) === 'None';
    if (traits.bootEnabledNeedsTarget && enabled !== undefined && isNone) return NOT_WRITABLE;
    const isCd = target === 'Cd' || target === 'UsbCd';
    return isCd && target !== traits.virtualCd ? NOT_IN_LIST : undefined;
  }

  /** The host starts: what it boots from now. A one-time override is used up. */
  nextStart(): BootSource {
    this.expire();
    const { kernel, traits } = this.scene;
    if (this.changes >= traits.bootChangesMax) {
      this.changes = 0;
      return 'screen';
    }
    const { target, enabled, mode } = this.current;
    const isInForce = enabled !== 'Disabled' && kernel.nowMs >= this.countsFromMs;
    if (isInForce) this.expiresAtMs = undefined;
    if (isInForce && enabled === 'Once') this.current = { ...NONE, mode };
    const isIgnored = enabled === 'Once' && traits.bootOnceIgnored;
    const source = isInForce && !isIgnored ? SOURCES[target] : 'disk';
    return source === 'disk' && this.isWrong(mode) ? 'nothing' : source;
  }

  setEnds(ends: BootEnds): void {
    this.expire();
    this.ends = ends;
  }

  /** Somebody commands the power of the host: an override that expires has its whole time again. */
  powerCommanded(): void {
    this.expire();
    if (this.expiresAtMs !== undefined) this.expiresAtMs = this.scene.kernel.nowMs + this.scene.traits.bootFlagsMs;
  }

  /** The watchdog is about to reset the host. */
  watchdogResets(): void {
    this.expire();
    if (this.expiresAtMs !== undefined && this.ends.byWatchdog) this.end();
  }

  /** The controller starts: the override stays, what ends it is as it was at first. */
  controllerStarts(): void {
    this.setEnds(ENDS);
  }

  /** Looked at whenever the override matters, so that no event waits for it. */
  private expire(): void {
    if (this.expiresAtMs === undefined || this.scene.kernel.nowMs < this.expiresAtMs) return;
    if (this.ends.byTime) this.end();
    else this.expiresAtMs = Number.POSITIVE_INFINITY;
  }

  private end(): void {
    this.current = { ...NONE, mode: this.current.mode };
    this.expiresAtMs = undefined;
  }

  private isWrong(mode: BootMode): boolean {
    return mode === 'Legacy';
  }
}

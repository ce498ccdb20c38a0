// The host that a management controller is built into, as far as the controller can see and move it.

import type { BootProgress } from '../../../core/facts.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Part } from './event-log.ts';
import type { Refusal } from './requests.ts';
import type { BmcTraits } from './traits.ts';

/** `stands`: powered, and neither firmware nor an operating system gets on. */
export type HostActivity = 'off' | 'firmware' | 'system' | 'stands';

export interface ManagedHost {
  powered(): boolean;
  bootProgress(): BootProgress;
  /** New firmware is being written. */
  isUpdating(): boolean;
  systemUuid(): string;
  /** Its feed has power, so that its controller can run. */
  isFed(): boolean;
  activity(): HostActivity;
  /** Kinds of parts of which one has failed, as sensors can tell it. */
  failedParts(): readonly Part[];
  /** The operating system is writing the dump of a panic. */
  hasPanicked(): boolean;
  /** Firmware initialises and tests the hardware. */
  isInFirmware(): boolean;
  /** Who would hear the power button now. */
  buttonHeardBy(): 'system' | 'firmware' | 'nobody';
  /** Its firmware does not let anybody switch it on, or take it down, now. */
  powerRefusal(to: 'up' | 'down'): Refusal | undefined;
  /** No part of it has failed, and it is not too hot. */
  isSound(): boolean;
  /** Drawn anew at each call. */
  takesMs(what: 'powerOff' | 'powerOn' | 'shutdown'): number;
  cutPower(): void;
  /** `itself`: nobody asked the controller to. */
  switchOn(by: 'command' | 'itself'): void;
  warmReset(): void;
  /** A non-maskable interrupt: the kernel of a running system panics and writes its dump. */
  interrupt(): void;
  /** The present start goes no further than firmware. */
  stopInFirmware(): void;
  /** A uniform number from 0 to 1 of one purpose; the next one at each call. */
  chance(purpose: string): number;
  /** The controller does not work until somebody resets it by hand. */
  controllerHangs(): void;
}

/** What the parts of one controller share. */
export interface ControllerScene {
  readonly kernel: Kernel;
  readonly host: ManagedHost;
  /** As profile, quirks and faults make them now. */
  traits: BmcTraits;
  /** What a reading would tell may have changed. */
  readonly changed: () => void;
}

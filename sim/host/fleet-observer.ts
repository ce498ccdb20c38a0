// Whoever wants to know what becomes of hosts as it happens: metrics, the story, faults that hold something while they are shown.

import type { CureLevel, Fault } from '../faults/fault.ts';
import type { PowerCause, SelfResetReason } from './host.ts';

/** Whoever leaves something out does not want to know it. */
export interface FleetObserver {
  /** A fault showed: at its birth, or later because its host was down (`latent`). */
  faultShown?(fault: Fault, host: number, how: 'atBirth' | 'latent'): void;
  faultEnded?(fault: Fault, host: number, by: CureLevel): void;
  powerCut?(host: number, cause: PowerCause): void;
  /** The host is about to reset itself, by its watchdog or by an agent on it. */
  selfReset?(host: number, why: SelfResetReason): void;
  bootStarted?(host: number, cause: PowerCause): void;
}

// A fault that was born: its class, severity and length are drawn at birth and never depend on a policy.

import type { CureShares, FaultClass, MistakeClass } from '../config.ts';
import type { HostEffect } from '../host/host-effect.ts';

/** What ends a fault. Each level also ends everything before it. */
export type CureLevel = 'itself' | 'reboot' | 'powerCycle' | 'reprovision' | 'person';

export const CURE_LEVELS: readonly CureLevel[] = ['itself', 'reboot', 'powerCycle', 'reprovision', 'person'];

/** True when an action of level `applied` ends a fault that needs `needed`. */
export function cures(applied: CureLevel, needed: CureLevel): boolean {
  return CURE_LEVELS.indexOf(applied) >= CURE_LEVELS.indexOf(needed);
}

/** One uniform number orders the cures: passes by itself, then reboot, power cycle, reprovision, else a person. */
export function cureLevelOf(shares: CureShares, u: number): CureLevel {
  if (u < shares.itself) return 'itself';
  if (u < shares.reboot) return 'reboot';
  if (u < shares.powerCycle) return 'powerCycle';
  if (u < shares.reprovision) return 'reprovision';
  return 'person';
}

/** Classes that strike a whole rack; all others strike one host. */
export const RACK_CLASSES: ReadonlySet<FaultClass> = new Set<FaultClass>(['rackPowerLoss', 'switchOutage']);

export function strikesRack({ class: faultClass }: Pick<Fault, 'class'>): boolean {
  return faultClass !== 'wrongBmcAddress' && RACK_CLASSES.has(faultClass);
}

const SYSTEM_GOES_ON: ReadonlySet<Fault['class']> = new Set<Fault['class']>([
  'bmcUnreachable',
  'diskFailure',
  'wrongBmcAddress',
]);

/** False for faults that leave the operating system running: a person ends them without touching it. */
export function stopsHost(fault: Fault): boolean {
  return !SYSTEM_GOES_ON.has(fault.class);
}

export interface Fault {
  /** Unique within a run, in order of birth. */
  readonly id: number;
  readonly class: FaultClass | MistakeClass;
  /** Host index, or rack index for rack classes. */
  readonly subject: number;
  readonly bornAtMs: number;
  readonly level: CureLevel;
  /** `wrongBmcAddress` only: index of the host that answers at the BMC address of this one. */
  readonly reaches?: number;
  /** Until it passes by itself (`itself`), or of the dump phase (`kernelPanic`). */
  readonly durationMs: number;
  /** What it does to its host, beyond what its class does by itself. */
  readonly effect?: HostEffect;
}

// A fault that was born: its class, severity and length are drawn at birth and never depend on a policy.

import type { CureShares } from '../config.ts';
import type { HostEffect } from '../host/host-effect.ts';
import type { FaultName } from './catalogue.ts';
import type { FaultValue } from './fault-parameter.ts';
import type { Degradation } from './relapses.ts';

/** Draws of one fault in its stream: gap, length, cure, spare. */
export const DRAWS_PER_FAULT = 4;

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

export interface Fault {
  /** Unique within a run, in order of birth. */
  readonly id: number;
  readonly class: FaultName;
  /** Index of what it strikes: of a host, a rack and so on. */
  readonly subject: number;
  readonly bornAtMs: number;
  readonly level: CureLevel;
  /** Of a fault about two hosts: index of the second. */
  readonly reaches?: number;
  /** It passes after its time, although something else may end it before: of recorded failures, whose end is known. */
  readonly passes?: true;
  /** Until it passes by itself (`itself`, `passes`), or of what it goes through by its own course (a panic's dump). */
  readonly durationMs: number;
  /** Its cause outlives what ends it. */
  readonly degradation?: Degradation;
  /** What it does to its host, beyond what its class does by itself. */
  readonly effect?: HostEffect;
  /** Its own, by their keys in the catalogue; absent where it has none. */
  readonly parameters?: Readonly<Record<string, FaultValue>>;
}

/** When it ends, where it passes by itself and no model ends it by its own course. */
export function endsAtMs({ bornAtMs, durationMs }: Pick<Fault, 'bornAtMs' | 'durationMs'>): number {
  return bornAtMs + durationMs;
}

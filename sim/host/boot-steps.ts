// The steps of a boot, in their order: in which timed stage each lies, and where a boot that a fault keeps from passing a step
// comes to stand. A boot that comes through schedules nothing for its steps: where it is, is computed when somebody asks.
//
// Divergence from reality
// - Steps begin at fixed shares of their stage's time (below), the same on every model.
// - A loop is told once, as the boot that it began with; its rounds all take the time of that boot.
// - A boot that loops runs no processes in between, however far it comes; past the kernel it waits, it does not loop.
// - `SetupEntered` and vendors' own steps are not told: a prompt that waits for a key looks like initialised hardware.

import type { BootProgress } from '../../core/facts.ts';

export const BOOT_STEPS = [
  'selfTest',
  'memory',
  'raidController',
  'firmwarePrompt',
  'networkBoot',
  'bootLoader',
  'kernel',
  'kubelet',
  'join',
] as const;

export type BootStep = (typeof BOOT_STEPS)[number];

export type BootStage = 'firmware' | 'osBoot' | 'joining';

interface StepPlace {
  readonly stage: BootStage;
  /** Share of the stage's time after which the step begins. */
  readonly begins: number;
}

/**
 * Assumption: memory initialisation is the longest part of the firmware's time (its length is `MEMORY_SHARE`), controllers and
 * option ROMs the next. A kubelet starts where the operating system's stage ends, and joins by the end of the last.
 */
const PLACES: Readonly<Record<BootStep, StepPlace>> = {
  selfTest: { stage: 'firmware', begins: 0 },
  memory: { stage: 'firmware', begins: 0.1 },
  raidController: { stage: 'firmware', begins: 0.5 },
  firmwarePrompt: { stage: 'firmware', begins: 0.8 },
  networkBoot: { stage: 'firmware', begins: 0.9 },
  bootLoader: { stage: 'osBoot', begins: 0 },
  kernel: { stage: 'osBoot', begins: 0.1 },
  kubelet: { stage: 'joining', begins: 0 },
  join: { stage: 'joining', begins: 1 },
};

/** Share of the firmware's time that initialises memory. */
export const MEMORY_SHARE = PLACES.raidController.begins - PLACES.memory.begins;

/** `waits`: for a key, a person or better luck. `loops`: the host starts over and over again, and never comes past the step. */
export interface BootStop {
  readonly step: BootStep;
  readonly how: 'waits' | 'loops';
}

/** A boot that has come to stand. */
export interface StoppedBoot extends BootStop {
  readonly sinceMs: number;
  /** Of one round of a loop, and of its firmware alone; both 1 or more. */
  readonly roundMs: number;
  readonly firmwareMs: number;
}

/** True for steps after which the operating system runs: their stops leave the host in `joining`. */
export function systemRunsAt(step: BootStep): boolean {
  return PLACES[step].stage === 'joining';
}

/** True for steps that do not depend on the installed system: what stops there stops a deploy agent too. */
export function precedesNetworkBoot(step: BootStep): boolean {
  return BOOT_STEPS.indexOf(step) < BOOT_STEPS.indexOf('networkBoot');
}

export function isEarlier(step: BootStep, other: BootStep): boolean {
  return BOOT_STEPS.indexOf(step) < BOOT_STEPS.indexOf(other);
}

/** Share of this stage's time that passes before the step begins; undefined where the step is none of the stage's. */
export function shareBefore(step: BootStep, stage: BootStage): number | undefined {
  const place = PLACES[step];
  return place.stage === stage ? place.begins : undefined;
}

/** The step that a stage is at after a share of its time, 0 to 1. */
export function stepAfter(stage: BootStage, share: number): BootStep {
  let at: BootStep = stage === 'firmware' ? 'selfTest' : stage === 'osBoot' ? 'bootLoader' : 'kubelet';
  for (const step of BOOT_STEPS) if (PLACES[step].stage === stage && share >= PLACES[step].begins) at = step;
  return at;
}

const COARSE: Readonly<Record<BootStage, BootProgress>> = {
  firmware: 'firmware',
  osBoot: 'osBoot',
  joining: 'osRunning',
};

/** What a boot that stands has told of its progress by now. */
export function stoppedProgress({ step, how, sinceMs, roundMs, firmwareMs }: StoppedBoot, nowMs: number): BootProgress {
  const { stage } = PLACES[step];
  if (how === 'waits' || stage === 'firmware') return COARSE[stage];
  return (nowMs - sinceMs) % roundMs < firmwareMs ? 'firmware' : COARSE[stage];
}

// How long the stages of a boot take: the hardware model's distributions, the host's own draws, and what stretches them. The
// same draws answer before a boot, during it and for a boot that never comes about.
//
// Divergence from reality
// - Only memory initialisation distinguishes a cold boot from a warm one, and only where the hardware model says that it does.
// - What stretches a boot stretches all boots alike while it lasts: memory that is tested longer is tested equally long each time.

import type { HardwareConfig } from '../config.ts';
import { sample } from '../kernel/distributions.ts';
import { type BootStage, type BootStep, MEMORY_SHARE, stepAfter } from './boot-steps.ts';
import { bootDraw, type Host } from './host.ts';

/** `cold`: power was off before. */
export type BootStart = 'cold' | 'warm';

/** Length of a stage of the given boot, in ms, 1 or more: the same whoever asks and whenever. */
export function stageDurationMs(host: Host, boot: number, stage: BootStage, start: BootStart): number {
  const { hardware } = host;
  const wholeMs =
    stage === 'firmware'
      ? firmwareDurationMs(hardware, bootDraw(host, boot, 0), start)
      : stage === 'osBoot'
        ? sample(hardware.osBootMs, bootDraw(host, boot, 1))
        : sample(hardware.joinMs, bootDraw(host, boot, 2));
  return Math.max(1, Math.round(wholeMs * slownessOf(host)));
}

/** The firmware's part for the draw `u`, 0 <= u < 1; not rounded. */
export function firmwareDurationMs({ firmwareMs, memory }: HardwareConfig, u: number, start: BootStart): number {
  const plainMs = sample(firmwareMs, u);
  if (memory === undefined) return plainMs;
  const factor = memory.initialisedBy === 'coldBoot' && start === 'warm' ? 0 : memory.testFactor;
  return plainMs * (1 - MEMORY_SHARE + MEMORY_SHARE * factor);
}

/** The step that a boot is at or stands at; undefined for a host that does not boot. */
export function bootStepAt(host: Host, nowMs: number): BootStep | undefined {
  const { stage, stopped } = host;
  if (stopped !== undefined) return stopped.step;
  if (stage !== 'firmware' && stage !== 'osBoot' && stage !== 'joining') return undefined;
  const wholeMs = stageDurationMs(host, host.boots, stage, host.bootStart);
  return stepAfter(stage, 1 - (host.stageEndsAtMs + host.stageRestMs - nowMs) / wholeMs);
}

/** How many times as long the host takes for what it does; 1 for one that nothing slows down. */
export function slownessOf(host: Host): number {
  let factor = 1;
  for (const { effect, id } of host.active) {
    if (effect?.slowness !== undefined && !host.resting.includes(id)) factor = Math.max(factor, effect.slowness);
  }
  return factor;
}

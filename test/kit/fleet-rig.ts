// A fleet alone on its kernel: faults strike at instants, and what becomes of its first host is written down, change by change.

import type { FaultClass, SimConfig } from '../../sim/config.ts';
import type { CureLevel, Fault } from '../../sim/faults/fault.ts';
import { HostFleet } from '../../sim/host/host-fleet.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { tinyWorld } from './tiny-world.ts';

/** Runs for an hour; `log` has a line for every change of the first host: seconds, stage, and what runs. */
export function fleetRig(change: Partial<SimConfig> = {}) {
  const config = tinyWorld(change);
  const kernel = new Kernel(config.startMs);
  const fleet = new HostFleet(kernel, config, new Draws(rootKey('fleet'), 1));
  const log: string[] = [];
  let last = '';
  fleet.onChange((host) => {
    if (host !== 0) return;
    const state = `${fleet.host(0).stage} ${fleet.kubeletActs(0) ? 'acts' : fleet.podsExecute(0) ? 'executes' : 'down'}`;
    if (state !== last) log.push(`${(kernel.nowMs - config.startMs) / 1000} ${state}`);
    last = state;
  });
  let id = 0;
  const fault = (faultClass: FaultClass, level: CureLevel, durationMs = 1, more: Partial<Fault> = {}): Fault => ({
    id: ++id,
    class: faultClass,
    subject: 0,
    bornAtMs: kernel.nowMs,
    level,
    durationMs,
    ...more,
  });
  const at = (seconds: number, run: () => void): void => {
    kernel.call(config.startMs + seconds * 1000, run);
  };
  return { config, kernel, fleet, log, fault, at, run: () => kernel.runUntil(config.startMs + 3_600_000) };
}

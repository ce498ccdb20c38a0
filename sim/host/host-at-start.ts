// The record of a host as its run begins.

import type { HardwareConfig, HostConfig } from '../config.ts';
import type { Draws } from '../kernel/rng.ts';
import { Host } from './host.ts';

/** @param from.nowMs the start of the run. */
export function hostAtStart(
  config: HostConfig,
  from: {
    readonly index: number;
    readonly hardware: HardwareConfig;
    readonly rack: number;
    readonly draws: Draws;
    readonly nowMs: number;
  },
): Host {
  const { index, hardware, rack, draws, nowMs } = from;
  const { initial } = config;
  const running = initial.state === 'serving' || initial.state === 'silent';
  const idle = initial.state === 'unprovisioned' && initial.poweredOn;
  return new Host(
    { index, config, hardware, rack, draws },
    {
      stage: running ? 'up' : idle ? 'idle' : 'off',
      bootProgress: running ? 'osRunning' : idle ? 'firmware' : 'none',
      wanted: running || idle ? 'on' : 'off',
      installed: initial.state !== 'unprovisioned',
      downSinceMs: running ? -1 : nowMs,
    },
  );
}

// The record of a host as its run begins.

import { keyString } from '../../core/api/object.ts';
import type { HardwareConfig, HostConfig } from '../config.ts';
import type { Draws } from '../kernel/rng.ts';
import type { Host } from './host.ts';

const NONE_RESTING: readonly number[] = [];

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
  return {
    index,
    config,
    hardware,
    rack,
    bareMetalHost: keyString(config),
    draws,
    stage: running ? 'up' : idle ? 'idle' : 'off',
    bootProgress: running ? 'osRunning' : idle ? 'firmware' : 'none',
    bootStart: 'cold',
    stopped: undefined,
    stageEndsAtMs: 0,
    stageRestMs: 0,
    stageGeneration: 0,
    wanted: running || idle ? 'on' : 'off',
    installed: initial.state !== 'unprovisioned',
    boots: 0,
    commands: 0,
    provisions: 0,
    bootEpoch: 0,
    wipeEpoch: 0,
    active: [],
    latent: [],
    resting: NONE_RESTING,
    planned: false,
    provisioning: false,
    tooHot: false,
    shuttingDown: false,
    downBeforeMs: 0,
    downSinceMs: running ? -1 : nowMs,
  };
}

// A small, wholly deterministic SimConfig: constant durations, no background faults. Rows change what they are about.

import type { FaultClass, HardwareConfig, HostConfig, SimConfig } from '../../sim/config.ts';
import {
  DEFAULT_BMC,
  DEFAULT_FAULTS,
  DEFAULT_KUBERNETES,
  DEFAULT_PEOPLE,
  DEFAULT_PLANNED_REBOOTS,
  DEFAULT_PROVISIONING,
  DEFAULT_WATCHDOG,
} from '../../sim/defaults.ts';

/** 100 s from power-on to Ready: 60 s firmware, 30 s operating system, 10 s joining. */
export const STEADY_HARDWARE: HardwareConfig = {
  powerOffMs: { kind: 'constant', value: 5_000 },
  powerOnMs: { kind: 'constant', value: 3_000 },
  shutdownMs: { kind: 'constant', value: 20_000 },
  firmwareMs: { kind: 'constant', value: 60_000 },
  osBootMs: { kind: 'constant', value: 30_000 },
  joinMs: { kind: 'constant', value: 10_000 },
  imageWriteMs: { kind: 'constant', value: 240_000 },
  metadataCleanMs: { kind: 'constant', value: 30_000 },
  fastTrack: false,
};

export function aHost(name: string, rack: string, change: Partial<HostConfig> = {}): HostConfig {
  return {
    namespace: 'metal',
    name,
    nodeName: `node-${name}`,
    rack,
    hardware: 'steady',
    dataDisks: 0,
    initial: { state: 'serving' },
    controlPlane: false,
    ...change,
  };
}

const SILENT: Readonly<Record<FaultClass, SimConfig['faults']['classes'][FaultClass]>> = Object.fromEntries(
  Object.entries(DEFAULT_FAULTS.classes).map(([name, fault]) => [name, { ...fault, perYear: 0 }]),
) as Record<FaultClass, SimConfig['faults']['classes'][FaultClass]>;

/** Two racks of two hosts, one day, nothing happens. */
export function tinyWorld(change: Partial<SimConfig> = {}): SimConfig {
  return {
    name: 'tiny',
    machineApi: 'openshift',
    startMs: 1_800_000_000_000,
    durationMs: 86_400_000,
    hosts: [aHost('a1', 'rack-a'), aHost('a2', 'rack-a'), aHost('b1', 'rack-b'), aHost('b2', 'rack-b')],
    hardware: { steady: STEADY_HARDWARE },
    objects: [],
    faults: { ...DEFAULT_FAULTS, classes: SILENT, frailtySigma: 0 },
    script: [],
    kubernetes: DEFAULT_KUBERNETES,
    pools: [],
    people: DEFAULT_PEOPLE,
    plannedReboots: { ...DEFAULT_PLANNED_REBOOTS, everyMs: 0 },
    provisioning: DEFAULT_PROVISIONING,
    bmc: DEFAULT_BMC,
    watchdog: { ...DEFAULT_WATCHDOG, brokenShare: 0 },
    requiredReplicas: {},
    seed: 'tiny',
    ...change,
  };
}

// The study of the fleet benchmarks: machines of one role under one policy that reboots first, whose only faults are hangs that a reboot cures,
// so that every incident walks the whole flow: silence, health check, power off, Node deleted, power on, Node restored.

import { basename } from 'node:path';
import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { quietFleet, webPods } from './quiet-fleet.ts';

export interface HangingFleet {
  readonly config: SimConfig;
  readonly policy: PolicyConfig;
}

export interface FleetTrouble {
  readonly nodes: number;
  readonly days: number;
  /** 0 is an idle fleet. */
  readonly hangsPerNodeYear: number;
  /** Its name without the ending is the policy's. */
  readonly policyFile?: string | undefined;
  /** Absent: no storage on the hosts. */
  readonly hostsPerCell?: number | undefined;
  readonly podsPerNode?: number | undefined;
}

export function hangingFleet({
  nodes,
  days,
  hangsPerNodeYear,
  policyFile = 'bench/fleet/reboot-first.yaml',
  hostsPerCell,
  podsPerNode = 0,
}: FleetTrouble): HangingFleet {
  const { config, policies } = quietFleet({
    nodes,
    days,
    workloads: webPods(nodes * podsPerNode),
    hostsPerCell,
    policies: [{ name: basename(policyFile, '.yaml'), files: [policyFile] }],
  });
  const [policy] = policies;
  if (policy === undefined) throw new Error('the study has its policy');
  const osHang = {
    ...config.faults.classes.osHang,
    perYear: hangsPerNodeYear,
    gapShape: 1,
    cures: { itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 },
  };
  const faults = { ...config.faults, frailtySigma: 0, classes: { ...config.faults.classes, osHang } };
  return { config: { ...config, faults }, policy };
}

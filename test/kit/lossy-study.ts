// A cluster in which nothing ever fails but heartbeats that get lost on their way, under our own policy, which fences after the
// fourth lost beat in a row: beats every 10 s, a grace of 41 s from the last beat's own stamp, and a second of Unknown.

import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { startedRun } from '../../sim/simulation.ts';
import { oraclePolicy } from './oracle-run.ts';
import { writtenRun } from './written-study.ts';

const BEAT_MS = 10_000;
export const LOST_IN_A_ROW = 4;

const POLICY = oraclePolicy(`
  unhealthyConditions: [{ type: Ready, status: Unknown, duration: 1s }]
  steps: [{ action: Reboot }]
`);

export interface LossyWorld {
  readonly hosts: number;
  readonly lossShare: string;
  readonly duration: string;
  /** From firmware to Ready. */
  readonly boot: string;
}

export function lossyStudy(world: LossyWorld): { readonly config: SimConfig; readonly policy: PolicyConfig } {
  const scenario = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: lossy }
spec:
  study: steady
  duration: ${world.duration}
  seed: lossy
  cluster:
    generate:
      machineApi: cluster-api
      racks: 4
      groups: [{ name: w, count: ${world.hosts} }]
    network: { heartbeatLoss: { share: ${world.lossShare} } }
  hardware: { server: { powerOff: 0s, powerOn: 0s, firmware: ${world.boot}, osBoot: 0s, join: 0s } }
  storage: { kind: external }
  faults: { background: none }
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
  kubernetes: { leaseRenew: 10s, leaseJitter: 0, monitorPeriod: 1s, monitorGrace: 41s, graceFrom: timestamp }
`;
  return writtenRun(
    { scenarioFile: 'lossy.yaml', policies: [{ name: 'own', files: ['own.yaml'] }] },
    { 'lossy.yaml': scenario, 'own.yaml': POLICY },
  );
}

export interface LossyRun {
  /** Beats up to and with the fourth lost in a row, counted from the start and then from the beat that ended the last such run. */
  readonly beatsToRun: readonly number[];
  /** How often a host was powered off, although nothing was wrong with any. */
  readonly fencings: number;
}

/** Looked at so often whether every host has had its runs. */
const SLICE_MS = 3_600_000;

/**
 * @param policy no objects: nobody is fenced, and the beats are counted all the same.
 * @param runsEach of lost beats that are counted for each host; the run ends when all have had them, or with its duration.
 */
export function lossyRun(config: SimConfig, policy: PolicyConfig, replication: number, runsEach = Infinity): LossyRun {
  const { world } = startedRun(config, policy, { replication, record: false });
  const { fleet, lifecycle, kernel } = world;
  const beatsToRun: number[] = [];
  const counts = fleet.hosts.map(() => 0);
  /** Index, on the host's own grid, of the beat from which is counted. */
  const sinceMs = fleet.hosts.map(() => config.startMs);
  lifecycle.observe({
    known: (host, ready) => {
      if (ready === 'True') sinceMs[host] = kernel.nowMs;
      if (ready !== 'Unknown' || (counts[host] ?? 0) >= runsEach) return;
      counts[host] = (counts[host] ?? 0) + 1;
      const heardMs = lifecycle.leaseRenewedAtMs(host) - (sinceMs[host] ?? 0);
      beatsToRun.push(Math.ceil(heardMs / BEAT_MS) + LOST_IN_A_ROW);
    },
  });
  let fencings = 0;
  fleet.observe({
    powerCut: (_host, cause) => {
      if (cause === 'remediation') fencings++;
    },
  });
  const endMs = config.startMs + config.durationMs;
  while (kernel.nowMs < endMs && counts.some((count) => count < runsEach)) {
    kernel.runUntil(Math.min(endMs, kernel.nowMs + SLICE_MS));
  }
  for (const runtime of world.runtimes) runtime.stop();
  return { beatsToRun, fencings };
}

// Scenarios for closed-form answers about storage, as the YAML that a user writes: some hosts with one data disk each, and nothing
// that happens but what a row says.

import { FAULT_CLASSES } from '../../sim/faults/catalogue.ts';
import { simulate, startedRun } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import { writtenRun } from './written-study.ts';

export interface StorageOracle {
  readonly hosts: number;
  readonly duration: string;
  /** Lines of `storage`. */
  readonly storage: readonly string[];
  /** Fields of `faults.background.diskFailure`; none: no disk fails. */
  readonly diskFailure?: string;
  /** `{ at: 10m, fault: osHang, target: { host: w-0 } }` and the like. */
  readonly script?: readonly string[];
}

function scenarioOf(oracle: StorageOracle): string {
  const silent = FAULT_CLASSES.filter((fault) => fault !== 'diskFailure').map((fault) => `${fault}: { perYear: 0 }`);
  return `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: oracle }
spec:
  study: steady
  duration: ${oracle.duration}
  seed: oracle
  cluster:
    generate:
      machineApi: cluster-api
      racks: ${oracle.hosts}
      groups:
        - { name: master, role: control-plane, count: 1 }
        - { name: w, count: ${oracle.hosts}, dataDisks: 1 }
  storage:
${oracle.storage.map((line) => `    ${line}`).join('\n')}
  faults:
    frailtySigma: 0
    background: { ${[...silent, `diskFailure: { ${oracle.diskFailure ?? 'perYear: 0'} }`].join(', ')} }
    script:${oracle.script === undefined ? ' []' : oracle.script.map((line) => `\n      - ${line}`).join('')}
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
`;
}

function runOf(oracle: StorageOracle) {
  return writtenRun(
    { scenarioFile: 'oracle.yaml', policies: [{ name: 'none', files: [] }] },
    { 'oracle.yaml': scenarioOf(oracle) },
  );
}

/** The metrics of one run. */
export function storageMetrics(oracle: StorageOracle, replication = 1) {
  const { config, policy } = runOf(oracle);
  return simulate(config, policy, { replication, record: false }).result.metrics;
}

/** A stretch of a run that begins with everything in sync, as a chain of states would call it: a cycle. */
export interface Cycle {
  readonly lengthMs: number;
  /** It ended with the loss of all replicas; otherwise it ended with everything in sync again. */
  readonly lost: boolean;
  /** What the run expected to be lost in it. */
  readonly expectedLosses: number;
}

/** All cycles of one run of a pool with one group. What follows a loss counts again from the next time that all is in sync. */
export function cyclesOf(oracle: StorageOracle, replication = 1): readonly Cycle[] {
  const { config, policy } = runOf(oracle);
  const { world } = startedRun(config, policy, { replication, record: false });
  const cycles = watchCycles(world);
  world.kernel.runUntil(config.startMs + config.durationMs);
  for (const runtime of world.runtimes) runtime.stop();
  return cycles;
}

function watchCycles({ storage, kernel }: World): readonly Cycle[] {
  const cycles: Cycle[] = [];
  let open: { readonly sinceMs: number; readonly lost: number; readonly expected: number } | undefined;
  let isWhole = false;
  storage.onHealth(() => {
    const { degraded, inactive } = storage.health();
    const isWholeNow = degraded === 0;
    const isReturn = isWholeNow && !isWhole;
    isWhole = isWholeNow;
    // What is lost serves nobody: nothing else has to be looked at.
    if (!isReturn && inactive === 0) return;
    const { dataLostGroups: lost, measures } = storage.metrics();
    const expected = measures?.expectedDataLoss ?? Number.NaN;
    const hasLost = open !== undefined && lost > open.lost;
    if (open !== undefined && (hasLost || isReturn)) {
      cycles.push({ lengthMs: kernel.nowMs - open.sinceMs, lost: hasLost, expectedLosses: expected - open.expected });
      open = undefined;
    }
    if (isReturn) open = { sinceMs: kernel.nowMs, lost, expected };
  });
  return cycles;
}

const HOUR_MS = 3_600_000;

/** Failures of a host that lose its data, and resyncs, both memoryless. */
export interface FailureAndResync {
  readonly failuresPerYear: number;
  readonly resyncMs: number;
}

/** Oracle D13: hosts fail every 100 h, a resync takes 6 h on average. */
const D13: FailureAndResync = { failuresPerYear: 87.66, resyncMs: 6 * HOUR_MS };

/** Two resyncs at once share the bandwidth of one (serial), or have their own (parallel). */
export function redundancyOracle(
  replicas: number,
  resyncsAtOnce: number,
  { failuresPerYear, resyncMs }: FailureAndResync = D13,
): StorageOracle {
  return {
    hosts: replicas,
    duration: '36500d',
    diskFailure: `perYear: ${failuresPerYear}, gapShape: 1, duration: 1ms, cures: { itself: 1 }`,
    storage: [
      `replicas: ${replicas}`,
      'minSize: 1',
      'failureDomain: host',
      'placementGroups: 1',
      // At 1 GB/s.
      `usedPerHost: ${Math.round(resyncMs)}MB`,
      'resyncPerSecondPerHost: 1GB',
      `resyncPerSecond: ${resyncsAtOnce}GB`,
      'resyncSlowness: { exponential: { mean: 1 } }',
      'writesPerSecondPerHost: 0',
      'downOut: 36500d',
      'measures: full',
    ],
  };
}

/** Mean time to data loss from everything in sync, for failures with rate l and resyncs with rate r, per hour. */
const CLOSED_FORMS = {
  '2 replicas': (l: number, r: number) => (3 * l + r) / (2 * l ** 2),
  '3 replicas, serial': (l: number, r: number) => (11 * l ** 2 + 4 * l * r + r ** 2) / (6 * l ** 3),
  '3 replicas, parallel': (l: number, r: number) => (11 * l ** 2 + 7 * l * r + 2 * r ** 2) / (6 * l ** 3),
};

/** Rows of D13 with their answers in hours; D13's own figures come out of the formulas at its own rates. */
export const REDUNDANCY_ROWS = [
  { given: '2 replicas', replicas: 2, atOnce: 1 },
  { given: '3 replicas, serial', replicas: 3, atOnce: 1 },
  { given: '3 replicas, parallel', replicas: 3, atOnce: 2 },
] as const;

export function hoursToLoss(given: keyof typeof CLOSED_FORMS, perHour: number, resyncsPerHour: number): number {
  return CLOSED_FORMS[given](perHour, resyncsPerHour);
}

/**
 * Mean time to loss of independent cycles: all their time over their losses (`amountOf` each), as a ratio with its standard error.
 */
export function meanTimeToLoss(cycles: readonly Cycle[], amountOf: (cycle: Cycle) => number) {
  let time = 0;
  let losses = 0;
  for (const cycle of cycles) {
    time += cycle.lengthMs / HOUR_MS;
    losses += amountOf(cycle);
  }
  const hours = time / losses;
  let squares = 0;
  for (const cycle of cycles) squares += (cycle.lengthMs / HOUR_MS - hours * amountOf(cycle)) ** 2;
  return { hours, standardError: Math.sqrt(squares) / losses };
}

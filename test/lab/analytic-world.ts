// A world small enough to know its answers: the cost of a run is a formula of its policy and of named draws. It stands behind
// the same RunFunction seam as the simulation, so everything in lab/ runs for real on it.

import type { RunFunction } from '../../lab/executor.ts';
import { perMetric } from '../../lab/metric-phrases.ts';
import type { StudyHooks, StudyPlan, StudyProgress } from '../../lab/study-plan.ts';
import type { AssumedInput } from '../../sim/assumptions.ts';
import type { FaultClass, PolicyConfig, SimConfig } from '../../sim/config.ts';
import {
  DEFAULT_BMC,
  DEFAULT_FAULTS,
  DEFAULT_KUBERNETES,
  DEFAULT_PEOPLE,
  DEFAULT_PLANNED_REBOOTS,
  DEFAULT_PROVISIONING,
  DEFAULT_WATCHDOG,
} from '../../sim/defaults.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { Trace } from '../../sim/kernel/trace.ts';
import type { FaultCounts, RunMetrics } from '../../sim/result.ts';

export const CONFIG: SimConfig = {
  name: 'analytic',
  machineApi: 'openshift',
  startMs: 0,
  durationMs: 365 * 86_400_000,
  hosts: [],
  hardware: {},
  objects: [],
  faults: DEFAULT_FAULTS,
  script: [],
  kubernetes: DEFAULT_KUBERNETES,
  pools: [],
  people: DEFAULT_PEOPLE,
  plannedReboots: DEFAULT_PLANNED_REBOOTS,
  provisioning: DEFAULT_PROVISIONING,
  bmc: DEFAULT_BMC,
  watchdog: DEFAULT_WATCHDOG,
  requiredReplicas: {},
  seed: 'analytic',
};

export function aPolicy(name: string): PolicyConfig {
  return { name, objects: [] };
}

/** Two policies, 100 replications, no minimum effect, no matched pair, no inputs, no break-even, unless said otherwise. */
export function aPlan(changes: Partial<StudyPlan> = {}): StudyPlan {
  const policies = changes.policies ?? [aPolicy('careful'), aPolicy('hasty')];
  return {
    name: 'analytic',
    study: 'steady',
    config: CONFIG,
    policies,
    policyManifests: policies.map(({ name }) => [`MachineHealthCheck ${name}: used`]),
    matchedPair: null,
    replications: 100,
    primaryMetric: 'workloadUnavailableMs',
    minimumEffect: 0,
    constraints: [],
    inputDraws: 0,
    breakEvenPoints: 0,
    jobs: 1,
    command: 'metaltwin compare analytic.yaml',
    version: '0.0.0',
    scenarioDigest: 'd1ce',
    ledger: [],
    assumptions: [],
    warnings: [],
    meaningDifferences: [],
    ...changes,
  };
}

/** What decides the cost of a run. `uniform` gives draws that all policies of a replication share. */
export interface Situation {
  readonly config: SimConfig;
  readonly policy: string;
  readonly replication: number;
  uniform(name: string): number;
}

/** A run whose primary metric is a formula; histories differ where costs differ. Other metrics default to 0. */
export function runWith(
  cost: (situation: Situation) => number,
  others: (situation: Situation) => Partial<RunMetrics> = () => ({}),
): RunFunction {
  return (config, { name: policy }, { replication, record }) => {
    const draws = new Draws(rootKey(config.seed), replication);
    const situation = {
      config,
      policy,
      replication,
      uniform: (purpose: string) => draws.stream('world', purpose).at(0),
    };
    const workloadUnavailableMs = cost(situation);
    const metrics = { ...NO_COSTS, workloadUnavailableMs, ...others(situation) };
    const result = {
      policy,
      replication,
      durationMs: config.durationMs,
      metrics,
      workloads: [
        {
          kind: 'StatefulSet' as const,
          workload: 'shop/db',
          requiredReplicas: 2,
          unavailableMs: workloadUnavailableMs,
          unavailableApiMs: 0,
          lostReplicaMs: 2 * workloadUnavailableMs,
          outages: workloadUnavailableMs > 0 ? 1 : 0,
          longestOutageMs: workloadUnavailableMs,
          lostCoreMs: 0,
          lostMemoryGibMs: 0,
          pendingPodMs: 0,
          longestPendingMs: 0,
          lostWorkMs: 0,
        },
      ],
      faults: FAULTS,
      scriptFired: { 'rack loss': 1 },
      historyDigest: JSON.stringify(metrics),
      fingerprint: `${policy}/${replication}/${workloadUnavailableMs}`,
      eventsProcessed: 1,
    };
    const span = { host: 'host-1', state: 'serving' as const, fromMs: 0, toMs: config.durationMs };
    return { result, recording: record ? { timeline: [span], story: [], trace: new Trace() } : undefined };
  };
}

const NO_COSTS: RunMetrics = perMetric(() => 0);

const ONE_FAULT: FaultCounts = { offered: 3, latent: 1, effective: 2 };
const FAULTS = Object.fromEntries(Object.keys(DEFAULT_FAULTS.classes).map((name) => [name, ONE_FAULT])) as Record<
  FaultClass,
  FaultCounts
>;

/** An assumed input kept in a field of the config that the analytic world is free to use; uniform from `least` to 1. */
export function anInput(name: string, field: 'noReturnAfterPowerLoss' | 'frailtySigma', least = 0): AssumedInput {
  return {
    name,
    meaning: `what ${name} means`,
    unit: 'share',
    prior: { kind: 'uniform', min: least, max: 1 },
    valueIn: (config) => config.faults[field],
    apply: (config, value) => ({ ...config, faults: { ...config.faults, [field]: value } }),
  };
}

export interface RecordedHooks extends StudyHooks {
  readonly progress: StudyProgress[];
  abort(): void;
}

/** Hooks that keep what they were told; `abortAfterRuns` aborts like Ctrl-C once so many runs are done. */
export function hooks(abortAfterRuns = Number.POSITIVE_INFINITY): RecordedHooks {
  const controller = new AbortController();
  const progress: StudyProgress[] = [];
  return {
    progress,
    signal: controller.signal,
    abort: () => controller.abort(),
    onProgress: (step) => {
      progress.push(step);
      if (step.doneRuns >= abortAfterRuns) controller.abort();
    },
  };
}

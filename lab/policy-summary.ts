// Summary of one policy over its replications: every metric with its interval, its workloads, faults and script in total.

import type { Lineage } from '../core/api/lineage.ts';
import { assert } from '../core/assert.ts';
import type { FaultName, PerFault } from '../sim/config.ts';
import { Fingerprint } from '../sim/kernel/fingerprint.ts';
import type { QueueResult } from '../sim/metrics/queues.ts';
import { type FaultCounts, figureOf, type RunResult } from '../sim/result.ts';
import { measuredIn, perMetric } from './metric-phrases.ts';
import type { Bootstrap } from './statistics/bootstrap-interval.ts';
import { estimateCost } from './statistics/estimate.ts';
import type { PolicySummary, QueueSummary } from './summary.ts';
import { summariseWorkloads } from './workload-summary.ts';

/** @param runs at least one, in ascending order of replication. */
export function summarisePolicy(
  policy: { readonly name: string; readonly lineage: Lineage; readonly manifests: readonly string[] },
  runs: readonly RunResult[],
  bootstrap: Bootstrap,
): PolicySummary {
  return {
    name: policy.name,
    lineage: policy.lineage,
    manifests: policy.manifests,
    metrics: perMetric(
      (metric) =>
        estimateCost(
          runs.map((run) => figureOf(run.metrics, metric)),
          bootstrap,
        ),
      measuredIn(runs),
    ),
    workloads: summariseWorkloads(runs, bootstrap),
    faults: totalFaults(runs),
    scriptFired: totalScript(runs),
    ...queuesOf(runs),
    fingerprint: fingerprintOf(runs),
  };
}

function totalFaults(runs: readonly RunResult[]): PerFault<FaultCounts> {
  const [first, ...others] = runs;
  assert(first !== undefined, 'a summary covers at least one run');
  const totals = { ...first.faults };
  for (const { faults } of others) {
    for (const [name, counts] of Object.entries(faults) as [FaultName, FaultCounts][]) {
      totals[name] = addCounts(totals[name], counts);
    }
  }
  return totals;
}

function addCounts(a: FaultCounts | undefined, b: FaultCounts): FaultCounts {
  if (a === undefined) return b;
  return { offered: a.offered + b.offered, latent: a.latent + b.latent, effective: a.effective + b.effective };
}

/** A scripted fault that no run saw stays in the list with 0: silence is a finding. */
function totalScript(runs: readonly RunResult[]): Readonly<Record<string, number>> {
  const totals = new Map<string, number>();
  for (const run of runs) {
    for (const [name, fired] of Object.entries(run.scriptFired)) {
      const before = totals.get(name);
      totals.set(name, before === undefined ? fired : before + fired);
    }
  }
  return Object.fromEntries(totals);
}

/** Where runs have them. */
function queuesOf(runs: readonly RunResult[]): Pick<PolicySummary, 'queues'> {
  const [first] = runs;
  if (first?.queues === undefined) return {};
  const queues = first.queues.map(({ queue }): QueueSummary => {
    const all = runs.flatMap((run) => (run.queues ?? []).filter((each) => each.queue === queue));
    const total = (of: (each: QueueResult) => number): number => all.reduce((sum, each) => sum + of(each), 0);
    const most = (of: (each: QueueResult) => number): number => Math.max(...all.map(of));
    const forMs = total((each) => each.forMs);
    const entered = total((each) => each.entered);
    const perEntry = (ms: number): number => (entered === 0 ? 0 : ms / entered);
    return {
      queue,
      entered: entered / runs.length,
      meanThere: total((each) => each.inSystemMs) / forMs,
      meanWaiting: total((each) => each.waitingMs) / forMs,
      meanStayMs: perEntry(total((each) => each.stayedMs)),
      meanWaitMs: perEntry(total((each) => each.waitedMs)),
      longestWaitMs: most((each) => each.longestWaitMs),
      mostWaiting: most((each) => each.mostWaiting),
    };
  });
  return { queues };
}

function fingerprintOf(runs: readonly RunResult[]): string {
  const fingerprint = new Fingerprint();
  for (const run of runs) fingerprint.addText(run.fingerprint);
  return fingerprint.digest();
}

// Target T4: what one incident costs once the process is warm, of the whole product: real controllers, budget of the health
// check, virtual API server, node lifecycle, hosts, people, metrics; no trace, unless `trace` asks for the story and all records
// (target T11). Counts stand beside the time, for they have no noise. Pods that move are counted apart, by bench/pods.
//
// usage: node bench/fleet/incidents.ts [NODES DAYS HANGS_PER_NODE_YEAR [ROUNDS [POLICY_FILE [trace]]]]

import { startedRun } from '../../sim/simulation.ts';
import { cpuMeter } from '../kernel/cpu-meter.ts';
import { hangingFleet } from './hanging-fleet.ts';

const [nodes = 1000, days = 365, perYear = 10, rounds = 3] = process.argv.slice(2, 6).map(Number);
const [policyFile, trace] = process.argv.slice(6);
const { config, policy } = hangingFleet({ nodes, days, hangsPerNodeYear: perYear, policyFile });

interface Counts {
  readonly incidents: number;
  readonly cpuSeconds: number;
  readonly events: number;
  readonly writes: number;
  readonly decisions: number;
}

/** One replication without its building and start. */
function run(replication: number): Counts {
  const { world } = startedRun(config, policy, { replication, record: trace === 'trace' });
  const { kernel, store, observer } = world;
  const events = kernel.processed;
  const version = store.resourceVersion;
  const cpuSeconds = cpuMeter();
  kernel.runUntil(config.startMs + config.durationMs);
  return {
    cpuSeconds: cpuSeconds(),
    incidents: observer.faults.osHang.offered,
    events: kernel.processed - events,
    writes: store.resourceVersion - version,
    decisions: world.runtimes.reduce((sum, runtime) => sum + runtime.decided, 0),
  };
}

run(1);
const measured = Array.from({ length: rounds }, (_, at) => run(at + 2));
const perIncident = measured.map(({ cpuSeconds, incidents }) => (cpuSeconds * 1e6) / incidents).sort((a, b) => a - b);
const incidents = sum(({ incidents }) => incidents);

function sum(of: (counts: Counts) => number): number {
  return measured.reduce((total, counts) => total + of(counts), 0);
}

process.stdout.write(
  `${JSON.stringify({
    tool: 'metaltwin',
    workload: `incidents, ${nodes} nodes x ${days} d at ${perYear} hangs per node-year, ${policy.name}${trace === undefined ? '' : ', trace on'}`,
    incidents,
    us_per_incident: Number((perIncident[rounds >> 1] ?? Number.NaN).toFixed(1)),
    us_per_incident_min: Number((perIncident[0] ?? Number.NaN).toFixed(1)),
    events_per_incident: Number((sum(({ events }) => events) / incidents).toFixed(2)),
    decisions_per_incident: Number((sum(({ decisions }) => decisions) / incidents).toFixed(2)),
    writes_per_incident: Number((sum(({ writes }) => writes) / incidents).toFixed(2)),
    maxrss_mb: Number((process.resourceUsage().maxRSS / 1024).toFixed(1)),
  })}\n`,
);

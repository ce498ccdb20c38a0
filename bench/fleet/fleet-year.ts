// Targets T5 to T7 and T14: whole runs of the product, from the scenario file to the RunResult: real controllers, virtual API
// server, hosts, storage in cells of so many hosts (0: none), pods, people, metrics. From the built scenario on; the whole process
// counts, warm-up included, and beside it the last run alone, which is warm where there are several.
//
// usage: node bench/fleet/fleet-year.ts [NODES DAYS HANGS_PER_NODE_YEAR [RUNS [HOSTS_PER_CELL [PODS_PER_NODE]]]]
// Rate 0: an idle fleet, target T6.

import { simulate } from '../../sim/simulation.ts';
import { cpuMeter } from '../kernel/cpu-meter.ts';
import { hangingFleet } from './hanging-fleet.ts';

const [nodes = 5000, days = 365, perYear = 1, runs = 1, cell = 15, podsPerNode = 0] = process.argv.slice(2).map(Number);
const { config, policy } = hangingFleet({
  ...{ nodes, days, podsPerNode },
  hangsPerNodeYear: perYear,
  hostsPerCell: cell === 0 ? undefined : cell,
});

let incidents = 0;
let fencings = 0;
let events = 0;
let digest = '';
let resyncBytes = 0;
let lastUsed = 0;
const cpuSeconds = cpuMeter();
for (let replication = 1; replication <= runs; replication++) {
  const oneRun = cpuMeter();
  const { result } = simulate(config, policy, { replication, record: false });
  incidents += result.faults.osHang.offered;
  fencings += result.metrics.fencings;
  events += result.eventsProcessed;
  resyncBytes += result.metrics.resyncBytes;
  digest = result.historyDigest;
  lastUsed = oneRun();
}
const used = cpuSeconds();
const row = {
  tool: 'metaltwin',
  workload: `fleet ${nodes} nodes x ${days} d at ${perYear} hangs per node-year, cells of ${cell}, ${podsPerNode} pods a node, ${runs} runs`,
  events,
  cpu_s: Number(used.toFixed(4)),
  incidents,
  fencings,
  us_per_incident: incidents === 0 ? null : Number(((used * 1e6) / incidents).toFixed(1)),
  events_per_incident: incidents === 0 ? null : Number((events / incidents).toFixed(1)),
  node_years_per_cpu_s: Number(((nodes * (days / 365.25) * runs) / used).toFixed(0)),
  node_years_per_cpu_s_last: Number(((nodes * (days / 365.25)) / lastUsed).toFixed(0)),
  resync_tb: Number((resyncBytes / 1e12).toFixed(2)),
  runs_per_cpu_s: Number((runs / used).toFixed(2)),
  maxrss_mb: Number((process.resourceUsage().maxRSS / 1024).toFixed(1)),
  digest,
};
process.stdout.write(`${JSON.stringify(row)}\n`);

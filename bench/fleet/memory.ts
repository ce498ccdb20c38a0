// Target T9: memory of a large healthy fleet under the real controllers, with storage in cells of so many hosts, 0 for none: peak resident memory above a bare Node process, and
// what stays on the heap once the scenario that it was made from is let go.
//
// usage: node bench/fleet/memory.ts [NODES [DAYS [HOSTS_PER_CELL]]]

import { spawnSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startedRun } from '../../sim/simulation.ts';
import { hangingFleet } from './hanging-fleet.ts';

const [nodes = 50_000, days = 1, cell = 15] = process.argv.slice(2).map(Number);

const printPeak = 'process.stdout.write(String(process.resourceUsage().maxRSS))';
const bareKb = Number(spawnSync(process.execPath, ['-e', printPeak], { encoding: 'utf8' }).stdout);

/** The world alone: the study goes with this call. */
function built() {
  const { config, policy } = hangingFleet({
    nodes,
    days,
    hangsPerNodeYear: 0,
    hostsPerCell: cell === 0 ? undefined : cell,
  });
  const run = startedRun(config, policy, { replication: 1, record: false });
  run.world.kernel.runUntil(config.startMs + config.durationMs);
  return run;
}

const kept = built();
const peakKb = process.resourceUsage().maxRSS;
setFlagsFromString('--expose_gc');
const collect: () => void = runInNewContext('gc');
collect();
collect();
const heapBytes = process.memoryUsage().heapUsed;

process.stdout.write(
  `${JSON.stringify({
    tool: 'metaltwin',
    workload: `memory, ${nodes} idle nodes, cells of ${cell} hosts`,
    events: kept.world.kernel.processed,
    peak_over_node_mb: Number(((peakKb - bareKb) / 1024).toFixed(1)),
    peak_kb_per_node: Number(((peakKb - bareKb) / nodes).toFixed(2)),
    heap_kb_per_node: Number((heapBytes / 1024 / nodes).toFixed(2)),
  })}\n`,
);

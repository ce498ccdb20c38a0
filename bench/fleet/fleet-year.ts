// Targets T4 to T7 and T14: whole runs of the product, from the scenario file to the RunResult: real controllers, virtual API
// server, hosts, storage, people, metrics. Faults are hangs that a reboot cures, so that every incident walks the whole flow.
//
// usage: node bench/fleet/fleet-year.ts [NODES DAYS HANGS_PER_NODE_YEAR [RUNS]]      (rate 0: an idle fleet, target T6)

import { loadStudy } from '../../scenarios/compile.ts';
import { simulate } from '../../sim/simulation.ts';
import { studyFiles } from '../../twin/study-files.ts';
import { cpuMeter } from '../kernel/cpu-meter.ts';

const [nodes = 5000, days = 365, perYear = 1, runs = 1] = process.argv.slice(2).map(Number);

const scenario = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: fleet }
spec:
  study: steady
  duration: ${days}d
  seed: fleet
  cluster:
    generate:
      machineApi: openshift
      racks: ${Math.max(3, Math.ceil(nodes / 20))}
      groups:
        - { name: worker, count: ${nodes}, dataDisks: 0 }
      workloads: []
`;
const policy = 'examples/policies/reboot-first.yaml';
const loaded = loadStudy(
  { scenarioFile: 'fleet.yaml', policies: [{ name: 'reboot-first', files: [policy] }] },
  {
    ...studyFiles,
    readText: (path) => (path === 'fleet.yaml' ? { kind: 'text', text: scenario } : studyFiles.readText(path)),
  },
);
if ('problems' in loaded) {
  for (const problem of loaded.problems) process.stderr.write(`${problem.file}:${problem.line} ${problem.message}\n`);
  process.exit(2);
}
const { config, policies } = loaded.study;
const quiet = Object.fromEntries(
  Object.entries(config.faults.classes).map(([name, fault]) => [name, { ...fault, perYear: 0 }]),
) as typeof config.faults.classes;
const osHang = {
  ...config.faults.classes.osHang,
  perYear,
  gapShape: 1,
  cures: { itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 },
};
const fleet = {
  ...config,
  faults: { ...config.faults, frailtySigma: 0, classes: { ...quiet, osHang } },
  plannedReboots: { ...config.plannedReboots, everyMs: 0 },
};
const [rebootFirst] = policies;
if (rebootFirst === undefined) throw new Error('the study has its policy');

let incidents = 0;
let fencings = 0;
let events = 0;
let digest = '';
const cpuSeconds = cpuMeter();
for (let replication = 1; replication <= runs; replication++) {
  const { result } = simulate(fleet, rebootFirst, { replication, record: false });
  incidents += result.faults.osHang.offered;
  fencings += result.metrics.fencings;
  events += result.eventsProcessed;
  digest = result.historyDigest;
}
const used = cpuSeconds();
const row = {
  tool: 'metaltwin',
  workload: `fleet ${nodes} nodes x ${days} d at ${perYear} hangs per node-year, ${runs} runs`,
  events,
  cpu_s: Number(used.toFixed(4)),
  incidents,
  fencings,
  us_per_incident: incidents === 0 ? null : Number(((used * 1e6) / incidents).toFixed(1)),
  events_per_incident: incidents === 0 ? null : Number((events / incidents).toFixed(1)),
  node_years_per_cpu_s: Number(((nodes * (days / 365.25) * runs) / used).toFixed(0)),
  runs_per_cpu_s: Number((runs / used).toFixed(2)),
  maxrss_mb: Number((process.resourceUsage().maxRSS / 1024).toFixed(1)),
  digest,
};
process.stdout.write(`${JSON.stringify(row)}\n`);

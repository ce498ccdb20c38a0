// All benchmarks: bundles them as the product is bundled, runs them interleaved (A B C A B C ...), prints medians as a table
// and, with --json, every row. One variant per process. `--tsv` prints lines `workload, tool, command` instead, for runners
// of other simulators that put these programs beside theirs.
//
// usage: node bench/run.ts [--rounds N] [--only TEXT] [--json] [--tsv]

import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = `${ROOT}dist/bench/`;

interface Bench {
  readonly workload: string;
  readonly tool: string;
  readonly program: string;
  readonly args: readonly string[];
}

const BENCHES: readonly Bench[] = [
  ...['1000', '10000'].map((lps) => ({
    workload: `PHOLD ${lps} LPs`,
    tool: 'metaltwin',
    program: 'kernel/phold',
    args: [lps, '2000000'],
  })),
  { workload: 'PHOLD 10000 LPs', tool: 'metaltwin, 8e6 events', program: 'kernel/phold', args: ['10000', '8000000'] },
  { workload: 'M/M/1 1e6', tool: 'metaltwin callback', program: 'kernel/mm1', args: ['1000000', 'callback'] },
  { workload: 'M/M/1 1e6', tool: 'metaltwin process', program: 'kernel/mm1', args: ['1000000', 'process'] },
  {
    workload: 'heartbeats 5000 x 1 h',
    tool: 'metaltwin lazy',
    program: 'node/heartbeats',
    args: ['5000', '3600', '100', 'lazy'],
  },
  {
    workload: 'heartbeats 5000 x 1 h',
    tool: 'metaltwin explicit',
    program: 'node/heartbeats',
    args: ['5000', '3600', '100', 'explicit'],
  },
  ...[
    { of: 'idle fleet, 1 day', args: ['5000', '1', '0', '1', '15'] },
    { of: 'idle fleet, 10 years', args: ['5000', '3652', '0', '1', '15'] },
    { of: 'fleet of 5000, 1 year, 1 fault a year', args: ['5000', '365', '1', '3', '15'] },
    { of: 'fleet of 5000, 1 year, MTBF 1000 h', args: ['5000', '365', '8.766', '1', '15'] },
    { of: 'fleet of 5000, 1 year, no storage', args: ['5000', '365', '1', '3', '0'] },
    { of: 'fleet of 5000, 1 year, 20 pods a node', args: ['5000', '365', '1', '1', '15', '20'] },
    { of: 'fleet of 50000, 1 year', args: ['50000', '365', '1', '1', '15'] },
  ].map(({ of, args }) => ({ workload: of, tool: 'metaltwin', program: 'fleet/fleet-year', args })),
  ...['examples/policies/reboot-first.yaml', 'bench/fleet/own-policy.yaml'].flatMap((policy) =>
    [[], ['trace']].map((trace) => ({
      workload: `incidents ${trace.join('')}`,
      tool: basename(policy, '.yaml'),
      program: 'fleet/incidents',
      args: ['1000', '90', '10', '3', policy, ...trace],
    })),
  ),
  ...['200', '2000', '20000'].map((flows) => ({
    workload: `changes of ${flows} flows`,
    tool: 'metaltwin',
    program: 'storage/flows',
    args: [flows, '500000'],
  })),
  { workload: 'reconciles', tool: 'metaltwin', program: 'fleet/reconciles', args: ['1000', '20000'] },
  { workload: 'memory of 50000 nodes', tool: 'metaltwin', program: 'fleet/memory', args: ['50000', '1', '15'] },
  ...['500', '5000', '20000'].map((nodes) => ({
    workload: `evictions, ${nodes} nodes of 20 pods`,
    tool: 'metaltwin',
    program: 'pods/evictions',
    args: [nodes, '20', '2000'],
  })),
  { workload: 'CRUSH, 1000 OSDs', tool: 'metaltwin', program: 'storage/crush', args: ['10', '10', '10', '200000'] },
  ...['1', '8'].flatMap((consoles) =>
    ['ours', 'generic', 'ipmi_sim'].map((server) => ({
      workload: `IPMI${server === 'generic' ? ' with the times of a controller' : ''}, ${consoles} consoles`,
      tool: server === 'ipmi_sim' ? server : 'metaltwin',
      program: 'bmc/ipmi',
      args: [server, consoles, '5'],
    })),
  ),
  { workload: 'IPMI, flood', tool: 'metaltwin', program: 'bmc/flood', args: ['20'] },
  { workload: 'store', tool: 'metaltwin', program: 'store/store', args: [] },
  { workload: 'cold start', tool: 'metaltwin', program: 'cli/cold-start', args: [] },
];

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    tsv: { type: 'boolean', default: false },
  },
});

const chosen = BENCHES.filter(({ workload, tool }) =>
  `${workload} ${tool}`.toLowerCase().includes(options.only.toLowerCase()),
);
const programs = [...new Set(chosen.map(({ program }) => program))];
const bundle = await rolldown({
  input: Object.fromEntries(programs.map((program) => [program.replace('/', '-'), `${ROOT}bench/${program}.ts`])),
  platform: 'node',
  treeshake: true,
});
await bundle.write({ dir: OUT, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name].js' });

const commandOf = ({ program, args }: Bench): readonly string[] => [`${OUT}${program.replace('/', '-')}.js`, ...args];

if (options.tsv) {
  for (const bench of chosen) {
    process.stdout.write(
      `${[bench.workload, bench.tool, [process.execPath, ...commandOf(bench)].join(' ')].join('\t')}\n`,
    );
  }
} else {
  const rows = new Map<Bench, Record<string, unknown>[]>();
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const bench of chosen) {
      const startedAt = process.hrtime.bigint();
      const { stdout, stderr, status } = spawnSync(process.execPath, commandOf(bench), { encoding: 'utf8', cwd: ROOT });
      if (status !== 0) throw new Error(`${bench.workload}: exit ${status}\n${stderr}`);
      const wallMs = Number(process.hrtime.bigint() - startedAt) / 1e6;
      const row = { ...JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}'), wall_ms: Math.round(wallMs) };
      rows.set(bench, [...(rows.get(bench) ?? []), row]);
      if (options.json) process.stdout.write(`${JSON.stringify({ ...bench, round, ...row })}\n`);
    }
  }
  for (const [{ workload, tool }, runs] of rows) {
    const figures = Object.keys(runs[0] ?? {})
      .filter((name) => typeof runs[0]?.[name] === 'number')
      .map((name) => `${name} ${median(runs.map((run) => Number(run[name])))}`);
    process.stdout.write(`${workload} | ${tool} | ${figures.join(', ')}\n`);
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

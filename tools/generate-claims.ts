// Writes docs/claims.md: the five claims of the talk behind this project, each tried by simulation, with its paired result
// and the region where it is false. Takes some minutes; `npm run claims`. Everything is computed by the product's own path:
// example scenarios, policies as manifests, the worker pool and the paired intervals of the lab. `--only TEXT` prints the rows
// whose case holds the text and writes nothing.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cutChunks } from '../lab/chunks.ts';
import { Bootstrap } from '../lab/statistics/bootstrap-interval.ts';
import { pairedInterval } from '../lab/statistics/paired-interval.ts';
import type { Estimate } from '../lab/summary.ts';
import { availableWorkers, WorkerPool } from '../lab/worker-pool.ts';
import { loadStudy } from '../scenarios/compile.ts';
import type { Study } from '../scenarios/study.ts';
import { ASSUMED_INPUTS } from '../sim/assumptions.ts';
import type { PolicyConfig, SimConfig } from '../sim/config.ts';
import { HOUR_MS } from '../sim/kernel/time-units.ts';
import { figureOf, type MetricName, type RunResult } from '../sim/result.ts';
import { studyFiles } from '../twin/study-files.ts';

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;

const REPLICATIONS = 100;
const TIB = 2 ** 40;

interface Case {
  readonly name: string;
  readonly a: { readonly config: SimConfig; readonly policy: PolicyConfig };
  readonly b: { readonly config: SimConfig; readonly policy: PolicyConfig };
}

interface Column {
  readonly title: string;
  readonly metric: MetricName;
  readonly per: number;
  readonly digits: number;
}

const COLUMNS = {
  unavailable: { title: 'workload unavailable, h', metric: 'workloadUnavailableMs', per: HOUR_MS, digits: 1 },
  lost: { title: 'lost replicas, h', metric: 'lostReplicaMs', per: HOUR_MS, digits: 1 },
  downtime: { title: 'node downtime, h', metric: 'nodeDowntimeMs', per: HOUR_MS, digits: 1 },
  resync: { title: 'resync, TiB', metric: 'resyncBytes', per: TIB, digits: 0 },
  reduced: { title: 'reduced redundancy, h', metric: 'reducedRedundancyMs', per: HOUR_MS, digits: 0 },
  blocked: { title: 'data unavailable, h', metric: 'dataUnavailableMs', per: HOUR_MS, digits: 2 },
  inFlight: { title: 'most in flight', metric: 'mostInFlight', per: 1, digits: 1 },
  fencings: { title: 'fencings', metric: 'fencings', per: 1, digits: 1 },
} as const satisfies Record<string, Column>;

async function runsOf({ config, policy }: Case['a']): Promise<readonly RunResult[]> {
  const pool = new WorkerPool({ config, policies: [policy] }, { workers: availableWorkers() });
  try {
    const chunks = cutChunks(
      { variant: [], policies: [0], record: false },
      { first: 1, count: REPLICATIONS, size: Math.ceil(REPLICATIONS / (4 * pool.workers)) },
    );
    const parts = await Promise.all(chunks.map((chunk) => pool.run(chunk)));
    return parts.flatMap(({ results }) => results);
  } finally {
    await pool.close();
  }
}

async function table(
  labels: readonly [string, string],
  columns: readonly Column[],
  cases: readonly Case[],
): Promise<string> {
  const header = `| case | ${columns.map(({ title }) => `${title}: ${labels[0]} | ${labels[1]} | difference [95 %]`).join(' | ')} |`;
  const rule = `|---|${columns.map(() => '--:|--:|--:|').join('')}`;
  const rows: string[] = [];
  for (const { name, a, b } of cases) {
    if (only !== undefined && !name.includes(only)) continue;
    process.stderr.write(`${name}\n`);
    const [runsA, runsB] = [await runsOf(a), await runsOf(b)];
    const cells = columns.map(({ metric, per, digits }) => {
      const values = (runs: readonly RunResult[]): number[] =>
        runs.map(({ metrics }) => figureOf(metrics, metric) / per);
      const [x, y] = [values(runsA), values(runsB)];
      const difference = pairedInterval(x, y, new Bootstrap(`claims/${name}/${metric}`));
      return `${mean(x).toFixed(digits)} | ${mean(y).toFixed(digits)} | ${interval(difference, digits)}`;
    });
    const row = `| ${name} | ${cells.join(' | ')} |`;
    if (only !== undefined) process.stdout.write(`${row}\n`);
    rows.push(row);
  }
  return [header, rule, ...rows].join('\n');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function interval({ mean: middle, low, high }: Estimate, digits: number): string {
  const text = `${middle.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`.replaceAll(
    /-(0\.?0*)(?=[ \],])/g,
    '$1',
  );
  return low > 0 || high < 0 ? `**${text}**` : text;
}

function study(scenarioFile: string, policies: Readonly<Record<string, readonly string[]>> = {}): Study {
  const loaded = loadStudy(
    { scenarioFile, policies: Object.entries(policies).map(([name, files]) => ({ name, files })) },
    studyFiles,
  );
  if ('problems' in loaded) throw new Error(loaded.problems.map(({ message }) => message).join('; '));
  return loaded.study;
}

function policyNamed(from: Study, name: string): PolicyConfig {
  const policy = from.policies.find((candidate) => candidate.name === name);
  if (policy === undefined) throw new Error(`no policy ${name} in ${from.name}`);
  return policy;
}

function withInput(config: SimConfig, name: string, value: number): SimConfig {
  const input = ASSUMED_INPUTS.find((candidate) => candidate.name === name);
  if (input === undefined) throw new Error(`no assumed input ${name}`);
  return input.apply(config, value);
}

const hyper = study('examples/hyperconverged.yaml');
const cloud = study('examples/cloud-like.yaml');
const budgets = study('examples/hyperconverged.yaml', {
  limited: ['examples/policies/mdb-limited.yaml'],
  unlimited: ['examples/policies/mdb-unlimited.yaml'],
});

/** Reboot first against reprovision in one world. */
function actions(name: string, config: SimConfig, from = hyper): Case {
  return {
    name,
    a: { config, policy: policyNamed(from, 'reboot-first') },
    b: { config, policy: policyNamed(from, 'reprovision') },
  };
}

const keepsDisks: SimConfig = {
  ...hyper.config,
  provisioning: { ...hyper.config.provisioning, automatedCleaningMode: 'disabled' },
  objects: hyper.config.objects.map((object) =>
    object.kind === 'BareMetalHost'
      ? { ...object, spec: { ...(object.spec as object), automatedCleaningMode: 'disabled' } }
      : object,
  ),
};
const externalDisks: SimConfig = { ...hyper.config, pools: [] };

const claim1 = await table(
  ['reboot first', 'reprovision'],
  [COLUMNS.unavailable, COLUMNS.downtime],
  [
    actions('hyperconverged', hyper.config),
    actions('no reboot ever cures a hang, a dead kubelet or a dead host', withInput(hyper.config, 'rebootCures', 0)),
    actions('every reboot cures', withInput(hyper.config, 'rebootCures', 1)),
    actions('disks are kept (automatedCleaningMode: disabled)', keepsDisks),
    actions('storage outside the hosts', externalDisks),
    actions('storage outside, and no reboot ever cures', withInput(externalDisks, 'rebootCures', 0)),
  ],
);

const claim2 = await table(
  ['reboot first', 'reprovision'],
  [COLUMNS.resync, COLUMNS.reduced, COLUMNS.blocked],
  [
    actions('hyperconverged, disks wiped', hyper.config),
    actions('disks are kept (automatedCleaningMode: disabled)', keepsDisks),
    actions('storage outside the hosts', externalDisks),
  ],
);

/** The switch of a rack of nine is out for a quarter of an hour, every month. */
const flood: SimConfig = {
  ...budgets.config,
  script: Array.from({ length: 12 }, (_, month) => ({
    name: `switch outage ${month + 1}`,
    atMs: (month * 30 + 15) * 24 * HOUR_MS,
    fault: 'switchOutage' as const,
    target: `rack-${(month % 6) + 1}`,
    forMs: 15 * 60_000,
  })),
};
const singles: SimConfig = {
  ...budgets.config,
  faults: {
    ...budgets.config.faults,
    classes: {
      ...budgets.config.faults.classes,
      switchOutage: { ...budgets.config.faults.classes.switchOutage, perYear: 0 },
      rackPowerLoss: { ...budgets.config.faults.classes.rackPowerLoss, perYear: 0 },
    },
  },
};
const limit = (name: string, config: SimConfig): Case => ({
  name,
  a: { config, policy: policyNamed(budgets, 'limited') },
  b: { config, policy: policyNamed(budgets, 'unlimited') },
});
const claim3 = await table(
  ['with budget', 'without'],
  [COLUMNS.inFlight, COLUMNS.fencings, COLUMNS.unavailable],
  [
    limit('a rack switch is out for 15 min every month', flood),
    limit('hosts fail alone: no switch or power outages', singles),
  ],
);

const slowCloud: SimConfig = {
  ...cloud.config,
  hardware: Object.fromEntries(
    Object.entries(cloud.config.hardware).map(([name, model]) => [
      name,
      { ...model, imageWriteMs: { kind: 'constant' as const, value: 40 * 60_000 } },
    ]),
  ),
};
const claim4 = await table(
  ['reboot first', 'reprovision'],
  [COLUMNS.unavailable, COLUMNS.downtime],
  [
    actions('cloud-like: 2-minute machines, disks outside', cloud.config, cloud),
    actions('the same, but a new machine takes 40 min', slowCloud, cloud),
    actions('the same, but every reboot cures', withInput(cloud.config, 'rebootCures', 1), cloud),
    actions('the same, but no reboot cures, ever', withInput(cloud.config, 'rebootCures', 0), cloud),
  ],
);

const upgrades = (config: SimConfig, drain: boolean): SimConfig => ({
  ...config,
  plannedReboots: { ...config.plannedReboots, drain, everyMs: 30 * 24 * HOUR_MS },
});
const draining = (name: string, config: SimConfig): Case => ({
  name,
  a: { config: upgrades(config, true), policy: policyNamed(hyper, 'reboot-first') },
  b: { config: upgrades(config, false), policy: policyNamed(hyper, 'reboot-first') },
});
const noSingletons: SimConfig = {
  ...hyper.config,
  objects: hyper.config.objects.filter(({ metadata }) => !metadata.name.includes('singleton')),
};
const claim5 = await table(
  ['drained', 'not drained'],
  [COLUMNS.unavailable, COLUMNS.lost],
  [
    draining('hyperconverged, a rolling upgrade every month', hyper.config),
    draining('the same without single-replica workloads', noSingletons),
  ],
);

const page = `# The five claims

Generated by \`npm run claims\`: ${REPLICATIONS} replications of one year each, on the same draws for both sides of every row; figures are
means per year, differences (first minus second) are paired with their 95 % intervals, bold where zero is outside. The world is
\`examples/hyperconverged.yaml\` where a row does not say otherwise, with all its assumptions: a claim holds or fails under those.

## 1. Reboot first is better than reprovision

${claim1}

It holds in every row here in time that workloads lose, even where no reboot ever cures; most of the difference is the wiped
disks. In node downtime it holds too, but is undecided where no reboot ever cures, and false on a cloud: see claim 4.

## 2. Reprovisioning causes more trouble through resync

${claim2}

It is false without disks of one's own: outside storage owes nothing. Kept disks owe less than wiped ones and more than after a
reboot, because a reprovision takes longer than the ten minutes after which the storage rebuilds elsewhere.
Trouble is measured as bytes moved, time with a copy short, and time in which data could not be written because a second
failure fell into that time. Faults that the load of a resync itself provokes are not in the model.

## 3. A disruption budget limits fencing floods

${claim3}

The original operator's budget, \`maxUnavailable: 2\`, against none. It is false where failures come alone: there the budget
changes nothing. It never makes fewer fencings, only fewer at once, and what waits for it stays down longer.

## 4. On a cloud the first claim turns round

${claim4}

In node downtime, that is capacity, it turns round, whether reboots cure or not: a machine that is never repaired but given
back does not wait for anybody. It turns back where a new machine is slow. In time that workloads lose the two cannot be told
apart here, because pods leave a silent node after the same five minutes either way. The example was made to be like a cloud:
no BMC and no disks to fail, broken hardware is somebody else's, nothing to wipe.

## 5. Draining before planned work loses less than not draining

${claim5}

A drain moves a replica in an orderly way, but a workload of one replica is down while it moves, drained or not. Without such
workloads there is little left to lose or to win in time that any is unavailable; lost replicas still speak for the drain.
`;

if (only === undefined) writeFileSync(new URL('../docs/claims.md', import.meta.url), page);

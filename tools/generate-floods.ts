// Writes docs/floods.md: what each remediation system does when 200 healthy hosts lose their heartbeats because a switch is out.
// Run it with `node tools/generate-floods.ts`; a test fails when the page differs from what it would write. Everything is
// computed by the product's own path: an example scenario, policies as manifests, one recorded run for each row.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatDuration } from '../scenarios/quantities.ts';
import type { InvariantVerdict } from '../sim/checkers/invariant.ts';
import { MINUTE_MS } from '../sim/kernel/time-units.ts';
import { simulate } from '../sim/simulation.ts';
import { writtenStudy } from '../test/kit/written-study.ts';

export const FLOODS_PAGE = fileURLToPath(new URL('../docs/floods.md', import.meta.url));

const FOLDER = fileURLToPath(new URL('../examples/floods/', import.meta.url));
const SCENARIO = `${FOLDER}scenario.yaml`;
const LOOK_AHEAD_MS = 6 * 60 * MINUTE_MS;
/** How old what controllers know may be; in these runs nothing delays it but a constant lag of 2 ms. */
const STALENESS_MS = 10_000;

interface Case {
  readonly system: string;
  readonly values: string;
  readonly machineApi: 'openshift' | 'cluster-api';
  /** Manifests as YAML; empty: none. */
  readonly policy: () => string;
}

/** Doubt can be made impossible, not switched off. */
const NO_DOUBT = 'doubt: { percent: 100, atLeast: 1000, within: 1s }';

const OWN_CASES: readonly Case[] = [
  {
    system: 'Our own policy, as it is by default',
    values: '300 s, doubt 50 % within 2m, 1 in flight',
    machineApi: 'openshift',
    policy: () => file('own-policy.yaml'),
  },
  {
    system: 'the example of its page',
    values: '300 s, the same doubt, 2 in flight, 1 a rack, 20 % out of service, 3 starts and 1 more each 10m',
    machineApi: 'openshift',
    policy: () => file('../policies/own.yaml'),
  },
  {
    system: 'the default without doubt',
    values: '300 s, 1 in flight',
    machineApi: 'openshift',
    policy: () => file('own-policy.yaml').replace('spec: {}', `spec: { ${NO_DOUBT} }`),
  },
  {
    system: 'the default without doubt and without a limit',
    values: '300 s',
    machineApi: 'openshift',
    policy: () => file('own-policy.yaml').replace('spec: {}', `spec: { maxInFlight: { percent: 100 }, ${NO_DOUBT} }`),
  },
];

const CASES: readonly Case[] = [
  {
    system: 'No remediation',
    values: '',
    machineApi: 'openshift',
    policy: () => '',
  },
  {
    system: 'OpenShift MachineHealthCheck, power-based',
    values: '300 s, maxUnhealthy 40 %',
    machineApi: 'openshift',
    policy: () => file('openshift-mhc.yaml'),
  },
  {
    system: 'the same without a limit',
    values: '300 s, maxUnhealthy absent (100 %)',
    machineApi: 'openshift',
    policy: () => file('openshift-mhc.yaml').replace('  maxUnhealthy: 40%\n', ''),
  },
  {
    system: 'OpenShift MachineHealthCheck, replacing Machines, without a limit',
    values: '300 s, maxUnhealthy absent (100 %)',
    machineApi: 'openshift',
    policy: () =>
      file('openshift-mhc.yaml')
        .replace('  maxUnhealthy: 40%\n', '')
        .replace(/ {2}annotations:\n.*\n/, ''),
  },
  {
    system: 'Cluster API MachineHealthCheck with Metal3Remediation',
    values: '300 s, maxUnhealthy 40 %, retryLimit 1',
    machineApi: 'cluster-api',
    policy: () => file('capi-metal3.yaml'),
  },
  {
    system: 'the same without a limit',
    values: '300 s, maxUnhealthy absent (100 %)',
    machineApi: 'cluster-api',
    policy: () => file('capi-metal3.yaml').replace(/ {4}triggerIf:\n.*\n/, ''),
  },
  {
    system: 'machine-remediation-operator (2019) with MachineDisruptionBudget',
    values: '300 s, maxUnavailable 2',
    machineApi: 'openshift',
    policy: () => file('../policies/mdb-limited.yaml'),
  },
  {
    system: 'the same without a budget',
    values: '300 s',
    machineApi: 'openshift',
    policy: () => file('../policies/mdb-unlimited.yaml'),
  },
  {
    system: 'NodeHealthCheck with SelfNodeRemediation',
    values: '300 s, minHealthy 51 %; agents: 15 s, 3 errors',
    machineApi: 'openshift',
    policy: () => file('nhc-self-node.yaml'),
  },
  {
    system: 'NodeHealthCheck with FenceAgentsRemediation',
    values: '300 s, minHealthy 51 %; 5 tries of 60 s',
    machineApi: 'openshift',
    policy: () => file('nhc-fence-agents.yaml'),
  },
  {
    system: 'the same, everything allowed',
    values: '300 s, minHealthy 0 %',
    machineApi: 'openshift',
    policy: () => file('nhc-fence-agents.yaml').replace('minHealthy: 51%', 'minHealthy: 0%'),
  },
  {
    system: 'NodeHealthCheck with MachineDeletionRemediation',
    values: '300 s, minHealthy 51 %',
    machineApi: 'openshift',
    policy: () => file('nhc-machine-deletion.yaml'),
  },
  {
    system: 'NodeHealthCheck, SelfNodeRemediation then MachineDeletionRemediation',
    values: '300 s, minHealthy 51 %, stormCooldownDuration 10m, 10m then 1h',
    machineApi: 'openshift',
    policy: () => file('nhc-escalating.yaml'),
  },
  ...OWN_CASES,
];

function file(name: string): string {
  return readFileSync(`${FOLDER}${name}`, 'utf8');
}

interface Row {
  readonly fencings: number;
  readonly mostInFlight: number;
  readonly needless: number;
  readonly reprovisionings: number;
  /** From the loss of the switches until every host serves again; undefined: not within the run. */
  readonly recoveredAfterMs: number | undefined;
  /** Of our own policy. */
  readonly invariants: readonly InvariantVerdict[];
}

function rowOf(each: Case, outageMs: number): Row {
  const { machineApi, policy } = each;
  const text = policy();
  const { config, policies } = studyOf(machineApi, outageMs, text === '' ? undefined : text);
  const [chosen] = policies;
  if (chosen === undefined) throw new Error('a study without a policy');
  const struckAtMs = config.script[0]?.atMs ?? 0;
  const check = { stalenessMs: STALENESS_MS, healedAfterMs: struckAtMs + outageMs };
  const {
    result,
    recording,
    invariants = [],
  } = simulate(config, chosen, {
    replication: 1,
    record: true,
    ...(OWN_CASES.includes(each) ? { check } : {}),
  });
  const lastBackAtMs = (recording?.timeline ?? [])
    .filter(({ state, toMs }) => state !== 'serving' && state !== 'spare' && toMs > struckAtMs)
    .reduce((latest, { toMs }) => Math.max(latest, toMs), struckAtMs);
  const { fencings, mostInFlight, needlessHealthy, needlessSelfHealing, needlessBooting, reprovisionings } =
    result.metrics;
  return {
    fencings,
    mostInFlight,
    needless: needlessHealthy + needlessSelfHealing + needlessBooting,
    reprovisionings,
    recoveredAfterMs: lastBackAtMs >= config.durationMs ? undefined : lastBackAtMs - struckAtMs,
    invariants,
  };
}

function studyOf(machineApi: Case['machineApi'], outageMs: number, policy: string | undefined) {
  return writtenStudy(
    {
      scenarioFile: SCENARIO,
      policies: [{ name: 'policy', files: policy === undefined ? [] : ['policy.yaml'] }],
    },
    {
      [SCENARIO]: file('scenario.yaml')
        .replace('machineApi: openshift', `machineApi: ${machineApi}`)
        .replaceAll('for: 4m', `for: ${formatDuration(outageMs)}`)
        .replace(/ {2}policies:\n(.|\n)*/, ''),
      'policy.yaml': policy,
    },
  );
}

/** One row of the table of an outage; a system that leaves hosts down at the end of the run has no time. */
function line(each: Case, row: Row): string {
  const { fencings, mostInFlight, needless, reprovisionings, recoveredAfterMs } = row;
  const recovered =
    recoveredAfterMs === undefined ? `not in ${formatDuration(LOOK_AHEAD_MS)}` : minutes(recoveredAfterMs);
  return `| ${each.system} | ${each.values} | ${fencings} | ${mostInFlight} | ${needless} | ${reprovisionings} | ${recovered} |`;
}

function minutes(ms: number): string {
  return `${(ms / MINUTE_MS).toFixed(0)} min`;
}

type Flood = ReadonlyMap<Case, Row>;

function flood(outageMs: number): Flood {
  return new Map(CASES.map((each) => [each, rowOf(each, outageMs)]));
}

function table(rows: Flood): string {
  return [
    '| system | values | fencings | most in flight | needless | reprovisioned | all serve again after |',
    '|---|---|--:|--:|--:|--:|--:|',
    ...[...rows].map(([each, row]) => line(each, row)),
  ].join('\n');
}

/** Invariants that speak about a flood, by what the page calls them. */
const CHECKED = [
  { id: 'S13', name: 'blind observer' },
  { id: 'B1', name: 'in-flight cap' },
  { id: 'L3', name: 'not left off' },
] as const;

function checkedTable(floods: readonly { readonly outageMs: number; readonly rows: Flood }[]): string {
  const cellsOf = (row: Row | undefined): readonly string[] =>
    CHECKED.map(({ id }) => {
      const found = row?.invariants.find((verdict) => verdict.id === id);
      if (found === undefined || found.exercised === 0) return 'never at stake';
      return found.brokenCount > 0 ? `**broken ${found.brokenCount}×**` : `kept ${found.exercised}×`;
    });
  return [
    `| policy | out for | ${CHECKED.map(({ id, name }) => `${id} ${name}`).join(' | ')} |`,
    `|---|--:|${CHECKED.map(() => '--:').join('|')}|`,
    ...OWN_CASES.flatMap((each) =>
      floods.map(
        ({ outageMs, rows }) =>
          `| ${each.system} | ${formatDuration(outageMs)} | ${cellsOf(rows.get(each)).join(' | ')} |`,
      ),
    ),
  ].join('\n');
}

export function floodsPage(): string {
  const short = flood(4 * MINUTE_MS);
  const long = flood(8 * MINUTE_MS);
  return `# 200 hosts behind one switch

Generated by \`node tools/generate-floods.ts\`; do not edit. The switches of 200 of 260 workers are out, and nothing is wrong with
any host: \`examples/floods/scenario.yaml\`, policies beside it, one run for each row, lineage \`exact\`. The values are those that
the documentation of each system shows in its examples. A fencing is a power-off that a remediation starts, by a BMC or by the
node itself; it is needless when the host would have served sooner without it. BMCs have a network of their own and answer.

## Out for 4 minutes

${table(short)}

A health check that waits 300 s sees nodes as unhealthy 5 min 45 s after their last heartbeat at the earliest, and these are back by
then. The agents of self node remediation do not wait for it: a node that reaches neither the API server nor any peer holds
itself for isolated after about a minute and a half, and reboots. (One does not: of a hundred watchdogs one is assumed not to fire.)

## Out for 8 minutes

${table(long)}

Now 300 s are over. A limit of 40 % refuses while 200 of 260 are down; but when the network is back nodes become Ready one after
the other, and at the moment in which 104 are left the limit allows them all, at once: it turns a flood of 200 into one of 104,
of hosts that are about to be Ready. The same happens to minHealthy 51 %. A budget that counts what may be down at all never
opens, as the disruption budget of 2019.

Our own policy makes no remediation at all: that most of the pool failed within two minutes says more about the observer than about the
hosts. It calls a person when the doubt has lasted for 15 minutes, which it did not here. The two last rows show what the doubt is worth,
and what is left without it: a limit that counts hosts in flight still fences healthy hosts one after the other, and only
makes it slower.

The doubt has a price, which [comparison.md](comparison.md) shows, and an edge: a switch of a smaller part of the pool than \`doubt.percent\`
is no doubt, and its hosts are fenced one by one up to the limits, as by everybody else.

## Our own policy under the checkers

The same runs of our own policy, judged by the checkers of the invariants ([invariants.md](generated/invariants.md)), which know the truth
and do not ask the policy. An invariant is at stake when something happened that could have broken it.

${checkedTable([
  { outageMs: 4 * MINUTE_MS, rows: short },
  { outageMs: 8 * MINUTE_MS, rows: long },
])}
`;
}

if (import.meta.main) writeFileSync(FLOODS_PAGE, floodsPage());

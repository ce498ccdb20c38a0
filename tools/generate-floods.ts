// Writes docs/floods.md: what each remediation system does when 200 healthy hosts lose their heartbeats because a switch is out.
// Run it with `node tools/generate-floods.ts`; a test fails when the page differs from what it would write. Everything is
// computed by the product's own path: an example scenario, policies as manifests, one recorded run for each row.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadStudy } from '../scenarios/compile.ts';
import type { FileReader } from '../scenarios/file-reader.ts';
import { formatDuration } from '../scenarios/quantities.ts';
import { simulate } from '../sim/simulation.ts';
import { studyFiles } from '../twin/study-files.ts';

export const FLOODS_PAGE = fileURLToPath(new URL('../docs/floods.md', import.meta.url));

const FOLDER = fileURLToPath(new URL('../examples/floods/', import.meta.url));
const SCENARIO = `${FOLDER}scenario.yaml`;
const MINUTE_MS = 60_000;
const OUTAGES_MS = [4 * MINUTE_MS, 8 * MINUTE_MS];

interface Case {
  readonly system: string;
  readonly values: string;
  readonly machineApi: 'openshift' | 'cluster-api';
  /** Manifests as YAML; empty: none. */
  readonly policy: () => string;
}

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
];

function file(name: string): string {
  return readFileSync(`${FOLDER}${name}`, 'utf8');
}

interface Row {
  readonly fencings: number;
  readonly mostInFlight: number;
  readonly needless: number;
  readonly reprovisionings: number;
  /** From the first instant without heartbeats until the last of the 200 serves again. */
  readonly recoveredAfterMs: number;
}

function rowOf({ machineApi, policy }: Case, outageMs: number): Row {
  const text = policy();
  const { config, policies } = studyOf(machineApi, outageMs, text === '' ? undefined : text);
  const [chosen] = policies;
  if (chosen === undefined) throw new Error('a study without a policy');
  const { result, recording } = simulate(config, chosen, { replication: 1, record: true });
  const struckAtMs = config.script[0]?.atMs ?? 0;
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
    recoveredAfterMs: lastBackAtMs - struckAtMs,
  };
}

function studyOf(machineApi: Case['machineApi'], outageMs: number, policy: string | undefined) {
  const loaded = loadStudy(
    {
      scenarioFile: SCENARIO,
      policies: [{ name: 'policy', files: policy === undefined ? [] : ['policy.yaml'] }],
    },
    filesWith({
      [SCENARIO]: file('scenario.yaml')
        .replace('machineApi: openshift', `machineApi: ${machineApi}`)
        .replaceAll('for: 4m', `for: ${formatDuration(outageMs)}`)
        .replace(/ {2}policies:\n[^]*/, ''),
      'policy.yaml': policy ?? '',
    }),
  );
  if ('problems' in loaded) throw new Error(loaded.problems.map(({ message }) => message).join('; '));
  return loaded.study;
}

function filesWith(texts: Readonly<Record<string, string>>): FileReader {
  return {
    ...studyFiles,
    readText(path) {
      const text = texts[path];
      return text === undefined ? studyFiles.readText(path) : { kind: 'text', text };
    },
  };
}

export function floodsPage(): string {
  return OUTAGES_MS.map((outageMs) => CASES.map((each) => `${each.system} | ${JSON.stringify(rowOf(each, outageMs))}`).join('\n')).join('\n\n');
}

if (import.meta.main) writeFileSync(FLOODS_PAGE, floodsPage());
export function debugStory(i: number, outageMs: number): void {
  const { machineApi, policy } = CASES[i] as Case;
  const s = studyOf(machineApi, outageMs, policy());
  console.log(s.warnings.join('\n'));
  const { recording } = simulate(s.config, s.policies[0]!, { replication: 1, record: true });
  const seen = new Map<string, number>();
  for (const e of recording!.story) { const k = `${e.topic} ${e.rule ?? ''} ${e.text.replace(/worker-\d+/g, 'W').slice(0, 150)}`; const n = (seen.get(k) ?? 0) + 1; seen.set(k, n); if (n <= 2) console.log((e.atMs / 1000).toFixed(0), e.topic, e.subject, e.rule ?? '', e.text.slice(0, 160)); }
}

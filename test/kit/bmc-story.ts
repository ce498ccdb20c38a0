// A hung worker whose management controller is not what it should be, under one remediation system: what was done, what came of it, and
// which invariants broke. Nothing else happens, and whoever is paged comes within minutes.

import type { InvariantVerdict } from '../../sim/checkers/invariant.ts';
import type { BmcModelConfig, PolicyConfig, ScriptedFault, SimConfig } from '../../sim/config.ts';
import type { StoryEntry } from '../../sim/result.ts';
import { startedRun } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import { modelOf } from './bmc-probe.ts';
import { curedBy } from './cured-by.ts';
import { MINUTE_MS } from './hang-study.ts';
import { fenceAgents, metal3Remediation } from './remediation-manifests.ts';
import { toldBy } from './told-story.ts';
import { writtenStudy } from './written-study.ts';

const SCENARIO = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: bmc-story }
spec:
  study: steady
  duration: 1d
  seed: bmc-story
  cluster:
    generate:
      machineApi: openshift
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 6, dataDisks: 1 }
        - { name: spare, role: spare, count: 1 }
      workloads:
        - { name: db, count: 2, replicas: 3, minAvailable: 2, volume: 10GiB, cpu: 2, memory: 8GiB }
        - { name: one, count: 3, replicas: 1, volume: 10GiB, cpu: 1, memory: 2GiB }
  hardware:
    server: { powerOff: 5s, powerOn: 5s, shutdown: 20s, firmware: 60s, osBoot: 30s, join: 10s }
  faults:
    background: none
  people: { page: 20m, lateNotice: 8h, reset: 5m, repair: 10m }
  plannedReboots: { every: never }
  kubernetes: { watchLag: 100ms, leaseJitter: 0 }
`;

const FILES = {
  own: 'examples/policies/own.yaml',
  'machine-health-check': 'examples/policies/one-reboot.yaml',
  'metal3-remediation': 'metal3.yaml',
  'fence-agents': 'fence-agents.yaml',
} as const;

export type StorySystem = keyof typeof FILES;

export interface BmcStudy {
  readonly config: SimConfig;
  readonly policies: ReadonlyMap<string, PolicyConfig>;
}

/** Loaded once per test file. */
export function bmcStudy(): BmcStudy {
  const policies = Object.entries(FILES).map(([name, file]) => ({ name, files: [file] }));
  const study = writtenStudy(
    { scenarioFile: 'bmc-story.yaml', policies },
    { 'bmc-story.yaml': SCENARIO, 'fence-agents.yaml': fenceAgents(300), 'metal3.yaml': metal3Remediation(300, 2) },
  );
  return { config: study.config, policies: new Map(study.policies.map((policy) => [policy.name, policy])) };
}

export interface StoryOptions {
  /** Of worker-1. Absent: an ideal controller. */
  readonly bmc?: Partial<BmcModelConfig>;
  /** Beside the hang of worker-1 at minute 10. */
  readonly script?: readonly ScriptedFault[];
  /** What happens to worker-1 at minute 10: it hangs, unless said otherwise. */
  readonly fault?: 'osHang' | 'kubeletDead' | 'hostDead' | 'networkCardDown' | 'runtimeDead' | 'none';
  /** Of worker-1's controller; absent: Redfish. */
  readonly protocol?: 'redfish' | 'ipmi';
  /** What ends the hang: a reboot unless said otherwise. */
  readonly cures?: 'reboot' | 'person';
  readonly minutes?: number;
}

export interface BmcStory {
  readonly world: World;
  readonly entries: readonly StoryEntry[];
  readonly verdicts: readonly InvariantVerdict[];
}

export function bmcStory({ config, policies }: BmcStudy, system: StorySystem, options: StoryOptions = {}): BmcStory {
  const { bmc, script = [], fault = 'osHang', cures = 'reboot', minutes = 240, protocol } = options;
  const policy = policies.get(system);
  if (policy === undefined) throw new Error(`the study has the policy ${system}`);
  const first = fault === 'none' ? [] : [{ name: fault, atMs: 10 * MINUTE_MS, fault, target: 'worker-1' }];
  const run: SimConfig = {
    ...(fault === 'none' ? config : curedBy(config, fault, cures)),
    durationMs: minutes * MINUTE_MS,
    hosts: config.hosts.map((host) =>
      host.name === 'worker-1'
        ? {
            ...host,
            ...(bmc === undefined ? {} : { bmc: modelOf(bmc) }),
            ...(protocol === undefined ? {} : { bmcProtocol: protocol }),
          }
        : host,
    ),
    script: [...first, ...script],
  };
  const check = { stalenessMs: 10_000 };
  const started = startedRun(run, policy, { replication: 1, record: true, check });
  const { world, judge } = started;
  const endMs = run.startMs + run.durationMs;
  world.kernel.runUntil(endMs);
  for (const runtime of world.runtimes) runtime.stop();
  if (judge === undefined) throw new Error('the run is checked');
  return { world, entries: toldBy(started), verdicts: judge.verdicts(endMs) };
}

/** `26:51 text` of the entries about worker-1 with these topics. */
export function storyLines({ entries }: BmcStory, ...topics: readonly string[]): readonly string[] {
  return entries
    .filter(({ topic, hosts }) => topics.includes(topic) && hosts.includes('worker-1'))
    .map(({ atMs, text }) => `${Math.floor(atMs / MINUTE_MS)}:${two((atMs / 1000) % 60)} ${text}`);
}

/** Invariants that are false, with what was found. */
export function brokenInvariants({ verdicts }: BmcStory): readonly string[] {
  return verdicts.flatMap(({ id, verdict, broken }) =>
    verdict === false ? [`${id}: ${broken.map(({ says }) => says).join('; ')}`] : [],
  );
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}

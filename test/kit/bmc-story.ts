// A hung worker whose management controller is not what it should be, under one remediation system: what was done, what came of it, and
// which invariants broke. Nothing else happens, and whoever is paged comes within minutes.

import type { InvariantVerdict } from '../../sim/checkers/invariant.ts';
import type { BmcModelConfig, PolicyConfig, ScriptedFault, SimConfig } from '../../sim/config.ts';
import { definitionOf } from '../../sim/faults/catalogue.ts';
import type { StoryEntry } from '../../sim/result.ts';
import { startedRun } from '../../sim/simulation.ts';
import type { World } from '../../sim/world.ts';
import { modelOf } from './bmc-probe.ts';
import { MINUTE_MS } from './hang-study.ts';
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

const FENCE_AGENTS = `
apiVersion: remediation.medik8s.io/v1alpha1
kind: NodeHealthCheck
metadata: { name: workers }
spec:
  selector: { matchExpressions: [{ key: node-role.kubernetes.io/worker, operator: Exists }] }
  minHealthy: 51%
  unhealthyConditions:
  - { type: Ready, status: "False", duration: 300s }
  - { type: Ready, status: Unknown, duration: 300s }
  remediationTemplate:
    apiVersion: fence-agents-remediation.medik8s.io/v1alpha1
    kind: FenceAgentsRemediationTemplate
    namespace: medik8s
    name: fence
---
apiVersion: fence-agents-remediation.medik8s.io/v1alpha1
kind: FenceAgentsRemediationTemplate
metadata: { name: fence, namespace: medik8s }
spec:
  template:
    spec:
      agent: fence_redfish
      remediationStrategy: OutOfServiceTaint
      sharedSecretName: bmc
      sharedparameters:
        --ip: "{{.NodeName}}.bmc.example.com"
        --systems-uri: /redfish/v1/Systems/1
        --ssl-insecure: ""
`;

const METAL3 = `
apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
kind: Metal3RemediationTemplate
metadata: { name: reboot, namespace: openshift-machine-api }
spec: { template: { spec: { strategy: { type: Reboot, retryLimit: 2, timeout: 10m0s } } } }
---
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: workers, namespace: openshift-machine-api }
spec:
  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: worker } }
  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: 300s }]
  maxUnhealthy: 40%
  nodeStartupTimeout: 60m
  remediationTemplate:
    apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
    kind: Metal3RemediationTemplate
    name: reboot
    namespace: openshift-machine-api
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
    { 'bmc-story.yaml': SCENARIO, 'fence-agents.yaml': FENCE_AGENTS, 'metal3.yaml': METAL3 },
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
  const { bmc, script = [], fault = 'osHang', cures: level = 'reboot', minutes = 240, protocol } = options;
  const policy = policies.get(system);
  if (policy === undefined) throw new Error(`the study has the policy ${system}`);
  const { classes } = config.faults;
  const share = level === 'reboot' ? 1 : 0;
  const cures = { itself: 0, reboot: share, powerCycle: share, reprovision: share };
  const struck = fault === 'none' ? {} : { [fault]: { ...(classes[fault] ?? definitionOf(fault).usual), cures } };
  const first = fault === 'none' ? [] : [{ name: fault, atMs: 10 * MINUTE_MS, fault, target: 'worker-1' }];
  const run: SimConfig = {
    ...config,
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
    faults: { ...config.faults, classes: { ...classes, ...struck } },
    script: [...first, ...script],
  };
  const check = { stalenessMs: 10_000 };
  const { world, story, trace, judge } = startedRun(run, policy, { replication: 1, record: true, check });
  const endMs = run.startMs + run.durationMs;
  world.kernel.runUntil(endMs);
  for (const runtime of world.runtimes) runtime.stop();
  if (story === undefined || trace.records === undefined || judge === undefined) throw new Error('a run is recorded');
  return { world, entries: story.recording(endMs, trace.records).story, verdicts: judge.verdicts(endMs) };
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

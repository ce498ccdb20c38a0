// One worker of a small OpenShift cluster fails at minute 10, and NodeHealthCheck with SelfNodeRemediation sees to it: when each
// stage was over, read from the objects of the run.

import { NODE, readyCondition } from '../../core/api/node.ts';
import { SELF_NODE_REMEDIATION } from '../../core/api/self-node-remediation.ts';
import { POD } from '../../core/api/workload.ts';
import { isOf } from '../../sim/api-server/typed-change.ts';
import type { FaultClass, PolicyConfig, SimConfig } from '../../sim/config.ts';
import type { RunMetrics, StoryEntry } from '../../sim/result.ts';
import { simulate, startedRun } from '../../sim/simulation.ts';
import { selfNodeRemediation } from './remediation-manifests.ts';
import { writtenRun } from './written-study.ts';

const FAILS_AT_MS = 600_000;

const scenario = (faults: string): string => `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: chain }
spec:
  study: steady
  duration: 40m
  seed: chain
  cluster:
    generate:
      machineApi: openshift
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 6 }
      workloads:
        - { name: db, count: 1, replicas: 6, minAvailable: 6, volume: 100GiB, cpu: 2, memory: 8GiB }
  hardware:
    server: { powerOff: 5s, powerOn: 5s, shutdown: 20s, firmware: 60s, osBoot: 30s, join: 10s }
  faults:
    background: none
    script: [${faults}]
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
  kubernetes: { leaseJitter: 0, podStart: 8s }
`;

export interface FailingWorker {
  readonly host: string;
  /** Absent: nothing fails. */
  readonly fault?: FaultClass;
  /** In place of the host. */
  readonly rack?: string;
  /** `90s`: passes by itself; absent: does not. */
  readonly lasts?: string;
  readonly change?: (config: SimConfig) => SimConfig;
  readonly lineage?: PolicyConfig['lineage'];
}

/** The cluster with what is to fail in it, and the policy. */
export function studyOf({ host, fault, rack, lasts, change = (config) => config, lineage }: FailingWorker) {
  const target = rack === undefined ? `{ host: ${host} }` : `{ rack: ${rack} }`;
  const scripted = `{ at: 10m, fault: ${fault}, target: ${target}${lasts === undefined ? '' : `, for: ${lasts}`} }`;
  const written = writtenRun(
    { scenarioFile: 'chain.yaml', policies: [{ name: 'self-node-remediation', files: ['policy.yaml'] }] },
    { 'chain.yaml': scenario(fault === undefined ? '' : scripted), 'policy.yaml': selfNodeRemediation(300, 180) },
  );
  return {
    config: change(written.config),
    policy: { ...written.policy, ...(lineage === undefined ? {} : { lineage }) },
  };
}

/** Seconds that each stage took, from the failure to the workload's whole number of replicas on other nodes. */
export interface Chain {
  /** Until the API has the node as Unknown. */
  readonly detect: number;
  /** Until the health check has made the request. */
  readonly healthCheck: number;
  /** Until the node is held for rebooted. */
  readonly safeTime: number;
  /** Until its pods are gone and their volumes detached. */
  readonly release: number;
  /** Until they serve on another node. */
  readonly start: number;
}

export function chainOf(failing: FailingWorker): Chain {
  const { config, policy } = studyOf(failing);
  const { world } = startedRun(config, policy, { replication: 1, record: false });
  const at = { unknown: 0, requested: 0, assumed: 0, released: 0, serves: 0 };
  const { kernel, store, workload } = world;
  const mark = (stage: keyof typeof at): void => {
    if (at[stage] === 0) at[stage] = kernel.nowMs;
  };
  store.tap(
    (change) => {
      if (isOf(change, NODE) && change.after?.metadata.name === failing.host) {
        if (readyCondition(change.after)?.status === 'Unknown') mark('unknown');
      } else if (isOf(change, SELF_NODE_REMEDIATION)) {
        mark('requested');
        if (change.after?.status?.phase === 'Reboot-Completed') mark('assumed');
      } else if (isOf(change, POD) && change.after === undefined && change.before?.spec?.nodeName === failing.host) {
        if (change.before.metadata.namespace === 'workloads') mark('released');
      }
    },
    [NODE, SELF_NODE_REMEDIATION, POD],
  );
  workload.availability.onChange((_workload, unavailable) => {
    if (!unavailable && kernel.nowMs > config.startMs + FAILS_AT_MS) mark('serves');
  });
  kernel.runUntil(config.startMs + config.durationMs);
  const seconds = (fromMs: number, toMs: number): number => (toMs - fromMs) / 1000;
  return {
    detect: seconds(config.startMs + FAILS_AT_MS, at.unknown),
    healthCheck: seconds(at.unknown, at.requested),
    safeTime: seconds(at.requested, at.assumed),
    release: seconds(at.assumed, at.released),
    start: seconds(at.released, at.serves),
  };
}

export interface RemediationStory {
  readonly metrics: RunMetrics;
  readonly eventsProcessed: number;
  /** Names of all hosts that reset themselves, with the second. */
  readonly resets: readonly string[];
  /** `+346.002 text` of the entries about the host with these topics; an effect is its name. */
  lines(...topics: readonly string[]): readonly string[];
}

export function storyOf(failing: FailingWorker): RemediationStory {
  const { config, policy } = studyOf(failing);
  const { result, recording } = simulate(config, policy, { replication: 1, record: true });
  const story = recording?.story ?? [];
  const about = story.filter(({ hosts }) => hosts.includes(failing.host));
  const line = ({ atMs, text, effect }: StoryEntry): string => `+${(atMs - FAILS_AT_MS) / 1000} ${effect ?? text}`;
  return {
    metrics: result.metrics,
    eventsProcessed: result.eventsProcessed,
    resets: story
      .filter(({ effect }) => effect === 'reset')
      .map(({ atMs, subject }) => `+${Math.round((atMs - FAILS_AT_MS) / 1000)} ${subject}`),
    lines: (...topics) => about.filter(({ topic }) => topics.includes(topic)).map(line),
  };
}

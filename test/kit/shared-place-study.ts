// Faults of what hosts share, one at a time, on one small cluster under our own policy as examples/policies has it: what became of
// nodes and of the workload, whom the policy fenced, and which invariants broke.

import type { InvariantVerdict } from '../../sim/checkers/invariant.ts';
import { startedRun } from '../../sim/simulation.ts';
import { writtenRun } from './written-study.ts';

const scenarioOf = (fault: string, cluster: string, kubernetes: string): string => `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: shared }
spec:
  study: steady
  duration: 6h
  seed: shared
  cluster:
    generate:
      machineApi: openshift
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 9, dataDisks: 2 }
      workloads:
        - { name: db, count: 1, replicas: 3, minAvailable: 2, volume: 100GiB, cpu: 2, memory: 8GiB }
${cluster}
  hardware:
    server: { powerOff: 5s, powerOn: 5s, shutdown: 20s, firmware: 180s, osBoot: 60s, join: 20s }
  faults:
    background: none
    noReturnAfterPowerLoss: 0
    script: [${fault}]
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
  provisioning: { failShare: 0 }
  kubernetes: { ${kubernetes} }
`;

export interface SharedRun {
  /** Names of nodes that were not Ready for a while, in order. */
  readonly notReady: readonly string[];
  /** Names of hosts that were powered off by a policy. */
  readonly fenced: readonly string[];
  /** Seconds that the workload could not serve. */
  readonly unavailableS: number;
  /** The same, as the API has it. */
  readonly unavailableApiS: number;
  /** At the end: nodes not Ready. */
  readonly lost: readonly string[];
  /** `S13: what it says`. */
  readonly broken: readonly string[];
  readonly verdicts: readonly InvariantVerdict[];
  /** `2400 gone`, `3000 there`: seconds after the start, where the control plane runs on its hosts. */
  readonly controlPlane: readonly string[];
  /** Seconds after the start at which the API was told of a Node that it is Ready, or is not. */
  readonly turnedAtS: readonly number[];
}

export interface SharedOptions {
  /** Lines of `cluster`, indented by four. */
  readonly cluster?: string;
  /** Fields of `kubernetes`. */
  readonly kubernetes?: string;
  readonly policy?: readonly string[];
}

const OWN = ['examples/policies/own.yaml'];

export function sharedRun(
  fault: string,
  { cluster = '', kubernetes = '', policy = OWN }: SharedOptions = {},
): SharedRun {
  const { config, policy: compiled } = writtenRun(
    { scenarioFile: 'shared.yaml', policies: [{ name: 'under test', files: [...policy] }] },
    { 'shared.yaml': scenarioOf(fault, cluster, kubernetes) },
  );
  const check = { stalenessMs: 10_000 };
  const { world, judge } = startedRun(config, compiled, { replication: 1, record: false, check });
  const { fleet, lifecycle, kernel, observer } = world;
  const name = (host: number): string => fleet.host(host).config.name;
  const notReady = new Set<string>();
  const turnedAtS = new Set<number>();
  lifecycle.observe({
    known: (host, ready) => {
      turnedAtS.add((kernel.nowMs - config.startMs) / 1000);
      if (ready !== 'True') notReady.add(name(host));
    },
  });
  const controlPlane: string[] = [];
  world.controlPlane?.onChange((there) => {
    controlPlane.push(`${(kernel.nowMs - config.startMs) / 1000} ${there ? 'there' : 'gone'}`);
  });
  const fenced = new Set<string>();
  fleet.observe({
    powerCut: (host, cause) => {
      if (cause === 'remediation') fenced.add(name(host));
    },
  });
  const endMs = config.startMs + config.durationMs;
  kernel.runUntil(endMs);
  for (const runtime of world.runtimes) runtime.stop();
  observer.fencings.finish(endMs);
  const verdicts = judge?.verdicts(endMs) ?? [];
  return {
    notReady: [...notReady].sort(),
    fenced: [...fenced].sort(),
    unavailableS: Math.round(world.workload.totals().workloadUnavailableMs / 1000),
    unavailableApiS: Math.round(world.workload.totals().workloadUnavailableApiMs / 1000),
    lost: fleet.hosts.flatMap(({ index }) => (lifecycle.known(index) === 'True' ? [] : [name(index)])),
    broken: verdicts.flatMap(({ id, broken: [finding] }) => (finding === undefined ? [] : [`${id}: ${finding.says}`])),
    verdicts,
    controlPlane,
    turnedAtS: [...turnedAtS],
  };
}

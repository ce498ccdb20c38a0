// The 545 s that a dead node costs with NodeHealthCheck and SelfNodeRemediation at their documented values, from a dead host to
// workload that may run elsewhere, through the controllers of the simulator.

import { fileURLToPath } from 'node:url';
import { simulate } from '../../sim/simulation.ts';
import { writtenStudy } from '../../test/kit/written-study.ts';
import { type MeanAndError, meanAndError, type PublishedItem, withError } from './published-item.ts';

const POLICY = fileURLToPath(new URL('../../examples/floods/nhc-self-node.yaml', import.meta.url));
const REPLICATIONS = 40;
const DIES_AT_MS = 1_800_000;

const SCENARIO = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: self-node-chain }
spec:
  study: steady
  duration: 1h
  seed: self-node-chain
  cluster:
    generate:
      machineApi: openshift
      racks: 1
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 6 }
      workloads:
        - { name: db, count: 6, replicas: 1, volume: 10GiB, cpu: 2, memory: 4GiB }
  storage: { kind: external }
  faults:
    background: none
    script: [{ fault: hostDead, at: 30m, target: { host: worker-2 } }]
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
`;

/** Seconds of each step, and from the death of the host. */
export interface ChainTimes {
  readonly detection: MeanAndError;
  readonly healthCheck: MeanAndError;
  readonly selfNode: MeanAndError;
  readonly release: MeanAndError;
  readonly released: MeanAndError;
  readonly serving: MeanAndError;
}

export function selfNodeChain(): ChainTimes {
  const { config, policies } = writtenStudy(
    { scenarioFile: 's.yaml', policies: [{ name: 'self-node', files: [POLICY] }] },
    { 's.yaml': SCENARIO },
  );
  const [policy] = policies;
  if (policy === undefined) throw new Error('the study has a policy');
  const runs = Array.from({ length: REPLICATIONS }, (_, index) => {
    const { recording } = simulate(config, policy, { replication: index + 1, record: true });
    const at = (topic: string, part: string): number => {
      const line = recording?.story.find(
        (each) => each.atMs >= DIES_AT_MS && each.topic === topic && each.text.includes(part),
      );
      if (line === undefined) throw new Error(`nobody tells of "${part}"`);
      return (line.atMs - DIES_AT_MS) / 1000;
    };
    return {
      unknown: at('node', 'Ready=Unknown'),
      asked: at('event', 'RemediationCreated'),
      rebooted: at('event', 'AddOutOfService'),
      released: at('event', 'RemoveOutOfService'),
      serving: at('workload', 'available: 1 of 1'),
    };
  });
  return {
    detection: meanAndError(runs.map(({ unknown }) => unknown)),
    healthCheck: meanAndError(runs.map(({ unknown, asked }) => asked - unknown)),
    selfNode: meanAndError(runs.map(({ asked, rebooted }) => rebooted - asked)),
    release: meanAndError(runs.map(({ rebooted, released }) => released - rebooted)),
    released: meanAndError(runs.map(({ released }) => released)),
    serving: meanAndError(runs.map(({ serving }) => serving)),
  };
}

export function selfNodeChainItem(): PublishedItem {
  const times = selfNodeChain();
  const row = (what: string, published: string, time: MeanAndError) => ({
    what,
    published,
    ours: `${withError(time, 1)} s`,
  });
  return {
    title: 'A dead node with NodeHealthCheck and SelfNodeRemediation: 545 s',
    source: 'Red Hat, "Ask an OpenShift Expert", episode 159 (October 2025), slides: 50 s + 300 s + 180 s + 15 s.',
    how: `A worker dies for good; \`examples/floods/nhc-self-node.yaml\`, ${REPLICATIONS} worlds, mean and standard error. The steps are those of the controllers:
until the Node is \`Unknown\`, until the remediation is created, until the node is held for rebooted and tainted out-of-service, until its
pods and volumes are gone. That the pod then has to be scheduled, attached and started is beyond the 545 s there, and is shown here.
The other chain of that kind, Pacemaker's (3.65 s for a token of three nodes, 4.38 s for their consensus, 60 s for fencing), cannot be
answered: its times are sums of its own settings, and no part of the simulator is a corosync.`,
    rows: [
      row('detection', '50 s', times.detection),
      row('NodeHealthCheck', '300 s', times.healthCheck),
      row('SelfNodeRemediation until the node is held for rebooted', '180 s', times.selfNode),
      row('release of the workloads', '15 s', times.release),
      row('together', '545 s', times.released),
      row('until the workload serves elsewhere', '', times.serving),
    ],
  };
}

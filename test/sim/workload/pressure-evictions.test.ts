// A kubelet that is short of memory or disk ends pods one by one: which, in what order, and what becomes of them.

import { describe, expect, test } from 'vitest';
import { findCondition } from '../../../core/api/conditions.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { POD, type Pod } from '../../../core/api/workload.ts';
import { startedRun } from '../../../sim/simulation.ts';
import { pod } from '../../kit/workload-objects.ts';
import { WorkloadWorld } from '../../kit/workload-world.ts';
import { writtenRun } from '../../kit/written-study.ts';

const scenario = (fault: string): string => `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: pressure }
spec:
  study: steady
  duration: 2h
  seed: pressure
  cluster:
    generate:
      machineApi: openshift
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 6, dataDisks: 1 }
      workloads:
        - { name: db, count: 2, replicas: 3, minAvailable: 2, volume: 10GiB, cpu: 2, memory: 8GiB }
        - { name: web, count: 4, replicas: 3, minAvailable: 2, cpu: 1, memory: 2GiB }
  faults:
    background: none
    script: [${fault}]
  plannedReboots: { every: never }
`;

function pressed(fault: string) {
  const { config, policy } = writtenRun(
    { scenarioFile: 's.yaml', policies: [{ name: 'none', files: [] }] },
    { 's.yaml': scenario(fault) },
  );
  const { world } = startedRun(config, policy, { replication: 1, record: false });
  const { store, kernel, fleet } = world;
  const before = store.list(POD).filter(({ spec }) => spec?.nodeName === 'worker-1');
  const evicted: { readonly name: string; readonly atS: number; readonly pod: Pod }[] = [];
  store.tap(
    ({ after }) => {
      const pod = after as Pod | undefined;
      if (pod?.status?.reason !== 'Evicted' || evicted.some(({ name }) => name === pod.metadata.name)) return;
      evicted.push({ name: pod.metadata.name, atS: (kernel.nowMs - config.startMs) / 1000, pod });
    },
    [POD],
  );
  const until = (minute: number): void => kernel.runUntil(config.startMs + minute * 60_000);
  return { world, before, evicted, until, fleet, store };
}

const FAULT = 'at: 10m, fault: nodePressure, target: { host: worker-1 }, for: 30m';

describe('a host that is short of disk, and half of its pods have to go', () => {
  const { before, evicted, until, store } = pressed(`{ ${FAULT}, of: disk, evicts: 50% }`);
  until(40);

  test('one every ten seconds, in the order of their names, and no more', () => {
    const names = before.map(({ metadata }) => metadata.name).sort();
    const half = Math.ceil(names.length / 2);
    expect(half).toBeGreaterThan(1);
    expect(evicted.map(({ name, atS }) => `${atS} ${name}`)).toEqual(
      names.slice(0, half).map((name, place) => `${610 + 10 * place} ${name}`),
    );
  });

  test('they are Failed, and say why', () => {
    const [first] = evicted;
    const { phase, reason, message, conditions } = first?.pod.status ?? {};
    expect({ phase, reason, message }).toEqual({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: ephemeral-storage.',
    });
    expect(findCondition(conditions, 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'TerminationByKubelet',
    });
    expect(findCondition(conditions, 'Ready')).toMatchObject({ status: 'False', reason: 'PodFailed' });
  });

  test('their owners have others, which run elsewhere', () => {
    const running = store.list(POD).filter(({ metadata, status }) => {
      const isReady = findCondition(status?.conditions, 'Ready')?.status === 'True';
      return /^(db|web)/.test(metadata.name) && isReady;
    });
    expect(running).toHaveLength(2 * 3 + 4 * 3);
    expect(running.filter(({ spec }) => spec?.nodeName === 'worker-1')).toHaveLength(before.length - evicted.length);
  });
});

test.each([
  { given: 'nothing said about pods', fault: `{ ${FAULT}, of: disk }`, count: 0 },
  {
    given: 'process ids, for which kubelets have no threshold',
    fault: `{ ${FAULT}, of: processIds, evicts: 100% }`,
    count: 0,
  },
])('$given: none', ({ fault, count }) => {
  const { evicted, until } = pressed(fault);
  until(40);
  expect(evicted).toHaveLength(count);
});

test('it ends with the pressure', () => {
  const short = 'at: 10m, fault: nodePressure, target: { host: worker-1 }, for: 25s';
  const { evicted, until, before } = pressed(`{ ${short}, of: memory, evicts: 100% }`);
  until(40);
  expect(before.length).toBeGreaterThan(2);
  expect(evicted.map(({ atS }) => atS)).toEqual([610, 620]);
});

describe('who goes first', () => {
  const REQUESTS = [{ resources: { requests: { cpu: '1', memory: '1Gi' } } }];
  const NONE = [{ resources: { requests: {} } }];
  const aPod = (
    name: string,
    spec: Readonly<Record<string, unknown>>,
    annotations?: Readonly<Record<string, string>>,
  ): KubeObject => {
    const made = pod(name, undefined, {}, spec, 'a1');
    return annotations === undefined ? made : { ...made, metadata: { ...made.metadata, annotations } };
  };
  const PODS: readonly KubeObject[] = [
    aPod('a-guaranteed', { containers: REQUESTS, priority: 5 }),
    aPod('b-guaranteed', { containers: REQUESTS }),
    aPod('c-best-effort', { containers: NONE, priority: 9 }),
    aPod('d-best-effort', { containers: NONE }),
    aPod('e-critical', { containers: NONE, priority: 2_000_001_000 }),
    aPod('f-mirror', { containers: NONE }, { 'kubernetes.io/config.mirror': 'hash' }),
  ];

  test.each([
    {
      given: 'memory: who uses more than it requests, then the lower priority',
      shortOf: 'memory',
      gone: ['d-best-effort', 'c-best-effort', 'b-guaranteed', 'a-guaranteed'],
    },
    {
      given: 'disk: the lower priority, then the name',
      shortOf: 'ephemeral-storage',
      gone: ['b-guaranteed', 'd-best-effort', 'a-guaranteed', 'c-best-effort'],
    },
  ] as const)('$given; never critical or static pods', ({ shortOf, gone }) => {
    const world = new WorkloadWorld(PODS);
    const order: string[] = [];
    world.events.onEvent(({ reason, regarding, message }) => {
      if (reason === 'Evicted') order.push(`${world.seconds()} ${regarding.metadata.name}: ${message}`);
    });
    world.loops.pressure.begin(0, shortOf, 1);
    world.until(300);
    expect(order).toEqual(
      gone.map((name, place) => `${10 * (place + 1)} ${name}: The node was low on resource: ${shortOf}.`),
    );
  });

  test('a kubelet that does not act evicts nobody, and goes on when it does', () => {
    const world = new WorkloadWorld(PODS);
    world.loops.pressure.begin(0, 'memory', 0.5);
    world.truth.loseKubelet('a1');
    world.until(25);
    const failed = (): number => world.store.list(POD).filter(({ status }) => status?.phase === 'Failed').length;
    expect(failed()).toBe(0);
    world.truth.recover('a1');
    world.until(300);
    expect(failed()).toBe(2);
  });
});

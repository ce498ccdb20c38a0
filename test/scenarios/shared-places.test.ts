// `cluster.network` and `cluster.power`: what a scenario says of the things that hosts share, as the simulator gets it, and every
// wrong name at once.

import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import type { SimConfig } from '../../sim/config.ts';
import { memoryFiles } from './memory-files.ts';

const load = (places: string) =>
  loadStudy(
    { scenarioFile: 's.yaml' },
    memoryFiles({
      's.yaml': `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: small }
spec:
  storage: { kind: external }
  policies: [{ name: none }]
  cluster:
    generate:
      racks: 3
      groups: [{ name: worker, count: 6 }]
${places}`,
    }),
  );

function configOf(places: string): SimConfig {
  const loaded = load(places);
  if ('problems' in loaded) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.study.config;
}

const problemsOf = (places: string): readonly string[] => {
  const loaded = load(places);
  if (!('problems' in loaded)) return [];
  return loaded.problems.map(
    ({ code, line, message, remedy }) => `${code} ${line} ${message}${remedy === undefined ? '' : ` -> ${remedy}`}`,
  );
};

describe('what hosts share', () => {
  test('a scenario that does not speak of it leaves it out', () => {
    const { network, power } = configOf('');
    expect([network, power]).toEqual([undefined, undefined]);
  });

  test('all of it, over the defaults', () => {
    const { network, power } = configOf(`    network:
      rackSwitches: [{ name: data, planes: [api, peers] }, { name: storage, planes: [storage] }]
      heartbeatLoss: { share: 2%, bursts: { every: 1h, lasts: 20s } }
    power:
      feeds: [A, B]
      rooms: [{ name: north, racks: [rack-1, rack-2] }]
      oneFeed: { worker-0: B }
      sharedOutlets: [[worker-1, worker-2]]
      afterLoss: { state: on, delay: 10s }
      breaker: { startsAtOnce: 3, reset: 20m }
`);
    expect({ network, power }).toEqual({
      network: {
        rackSwitches: [
          { name: 'data', planes: ['api', 'peers'] },
          { name: 'storage', planes: ['storage'] },
        ],
        heartbeatLoss: { share: 0.02, bursts: { everyMs: 3_600_000, lastsMs: 20_000, share: 1 } },
      },
      power: {
        feeds: ['A', 'B'],
        rooms: [
          { name: 'north', racks: ['rack-1', 'rack-2'] },
          { name: 'rack-3', racks: ['rack-3'] },
        ],
        oneFeed: { 'worker-0': 'B' },
        sharedOutlets: [['worker-1', 'worker-2']],
        afterLoss: { state: 'on', delayMs: { kind: 'constant', value: 10_000 }, outletEveryMs: 0 },
        breaker: {
          startsAtOnce: 3,
          surgeMs: 2_000,
          resetMs: { kind: 'constant', value: 1_200_000 },
          byHandEveryMs: 30_000,
        },
      },
    });
  });

  test('a control plane that runs on its hosts needs some', () => {
    expect(problemsOf('  kubernetes: { controlPlane: onItsHosts }\n')).toEqual([
      'MT105 11 the control plane runs on its hosts, and the cluster has none -> add a group with role: control-plane, or leave kubernetes.controlPlane out',
    ]);
  });

  test('everything that is wrong with it, at once', () => {
    expect(
      problemsOf(`    network:
      rackSwitches:
        - { name: data, planes: [api] }
        - { name: data, planes: [storage, api] }
      heartbeatLoss: { share: 100% }
    power:
      feeds: [A, A]
      rooms:
        - { name: north, racks: [rack-1, rack-7] }
        - { name: north, racks: [rack-1] }
      oneFeed: { worker-9: C }
      sharedOutlets: [[worker-1, worker-1]]
`),
    ).toEqual([
      'MT120 14 switch "data" appears twice',
      'MT105 14 plane api is carried by switch "data" and by switch "data" -> name each plane once: two switches that stand in for each other fail together, or not at all',
      'MT105 15 all heartbeats get lost -> write a share below 1; for hosts that are cut off write a fault',
      'MT120 17 feed "A" appears twice',
      'MT123 19 the cluster has no rack "rack-7" -> did you mean "rack-1"?',
      'MT120 20 room "north" appears twice',
      'MT120 20 rack "rack-1" appears twice',
      'MT123 21 the cluster has no feed "C" -> did you mean "A"?',
      'MT123 21 the cluster has no host "worker-9" -> did you mean "worker-0"?',
      'MT120 22 host "worker-1" appears twice',
    ]);
  });
});

// Jobs: completions, failures and their back-off, pods that are lost with a node.

import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../core/api/object.ts';
import { JOB, type Job, POD, type Pod } from '../../../core/api/workload.ts';
import { uidOf } from '../../kit/workload-objects.ts';
import { WorkloadWorld } from '../../kit/workload-world.ts';

const KEY = { namespace: 'app', name: 'sum' };

function job(spec: Job['spec'] = {}): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'sum', namespace: 'app', uid: uidOf('Job', 'sum'), resourceVersion: '' },
    spec: {
      ...spec,
      template: {
        metadata: { labels: { app: 'sum' } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'main' }] },
      },
    },
  };
}

/** Posts the end of so many running pods, in key order. */
function end(world: WorkloadWorld, phase: 'Succeeded' | 'Failed', count = 1): void {
  const running = world.store.list(POD).filter(({ status }) => status?.phase === 'Running');
  for (const { metadata } of running.slice(0, count)) {
    world.store.update<Pod>(POD, { namespace: 'app', name: metadata.name }, 'status', (pod) => ({
      ...pod,
      status: { ...pod.status, phase },
    }));
  }
}

function status(world: WorkloadWorld): readonly unknown[] {
  const found = world.store.get(JOB, KEY)?.status;
  return [
    found?.active ?? 0,
    found?.succeeded ?? 0,
    found?.failed ?? 0,
    found?.conditions?.map(({ type, reason }) => (reason === undefined ? type : `${type} ${reason}`)) ?? [],
  ];
}

/** Instants at which pods were made. */
function creations(world: WorkloadWorld): readonly number[] {
  return world.writes
    .filter((write) => write.includes('ADDED Pod'))
    .map((write) => Math.floor(Number(write.split(' ')[0])));
}

describe('completions', () => {
  test('as many at once as parallelism says, until enough have succeeded', () => {
    const world = new WorkloadWorld([job({ parallelism: 2, completions: 3 })]);
    const seen: (readonly unknown[])[] = [];
    for (const second of [10, 20, 30]) {
      world.until(second);
      seen.push(status(world));
      end(world, 'Succeeded');
    }
    world.until(40);
    expect([...seen, status(world)]).toEqual([
      [2, 0, 0, []],
      [2, 1, 0, []],
      [1, 2, 0, []],
      [0, 3, 0, ['SuccessCriteriaMet', 'Complete']],
    ]);
  });

  test('without completions one success is enough, and the others may end', () => {
    const world = new WorkloadWorld([job({ parallelism: 3 })]);
    world.until(10);
    end(world, 'Succeeded');
    world.until(20);
    const after = status(world);
    end(world, 'Succeeded', 2);
    world.until(30);
    expect([after, status(world)]).toEqual([
      [2, 1, 0, []],
      [0, 3, 0, ['SuccessCriteriaMet', 'Complete']],
    ]);
  });
});

describe('failures', () => {
  test('are replaced 10, 20, 40 s after each, until there were too many', () => {
    const world = new WorkloadWorld([job({ backoffLimit: 3 })]);
    for (const second of [10, 40, 80, 140]) {
      world.until(second);
      end(world, 'Failed');
    }
    world.until(1000);
    expect([creations(world), status(world)]).toEqual([
      [0, 20, 60, 120],
      [0, 0, 4, ['FailureTarget BackoffLimitExceeded', 'Failed BackoffLimitExceeded']],
    ]);
  });

  test('the deadline ends what runs', () => {
    const world = new WorkloadWorld([job({ activeDeadlineSeconds: 60 })]);
    world.until(100);
    expect([world.pods('sum'), status(world)]).toEqual([
      [],
      [0, 0, 1, ['FailureTarget DeadlineExceeded', 'Failed DeadlineExceeded']],
    ]);
  });

  test('a suspended Job has no pods', () => {
    const world = new WorkloadWorld([job({ suspend: true })]);
    world.until(100);
    expect([world.pods('sum'), status(world)]).toEqual([[], [0, 0, 0, []]]);
  });
});

describe('a pod that is lost with its node', () => {
  test.each<readonly [string, NonNullable<Job['spec']>['podReplacementPolicy'], readonly string[]]>([
    ['is replaced while it still stands there', 'TerminatingOrFailed', ['Running', 'Terminating']],
    ['is not, where only failed ones are replaced', 'Failed', ['Terminating']],
  ])('%s', (_, podReplacementPolicy, expected) => {
    const world = new WorkloadWorld([job(podReplacementPolicy === undefined ? {} : { podReplacementPolicy })]);
    world.until(20);
    world.truth.die('a1');
    world.until(70);
    world.markUnreachable('a1');
    world.until(500);
    expect(
      world
        .pods('sum')
        .map((pod) => pod.split(' ')[1])
        .sort(),
    ).toEqual(expected);
  });

  test('through a reboot: its containers are not started again, and another pod is made', () => {
    const world = new WorkloadWorld([job()]);
    world.until(20);
    world.truth.die('a1');
    world.until(30);
    world.truth.boot('a1');
    world.until(60);
    expect(
      world.store
        .list(POD)
        .map((pod) => pod.status?.phase)
        .sort(),
    ).toEqual(['Failed', 'Running']);
    expect(status(world)).toEqual([1, 0, 1, []]);
  });
});

test('a Job that has ended, or has what it wants, costs nothing', () => {
  const ended = job();
  const conditions = [{ type: 'Complete', status: 'True' }];
  const world = new WorkloadWorld([{ ...ended, status: { succeeded: 1, conditions } }]);
  world.until(86_400);
  expect([world.writes, world.kernel.processed]).toEqual([[], 0]);
});

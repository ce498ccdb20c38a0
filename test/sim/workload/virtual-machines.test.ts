// Virtual machines when their node goes silent, is fenced, is drained or boots. Times are seconds after the start; node
// lifecycle is played by the test: silent at 10 s, marked at 60 s, pods deleted by the taint at 360 s. A new launcher takes
// 8 s, a guest 30 s more.

import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../core/api/object.ts';
import { VIRTUAL_MACHINE, type VirtualMachine } from '../../../core/api/virtual-machine.ts';
import { POD } from '../../../core/api/workload.ts';
import { startBackoffSeconds } from '../../../sim/workload/virtual-machines.ts';
import { launcherName, type MachineShape, virtualMachine } from '../../kit/machine-workloads.ts';
import { OUT_OF_SERVICE } from '../../kit/workload-objects.ts';
import { WorkloadWorld } from '../../kit/workload-world.ts';

const AWAY: MachineShape = { name: 'vm', on: 'a1', disk: 'ReadWriteOnce' };

function silentAt10(world: WorkloadWorld): void {
  world.until(10);
  world.truth.die('a1');
  world.until(60);
  world.markUnreachable('a1');
}

/** Instance, launchers and unavailable seconds by truth and by API. */
function outcome(world: WorkloadWorld): readonly unknown[] {
  const loss = world.lossOf('vm');
  return [
    world.instance('vm'),
    world.pods('virt-launcher'),
    Math.round((loss?.unavailableMs ?? Number.NaN) / 1000),
    Math.round((loss?.unavailableApiMs ?? Number.NaN) / 1000),
  ];
}

test.each<[string, Partial<MachineShape>]>([
  ['Always', { runStrategy: 'Always' }],
  ['running: true', { running: true }],
  ['RerunOnFailure', { runStrategy: 'RerunOnFailure' }],
  ['Manual', { runStrategy: 'Manual' }],
])('%s, nothing happens: nothing is scheduled and nothing written', (_, change) => {
  const world = new WorkloadWorld(virtualMachine({ ...AWAY, ...change }));
  world.until(10_000);
  expect([world.writes, world.kernel.processed]).toEqual([[], 0]);
  expect(outcome(world)).toEqual(['a1 Running Ready=True', ['a1 Running'], 0, 0]);
});

describe('a silent node', () => {
  test.each(['Always', 'RerunOnFailure', 'Manual'] as const)(
    '%s: the instance stays Running, its launcher terminates for ever, and nobody starts a second one',
    (runStrategy) => {
      const world = new WorkloadWorld(virtualMachine({ ...AWAY, runStrategy }));
      silentAt10(world);
      world.until(200);
      expect(outcome(world)).toEqual(['a1 Running Ready=False', ['a1 NotReady'], 190, 140]);
      world.until(10_000);
      expect(outcome(world)).toEqual(['a1 Running Ready=False', ['a1 Terminating'], 9990, 9940]);
    },
  );

  test.each<[string, (world: WorkloadWorld) => void, number]>([
    ['its Node is deleted: pod garbage collection takes the launcher', (world) => world.deleteNode('a1'), 80],
    ['it is tainted out of service', (world) => world.setTaints('a1', [OUT_OF_SERVICE]), 20],
    ['somebody force-deletes the launcher', (world) => world.forceDelete(launcherName('vm')), 0],
  ])('%s: then a new instance starts elsewhere', (_, fence, freedWithinSeconds) => {
    const world = new WorkloadWorld(virtualMachine({ ...AWAY, disk: 'ReadWriteMany' }));
    silentAt10(world);
    world.until(400);
    fence(world);
    world.until(400 + freedWithinSeconds + 9);
    expect(world.pods('virt-launcher')).toEqual(['a2 Running']);
    expect(world.instance('vm')).toBe('a2 Running Ready=True');
    world.until(1000);
    const loss = world.lossOf('vm');
    // The API sees the launcher Ready, truth waits for the guest.
    expect((loss?.unavailableMs ?? 0) - (loss?.unavailableApiMs ?? 0)).toBeCloseTo(50_000 + 30_000, -3);
    expect(loss).toMatchObject({ kind: 'VirtualMachine', outages: 1, requiredReplicas: 1 });
  });

  test('a disk of one node at a time waits for its detachment: 6 min after the pod is gone', () => {
    const world = new WorkloadWorld(virtualMachine(AWAY));
    silentAt10(world);
    world.until(400);
    world.forceDelete(launcherName('vm'));
    world.until(700);
    expect(outcome(world).slice(0, 2)).toEqual(['- Scheduling Ready=False', ['a2 Pending']]);
    world.until(400 + 361 + 8);
    expect(outcome(world).slice(0, 2)).toEqual(['a2 Running Ready=True', ['a2 Running']]);
  });

  test.each<[MachineShape['runStrategy'], string, readonly string[]]>([
    ['Always', 'a2 Running Ready=True', ['a2 Running']],
    ['RerunOnFailure', 'a2 Running Ready=True', ['a2 Running']],
    ['Manual', 'a1 Failed Ready=False', []],
    ['Once', 'a1 Failed Ready=False', []],
  ])('%s after the launcher is gone: %s', (runStrategy, instance, pods) => {
    const world = new WorkloadWorld(
      virtualMachine({ ...AWAY, disk: 'ReadWriteMany', ...(runStrategy === undefined ? {} : { runStrategy }) }),
    );
    silentAt10(world);
    world.until(100);
    world.forceDelete(launcherName('vm'));
    world.until(200);
    expect(outcome(world).slice(0, 2)).toEqual([instance, pods]);
  });
});

test('cut off by the network it is down by truth and ready by the API; with a dead kubelet the other way round', () => {
  const cut = new WorkloadWorld(virtualMachine(AWAY));
  cut.until(10);
  cut.truth.isolate('a1');
  cut.until(40);
  expect(outcome(cut)).toEqual(['a1 Running Ready=True', ['a1 Running'], 30, 0]);
  const dead = new WorkloadWorld(virtualMachine(AWAY));
  dead.until(10);
  dead.truth.loseKubelet('a1');
  dead.until(60);
  dead.markUnreachable('a1', 'keeps');
  dead.until(100);
  expect(outcome(dead)).toEqual(['a1 Running Ready=False', ['a1 NotReady'], 0, 40]);
});

test('the node boots before anything was deleted: the launcher has failed and is not restarted, a new instance is', () => {
  const world = new WorkloadWorld(virtualMachine(AWAY));
  world.until(10);
  world.truth.die('a1');
  world.until(50);
  world.truth.boot('a1');
  world.until(58.1);
  expect(outcome(world)).toEqual(['a1 Running Ready=True', ['a1 Running'], 48, 8]);
  world.until(200);
  expect(outcome(world).slice(2)).toEqual([40 + 8 + 30, 8]);
  expect(world.lossOf('vm')).toMatchObject({ outages: 1 });
});

test('its node boots while the launcher terminates: the guest died, so RerunOnFailure starts a new one', () => {
  const world = new WorkloadWorld(virtualMachine({ ...AWAY, runStrategy: 'RerunOnFailure' }));
  silentAt10(world);
  world.until(400);
  world.truth.boot('a1');
  world.markReady('a1');
  world.until(500);
  expect(outcome(world)).toEqual(['a1 Running Ready=True', ['a1 Running'], 428, 348]);
});

describe('a drain', () => {
  const drained = (world: WorkloadWorld, name = 'a1') => {
    const ends: string[] = [];
    world.loops.drain(name, { timeoutMs: 600_000 }, (done) => ends.push(`${world.seconds().toFixed(1)} ${done}`));
    return ends;
  };

  test('LiveMigrate on shared disks: 429, a migration, and never unavailable', () => {
    const world = new WorkloadWorld(
      virtualMachine({ ...AWAY, disk: 'ReadWriteMany', evictionStrategy: 'LiveMigrate', memory: '10G' }),
    );
    const ends = drained(world);
    expect(world.store.evict({ namespace: 'app', name: launcherName('vm') })).toEqual({
      kind: 'refused',
      code: 429,
      reason: 'TooManyRequests',
      message:
        'admission webhook "virt-launcher-eviction-interceptor.kubevirt.io" denied the request: Evacuation in progress: Eviction triggered evacuation of VMI "app/vm"',
    });
    // Target after 8 s, 10 GB over 625 MB/s are 16 s.
    world.until(20);
    expect([world.instance('vm'), world.migrations()]).toEqual(['a1 Running Ready=True', ['Running']]);
    world.until(24.1);
    expect([world.instance('vm'), world.migrations()]).toEqual(['a2 Running Ready=True', ['Succeeded']]);
    world.until(100);
    expect(ends).toEqual(['25.0 true']);
    expect(outcome(world)).toEqual(['a2 Running Ready=True', ['a2 Running'], 0, 0]);
    expect(world.lossOf('vm')).toMatchObject({ outages: 0, lostReplicaMs: 0 });
  });

  test.each<[string, Partial<MachineShape>, readonly unknown[], readonly string[]]>([
    [
      'LiveMigrate on a disk of one node: blocks until the time-out',
      { evictionStrategy: 'LiveMigrate' },
      ['a1 Running Ready=True', ['a1 Running'], 0, 0],
      ['600.0 false'],
    ],
    [
      'External: nobody takes it away, so it blocks as well',
      { evictionStrategy: 'External' },
      ['a1 Running Ready=True', ['a1 Running'], 0, 0],
      ['600.0 false'],
    ],
    [
      'LiveMigrateIfPossible on a disk of one node: shut down and started elsewhere',
      { evictionStrategy: 'LiveMigrateIfPossible' },
      ['a2 Running Ready=True', ['a2 Running'], 38, 10],
      ['3.0 true'],
    ],
    [
      'None: shut down and started elsewhere',
      { evictionStrategy: 'None', disk: 'ReadWriteMany' },
      ['a2 Running Ready=True', ['a2 Running'], 38, 10],
      ['3.0 true'],
    ],
    [
      'no strategy: as None',
      { disk: 'ReadWriteMany' },
      ['a2 Running Ready=True', ['a2 Running'], 38, 10],
      ['3.0 true'],
    ],
    [
      'None with RerunOnFailure: the guest shut down in order, and stays down',
      { runStrategy: 'RerunOnFailure' },
      ['none', [], 998, 1000],
      ['3.0 true'],
    ],
  ])('%s', (_, change, expected, drainEnds) => {
    const world = new WorkloadWorld(virtualMachine({ ...AWAY, ...change }));
    const ends = drained(world);
    world.until(1000);
    expect(outcome(world)).toEqual(expected);
    expect(ends).toEqual(drainEnds);
  });

  test('two migrations at once per node: five machines leave in three turns', () => {
    const machines = [1, 2, 3, 4, 5].flatMap((n) =>
      virtualMachine({ name: `vm-${n}`, on: 'a1', evictionStrategy: 'LiveMigrate', memory: '6250M' }),
    );
    const world = new WorkloadWorld(machines);
    const ends = drained(world);
    const progress: string[] = [];
    for (const seconds of [5, 18.1, 36.1, 54.1, 60]) {
      world.until(seconds);
      progress.push(`${seconds} ${[...world.migrations()].sort().join(',')}`);
    }
    expect(progress).toEqual([
      '5 Pending,Pending,Pending,Scheduling,Scheduling',
      '18.1 Pending,Scheduling,Scheduling,Succeeded,Succeeded',
      '36.1 Scheduling,Succeeded,Succeeded,Succeeded,Succeeded',
      '54.1 Succeeded,Succeeded,Succeeded,Succeeded,Succeeded',
      '60 Succeeded,Succeeded,Succeeded,Succeeded,Succeeded',
    ]);
    expect(ends).toEqual(['55.0 true']);
    expect(world.loops.totals()).toMatchObject({ workloadUnavailableMs: 0, workloadUnavailableApiMs: 0, outages: 0 });
  });

  const kubevirt = (configuration: object): KubeObject => ({
    apiVersion: 'kubevirt.io/v1',
    kind: 'KubeVirt',
    metadata: { name: 'kubevirt', namespace: 'kubevirt', uid: 'kubevirt', resourceVersion: '' },
    spec: { configuration },
  });

  test('the KubeVirt object has a default strategy, limits and a bandwidth', () => {
    const machines = [1, 2, 3].flatMap((n) => virtualMachine({ name: `vm-${n}`, on: 'a1', memory: '1000M' }));
    const migrations = {
      parallelMigrationsPerCluster: 1,
      parallelOutboundMigrationsPerNode: 9,
      bandwidthPerMigration: '100M',
    };
    const world = new WorkloadWorld([...machines, kubevirt({ evictionStrategy: 'LiveMigrate', migrations })]);
    const ends = drained(world);
    world.until(100);
    // One at a time, each 8 s for its pod and 10 s for its memory.
    expect([ends, [...world.migrations()]]).toEqual([['55.0 true'], ['Succeeded', 'Succeeded', 'Succeeded']]);
    expect(world.loops.totals().outages).toBe(0);
  });

  test('an evacuation that was asked for before the start goes on', () => {
    const objects = virtualMachine({ name: 'vm', on: 'a1', evictionStrategy: 'LiveMigrate' }).map((object) =>
      object.kind === 'VirtualMachineInstance'
        ? { ...object, status: { ...(object.status as object), evacuationNodeName: 'a1' } }
        : object,
    );
    const world = new WorkloadWorld(objects, {}, ['a1', 'a2']);
    drained(world);
    world.until(100);
    expect([world.instance('vm'), world.migrations()]).toEqual(['a2 Running Ready=True', ['Succeeded']]);
  });

  test('a machine says None against a default of LiveMigrate', () => {
    const world = new WorkloadWorld([
      ...virtualMachine({ ...AWAY, evictionStrategy: 'None' }),
      kubevirt({ evictionStrategy: 'LiveMigrate' }),
    ]);
    expect(drained(world)).toEqual([]);
    world.until(100);
    expect([world.migrations(), world.lossOf('vm')?.outages]).toEqual([[], 1]);
  });

  test('the target dies while memory is copied: the migration fails, the machine stays, the next try goes elsewhere', () => {
    const world = new WorkloadWorld(
      virtualMachine({ ...AWAY, disk: 'ReadWriteMany', evictionStrategy: 'LiveMigrate', memory: '10G' }),
    );
    drained(world);
    world.until(15);
    world.truth.die('a2');
    world.markUnreachable('a2');
    world.until(25);
    expect([world.instance('vm'), world.migrations()]).toEqual(['a1 Running Ready=True', ['Failed']]);
    world.forceDelete(newestLauncher(world));
    world.until(100);
    expect(world.instance('vm')).toBe('b1 Running Ready=True');
    expect([...world.migrations()].sort()).toEqual(['Failed', 'Succeeded']);
    expect(world.lossOf('vm')).toMatchObject({ unavailableMs: 0, outages: 0 });
  });

  test('no node takes the target: the migration fails after 5 min, the machine goes on', () => {
    const world = new WorkloadWorld(
      virtualMachine({ ...AWAY, disk: 'ReadWriteMany', evictionStrategy: 'LiveMigrate' }),
      {},
      ['a1'],
    );
    drained(world);
    world.until(299);
    expect(world.migrations()).toEqual(['Scheduling']);
    world.until(301);
    expect([world.migrations(), world.instance('vm')]).toEqual([['Failed'], 'a1 Running Ready=True']);
    world.until(321);
    expect([...world.migrations()].sort()).toEqual(['Failed', 'Scheduling']);
    expect(world.lossOf('vm')).toMatchObject({ unavailableMs: 0, longestPendingMs: 300_000 });
    // Seven tries of 300 s, with 20, 40 .. 640 s between them; the last five that ended are kept.
    world.until(3359);
    expect([...world.migrations()].sort()).toEqual(['Failed', 'Failed', 'Failed', 'Failed', 'Failed', 'Scheduling']);
    world.until(3361);
    expect(world.migrations()).toEqual(['Failed', 'Failed', 'Failed', 'Failed', 'Failed']);
  });
});

function newestLauncher(world: WorkloadWorld): string {
  const found = world.writes.findLast((line) => line.includes('ADDED Pod app/virt-launcher'));
  return found?.split('/')[1] ?? '';
}

test.each([
  [1, 0, 10],
  [1, 0.999, 15],
  [2, 0, 40],
  [3, 0, 90],
  [5, 0, 250],
  [5, 0.9, 300],
  [6, 0, 300],
])('back-off after %d failed starts, uniform %d: %d s', (count, uniform, seconds) => {
  expect(startBackoffSeconds(count, uniform)).toBe(seconds);
});

test('an instance that dies before it ever ran is a start failure, and the next start waits', () => {
  const world = new WorkloadWorld(virtualMachine({ name: 'vm', on: undefined }), {}, ['a1']);
  world.until(3);
  expect(outcome(world).slice(0, 2)).toEqual(['- Scheduling Ready=False', ['a1 Pending']]);
  world.truth.loseKubelet('a1');
  world.forceDelete(newestLauncher(world));
  world.until(4);
  const machine = world.store.get(VIRTUAL_MACHINE, { namespace: 'app', name: 'vm' });
  expect(machine?.status?.startFailure).toMatchObject({ consecutiveFailCount: 1 });
  expect(world.instance('vm')).toBe('none');
  world.truth.recover('a1');
  world.until(12);
  expect(world.instance('vm')).toBe('none');
  world.until(30);
  expect(world.instance('vm')).toBe('a1 Running Ready=True');
  expect(world.store.get(VIRTUAL_MACHINE, { namespace: 'app', name: 'vm' })?.status).toEqual({});
});

test('a start failure counts once, however long its launcher takes to go', () => {
  const world = new WorkloadWorld(virtualMachine({ name: 'vm', on: undefined }), {}, ['a1']);
  world.until(3);
  world.truth.loseKubelet('a1');
  world.store.delete(POD, { namespace: 'app', name: newestLauncher(world) });
  world.until(100);
  expect(outcome(world).slice(0, 2)).toEqual(['- Failed Ready=False', ['a1 Terminating']]);
  const machine = world.store.get(VIRTUAL_MACHINE, { namespace: 'app', name: 'vm' });
  expect(machine?.status?.startFailure).toMatchObject({ consecutiveFailCount: 1 });
});

test('a Halted machine has no instance and is not missed; switched to Always it starts', () => {
  const world = new WorkloadWorld(virtualMachine({ name: 'vm', on: undefined, runStrategy: 'Halted' }));
  world.until(100);
  expect(outcome(world)).toEqual(['none', [], 0, 0]);
  world.store.update<VirtualMachine>(VIRTUAL_MACHINE, { namespace: 'app', name: 'vm' }, 'main', (machine) => ({
    ...machine,
    spec: { ...machine.spec, runStrategy: 'Always' },
  }));
  world.until(200);
  expect(outcome(world)).toEqual(['a1 Running Ready=True', ['a1 Running'], 38, 8]);
});

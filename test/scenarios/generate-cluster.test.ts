// Generated clusters: deterministic, complete, and the same way as imports for both Machine APIs.

import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../core/api/object.ts';
import type { VirtualMachineInstance } from '../../core/api/virtual-machine.ts';
import type { PersistentVolumeClaim, Pod, PodDisruptionBudget } from '../../core/api/workload.ts';
import { inventoryOf } from '../../scenarios/cluster/inventory.ts';
import { generateCluster } from '../../scenarios/generate/generate-cluster.ts';
import { GENERATED_START_MS } from '../../scenarios/generate/names.ts';
import type { GenerateSpec } from '../../scenarios/schema-cluster.ts';
import { World } from '../../sim/world.ts';
import { fc } from '../kit/property.ts';
import { tinyWorld } from '../kit/tiny-world.ts';

const LOCAL = { externalStorage: false };

const aCluster = (changes: Partial<GenerateSpec> = {}): GenerateSpec => ({
  racks: 3,
  groups: [
    { name: 'master', role: 'control-plane', count: 3 },
    { name: 'worker', count: 7 },
    { name: 'spare', role: 'spare', count: 1 },
  ],
  workloads: [
    { name: 'db', replicas: 3, minAvailable: 2, volume: 2 ** 30 },
    { name: 'web', kind: 'Deployment', replicas: 4 },
  ],
  ...changes,
});

const inventory = (spec: GenerateSpec) =>
  inventoryOf(generateCluster(spec, LOCAL), { rackLabel: undefined, nowMs: GENERATED_START_MS, file: 'generated' });

describe('a generated cluster', () => {
  test.each([
    ['openshift', 3, { pods: 3, minAvailable: [2] }],
    ['openshift', 1, { pods: 0, minAvailable: [] }],
    ['cluster-api', 3, { pods: 0, minAvailable: [] }],
  ] as const)('%s with %i members of etcd has these guards', (machineApi, count, expected) => {
    const groups = [
      { name: 'master', role: 'control-plane' as const, count },
      { name: 'worker', count: 2 },
    ];
    const guards = generateCluster(aCluster({ machineApi, groups }), LOCAL).filter(
      ({ metadata }) => metadata.namespace === 'openshift-etcd',
    );
    const budgets = guards.filter((object): object is PodDisruptionBudget => object.kind === 'PodDisruptionBudget');
    expect({
      pods: guards.filter(({ kind }) => kind === 'Pod').length,
      minAvailable: budgets.map(({ spec }) => spec?.minAvailable),
    }).toEqual(expected);
  });

  test.each(['openshift', 'cluster-api'] as const)(
    '%s: every host finds its node, rack and Machine again',
    (machineApi) => {
      const model = inventory(aCluster({ machineApi }));
      expect(model.machineApi).toBe(machineApi);
      expect(model.problems).toEqual([]);
      expect(
        model.hosts.map(
          ({ name, nodeName, rack, dataDisks, initial, controlPlane }) =>
            `${name} ${nodeName} ${rack} ${dataDisks} ${initial.state}${controlPlane ? ' control plane' : ''}`,
        ),
      ).toEqual([
        'master-0 master-0 rack-1 0 serving control plane',
        'master-1 master-1 rack-2 0 serving control plane',
        'master-2 master-2 rack-3 0 serving control plane',
        'spare-0 spare-0 rack-3 2 unprovisioned',
        'worker-0 worker-0 rack-1 2 serving',
        'worker-1 worker-1 rack-2 2 serving',
        'worker-2 worker-2 rack-3 2 serving',
        'worker-3 worker-3 rack-1 2 serving',
        'worker-4 worker-4 rack-2 2 serving',
        'worker-5 worker-5 rack-3 2 serving',
        'worker-6 worker-6 rack-1 2 serving',
      ]);
    },
  );

  test('Cluster API: its control plane Machines belong to a KubeadmControlPlane, which finds nothing to do', () => {
    const objects = generateCluster(aCluster({ machineApi: 'cluster-api' }), LOCAL);
    const owners = objects
      .filter(({ kind, metadata }) => kind === 'Machine' && metadata.name.includes('control-plane'))
      .map(({ metadata }) => `${metadata.name}: ${metadata.ownerReferences?.[0]?.kind}`);
    expect(owners).toEqual([0, 1, 2].map((i) => `generated-control-plane-${i}: KubeadmControlPlane`));
    const config = tinyWorld({
      machineApi: 'cluster-api',
      hosts: inventory(aCluster({ machineApi: 'cluster-api' })).hosts.map((host) => ({ ...host, hardware: 'steady' })),
      objects,
    });
    const world = new World(config, { name: 'none', objects: [] }, 1, undefined);
    world.machines.start();
    const before = world.store.resourceVersion;
    world.kernel.runUntil(config.startMs + 3_600_000);
    expect(world.store.resourceVersion).toBe(before);
    const openshift = generateCluster(aCluster({ machineApi: 'openshift' }), LOCAL);
    expect(openshift.filter(({ kind }) => kind === 'KubeadmControlPlane')).toEqual([]);
  });

  test('replicas of a workload stand in different racks while there are racks left', () => {
    const model = inventory(aCluster());
    const rackOf = new Map(model.hosts.map(({ nodeName, rack }) => [nodeName, rack]));
    const racks = model.objects
      .filter((object): object is Pod => object.kind === 'Pod' && object.metadata.labels?.app === 'db')
      .map(({ spec }) => rackOf.get(spec?.nodeName ?? ''));
    expect([...racks].sort()).toEqual(['rack-1', 'rack-2', 'rack-3']);
  });

  test('virtual machines run with their launchers and disks on racks in turn; a Halted one has only itself and its disk', () => {
    const model = inventory(
      aCluster({
        workloads: [
          { name: 'vm', kind: 'VirtualMachine', count: 2, cpu: 4, memory: 2 ** 30, volume: 2 ** 30 },
          { name: 'mv', kind: 'VirtualMachine', sharedDisk: true, volume: 2 ** 30, evictionStrategy: 'LiveMigrate' },
          { name: 'off', kind: 'VirtualMachine', volume: 2 ** 30, runStrategy: 'Halted' },
        ],
      }),
    );
    expect(model.problems).toEqual([]);
    const rackOf = new Map(model.hosts.map(({ nodeName, rack }) => [nodeName, rack]));
    const of = <T extends KubeObject>(kind: string) =>
      model.objects.filter((object): object is T => object.kind === kind);
    expect(
      of('VirtualMachine').map(({ metadata, spec }) => [metadata.name, (spec as { runStrategy: string }).runStrategy]),
    ).toEqual([
      ['mv', 'Always'],
      ['off', 'Halted'],
      ['vm-0', 'Always'],
      ['vm-1', 'Always'],
    ]);
    expect(
      of<VirtualMachineInstance>('VirtualMachineInstance').map(({ metadata, spec, status }) => [
        metadata.name,
        status?.phase,
        rackOf.get(status?.nodeName ?? ''),
        spec?.evictionStrategy,
        status?.conditions?.map((condition) => `${condition.type}=${condition.status}`).join(' '),
      ]),
    ).toEqual([
      ['mv', 'Running', 'rack-1', 'LiveMigrate', 'Ready=True LiveMigratable=True'],
      ['vm-0', 'Running', 'rack-2', undefined, 'Ready=True LiveMigratable=False'],
      ['vm-1', 'Running', 'rack-3', undefined, 'Ready=True LiveMigratable=False'],
    ]);
    expect(
      of<Pod>('Pod')
        .filter(({ metadata }) => metadata.namespace !== 'openshift-etcd')
        .map(({ metadata, spec }) => [
          metadata.name.replace(/-[^-]*$/, ''),
          rackOf.get(spec?.nodeName ?? ''),
          spec?.restartPolicy,
          spec?.containers?.[0]?.resources?.requests,
        ]),
    ).toEqual([
      ['virt-launcher-mv', 'rack-1', 'Never', { cpu: '200m', memory: `${8 * 2 ** 30 + 2 ** 28}` }],
      ['virt-launcher-vm-0', 'rack-2', 'Never', { cpu: '400m', memory: `${2 ** 30 + 2 ** 28}` }],
      ['virt-launcher-vm-1', 'rack-3', 'Never', { cpu: '400m', memory: `${2 ** 30 + 2 ** 28}` }],
    ]);
    const modes = of<PersistentVolumeClaim>('PersistentVolumeClaim').map(
      ({ metadata, spec }) => `${metadata.name} ${spec?.accessModes?.join()}`,
    );
    expect(modes).toEqual([
      'disk-mv ReadWriteMany',
      'disk-off ReadWriteOnce',
      'disk-vm-0 ReadWriteOnce',
      'disk-vm-1 ReadWriteOnce',
    ]);
  });

  test('is the same every time, with uids and versions of its own for every object', () => {
    const objects = generateCluster(aCluster(), LOCAL);
    expect(generateCluster(aCluster(), LOCAL)).toEqual(objects);
    expect(new Set(objects.map(({ metadata }) => metadata.uid)).size).toBe(objects.length);
    expect(new Set(objects.map(({ metadata }) => metadata.resourceVersion)).size).toBe(objects.length);
  });

  test('a pod that fits nowhere waits, and no node holds more than it can', () => {
    const spec = aCluster({
      groups: [
        { name: 'master', role: 'control-plane', count: 1 },
        { name: 'worker', count: 3, cpu: 4 },
      ],
      workloads: [{ name: 'big', replicas: 4, cpu: 3 }],
    });
    const pods = inventory(spec).objects.filter((object): object is Pod => object.kind === 'Pod');
    expect(pods.map(({ spec: pod, status }) => [pod?.nodeName, status?.phase])).toEqual([
      ['worker-1', 'Running'],
      ['worker-2', 'Running'],
      ['worker-0', 'Running'],
      [undefined, 'Pending'],
    ]);
  });

  test('owners, claims and volumes that objects name exist', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('openshift' as const, 'cluster-api' as const),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 5, max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        (machineApi, racks, workers, replicas) => {
          const objects = generateCluster(
            aCluster({
              machineApi,
              racks,
              groups: [
                { name: 'master', role: 'control-plane', count: 3 },
                { name: 'worker', count: workers },
              ],
              workloads: [{ name: 'db', replicas, volume: 2 ** 30 }],
            }),
            LOCAL,
          );
          const uids = new Set(objects.map(({ metadata }) => metadata.uid));
          const owners = objects.flatMap(({ metadata }) => metadata.ownerReferences ?? []);
          expect(owners.filter(({ uid }) => !uids.has(uid))).toEqual([]);
          const named = new Set(
            objects.map(({ kind, metadata }) => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`),
          );
          const wanted = objects.flatMap((object) => {
            const { spec } = object as Pod;
            return (spec?.volumes ?? []).map(
              (volume) =>
                `PersistentVolumeClaim/${object.metadata.namespace}/${volume.persistentVolumeClaim?.claimName}`,
            );
          });
          expect(wanted.filter((name) => !named.has(name))).toEqual([]);
          expect(wanted.length).toBe(replicas);
        },
      ),
      { numRuns: 30 },
    );
  });
});

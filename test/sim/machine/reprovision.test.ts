// A Machine is deleted: its host is deprovisioned, a replacement claims a host, and its Node comes back. Seconds after the
// start; the operator needs 300 s to deprovision and 600 s to provision, the Node registers 100 s later.

import { describe, expect, test } from 'vitest';
import type { MachineApi } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import { VOLUME_ATTACHMENT } from '../../../core/api/workload.ts';
import { DEFAULT_PROVISIONING } from '../../../sim/defaults.ts';
import { MACHINE_KINDS } from '../../../sim/machine/machine-objects.ts';
import { BOOT_S, DEPROVISION_S, MachineWorld, PROVISION_S } from '../../kit/machine-world.ts';

const LINEAGES: readonly MachineApi[] = ['openshift', 'cluster-api'];

/** OpenShift's provider looks at its hosts every 30 s only. */
const POLL_S = 31;

function reprovision(world: MachineWorld): void {
  world.operate();
  world.deleteMachine('m-a');
  world.until(1);
  world.drained();
}

describe.each(LINEAGES)('%s', (machineApi) => {
  test('60 running Machines and 5 spares start without a write or an event', () => {
    const running = Array.from({ length: 60 }, (_, n) => `h${n}`);
    const world = new MachineWorld({ machineApi, running, spares: ['s1', 's2', 's3', 's4', 's5'] });
    world.until(86_400);
    expect([world.writes, world.kernel.processed]).toEqual([[], 0]);
  });

  test('without a spare the same host is taken again and its Node is linked', () => {
    const world = new MachineWorld({ machineApi, running: ['a', 'b'], spares: [] });
    reprovision(world);
    expect(world.drains.map(({ nodeName }) => nodeName)).toEqual(['node-a']);
    world.until(DEPROVISION_S);
    expect(world.machineRows()[0]).toBe('m-a Deleting a');
    expect(world.hostRows()[0]).toBe('a deprovisioning empty m-a');
    expect(world.store.get(NODE, { namespace: '', name: 'node-a' })).toBeDefined();
    world.until(1 + DEPROVISION_S + POLL_S);
    const [, replacement] = world.machineRows();
    expect(replacement).toMatch(/^workers-\w{5} Provisioning a$/);
    expect(world.store.get(NODE, { namespace: '', name: 'node-a' })).toBeUndefined();
    world.until(1 + DEPROVISION_S + POLL_S + PROVISION_S + POLL_S + BOOT_S);
    expect(world.machineRows()[1]).toMatch(/^workers-\w{5} Running a$/);
    const name = world.machineRows()[1]?.split(' ')[0] ?? '';
    const node = world.store.get(NODE, { namespace: '', name: 'node-a' });
    expect(node?.metadata.annotations).toEqual(
      machineApi === 'openshift'
        ? { 'machine.openshift.io/machine': `metal/${name}` }
        : {
            'cluster.x-k8s.io/machine': name,
            'cluster.x-k8s.io/cluster-namespace': 'metal',
            'cluster.x-k8s.io/cluster-name': 'prod',
            'cluster.x-k8s.io/owner-kind': 'MachineSet',
            'cluster.x-k8s.io/owner-name': 'workers',
          },
    );
    expect(node?.metadata.labels?.pool).toBe(machineApi === 'openshift' ? 'blue' : undefined);
    expect(node?.spec?.providerID).toBe(
      machineApi === 'openshift' ? 'baremetalhost:///metal/a/uid-a' : `metal3://metal/a/${name}`,
    );
    expect(world.hostRows()).toEqual([`a provisioned deployed ${name}`, 'b provisioned deployed m-b']);
  });

  test('a host in error is not taken; the Machine takes it once it is well', () => {
    const world = new MachineWorld({ machineApi, running: ['a'], spares: [] });
    reprovision(world);
    world.until(DEPROVISION_S - 1);
    const key = { namespace: 'metal', name: 'a' };
    const kind = world.store.kindOf('BareMetalHost.metal3.io');
    if (kind === undefined) throw new Error('hosts are served');
    world.store.patch(kind, key, { status: { errorMessage: 'no power' } }, { subresource: 'status' });
    world.until(3600);
    expect(world.machineRows()).toEqual([expect.stringMatching(/Provisioning -$/)]);
    const events = world.kernel.processed;
    world.until(7200);
    expect(world.kernel.processed).toBe(events);
    world.store.patch(kind, key, { status: { errorMessage: '' } }, { subresource: 'status' });
    world.until(7200 + POLL_S);
    expect(world.machineRows()).toEqual([expect.stringMatching(/Provisioning a$/)]);
  });

  test('nothing is released before the drain has ended', () => {
    const world = new MachineWorld({ machineApi, running: ['a'], spares: ['s'] });
    world.operate();
    world.deleteMachine('m-a');
    world.until(10_000);
    expect(world.hostRows()).toEqual(['a provisioned deployed m-a', 's available empty free']);
    expect(world.machineRows()).toEqual(['m-a Deleting a']);
  });

  test('a host that another Machine consumes is left alone', () => {
    const world = new MachineWorld({ machineApi, running: ['a'], spares: ['s'] });
    const kind = world.store.kindOf('BareMetalHost.metal3.io');
    if (kind === undefined) throw new Error('hosts are served');
    world.store.patch(
      kind,
      { namespace: 'metal', name: 'a' },
      { spec: { consumerRef: { name: 'other' } } },
      { subresource: 'main' },
    );
    reprovision(world);
    world.until(100);
    expect(world.hostRows()[0]).toBe('a provisioned deployed other');
    expect(world.machineRows()).toEqual([expect.stringMatching(/^workers-\w{5} Provisioning s$/)]);
  });
});

describe('which host', () => {
  function picked(seed: string, hostPick: 'random' | 'same-first'): string {
    const world = new MachineWorld({
      machineApi: 'openshift',
      running: ['a'],
      spares: ['s1', 's2', 's3'],
      seed,
      config: { provisioning: { ...DEFAULT_PROVISIONING, hostPick } },
    });
    reprovision(world);
    world.until(1 + DEPROVISION_S + POLL_S);
    return world.machineRows()[0]?.split(' ')[2] ?? '';
  }
  const SEEDS = Array.from({ length: 40 }, (_, n) => `seed-${n}`);

  test('at random: every available host is taken by some seed, and a seed always takes the same', () => {
    const hosts = SEEDS.map((seed) => picked(seed, 'random'));
    expect([...new Set(hosts)].sort()).toEqual(['a', 's1', 's2', 's3']);
    expect(SEEDS.map((seed) => picked(seed, 'random'))).toEqual(hosts);
  });

  test('same-first: always the one that was given back', () => {
    expect(new Set(SEEDS.map((seed) => picked(seed, 'same-first')))).toEqual(new Set(['a']));
  });

  test('only hosts that the selector matches', () => {
    const world = new MachineWorld({
      machineApi: 'cluster-api',
      running: ['a'],
      spares: ['s1', 's2'],
      labels: { s2: { role: 'worker' } },
      hostSelector: { role: 'worker' },
    });
    reprovision(world);
    world.until(1 + DEPROVISION_S + POLL_S);
    expect(world.hostRows()[2]).toMatch(/^s2 provisioning deployed workers-/);
  });
});

describe('Cluster API and the volumes of the node', () => {
  const ATTACHMENT = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: 'va', uid: 'va', resourceVersion: '' },
    spec: { nodeName: 'node-a' },
  };

  function withVolume(machineApi: MachineApi, prepare: (world: MachineWorld) => void): string {
    const world = new MachineWorld({ machineApi, running: ['a', 'b'], spares: [], objects: [ATTACHMENT] });
    prepare(world);
    reprovision(world);
    world.until(100);
    const before = world.hostRows()[0]?.split(' ')[1];
    world.store.delete(VOLUME_ATTACHMENT, { namespace: '', name: 'va' });
    world.until(101);
    return `${before} then ${world.hostRows()[0]?.split(' ')[1]}`;
  }

  function limited(world: MachineWorld): void {
    world.store.patch(
      MACHINE_KINDS['cluster-api'].machine,
      { namespace: 'metal', name: 'm-a' },
      { spec: { deletion: { nodeVolumeDetachTimeoutSeconds: 60 } } },
      { subresource: 'main' },
    );
  }

  function unreachable(world: MachineWorld): void {
    const conditions = [{ type: 'Ready', status: 'Unknown' }];
    world.store.patch(NODE, { namespace: '', name: 'node-a' }, { status: { conditions } }, { subresource: 'status' });
  }

  test.each([
    ['are waited for', 'cluster-api', () => {}, 'provisioned then deprovisioning'],
    ['are waited for until the time-out', 'cluster-api', limited, 'deprovisioning then deprovisioning'],
    ['are not waited for on an unreachable node', 'cluster-api', unreachable, 'deprovisioning then deprovisioning'],
    ['are not waited for by OpenShift', 'openshift', () => {}, 'deprovisioning then deprovisioning'],
  ] as const)('%s', (_, machineApi, prepare, expected) => {
    expect(withVolume(machineApi, prepare)).toBe(expected);
  });
});

test('a Machine without owner is not made again', () => {
  const world = new MachineWorld({ machineApi: 'openshift', running: ['a'], spares: ['s'] });
  const kind = MACHINE_KINDS.openshift.machine;
  world.store.update(kind, { namespace: 'metal', name: 'm-a' }, 'main', (machine) => ({
    ...machine,
    metadata: { ...machine.metadata, ownerReferences: [] },
  }));
  const set = MACHINE_KINDS.openshift.machineSet;
  world.store.patch(set, { namespace: 'metal', name: 'workers' }, { spec: { replicas: 0 } }, { subresource: 'main' });
  reprovision(world);
  world.until(5000);
  expect(world.machineRows()).toEqual([]);
});

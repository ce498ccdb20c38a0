// Objects to inventory: the hosts of both Machine APIs with rack, model, disks and state, as rows; the links and labels that
// clusters write in different ways; and the equality of a must-gather tree with the same part of the Lists.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import { type ClusterModel, inventoryOf } from '../../scenarios/cluster/inventory.ts';
import { ledgerOf } from '../../scenarios/cluster/ledger.ts';
import { detectRackLabel } from '../../scenarios/cluster/rack-label.ts';
import { readDump } from '../../twin/read-dump.ts';
import { NOW_MS } from './memory-files.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const OPENSHIFT = readDump([join(FIXTURES, 'openshift', 'lists')]);
const TREE = readDump([join(FIXTURES, 'openshift', 'must-gather.local.1')]);
const METAL3 = readDump([join(FIXTURES, 'metal3', 'all.yaml')]);

const modelOf = (objects: readonly KubeObject[], rackLabel?: string): ClusterModel =>
  inventoryOf(objects, { rackLabel, nowMs: NOW_MS, file: 'dump' });

const rows = (model: ClusterModel) =>
  model.hosts.map(({ name, nodeName, rack, hardware, dataDisks, initial, controlPlane }) =>
    [
      name,
      nodeName,
      rack,
      hardware,
      `${dataDisks} disks`,
      initial.state === 'silent' ? `silent since ${formatTime(initial.silentSinceMs)}` : initial.state,
      ...(controlPlane ? ['control plane'] : []),
    ].join(' | '),
  );

describe('hosts of an imported cluster', () => {
  test('OpenShift: links by Machine annotation and nodeRef', () => {
    expect(rows(modelOf(OPENSHIFT.objects))).toEqual([
      'openshift-master-0 | master-0.hci.example.com | rack0 | PowerEdge R650 | 0 disks | serving | control plane',
      'openshift-worker-0 | worker-0.hci.example.com | rack0 | PowerEdge R750 | 2 disks | serving',
      'openshift-worker-10 | worker-10.hci.example.com | rack2 | ProLiant DL380 Gen10 Plus | 2 disks | serving',
      'openshift-worker-11 | worker-11.hci.example.com | rack2 | ProLiant DL380 Gen10 Plus | 2 disks | off',
      'openshift-worker-12 | openshift-worker-12 | rack2 | ProLiant DL380 Gen10 Plus | 2 disks | unprovisioned',
      'openshift-worker-2 | worker-2.hci.example.com | rack0 | PowerEdge R750 | 2 disks | serving',
      'openshift-worker-5 | worker-5.hci.example.com | rack1 | PowerEdge R750 | 2 disks | silent since 2026-11-22T08:03:37Z',
      'openshift-worker-8 | worker-8.hci.example.com | rack2 | ProLiant DL380 Gen10 Plus | 2 disks | serving',
    ]);
  });

  test('Cluster API: links by Metal3Machine annotation, racks by a label of the site', () => {
    const model = modelOf(METAL3.objects);
    expect(model.machineApi).toBe('cluster-api');
    expect(rows(model)).toEqual([
      'bm006-r01 | bm006-r01 | r01 | PowerEdge R750 | 0 disks | silent since 2026-11-22T07:58:48Z',
      'bm008-r01 | bm008-r01 | r01 | ProLiant DL380 Gen10 Plus | 6 disks | serving',
      'bm011-r02 | bm011-r02 | r02 | PowerEdge R750 | 0 disks | serving',
      'bm015-r03 | bm015-r03 | r03 | SYS-620U-TNR | 0 disks | serving',
      'bm027-r02 | bm027-r02 | r02 | PowerEdge R750 | 0 disks | unprovisioned',
      'bm028-r04 | bm028-r04 | r04 | PowerEdge R750 | 0 disks | unprovisioned',
      'cp00-r01 | cp00-r01 | r01 | PowerEdge R650 | 0 disks | serving | control plane',
    ]);
  });

  test('who a host says it is comes from its Node, what its BMC speaks from its address', () => {
    const told = METAL3.objects.map((object) =>
      object.kind === 'Node' && object.metadata.name !== 'bm011-r02'
        ? { ...object, status: { nodeInfo: { systemUUID: `uuid-of-${object.metadata.name}` } } }
        : object,
    );
    expect(
      modelOf(told).hosts.map(
        ({ name, systemUuid, bmcProtocol }) => `${name} | ${systemUuid ?? 'untold'} | ${bmcProtocol ?? 'redfish'}`,
      ),
    ).toEqual([
      'bm006-r01 | uuid-of-bm006-r01 | redfish',
      'bm008-r01 | uuid-of-bm008-r01 | redfish',
      'bm011-r02 | untold | redfish',
      'bm015-r03 | uuid-of-bm015-r03 | ipmi',
      'bm027-r02 | untold | redfish',
      'bm028-r04 | untold | redfish',
      'cp00-r01 | uuid-of-cp00-r01 | redfish',
    ]);
  });

  test('a BMC in error is unreachable at the start', () => {
    expect([...modelOf(OPENSHIFT.objects).script, ...modelOf(METAL3.objects).script]).toEqual([
      {
        name: 'at the start: BMC of openshift-machine-api/openshift-worker-8 does not answer',
        atMs: 0,
        fault: 'bmcUnreachable',
        target: 'openshift-worker-8',
      },
      {
        name: 'at the start: BMC of metal3/bm015-r03 does not answer',
        atMs: 0,
        fault: 'bmcUnreachable',
        target: 'bm015-r03',
      },
    ]);
  });

  test('pools: Ceph by local volumes, Longhorn by its node label', () => {
    const shape = (model: ClusterModel) =>
      model.pools.map(({ name, replicas, minSize, failureDomain, usedBytes }) => ({
        name,
        replicas,
        minSize,
        failureDomain,
        usedBytes,
      }));
    expect(shape(modelOf(OPENSHIFT.objects))).toEqual([
      {
        name: 'ocs-storagecluster-ceph-rbd',
        replicas: 3,
        minSize: 2,
        failureDomain: 'rack',
        usedBytes: {
          'openshift-worker-0': 2980 * 2 ** 30,
          'openshift-worker-10': 3576 * 2 ** 30,
          'openshift-worker-11': 3576 * 2 ** 30,
          'openshift-worker-2': 2980 * 2 ** 30,
          'openshift-worker-5': 2980 * 2 ** 30,
          'openshift-worker-8': 3576 * 2 ** 30,
        },
      },
    ]);
    expect(shape(modelOf(METAL3.objects))).toEqual([
      { name: 'longhorn', replicas: 3, minSize: 1, failureDomain: 'host', usedBytes: { 'bm008-r01': 90 * 2 ** 30 } },
    ]);
  });

  test('policy objects are no part of the simulated objects, storage daemons neither', () => {
    const model = modelOf(OPENSHIFT.objects);
    expect(model.policyObjects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'MachineHealthCheck master-mhc',
      'MachineHealthCheck worker-mhc',
    ]);
    const names = model.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names.filter((name) => /MachineHealthCheck|Lease|HardwareData|rook-ceph|StorageClass/.test(name))).toEqual(
      [],
    );
    expect(names.filter((name) => name.startsWith('Pod '))).toEqual([
      'Pod prometheus-k8s-0',
      'Pod prometheus-k8s-1',
      'Pod postgres-0',
      'Pod postgres-1',
      'Pod postgres-2',
    ]);
  });
});

describe('what clusters write in different ways', () => {
  const without = (kinds: readonly string[]) => OPENSHIFT.objects.filter(({ kind }) => !kinds.includes(kind));
  const nodeNames = (model: ClusterModel) => model.hosts.map(({ nodeName }) => nodeName);
  const full = nodeNames(modelOf(OPENSHIFT.objects));

  test('without Machines the provider id still tells which node is which host', () => {
    expect(nodeNames(modelOf(without(['Machine'])))).toEqual(full);
  });

  test('without the annotation the consumer of the host leads to the Machine', () => {
    const bare = OPENSHIFT.objects.map((object) =>
      object.kind === 'Machine' ? { ...object, metadata: { ...object.metadata, annotations: {} } } : object,
    );
    expect(nodeNames(modelOf(bare))).toEqual(full);
  });

  test('without leases silence counts from the last heartbeat', () => {
    const silent = modelOf(without(['Lease'])).hosts.find(({ name }) => name === 'openshift-worker-5');
    expect(silent?.initial).toEqual({ state: 'silent', silentSinceMs: Date.parse('2026-11-22T08:02:58Z') });
  });

  test('a Node without host is left out with its pods, and said so', () => {
    const model = modelOf(OPENSHIFT.objects.filter(({ metadata }) => metadata.name !== 'openshift-worker-8'));
    expect(model.problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'MT151 1 Nodes belong to no BareMetalHost and are left out: worker-8.hci.example.com',
    ]);
    const names = model.objects.map(({ metadata }) => metadata.name);
    expect(names.filter((name) => name === 'worker-8.hci.example.com' || name === 'postgres-2')).toEqual([]);
  });

  test.each([
    [[{ 'a/rack': '1' }, { 'topology.rook.io/rack': 'r' }], 'topology.rook.io/rack'],
    [[{ 'z/rack': '1' }, { 'a/rack': 'r' }], 'a/rack'],
    [[{ 'example.com/crack': '1', 'topology.kubernetes.io/zone': 'z' }], 'topology.kubernetes.io/zone'],
    [[{ rack: '1' }, undefined], 'rack'],
    [[{ 'kubernetes.io/hostname': 'h' }], undefined],
  ])('the rack label among %j is %j', (labelSets, expected) => {
    expect(detectRackLabel(labelSets).key).toBe(expected);
  });

  test('the rack label can be said', () => {
    expect(modelOf(METAL3.objects, 'topology.kubernetes.io/zone').racks).toEqual(['hall-a', 'hall-b']);
  });
});

/** Kinds and namespaces of the tree, out of the Lists. */
function reducedTo(tree: readonly KubeObject[], lists: readonly KubeObject[]): readonly KubeObject[] {
  const scopes = new Set(tree.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}`));
  return lists.filter(({ kind, metadata }) => scopes.has(`${kind} ${metadata.namespace ?? ''}`));
}

const withoutInput = ({ input: _, ...rest }: ClusterModel) => rest;

describe('a must-gather tree and the Lists reduced to its kinds and namespaces', () => {
  test('give the same model', () => {
    const reduced = reducedTo(TREE.objects, OPENSHIFT.objects);
    expect(withoutInput(modelOf(TREE.objects))).toEqual(withoutInput(modelOf(reduced)));
    expect(ledgerOf(modelOf(TREE.objects), true)).toEqual(ledgerOf(modelOf(reduced), true));
  });

  test('what the tree lacks is listed as missing and not invented', () => {
    const missing = ledgerOf(modelOf(TREE.objects), true).filter(({ count }) => count === 0);
    expect(missing.map(({ kind, assumed }) => `${kind}: ${assumed}`)).toEqual([
      'Lease.coordination.k8s.io: missing: silence is counted from the last heartbeat in the Node instead of the last lease renewal',
      'objects of further namespaces: missing: 3 volumes belong to claims in workload-db; these workloads are not simulated',
    ]);
  });

  // The whole dumps lie beside the repository on machines that have them.
  const data = process.env.METALTWIN_DATA ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
  const cluster = join(data, 'clusters', 'openshift-hyperconverged');

  test.skipIf(!existsSync(cluster))(
    'give the same model on the whole dump (needs the folder of dumps beside the project)',
    () => {
      const lists = readDump([join(cluster, 'lists')]);
      const tree = readDump([join(cluster, 'must-gather.local.5577006791947779410')]);
      const reduced = reducedTo(tree.objects, lists.objects);
      expect(withoutInput(modelOf(tree.objects))).toEqual(withoutInput(modelOf(reduced)));
      expect(modelOf(tree.objects).hosts.length).toBe(16);
    },
  );
});

// Which hosts can be lost now: whole answers, of an imported Ceph cluster and of made ones.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import type { StorageLosses } from '../../reports/storage-losses.ts';
import { metaltwin } from './captured-console.ts';

const DUMP = ['test/fixtures/openshift/must-gather.local.1', 'test/fixtures/openshift/lists'];
const CEPH = ['--scenario', 'test/fixtures/ceph/storage.yaml'];

const folder = mkdtempSync(join(tmpdir(), 'whatif-storage-'));
afterAll(() => rmSync(folder, { recursive: true }));

function madeCluster(storage: string): string {
  const file = join(folder, 'made.yaml');
  writeFileSync(
    file,
    `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: made }
spec:
  cluster:
    generate:
      machineApi: openshift
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 9, dataDisks: 2 }
  storage: ${storage}
`,
  );
  return file;
}

async function storageIn(...argv: readonly string[]): Promise<readonly StorageLosses[]> {
  const { code, out } = await metaltwin('whatif', ...argv, '-o', 'json');
  expect(code).toBe(EXIT.ok);
  return (JSON.parse(out) as { readonly storage: readonly StorageLosses[] }).storage;
}

async function textOf(...argv: readonly string[]): Promise<string> {
  const { code, out } = await metaltwin('whatif', ...argv, '-q');
  expect(code).toBe(EXIT.ok);
  return out.slice(out.indexOf('Storage now'));
}

describe('the imported cluster, of which two storage hosts are down', () => {
  test('says who must stay', async () => {
    expect(await textOf(...DUMP, ...CEPH)).toBe(`Storage now
  pool ocs-storagecluster-ceph-rbd: 3 replicas, min_size 2, 96 placement groups
    47 active+undersized+degraded, 32 active+clean, 17 undersized+degraded+peered
    DOWN      worker-11.hci.example.com (openshift-worker-11), worker-5.hci.example.com
              (openshift-worker-5)
    BLOCKED   17 placement groups below min_size already
    NONE      no host can be lost without further placement groups below min_size
    MUST STAY worker-0.hci.example.com (openshift-worker-0): 26 placement groups would fall below
              min_size
    MUST STAY worker-10.hci.example.com (openshift-worker-10): 13 placement groups would fall below
              min_size
    MUST STAY worker-2.hci.example.com (openshift-worker-2): 21 placement groups would fall below
              min_size
    MUST STAY worker-8.hci.example.com (openshift-worker-8): 15 placement groups would fall below
              min_size
    RACKS     not rack0 (2 hosts): 47 placement groups would fall below min_size
    RACKS     not rack2 (2 hosts): 28 placement groups would fall below min_size
`);
  });

  test('its placement groups are in the states that Ceph listed', async () => {
    const [pool] = await storageIn(...DUMP, ...CEPH);
    const dump = JSON.parse(readFileSync('test/fixtures/ceph/pg-dump.json', 'utf8')) as {
      readonly pg_map: { readonly pg_stats: readonly { readonly state: string }[] };
    };
    const listed: Record<string, number> = {};
    for (const { state } of dump.pg_map.pg_stats) {
      // Whoever is served by others meanwhile starts whole.
      const known = state === 'active+remapped+backfilling' ? 'active+clean' : state;
      listed[known] = (listed[known] ?? 0) + 1;
    }
    expect(Object.fromEntries((pool?.states ?? []).map(({ state, groups }) => [state, groups]))).toEqual(listed);
  });
});

/** With a map or without. */
const COPIES_IN_THREE_RACKS = `Storage now
  pool ceph-rbd: 3 replicas, min_size 2, 128 placement groups
    128 active+clean
    CAN GO    any one of the 9 hosts that are up can be lost
    RACKS     any one of the 3 racks can be lost as a whole
    PAIRS     9 of 36 pairs of them can be lost together: those in one rack, and no others
`;

describe('a made cluster of three racks', () => {
  test.each([
    {
      given: 'copies in three racks: a rack may go, and two hosts of one rack',
      storage: '{ failureDomain: rack, crush: {}, placementGroups: 128 }',
      told: COPIES_IN_THREE_RACKS,
    },
    {
      given: 'an erasure code 4+2 by host: one host may go, and no rack',
      storage: '{ erasureCode: { k: 4, m: 2 }, failureDomain: host, crush: {}, placementGroups: 128 }',
      told: `Storage now
  pool ceph-rbd: erasure code 4+2, min_size 5, 128 placement groups
    128 active+clean
    CAN GO    any one of the 9 hosts that are up can be lost
    RACKS     not rack-1 (3 hosts): 104 placement groups would fall below min_size
    RACKS     not rack-2 (3 hosts): 98 placement groups would fall below min_size
    RACKS     not rack-3 (3 hosts): 96 placement groups would fall below min_size
    PAIRS     no two of them can be lost together (36 pairs)
`,
    },
    {
      given: 'few groups: some pairs may go',
      storage: '{ failureDomain: host, crush: {}, placementGroups: 10 }',
      told: `Storage now
  pool ceph-rbd: 3 replicas, min_size 2, 10 placement groups
    10 active+clean
    CAN GO    any one of the 9 hosts that are up can be lost
    RACKS     not rack-1 (3 hosts): 3 placement groups would fall below min_size
    RACKS     not rack-2 (3 hosts): 3 placement groups would fall below min_size
    RACKS     not rack-3 (3 hosts): 1 placement group would fall below min_size
    PAIRS     17 of 36 pairs of them can be lost together; not, with their placement groups:
              worker-3 with worker-7 (4), worker-1 with worker-3 (3), worker-0 with worker-2 (2),
              worker-0 with worker-3 (2), worker-0 with worker-7 (2) and 14 more
`,
    },
    {
      given: 'copies without a map',
      storage: '{ failureDomain: rack, placementGroups: 128 }',
      told: COPIES_IN_THREE_RACKS,
    },
  ])('$given', async ({ storage, told }) => {
    expect(await textOf('--scenario', madeCluster(storage))).toBe(told);
  });

  test('what is said of one host is what fails when it does', async () => {
    const file = madeCluster('{ failureDomain: host, minSize: 3, crush: {}, placementGroups: 64 }');
    const [before] = await storageIn('--scenario', file);
    for (const { host, groupsBelow } of before?.hosts ?? []) {
      const [after] = await storageIn('--scenario', file, '--node-fail', host, '--storage', '--duration', '1m');
      expect([host, after?.belowMinSize]).toEqual([host, groupsBelow]);
    }
  });
});

test('a cluster without storage has nothing to say', async () => {
  const file = madeCluster('{ kind: external }');
  const { code, err } = await metaltwin('whatif', '--scenario', file);
  expect(code).toBe(EXIT.usage);
  expect(err).toContain('made has no storage on its hosts, and nothing fails');
});

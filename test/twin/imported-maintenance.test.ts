// A maintenance that a dump shows goes on where it was: its node stays out until somebody deletes the request.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LEASE } from '../../core/api/lease.ts';
import { NODE } from '../../core/api/node.ts';
import { NODE_MAINTENANCE } from '../../core/api/node-maintenance.ts';
import { assert } from '../../core/assert.ts';
import { loadStudy } from '../../scenarios/compile.ts';
import { startedRun } from '../../sim/simulation.ts';
import { studyFiles } from '../../twin/study-files.ts';

const DUMP = join(import.meta.dirname, '..', 'fixtures', 'openshift', 'lists');
const NODE_NAME = 'worker-2.hci.example.com';
const KEY = { namespace: '', name: 'nm-worker-2' };

test('Succeeded in the dump: still so two hours later under every policy, and over when it is deleted', () => {
  const loaded = loadStudy({ clusterPaths: [DUMP] }, studyFiles);
  assert('study' in loaded, 'the dump is read');
  const { config, policies } = loaded.study;
  expect(policies.map(({ name }) => name)).toEqual(['as-is', 'no-remediation']);
  for (const policy of policies) {
    const { kernel, store, observer } = startedRun(config, policy, { replication: 1, record: false }).world;
    const nodeNow = () => store.get(NODE, { namespace: '', name: NODE_NAME });
    kernel.runUntil(config.startMs + 7_200_000);
    expect(store.get(NODE_MAINTENANCE, KEY)?.status).toMatchObject({
      phase: 'Succeeded',
      drainProgress: 100,
      evictionPods: 7,
    });
    expect(nodeNow()?.spec?.unschedulable).toBe(true);
    expect(nodeNow()?.spec?.taints?.map(({ key }) => key)).toContain('medik8s.io/drain');
    const lease = store.get(LEASE, { namespace: 'medik8s-leases', name: `node-${NODE_NAME}` });
    expect(lease?.spec?.holderIdentity).toBe('node-maintenance');
    expect(observer.downtime.totals(kernel.nowMs).planned).toBe(7_200_000);
    store.delete(NODE_MAINTENANCE, KEY);
    kernel.runUntil(config.startMs + 7_260_000);
    expect(nodeNow()?.spec?.unschedulable).toBeUndefined();
    expect(nodeNow()?.spec?.taints ?? []).toEqual([]);
    expect(store.get(NODE_MAINTENANCE, KEY)).toBeUndefined();
  }
});

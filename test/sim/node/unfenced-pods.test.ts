// A node that falls silent and is never fenced, the whole way through kubelets' leases, taints, eviction and volumes: what
// Kubernetes alone can move, and what it cannot.

import { describe, expect, test } from 'vitest';
import { NODE, type Node } from '../../../core/api/node.ts';
import { POD, VOLUME_ATTACHMENT } from '../../../core/api/workload.ts';
import type { KubernetesConfig } from '../../../sim/config.ts';
import { SilentNodes } from '../../kit/silent-nodes.ts';
import { OUT_OF_SERVICE, workload } from '../../kit/workload-objects.ts';

const NAMES = ['a1', 'a2', 'b1', 'b2'];
const SHOP = workload({ kind: 'Deployment', name: 'shop', on: ['a1'], volume: true });
const DB = workload({ kind: 'StatefulSet', name: 'db', on: ['a1', 'b1'], volume: true });
const DAY_S = 86_000;
/** From binding to Ready, with all lags. */
const START_S = 9;

function unfenced(heartbeats: KubernetesConfig['heartbeats']): SilentNodes {
  const silences = [{ nodes: ['a1'], fromS: 100, toS: 90_000 }];
  return new SilentNodes({ names: NAMES, objects: [...SHOP, ...DB], silences, kubernetes: { heartbeats } });
}

/** `name on node` of the pods, `-` where not bound, `!` for one that is terminating. */
function pods(nodes: SilentNodes): readonly string[] {
  return nodes.world.store
    .list(POD)
    .map(
      ({ metadata, spec }) =>
        `${metadata.name.slice(0, 4)}@${spec?.nodeName ?? '-'}${metadata.deletionTimestamp === undefined ? '' : '!'}`,
    );
}

function ready(nodes: SilentNodes): readonly string[] {
  return nodes.world.store
    .list(POD)
    .filter(({ status }) => status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
    .map(({ metadata, spec }) => `${metadata.name.slice(0, 4)}@${spec?.nodeName}`);
}

function attachedTo(nodes: SilentNodes): readonly string[] {
  return nodes.world.store
    .list(VOLUME_ATTACHMENT)
    .map(({ spec }) => `${spec?.source?.persistentVolumeName}@${spec?.nodeName}`)
    .sort();
}

describe.each<KubernetesConfig['heartbeats']>(['lazy', 'explicit'])('unfenced, heartbeats %s', (mode) => {
  test('for a day: the replica waits for its volume, the StatefulSet pod never comes back elsewhere', () => {
    const nodes = unfenced(mode);
    nodes.until(DAY_S);
    expect(pods(nodes)).toEqual(['db-0@a1!', 'db-1@b1', 'shop@a1!', expect.stringMatching(/^shop@/)]);
    expect(ready(nodes)).toEqual(['db-1@b1']);
    expect(attachedTo(nodes)).toEqual(['pv-data-db-0@a1', 'pv-data-db-1@b1', 'pv-data-shop@a1']);
  });

  test('force-deleted pods: the volumes come 6 min later', () => {
    const nodes = unfenced(mode);
    nodes.until(1000);
    for (const { metadata } of nodes.world.store
      .list(POD)
      .filter(({ metadata: { deletionTimestamp } }) => deletionTimestamp))
      nodes.world.store.delete(POD, { namespace: 'app', name: metadata.name }, { gracePeriodMs: 0 });
    nodes.until(1359);
    expect(ready(nodes)).toEqual(['db-1@b1']);
    nodes.until(1360 + START_S);
    expect(ready(nodes).map((pod) => pod.split('@')[0])).toEqual(['db-0', 'db-1', 'shop']);
    expect(attachedTo(nodes).filter((one) => one.endsWith('@a1'))).toEqual([]);
  });

  test('the Node object deleted: pod GC 40 to 80 s later, the volumes 6 min after that', () => {
    const nodes = unfenced(mode);
    nodes.until(1000);
    let goneS = Number.NaN;
    nodes.world.store.tap(({ type, before }) => {
      if (type === 'DELETED' && before?.metadata.name === 'db-0') goneS = nodes.seconds();
    });
    nodes.world.store.delete(NODE, { namespace: '', name: 'a1' });
    nodes.until(1081);
    expect(goneS).toBeGreaterThanOrEqual(1040);
    expect(goneS).toBeLessThanOrEqual(1080);
    nodes.until(goneS + 359);
    expect(ready(nodes)).toEqual(['db-1@b1']);
    nodes.until(goneS + 361 + START_S);
    expect(ready(nodes).map((pod) => pod.split('@')[0])).toEqual(['db-0', 'db-1', 'shop']);
  });

  test('the out-of-service taint: gone within 20 s, the volumes with them', () => {
    const nodes = unfenced(mode);
    nodes.until(1000);
    nodes.world.store.update<Node>(NODE, { namespace: '', name: 'a1' }, 'main', (node) => ({
      ...node,
      spec: { ...node.spec, taints: [...(node.spec?.taints ?? []), OUT_OF_SERVICE] },
    }));
    nodes.until(1020 + 2 * START_S);
    expect(ready(nodes).map((pod) => pod.split('@')[0])).toEqual(['db-0', 'db-1', 'shop']);
    expect(attachedTo(nodes).filter((one) => one.endsWith('@a1'))).toEqual([]);
  });
});

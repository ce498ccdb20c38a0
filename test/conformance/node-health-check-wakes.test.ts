// Which changes of a Node a NodeHealthCheck is decided for. Source: see node-health-check.test.ts.

import { describe, expect, test } from 'vitest';
import { LABEL_EXCLUDE_FROM_REMEDIATION } from '../../core/api/medik8s.ts';
import { NODE, type Node } from '../../core/api/node.ts';
import { REMEDIATOR_TEMPLATES } from '../../core/api/node-health-check.ts';
import { formatTime } from '../../core/api/time.ts';
import { nodeHealthCheck } from '../../core/health/node-health-check.controller.ts';
import { type CoreBench, coreBench } from '../kit/core-bench.ts';
import { aNode, meta, NOW_MS, withReady } from '../kit/machine-objects.ts';

const TEMPLATE = { apiVersion: 'self-node-remediation.medik8s.io/v1alpha1', kind: 'SelfNodeRemediationTemplate' };

function start(): CoreBench {
  const labels = { pool: 'workers' };
  return coreBench({
    objects: [
      { ...TEMPLATE, metadata: meta('ok', { namespace: 'default' }), spec: { template: { spec: {} } } },
      {
        apiVersion: 'remediation.medik8s.io/v1alpha1',
        kind: 'NodeHealthCheck',
        metadata: meta('workers'),
        spec: {
          selector: { matchLabels: labels },
          minHealthy: 1,
          remediationTemplate: { ...TEMPLATE, name: 'ok', namespace: 'default' },
        },
      },
      ...['n1', 'n2', 'n3'].map((name) => aNode(name, 'True', 86_400_000, { labels })),
    ],
    controllers: [nodeHealthCheck({ machineApi: 'cluster-api', lineage: 'exact', templates: REMEDIATOR_TEMPLATES })],
    atMs: NOW_MS,
  });
}

/** Every condition again, with nothing but the stamp of the beat moved. */
function beaten(node: Node): Node {
  const lastHeartbeatTime = formatTime(NOW_MS + 1_000);
  const conditions = (node.status?.conditions ?? []).map((condition) => ({ ...condition, lastHeartbeatTime }));
  return { ...node, status: { ...node.status, conditions } };
}

function labelled(node: Node, key: string, value: string): Node {
  return { ...node, metadata: { ...node.metadata, labels: { ...node.metadata.labels, [key]: value } } };
}

test('incident I30: a remediation that stands still is decided every ten minutes for its lease, and then no more', () => {
  const run = start();
  run.update(NODE, 'n1', 'status', (node) => withReady(node, 'Unknown', NOW_MS));
  run.runFor(302_000);
  const before = run.runtime.decided;
  run.runFor(1_800_000);
  const halfHour = run.runtime.decided - before;
  run.runFor(3_600_000);
  expect({ halfHour, later: run.runtime.decided - before - halfHour }).toEqual({ halfHour: 4, later: 0 });
});

test('a new node is none: it is seen when something else is', () => {
  const run = start();
  run.runFor(1_000);
  const before = run.runtime.decided;
  const { uid: _, resourceVersion: __, ...metadata } = meta('n4', { labels: { pool: 'workers' } });
  run.store.create(NODE, { apiVersion: 'v1', kind: 'Node', metadata });
  run.runFor(10);
  expect(run.runtime.decided - before).toBe(0);
});

describe('decisions after a change of a node', () => {
  test.each([
    ['a heartbeat', 'status', beaten, 0],
    ['a label by which no check selects', 'main', (node: Node) => labelled(node, 'other', 'x'), 0],
    ['no longer selected: the product looks at the new labels', 'main', (node: Node) => labelled(node, 'pool', 'x'), 0],
    ['the opt-out label', 'main', (node: Node) => labelled(node, LABEL_EXCLUDE_FROM_REMEDIATION, 'true'), 1],
    ['a condition that moves', 'status', (node: Node) => withReady(node, 'Unknown', NOW_MS + 1_000), 1],
    ['no Ready condition yet', 'status', (node: Node) => ({ ...node, status: { conditions: [] } }), 0],
  ] as const)('case C204: %s', (_what, subresource, change, decisions) => {
    const run = start();
    run.runFor(1_000);
    const before = run.runtime.decided;
    run.update(NODE, 'n1', subresource, change);
    run.runFor(10);
    expect(run.runtime.decided - before).toBe(decisions);
  });
});

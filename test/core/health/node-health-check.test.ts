// What holds for any fleet and any history of a node health check: its counts agree with a scan, a decision stays what it is until
// the instant at which it asked to be called again, and lost memory changes nothing that lasts.

import { describe, expect, test } from 'vitest';
import type { Action } from '../../../core/actions.ts';
import type { ConditionStatus } from '../../../core/api/conditions.ts';
import { LEASE } from '../../../core/api/lease.ts';
import type { Lineage } from '../../../core/api/lineage.ts';
import { LABEL_EXCLUDE_FROM_REMEDIATION } from '../../../core/api/medik8s.ts';
import { isReady, NODE, type Node } from '../../../core/api/node.ts';
import {
  NODE_HEALTH_CHECK,
  type NodeHealthCheck,
  REMEDIATOR_TEMPLATES,
  requestKind,
  type TemplateReference,
} from '../../../core/api/node-health-check.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { formatTime } from '../../../core/api/time.ts';
import { nodeHealthCheck } from '../../../core/health/node-health-check.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { aNode, meta, NOW_MS, withReady } from '../../kit/machine-objects.ts';
import { fc } from '../../kit/property.ts';

const SIZE = 5;
const LABELS = { pool: 'workers' };

function reference(kind: string): TemplateReference {
  const known = REMEDIATOR_TEMPLATES.find((template) => template.kind === kind);
  return { ...known, kind, name: 'ok', namespace: 'default' };
}

const FIRST = reference('SelfNodeRemediationTemplate');
const SECOND = reference('FenceAgentsRemediationTemplate');
const REQUESTS = [FIRST, SECOND].map(requestKind);

const TEMPLATES: readonly KubeObject[] = [FIRST, SECOND].map(({ apiVersion = '', kind }) => ({
  apiVersion,
  kind,
  metadata: meta('ok', { namespace: 'default', uid: kind }),
  spec: { template: { spec: {} } },
}));

const CHECK: NodeHealthCheck = {
  apiVersion: 'remediation.medik8s.io/v1alpha1',
  kind: 'NodeHealthCheck',
  metadata: meta('workers'),
  spec: {
    selector: { matchLabels: LABELS },
    minHealthy: '51%',
    stormCooldownDuration: '2m',
    healthyDelay: '30s',
    escalatingRemediations: [
      { remediationTemplate: FIRST, order: 1, timeout: '3m' },
      { remediationTemplate: SECOND, order: 2, timeout: '5m' },
    ],
  },
};

function controllerOf(lineage: Lineage) {
  return nodeHealthCheck({ machineApi: 'cluster-api', lineage, templates: REMEDIATOR_TEMPLATES });
}

function start(lineage: Lineage, forgetMemory = false): CoreBench {
  const nodes = Array.from({ length: SIZE }, (_, i) => {
    const master = i === 0 ? { 'node-role.kubernetes.io/control-plane': '' } : {};
    return aNode(`n${i}`, 'True', 86_400_000, { labels: { ...LABELS, ...master } });
  });
  return coreBench({
    objects: [...TEMPLATES, CHECK, ...nodes],
    controllers: [controllerOf(lineage)],
    atMs: NOW_MS,
    lagMs: 3,
    runtime: { forgetMemory },
  });
}

/** Something happens to node `which`, or to its requests, after `waitMs`. */
interface Happening {
  readonly waitMs: number;
  readonly which: number;
  readonly what: ConditionStatus | 'heartbeat' | 'gone' | 'excluded' | 'request-gone' | 'request-failed';
}

const HISTORY = fc.array(
  fc.record({
    waitMs: fc.integer({ min: 0, max: 400_000 }),
    which: fc.integer({ min: 0, max: SIZE - 1 }),
    what: fc.constantFrom<Happening['what']>(
      'True',
      'True',
      'False',
      'Unknown',
      'Unknown',
      'heartbeat',
      'gone',
      'excluded',
      'request-gone',
      'request-failed',
    ),
  }),
  { maxLength: 12 },
);

function happen(run: CoreBench, { waitMs, which, what }: Happening): void {
  run.runFor(waitMs);
  const name = `n${which}`;
  if (what === 'request-gone' || what === 'request-failed') {
    for (const kind of REQUESTS) {
      if (run.get(kind, `default/${name}`) === undefined) continue;
      if (what === 'request-gone') run.delete(kind, `default/${name}`);
      else run.update(kind, `default/${name}`, 'status', (request) => ({ ...request, status: failed(run) }));
    }
    return;
  }
  if (run.get(NODE, name) === undefined) return;
  if (what === 'gone') run.delete(NODE, name);
  else if (what === 'excluded') run.update(NODE, name, 'main', excluded);
  else if (what === 'heartbeat') run.update(NODE, name, 'status', (node) => beaten(node, run.nowMs));
  else run.update(NODE, name, 'status', (node) => withReady(node, what, run.nowMs));
}

function failed(run: CoreBench) {
  return { conditions: [{ type: 'Succeeded', status: 'False', lastTransitionTime: formatTime(run.nowMs) } as const] };
}

function excluded(node: Node): Node {
  const labels = { ...node.metadata.labels, [LABEL_EXCLUDE_FROM_REMEDIATION]: 'true' };
  return { ...node, metadata: { ...node.metadata, labels } };
}

/** A heartbeat: every condition again, with nothing but the stamp of the beat moved. */
function beaten(node: Node, atMs: number): Node {
  const conditions = (node.status?.conditions ?? []).map((condition) => ({
    ...condition,
    lastHeartbeatTime: formatTime(atMs),
  }));
  return { ...node, status: { ...node.status, conditions } };
}

/** Observed and healthy by looking at every node and every request. */
function scan(run: CoreBench): { readonly observed: number; readonly healthy: number } {
  const nodes = run.list(NODE);
  const requested = new Set(REQUESTS.flatMap((kind) => run.list(kind)).map(({ metadata }) => metadata.name));
  const healthy = nodes.filter((node) => isReady(node) && !requested.has(node.metadata.name));
  return { observed: nodes.length, healthy: healthy.length };
}

/** Stamps of the look itself are no part of what was decided; a lease is renewed whenever a pass finds it a minute old. */
function decided(actions: readonly Action[]): unknown {
  const lasting = actions.filter((action) => !(action.do === 'patch' && action.kind.key === LEASE.key));
  const text = JSON.stringify(lasting).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'now');
  return JSON.parse(text);
}

function lasting(run: CoreBench): unknown {
  return {
    requests: REQUESTS.flatMap((kind) => run.list(kind)).map(({ kind, metadata }) => ({
      kind,
      name: metadata.name,
      annotations: Object.keys(metadata.annotations ?? {}),
    })),
    status: run.list(NODE_HEALTH_CHECK).map(({ status }) => ({
      ...status,
      lastUpdateTime: undefined,
      conditions: status?.conditions?.map(({ type, status: value }) => ({ type, value })),
      unhealthyNodes: status?.unhealthyNodes?.map(({ name }) => name),
    })),
    leases: run.list(LEASE).map(({ metadata, spec }) => `${metadata.name} ${spec?.holderIdentity ?? ''}`),
  };
}

describe.each(['exact', 'corrected'] as const)('%s', (lineage) => {
  test('the status counts what a scan counts, after any history', () => {
    fc.assert(
      fc.property(HISTORY, (history) => {
        const run = start(lineage);
        for (const happening of history) {
          happen(run, happening);
          run.runFor(100);
          const status = run.the(NODE_HEALTH_CHECK, 'workers').status;
          expect({ observed: status?.observedNodes, healthy: status?.healthyNodes }).toEqual(scan(run));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('a decision stays what it is until the instant at which it asked to be called again', () => {
    fc.assert(
      fc.property(HISTORY, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (history, share) => {
        const run = start(lineage);
        for (const happening of history) happen(run, happening);
        run.runFor(100);
        const key = { namespace: '', name: 'workers' };
        const controller = controllerOf(lineage);
        for (const index of controller.indexes) run.view.addIndex(index);
        const decideAt = (nowMs: number) =>
          controller.decide({ view: run.view, key, nowMs, memory: undefined, facts: [] });
        const { recheckAtMs, actions } = decideAt(run.nowMs);
        // The product looks one second after an end; within that second a look would already find it passed.
        const until = (recheckAtMs ?? run.nowMs + 86_400_000) - 1_000;
        if (until <= run.nowMs) return;
        const earlier = decideAt(run.nowMs + Math.floor((until - run.nowMs) * share));
        expect(decided(earlier.actions)).toEqual(decided(actions));
      }),
      { numRuns: 60 },
    );
  });

  test('with memory emptied before every decision the same end is reached', () => {
    fc.assert(
      fc.property(HISTORY, (history) => {
        const ends = [false, true].map((forgetMemory) => {
          const run = start(lineage, forgetMemory);
          for (const happening of history) happen(run, happening);
          run.runFor(3_600_000);
          return lasting(run);
        });
        expect(ends[1]).toEqual(ends[0]);
      }),
      { numRuns: 20 },
    );
  });
});

// OpenShift's MachineHealthCheck beyond the conformance cases: what no manifest can say through admission, the edges of time,
// and what must cost nothing.

import { describe, expect, test } from 'vitest';
import { OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { OPENSHIFT_MACHINE_HEALTH_CHECK, type OpenshiftMachineHealthCheck } from '../../../core/api/remediation.ts';
import { openshiftMachineHealthCheck } from '../../../core/health/openshift-machine-health-check.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import {
  aNode,
  anOpenshiftFleet,
  anOpenshiftMachine,
  meta,
  NOW_MS,
  OPENSHIFT_NAMESPACE,
  withReady,
} from '../../kit/machine-objects.ts';
import { refusing } from '../../kit/refusing-writer.ts';

const CHECK = `${OPENSHIFT_NAMESPACE}/workers`;

function aCheck(spec: Partial<NonNullable<OpenshiftMachineHealthCheck['spec']>> = {}): OpenshiftMachineHealthCheck {
  return {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'MachineHealthCheck',
    metadata: meta('workers', { namespace: OPENSHIFT_NAMESPACE }),
    spec: {
      selector: { matchLabels: { pool: 'workers' } },
      unhealthyConditions: [
        { type: 'Ready', status: 'Unknown', timeout: '300s' },
        { type: 'Ready', status: 'False', timeout: '300s' },
      ],
      ...spec,
    },
  };
}

function bench(objects: readonly KubeObject[], runMs = 1_000): CoreBench {
  const started = coreBench({ objects, controllers: [openshiftMachineHealthCheck()], atMs: NOW_MS });
  started.runFor(runMs);
  return started;
}

/** Machines that the health check wants gone. */
function deleted(run: CoreBench): readonly string[] {
  return run
    .list(OPENSHIFT_MACHINE)
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
    .map(({ metadata }) => metadata.name);
}

test.each([
  { id: 'a negative limit is 0', max: -1, sick: 0, allowed: true },
  { id: 'an unreadable limit allows nothing', max: 'two', sick: 1, allowed: false },
])('$id', ({ max, sick, allowed }) => {
  const run = bench([aCheck({ maxUnhealthy: max }), ...anOpenshiftFleet(3, sick)]);
  const { status } = run.the(OPENSHIFT_MACHINE_HEALTH_CHECK, CHECK);
  expect({
    left: status?.remediationsAllowed,
    allowed: status?.conditions?.map(({ status }) => status),
    deleted: deleted(run),
    restricted: run.eventReasons('workers'),
  }).toEqual({
    left: 0,
    allowed: [allowed ? 'True' : 'False'],
    deleted: [],
    restricted: allowed ? [] : ['RemediationRestricted'],
  });
});

describe('time', () => {
  test('exactly at its timeout a target is not unhealthy yet: the comparison is strict', () => {
    const run = bench([aCheck(), anOpenshiftMachine('a', { node: 'node-a' }), aNode('node-a', 'False', 300_000)], 999);
    expect(deleted(run)).toEqual([]);
    run.runFor(1);
    expect(deleted(run)).toEqual(['a']);
  });

  test('a condition whose stamp alone moves is looked at again', () => {
    const run = bench([aCheck(), anOpenshiftMachine('a', { node: 'node-a' }), aNode('node-a', 'Unknown', 10_000)]);
    run.update(NODE, 'node-a', 'status', (current) => withReady(current, 'Unknown', NOW_MS - 400_000));
    run.runFor(1);
    expect(deleted(run)).toEqual(['a']);
  });
});

describe('what the API server refuses is said, once per try', () => {
  test.each([
    { verb: 'delete' as const, annotations: {}, events: ['MachineDeletionFailed', 'MachineDeleted'] },
    {
      verb: 'patch' as const,
      annotations: { 'machine.openshift.io/remediation-strategy': 'external-baremetal' },
      events: ['ExternalAnnotationFailed', 'ExternalAnnotationAdded'],
    },
  ])('a $verb', ({ verb, annotations, events }) => {
    const check = aCheck();
    const run = coreBench({
      objects: [
        { ...check, metadata: { ...check.metadata, annotations } },
        anOpenshiftMachine('a', { node: 'node-a' }),
        aNode('node-a', 'Unknown', 400_000),
      ],
      controllers: [openshiftMachineHealthCheck()],
      atMs: NOW_MS,
      writer: refusing(verb, OPENSHIFT_MACHINE, 'etcd is slow', 1),
    });
    run.runFor(1_000);
    expect(run.eventReasons('a')).toEqual(events);
  });
});

test('a heartbeat decides nothing, and a healthy fleet comes to rest', () => {
  const run = bench([aCheck(), ...anOpenshiftFleet(50, 0)]);
  const before = run.runtime.decided;
  for (let i = 0; i < 50; i++) {
    run.update(NODE, `node-worker-${String(i).padStart(2, '0')}`, 'status', (node) => ({
      ...node,
      status: {
        ...node.status,
        conditions: (node.status?.conditions ?? []).map((condition) => ({
          ...condition,
          lastHeartbeatTime: '2026-11-22T08:00:05Z',
        })),
      },
    }));
  }
  run.runFor(86_400_000);
  expect(run.runtime.decided).toBe(before);
});

// The health check of machine-remediation-operator (2019) beyond the conformance cases: what a request carries, who is never
// remediated, budgets under contention, episodes.

import { describe, expect, test } from 'vitest';
import type { Lineage } from '../../../core/api/lineage.ts';
import { OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { NODE, type Node } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import {
  MACHINE_DISRUPTION_BUDGET,
  MACHINE_REMEDIATION,
  type MachineDisruptionBudget,
  type MroMachineHealthCheck,
} from '../../../core/api/remediation.ts';
import { formatTime } from '../../../core/api/time.ts';
import { machineDisruptionBudget } from '../../../core/budget/disruption-budget.controller.ts';
import {
  MRO_UNHEALTHY_CONDITIONS,
  mroMachineHealthCheck,
} from '../../../core/health/mro-machine-health-check.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import {
  aNode,
  anOpenshiftMachine,
  type MachineOptions,
  meta,
  NOW_MS,
  OPENSHIFT_NAMESPACE,
} from '../../kit/machine-objects.ts';
import { refusing } from '../../kit/refusing-writer.ts';

const LABELS = { pool: 'workers' };
const _MASTER = { pool: 'workers', 'machine.openshift.io/cluster-api-machine-role': 'master' };

function aCheck(strategy?: 'reboot', selector: object = { matchLabels: LABELS }): MroMachineHealthCheck {
  return {
    apiVersion: 'machineremediation.kubevirt.io/v1alpha1',
    kind: 'MachineHealthCheck',
    metadata: meta('workers', { namespace: OPENSHIFT_NAMESPACE }),
    spec: { selector, ...(strategy === undefined ? {} : { remediationStrategy: strategy }) },
  };
}

/** A Machine with a Node that is Unknown for `sinceMs`, or Ready without it. */
function aPair(name: string, sinceMs?: number, options: MachineOptions = {}): KubeObject[] {
  const annotations = { 'machine.openshift.io/machine': `${OPENSHIFT_NAMESPACE}/${name}` };
  const node: Node =
    sinceMs === undefined
      ? aNode(`node-${name}`, 'True', 1e7, { annotations })
      : aNode(`node-${name}`, 'Unknown', sinceMs, { annotations, labels: { zone: 'a' } });
  return [anOpenshiftMachine(name, { node: `node-${name}`, ...options }), node];
}

function aBudget(maxUnavailable: number, disruptionsAllowed: number): MachineDisruptionBudget {
  return {
    apiVersion: 'machineremediation.kubevirt.io/v1alpha1',
    kind: 'MachineDisruptionBudget',
    metadata: meta('workers', { namespace: OPENSHIFT_NAMESPACE, generation: 1 }),
    spec: { selector: { matchLabels: LABELS }, maxUnavailable },
    status: { observedGeneration: 1, disruptionsAllowed },
  };
}

function bench(objects: readonly KubeObject[], lineage: Lineage = 'exact', runMs = 1_000): CoreBench {
  const run = coreBench({
    objects,
    controllers: [
      mroMachineHealthCheck({ lineage, unhealthyConditions: MRO_UNHEALTHY_CONDITIONS }),
      machineDisruptionBudget({ lineage: 'corrected' }),
    ],
    atMs: NOW_MS,
    lagMs: 5,
  });
  run.runFor(runMs);
  return run;
}

function rebooted(run: CoreBench): readonly (string | undefined)[] {
  return run.list(MACHINE_REMEDIATION).map(({ spec }) => spec?.machineName);
}

function going(run: CoreBench): readonly string[] {
  return run
    .list(OPENSHIFT_MACHINE)
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
    .map(({ metadata }) => metadata.name);
}

test('a reboot request carries what the remediator restores', () => {
  const run = bench([aCheck('reboot'), ...aPair('a', 400_000)]);
  expect(run.list(MACHINE_REMEDIATION)[0]).toMatchObject({
    metadata: { namespace: OPENSHIFT_NAMESPACE, generateName: 'remediation-' },
    spec: {
      type: 'reboot',
      machineName: 'a',
      savedLabels: { zone: 'a' },
      savedAnnotations: { 'machine.openshift.io/machine': `${OPENSHIFT_NAMESPACE}/a` },
    },
  });
});

test.each([
  { id: 'a worker without a MachineSet', check: aCheck('reboot'), options: { owned: false } },
  {
    id: 'opted out',
    check: aCheck('reboot'),
    options: { annotations: { 'healthchecking.openshift.io/disabled': '' } },
  },
  { id: 'an empty selector', check: aCheck('reboot', {}), options: {} },
  { id: 'another pool', check: aCheck('reboot'), options: { labels: { pool: 'others' } } },
])('nobody remediates: $id', ({ check, options }) => {
  const run = bench([check, ...aPair('a', 400_000, options)], 'exact', 3_600_000);
  expect([rebooted(run), going(run), run.events]).toEqual([[], [], []]);
});

test('a delete that is refused is said, and tried again', () => {
  const run = coreBench({
    objects: [aCheck(), ...aPair('a', 400_000)],
    controllers: [mroMachineHealthCheck({ lineage: 'exact', unhealthyConditions: MRO_UNHEALTHY_CONDITIONS })],
    atMs: NOW_MS,
    writer: refusing('delete', OPENSHIFT_MACHINE, 'etcd is slow', 1),
  });
  run.runFor(1_000);
  expect([going(run), run.eventReasons('a')]).toEqual([
    ['a'],
    ['MachineRemediationDeletionFailed', 'MachineRemediationDeleted'],
  ]);
});

describe('with a budget', () => {
  const disrupted = (run: CoreBench): readonly string[] =>
    Object.keys(run.the(MACHINE_DISRUPTION_BUDGET, `${OPENSHIFT_NAMESPACE}/workers`).status?.disruptedMachines ?? {});

  test('ten nodes ask at once and two disruptions are left: two get them, by compare-and-swap', () => {
    const names = Array.from({ length: 10 }, (_, i) => `w${i}`);
    const run = coreBench({
      objects: [aCheck('reboot'), aBudget(10, 2), ...names.flatMap((name) => aPair(name, 400_000))],
      controllers: [mroMachineHealthCheck({ lineage: 'exact', unhealthyConditions: MRO_UNHEALTHY_CONDITIONS })],
      atMs: NOW_MS,
      lagMs: 5,
    });
    run.runFor(3_600_000);
    expect([rebooted(run).length, disrupted(run).length]).toEqual([2, 2]);
    expect(run.performed.some(({ outcome }) => outcome.kind === 'refused' && outcome.code === 409)).toBe(true);
  });
});

test('corrected: one request per episode, however often the node changes', () => {
  const run = bench([aCheck('reboot'), ...aPair('a', 400_000)], 'corrected');
  const [first] = run.names(MACHINE_REMEDIATION);
  run.update(MACHINE_REMEDIATION, `${OPENSHIFT_NAMESPACE}/${first ?? ''}`, 'status', (current) => ({
    ...current,
    status: { state: 'Failed' as const, endTime: formatTime(run.nowMs) },
  }));
  run.update(NODE, 'node-a', 'main', (node) => ({
    ...node,
    metadata: { ...node.metadata, annotations: { ...node.metadata.annotations, touched: 'yes' } },
  }));
  run.runFor(1_000);
  expect(run.names(MACHINE_REMEDIATION)).toEqual([first]);
});

test('a heartbeat decides nothing', () => {
  const run = bench([aCheck('reboot'), ...aPair('a')]);
  const before = run.runtime.decided;
  run.update(NODE, 'node-a', 'status', (node) => ({
    ...node,
    status: {
      ...node.status,
      conditions: (node.status?.conditions ?? []).map((condition) => ({
        ...condition,
        lastHeartbeatTime: '2026-11-22T09:00:00Z',
      })),
    },
  }));
  run.runFor(1_000);
  expect(run.runtime.decided).toBe(before);
});

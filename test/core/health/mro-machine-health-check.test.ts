// The health check of machine-remediation-operator (2019), with its disruption budget.

import { describe, expect, test } from 'vitest';
import type { Lineage } from '../../../core/api/lineage.ts';
import { OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { NODE, type Node } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import {
  MACHINE_DISRUPTION_BUDGET,
  MACHINE_REMEDIATION,
  type MachineDisruptionBudget,
  type MachineRemediation,
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
  aMachineSet,
  aNode,
  anOpenshiftMachine,
  type MachineOptions,
  meta,
  NOW_MS,
  OPENSHIFT_NAMESPACE,
  withReady,
} from '../../kit/machine-objects.ts';

const LABELS = { pool: 'workers' };
const MASTER = { pool: 'workers', 'machine.openshift.io/cluster-api-machine-role': 'master' };

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

test.each([
  { id: 'for 301 s of 300 s', sinceMs: 301_000, actsAtMs: 0 },
  { id: 'for 299 s of 300 s', sinceMs: 299_000, actsAtMs: 2_000 },
])('C119: without a ConfigMap, Ready=Unknown $id', ({ sinceMs, actsAtMs }) => {
  const run = bench([aCheck('reboot'), ...aPair('a', sinceMs)], 'exact', Math.max(0, actsAtMs - 1));
  expect(rebooted(run)).toEqual(actsAtMs === 0 ? ['a'] : []);
  run.run(NOW_MS + actsAtMs);
  expect(rebooted(run)).toEqual(['a']);
  expect(run.eventReasons('a')).toEqual([
    ...(actsAtMs === 0 ? [] : ['MachineRemediationWaiting']),
    'MachineRemediationCreated',
  ]);
});

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

test('without a strategy the machine is deleted', () => {
  const run = bench([aCheck(), ...aPair('a', 400_000)]);
  expect([going(run), run.eventReasons('a')]).toEqual([['a'], ['MachineRemediationDeleted']]);
});

test('C120: but not a master', () => {
  const run = bench([aCheck(), ...aPair('a', 400_000, { labels: MASTER, owned: false })]);
  expect([going(run), run.eventReasons('a')]).toEqual([[], ['MachineRemediationSkippedMaster']]);
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

describe('with a budget', () => {
  const set = aMachineSet('openshift', 'workers', 3);
  const disrupted = (run: CoreBench): readonly string[] =>
    Object.keys(run.the(MACHINE_DISRUPTION_BUDGET, `${OPENSHIFT_NAMESPACE}/workers`).status?.disruptedMachines ?? {});

  test('C118: two of three are sick: both are refused and ask again every 60 s, until one has recovered', () => {
    const run = bench([
      aCheck('reboot'),
      aBudget(1, 0),
      set,
      ...aPair('a', 400_000),
      ...aPair('b', 400_000),
      ...aPair('c'),
    ]);
    run.run(NOW_MS + 90_000);
    expect(rebooted(run)).toEqual([]);
    expect(
      run.events
        .filter(({ reason }) => reason === 'MachineRemediationRestrictedByDisruptionBudget')
        .map(({ about, atMs }) => [about, Math.floor((atMs - NOW_MS) / 1_000)]),
    ).toEqual([
      ['a', 0],
      ['b', 0],
      ['a', 60],
      ['b', 60],
    ]);
    run.update(NODE, 'node-a', 'status', (node) => withReady(node, 'True', run.nowMs));
    run.run(NOW_MS + 119_000);
    expect(rebooted(run)).toEqual([]);
    run.run(NOW_MS + 121_000);
    expect([rebooted(run), disrupted(run)]).toEqual([['b'], ['b']]);
  });

  test('C112: two budgets of one machine are an error, and nothing is remediated', () => {
    const other = { ...aBudget(1, 1), metadata: meta('second', { namespace: OPENSHIFT_NAMESPACE, generation: 1 }) };
    const run = bench([aCheck('reboot'), aBudget(2, 1), other, set, ...aPair('a', 400_000), ...aPair('b')]);
    expect(rebooted(run)).toEqual([]);
    expect(run.rules('node-a').at(-1)).toBe('budget-denied');
  });

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

describe('while a reboot is under way or over', () => {
  const request = (end: boolean): MachineRemediation => ({
    apiVersion: 'machineremediation.kubevirt.io/v1alpha1',
    kind: 'MachineRemediation',
    metadata: meta('remediation-old', { namespace: OPENSHIFT_NAMESPACE }),
    spec: { type: 'reboot', machineName: 'a' },
    status: { state: 'Started', ...(end ? { endTime: formatTime(NOW_MS) } : {}) },
  });
  test.each([
    { id: 'trap T4: running', lineage: 'exact' as const, ended: false, requests: 2 },
    { id: 'trap T4: ended', lineage: 'exact' as const, ended: true, requests: 1 },
    { id: 'running', lineage: 'corrected' as const, ended: false, requests: 1 },
    { id: 'ended', lineage: 'corrected' as const, ended: true, requests: 2 },
  ])('$lineage, $id: $requests requests', ({ lineage, ended, requests }) => {
    const run = bench([aCheck('reboot'), ...aPair('a', 400_000), request(ended)], lineage);
    expect(rebooted(run).length).toBe(requests);
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

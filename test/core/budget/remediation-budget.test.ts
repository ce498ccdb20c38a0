// The allocator as a controller: hosts ask, the ledger answers. The HostRemediations are driven by hand.

import { describe, expect, test } from 'vitest';
import { CEPH_CLUSTER, type CephCluster } from '../../../core/api/ceph-cluster.ts';
import { ETCD_MEMBER_HEALTHY } from '../../../core/api/cluster.ts';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { CAPI_MACHINE } from '../../../core/api/machine.ts';
import { LABEL_CONTROL_PLANE, NODE, type Node } from '../../../core/api/node.ts';
import type { KubeObject, StringMap } from '../../../core/api/object.ts';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../../../core/api/remediation-budget.ts';
import { ANNOTATION_REMEDIATE, type RemediationPolicy } from '../../../core/api/remediation-policy.ts';
import { formatMicroTime, formatTime } from '../../../core/api/time.ts';
import { remediationBudgetController } from '../../../core/budget/remediation-budget.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { aGuard, aGuardBudget, aMemberMachine } from '../../kit/etcd-objects.ts';
import { aNode, anOpenshiftMachine, CAPI_NAMESPACE, meta, NOW_MS, withReady } from '../../kit/machine-objects.ts';
import {
  aBudget,
  aPolicy,
  aRequest,
  changeStatus,
  grantsOf,
  trueConditions,
  WORKERS,
} from '../../kit/own-remediation-objects.ts';

const MINUTE_MS = 60_000;
const SICK_FOR_MS = 600_000;

interface World {
  readonly budget?: RemediationBudget['spec'];
  readonly policy?: RemediationPolicy['spec'];
  readonly objects: readonly KubeObject[];
  readonly machineApi?: 'openshift' | 'cluster-api';
}

function start({ budget, policy, objects, machineApi = 'cluster-api' }: World): CoreBench {
  return coreBench({
    objects: [aPolicy(policy), aBudget(budget), ...objects],
    controllers: [remediationBudgetController({ machineApi })],
    atMs: NOW_MS,
  });
}

function well(count: number, labels: StringMap = WORKERS): readonly Node[] {
  return Array.from({ length: count }, (_, at) => aNode(`well-${at}`, 'True', 86_400_000, { labels }));
}

/** Nodes that are not Ready. */
function sick(names: readonly string[], labels: StringMap = {}): readonly Node[] {
  return names.map((name) => aNode(name, 'Unknown', SICK_FOR_MS, { labels: { ...WORKERS, ...labels } }));
}

function asking(names: readonly string[]): readonly KubeObject[] {
  return [...sick(names), ...names.map((name) => aRequest(name))];
}

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `n${String(at).padStart(2, '0')}`);
}

function statusOf(bench: CoreBench): NonNullable<RemediationBudget['status']> {
  return bench.the(REMEDIATION_BUDGET, 'workers').status ?? {};
}

/** What each waits for. */
function waiting(bench: CoreBench): StringMap {
  return statusOf(bench).waitingFor ?? {};
}

function granted(bench: CoreBench): readonly string[] {
  return Object.keys(statusOf(bench).grants ?? {});
}

/** A HostRemediation comes into being and asks. */
function ask(bench: CoreBench, node: string): void {
  const { metadata, status, ...rest } = aRequest(node);
  bench.store.create(HOST_REMEDIATION, { ...rest, metadata: { name: metadata.name } });
  changeStatus(bench, metadata.name, { ...status, waitingSince: formatMicroTime(bench.nowMs) });
}

describe('closed forms', () => {
  test('oracle D11: a bucket of five, refilled every minute, lets twenty go one by one', () => {
    const names = numbered(20);
    const bench = start({
      budget: { maxInFlight: { count: 20 }, rate: { tokenBucket: { burst: 5, refillEvery: '60s' } } },
      objects: asking(names),
    });
    bench.runFor(3_600_000);
    const waits = [0, 0, 0, 0, 0, ...Array.from({ length: 15 }, (_, at) => 60 * (at + 1))];
    expect(grantsOf(bench)).toEqual(names.map((name, at) => `${name}-1 ${waits[at]} s`));
  });

  test('oracle D12: of ten hosts three at a time, 600 s each', () => {
    const bench = start({ budget: { maxInFlight: { count: 3 } }, objects: asking(numbered(10)) });
    const ended: number[] = [];
    for (let second = 0; second <= 2_400; second += 600) {
      bench.run(NOW_MS + second * 1_000);
      for (const grant of grantsOf(bench)) {
        const [name = '', at] = grant.split(' ');
        if (Number(at) === second - 600) {
          changeStatus(bench, name, { phase: 'Succeeded' });
          ended.push(second);
        }
      }
      bench.runFor(0);
    }
    expect(ended).toEqual([600, 600, 600, 1200, 1200, 1200, 1800, 1800, 1800, 2400]);
    expect(ended.reduce((sum, at) => sum + at, 0) / ended.length).toBe(1320);
  });

  test('a sliding window: at most three in ten minutes, across a restart', () => {
    const names = numbered(7);
    const bench = start({
      budget: { maxInFlight: { count: 20 }, rate: { slidingWindow: { starts: 3, per: '10m' } } },
      objects: asking(names),
    });
    bench.runFor(5 * MINUTE_MS);
    bench.restart();
    bench.runFor(3_600_000);
    expect(grantsOf(bench)).toEqual(names.map((name, at) => `${name}-1 ${[0, 0, 0, 600, 600, 600, 1200][at]} s`));
  });
});

const WIDE = { selector: {}, maxInFlight: { count: 9 } };

/** Three masters: one is sick, and its member is lost; the two others are Ready, and of the member of one this is said. */
function membersOf(
  machineApi: 'openshift' | 'cluster-api',
  second: 'True' | 'False' | 'Unknown',
): readonly KubeObject[] {
  const labels = { [LABEL_CONTROL_PLANE]: '' };
  const said =
    machineApi === 'openshift'
      ? [
          aGuardBudget(0),
          aGuard('m', 'False'),
          aGuard('well-0', 'True'),
          aGuard('well-1', second === 'True' ? 'True' : 'False'),
        ]
      : [aMemberMachine('m', 'False'), aMemberMachine('well-0', 'True'), aMemberMachine('well-1', second)];
  return [...well(2, labels), ...sick(['m'], labels), aRequest('m'), ...said];
}

describe('limits', () => {
  test.each<{ name: string; given: World; grants: readonly string[]; waits: StringMap; says?: readonly string[] }>([
    {
      name: 'no limit at all: one host at a time',
      given: { objects: [...well(8), ...asking(['a', 'b'])] },
      grants: ['a-1'],
      waits: { 'b-1': 'CapReached' },
      says: ['CapReached CapReached'],
    },
    {
      name: 'count and percentage bind together, the percentage rounded down (invariant B3)',
      given: { budget: { maxInFlight: { count: 5, percent: 25 } }, objects: [...well(8), ...asking(['a', 'b', 'c'])] },
      grants: ['a-1', 'b-1'],
      waits: { 'c-1': 'CapReached' },
    },
    {
      name: 'a small pool: the percentage never comes to less than one',
      given: { budget: { maxInFlight: { percent: 10 } }, objects: [...well(2), ...asking(['a', 'b'])] },
      grants: ['a-1'],
      waits: { 'b-1': 'CapReached' },
    },
    {
      name: 'a value that cannot be read allows nothing, and is named',
      given: {
        budget: { maxInFlight: { count: 2, percent: 0 }, stormCoolDown: 'soon' },
        objects: [...well(8), ...asking(['a'])],
      },
      grants: [],
      waits: { 'a-1': 'InvalidLimit' },
      says: ['CapReached InvalidLimit'],
    },
    {
      name: 'the threshold counts a cordoned host and another product’s (gap G4, invariant B7)',
      given: {
        budget: { maxUnavailable: { count: 2 } },
        objects: [
          ...well(6),
          { ...aNode('cordoned', 'True', 0, { labels: WORKERS }), spec: { unschedulable: true } },
          aNode('taken', 'True', 0, { labels: WORKERS }),
          {
            apiVersion: 'self-node-remediation.medik8s.io/v1alpha1',
            kind: 'SelfNodeRemediation',
            metadata: meta('taken', { namespace: 'default' }),
          },
          ...asking(['a']),
        ],
      },
      grants: [],
      waits: { 'a-1': 'Storm' },
      says: ['Storm TooManyUnavailable'],
    },
    {
      name: 'a Machine that is being deleted counts',
      given: {
        budget: { maxUnavailable: { count: 1 } },
        machineApi: 'openshift',
        objects: [...well(6), anOpenshiftMachine('m', { node: 'well-0', deleting: true }), ...asking(['a'])],
      },
      grants: [],
      waits: { 'a-1': 'Storm' },
    },
    {
      name: 'a healthy host that a person asks for is one more that is out',
      given: {
        budget: { maxUnavailable: { count: 1 } },
        objects: [...well(6), ...sick(['b']), aRequest('well-0', { impact: 3 })],
      },
      grants: [],
      waits: { 'well-0-1': 'TooManyUnavailable' },
    },
    {
      name: 'two of one rack, one of another: one per rack (invariant B5)',
      given: {
        budget: { maxInFlight: { count: 9 }, domains: [{ topologyKey: 'rack', maxInFlight: 1 }] },
        objects: [
          ...well(6),
          ...sick(['a', 'b'], { rack: '1' }),
          ...sick(['c'], { rack: '2' }),
          ...sick(['d', 'e']),
          ...['a', 'b', 'c', 'd', 'e'].map((name) => aRequest(name)),
        ],
      },
      grants: ['a-1', 'c-1', 'd-1', 'e-1'],
      waits: { 'b-1': 'DomainCapReached' },
    },
    {
      name: 'masters one at a time while two of three serve (invariant S14)',
      given: {
        budget: { selector: {}, maxInFlight: { count: 9 } },
        objects: [
          ...well(2, { [LABEL_CONTROL_PLANE]: '' }),
          ...sick(['m'], { [LABEL_CONTROL_PLANE]: '' }),
          aRequest('m', { impact: 0 }),
          aRequest('well-0', { impact: 0 }),
        ],
      },
      grants: ['m-1'],
      waits: { 'well-0-1': 'ControlPlaneCapReached' },
    },
    {
      name: 'no master when it would cost the quorum',
      given: {
        budget: { selector: {}, maxInFlight: { count: 9 } },
        objects: [
          ...well(1, { [LABEL_CONTROL_PLANE]: '' }),
          ...sick(['m', 'n'], { [LABEL_CONTROL_PLANE]: '' }),
          aRequest('m'),
        ],
      },
      grants: [],
      waits: { 'm-1': 'QuorumAtRisk' },
      says: ['CapReached QuorumAtRisk'],
    },
    {
      name: 'OpenShift: no master without a word of etcd’s own guard',
      given: {
        machineApi: 'openshift',
        budget: { selector: {}, maxInFlight: { count: 9 } },
        objects: [
          ...well(4, { [LABEL_CONTROL_PLANE]: '' }),
          ...sick(['m'], { [LABEL_CONTROL_PLANE]: '' }),
          aRequest('m'),
        ],
      },
      grants: [],
      waits: { 'm-1': 'QuorumAtRisk' },
    },
    ...(['openshift', 'cluster-api'] as const).map((machineApi) => ({
      name: `${machineApi}: no master while of the two others, both Ready, one has a member that does not answer (invariant S14)`,
      given: { machineApi, budget: WIDE, objects: membersOf(machineApi, 'False') },
      grants: [],
      waits: { 'm-1': 'QuorumAtRisk' },
    })),
    {
      name: 'cluster-api: nor while nobody can ask that member',
      given: { machineApi: 'cluster-api' as const, budget: WIDE, objects: membersOf('cluster-api', 'Unknown') },
      grants: [],
      waits: { 'm-1': 'QuorumAtRisk' },
    },
    ...(['openshift', 'cluster-api'] as const).map((machineApi) => ({
      name: `${machineApi}: a master while both members of the others answer`,
      given: { machineApi, budget: WIDE, objects: membersOf(machineApi, 'True') },
      grants: ['m-1'],
      waits: {},
    })),
    {
      name: 'back-off: not before its instant',
      given: { objects: [...well(8), ...sick(['a']), aRequest('a', { notBefore: formatMicroTime(NOW_MS + 90_000) })] },
      grants: [],
      waits: { 'a-1': 'BackOff' },
    },
    {
      name: 'a paused policy starts nothing new (invariant L13)',
      given: { policy: { pauseRequests: ['night'] }, objects: [...well(8), ...asking(['a'])] },
      grants: [],
      waits: { 'a-1': 'PolicyPaused' },
    },
    {
      name: 'a node in maintenance is waited for (invariant S5)',
      given: {
        objects: [
          ...well(8),
          ...asking(['a']),
          {
            apiVersion: 'nodemaintenance.medik8s.io/v1beta1',
            kind: 'NodeMaintenance',
            metadata: meta('work'),
            spec: { nodeName: 'a' },
          },
        ],
      },
      grants: [],
      waits: { 'a-1': 'Maintenance' },
    },
    {
      name: 'OpenShift goes to another version',
      given: {
        machineApi: 'openshift',
        objects: [
          ...well(8),
          ...asking(['a']),
          {
            apiVersion: 'config.openshift.io/v1',
            kind: 'ClusterVersion',
            metadata: meta('version'),
            status: { conditions: [{ type: 'Progressing', status: 'True' }] },
          },
        ],
      },
      grants: [],
      waits: { 'a-1': 'Upgrading' },
      says: ['Upgrading Upgrading'],
    },
    {
      name: 'a KubeadmControlPlane goes to another version',
      given: {
        objects: [
          ...well(8),
          ...asking(['a']),
          {
            apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
            kind: 'KubeadmControlPlane',
            metadata: meta('kcp', { namespace: 'metal3' }),
            spec: { version: 'v1.36.0' },
            status: { version: 'v1.35.2' },
          },
        ],
      },
      grants: [],
      waits: { 'a-1': 'Upgrading' },
    },
    {
      name: 'nothing for a HostRemediation that is being deleted, or whose Node is gone',
      given: {
        objects: [
          ...well(8),
          ...sick(['a']),
          aRequest('gone'),
          {
            ...aRequest('a'),
            metadata: { ...aRequest('a').metadata, deletionTimestamp: formatTime(NOW_MS), finalizers: ['x'] },
          },
        ],
      },
      grants: [],
      waits: { 'gone-1': 'NodeGone' },
    },
  ])('$name', ({ given, grants, waits, says }) => {
    const bench = start(given);
    bench.runFor(1);
    expect({ grants: granted(bench), waits: waiting(bench) }).toEqual({ grants, waits });
    if (says !== undefined) expect(trueConditions(statusOf(bench).conditions)).toEqual(says);
  });
});

describe('order', () => {
  function order(requests: readonly KubeObject[], budget: RemediationBudget['spec'] = {}): readonly string[] {
    const nodes = requests.map(({ metadata }) => metadata.name.slice(0, -2));
    const rate = { tokenBucket: { burst: 1, refillEvery: '1s' } };
    const bench = start({
      budget: { maxInFlight: { count: 99 }, rate, ...budget },
      objects: [...requests, ...sick(nodes)],
    });
    bench.runFor(MINUTE_MS);
    return grantsOf(bench).map((grant) => grant.slice(0, 1));
  }

  test('by impact, then by the length of the wait, then by name (invariant F2)', () => {
    const requests = [
      aRequest('a', { impact: 3 }),
      aRequest('b', { impact: 2 }),
      aRequest('c', { impact: 2 }, 1_000),
      aRequest('d', { impact: 0 }),
      aRequest('e', { impact: 2 }),
    ];
    expect(order(requests)).toEqual(['d', 'c', 'b', 'e', 'a']);
  });

  test('whoever waits for long enough overtakes the control plane (invariant F1)', () => {
    const requests = [
      aRequest('a', { impact: 3 }, 4 * 600_000),
      aRequest('b', { impact: 0 }),
      aRequest('c', { impact: 3 }, 3 * 600_000 - 5_000),
    ];
    expect(order(requests)).toEqual(['a', 'b', 'c']);
  });

  test('of equals the one whose rack is least touched (invariant F4)', () => {
    const requests = ['a', 'b', 'c'].map((name) => aRequest(name));
    const bench = start({
      budget: { maxInFlight: { count: 2 }, domains: [{ topologyKey: 'rack', maxInFlight: 2 }] },
      objects: [...requests, ...well(6), ...sick(['a', 'b'], { rack: '1' }), ...sick(['c'], { rack: '2' })],
    });
    bench.runFor(1);
    expect(granted(bench)).toEqual(['a-1', 'c-1']);
  });
});

describe('the life of a grant', () => {
  const OBJECTS = [...well(8), ...asking(['a', 'b'])];

  test.each<{ name: string; change: (bench: CoreBench) => void; after: readonly string[] }>([
    { name: 'succeeded', change: (bench) => changeStatus(bench, 'a-1', { phase: 'Succeeded' }), after: ['b-1'] },
    { name: 'cancelled', change: (bench) => changeStatus(bench, 'a-1', { phase: 'Cancelled' }), after: ['b-1'] },
    { name: 'given to a person', change: (bench) => changeStatus(bench, 'a-1', { phase: 'Person' }), after: ['b-1'] },
    { name: 'gone', change: (bench) => bench.delete(HOST_REMEDIATION, 'a-1'), after: ['b-1'] },
    {
      name: 'withdrawn before anything was done',
      change: (bench) =>
        bench.update(HOST_REMEDIATION, 'a-1', 'status', ({ status, ...rest }) => {
          const { waitingSince: _, ...kept } = status ?? {};
          return { ...rest, status: kept };
        }),
      after: ['b-1'],
    },
    { name: 'under way', change: (bench) => changeStatus(bench, 'a-1', { phase: 'Settling' }), after: ['a-1'] },
    {
      name: 'Ready again, and not yet healthy for long enough (invariant B4)',
      change: (bench) => bench.update(NODE, 'a', 'status', (node) => withReady(node, 'True', bench.nowMs)),
      after: ['a-1'],
    },
  ])('$name: the ledger has $after', ({ change, after }) => {
    const bench = start({ objects: OBJECTS });
    bench.runFor(1_000);
    change(bench);
    bench.runFor(1_000);
    expect([granted(bench), statusOf(bench).inFlight]).toEqual([after, 1]);
  });

  test('the next attempt of the same host keeps its place, in a storm as well, and waits for its back-off', () => {
    const bench = start({ budget: { maxUnavailable: { count: 2 } }, objects: OBJECTS });
    bench.runFor(1_000);
    const attempts = [
      { step: 0, action: 'Reboot', attempt: 1, grantedAt: formatMicroTime(NOW_MS), struckAt: formatMicroTime(NOW_MS) },
    ] as const;
    bench.update(NODE, 'well-0', 'status', (node) => withReady(node, 'Unknown', bench.nowMs));
    bench.update(NODE, 'well-1', 'status', (node) => withReady(node, 'Unknown', bench.nowMs));
    changeStatus(bench, 'a-1', {
      attempt: 2,
      attempts,
      waitingSince: formatMicroTime(bench.nowMs),
      notBefore: formatMicroTime(bench.nowMs + MINUTE_MS),
    });
    bench.runFor(10 * MINUTE_MS);
    const { grants, spent, spentCost, storm } = statusOf(bench);
    expect(grantsOf(bench)).toEqual(['a-1 0 s', 'b-1 0 s', 'a-1 61 s']);
    expect({ attempt: grants?.['a-1']?.attempt, spent, spentCost, isStorm: storm !== undefined }).toEqual({
      attempt: 2,
      spent: { Reboot: 3 },
      spentCost: 18,
      isStorm: true,
    });
  });

  test('a further attempt on a master waits while another master is out: the quorum is asked for each (invariant S14)', () => {
    const labels = { ...WORKERS, [LABEL_CONTROL_PLANE]: '' };
    const objects = [...well(2, labels), ...sick(['a'], labels), aRequest('a')];
    const bench = start({ budget: { selector: {}, maxInFlight: { count: 9 } }, objects });
    bench.runFor(1_000);
    bench.update(NODE, 'well-0', 'status', (node) => withReady(node, 'Unknown', bench.nowMs));
    const grantedAt = formatMicroTime(NOW_MS);
    changeStatus(bench, 'a-1', {
      attempt: 2,
      attempts: [{ step: 0, action: 'Reboot', attempt: 1, grantedAt, struckAt: grantedAt }],
      waitingSince: formatMicroTime(bench.nowMs),
    });
    bench.runFor(MINUTE_MS);
    const whileOut = waiting(bench);
    bench.update(NODE, 'well-0', 'status', (node) => withReady(node, 'True', bench.nowMs));
    bench.runFor(MINUTE_MS);
    expect([whileOut, grantsOf(bench)]).toEqual([{ 'a-1': 'QuorumAtRisk' }, ['a-1 0 s', 'a-1 61 s']]);
  });

  test('cluster-api: a master waits until the member of the other answers again, and goes then', () => {
    const bench = start({ budget: WIDE, objects: membersOf('cluster-api', 'False') });
    bench.runFor(MINUTE_MS);
    const whileCutOff = waiting(bench);
    bench.update(CAPI_MACHINE, `${CAPI_NAMESPACE}/machine-of-well-1`, 'status', (machine) => ({
      ...machine,
      status: { ...machine.status, conditions: [{ type: ETCD_MEMBER_HEALTHY, status: 'True' as const }] },
    }));
    bench.runFor(1_000);
    expect([whileCutOff, granted(bench)]).toEqual([{ 'm-1': 'QuorumAtRisk' }, ['m-1']]);
  });

  test('a person is a cost', () => {
    const bench = start({ budget: { costs: { Reboot: 1, Person: 500 } }, objects: [...well(8), ...asking(['a'])] });
    bench.runFor(1_000);
    changeStatus(bench, 'a-1', { phase: 'Person' });
    bench.runFor(1_000);
    expect([statusOf(bench).spent, statusOf(bench).spentCost]).toEqual([{ Reboot: 1, Person: 1 }, 501]);
  });

  test('a lowered cap frees nothing and starts nothing (invariant B10)', () => {
    const bench = start({
      budget: { maxInFlight: { count: 2 } },
      objects: [...well(8), ...asking(['a', 'b', 'c', 'd'])],
    });
    bench.runFor(1_000);
    bench.update(REMEDIATION_BUDGET, 'workers', 'main', (budget) => ({
      ...budget,
      spec: { maxInFlight: { count: 1 } },
    }));
    bench.runFor(1_000);
    const lowered = granted(bench);
    changeStatus(bench, 'a-1', { phase: 'Succeeded' });
    bench.runFor(1_000);
    const oneDone = granted(bench);
    changeStatus(bench, 'b-1', { phase: 'Succeeded' });
    bench.runFor(1_000);
    expect([lowered, oneDone, granted(bench)]).toEqual([['a-1', 'b-1'], ['b-1'], ['c-1']]);
  });

  test('a budget that was deleted and made again knows who is in flight', () => {
    const bench = start({ budget: { maxInFlight: { count: 1 } }, objects: OBJECTS });
    bench.runFor(1_000);
    changeStatus(bench, 'a-1', { phase: 'PoweringOff' });
    bench.delete(REMEDIATION_BUDGET, 'workers');
    const again = aBudget({ maxInFlight: { count: 1 } });
    bench.store.create(REMEDIATION_BUDGET, { ...again, metadata: { name: 'workers' } });
    bench.runFor(1_000);
    expect(granted(bench)).toEqual(['a-1']);
  });

  test('hosts in hand whose Nodes are gone are expected and out of service (invariant B2)', () => {
    const bench = start({ objects: OBJECTS });
    bench.runFor(1_000);
    changeStatus(bench, 'a-1', { phase: 'PoweringOff' });
    bench.delete(NODE, 'a');
    bench.runFor(1_000);
    const { expectedHosts, unavailableHosts } = statusOf(bench);
    expect({ expectedHosts, unavailableHosts }).toEqual({ expectedHosts: 10, unavailableHosts: 2 });
  });
});

describe('a storm', () => {
  test('nobody new starts until the threshold was kept for the whole cool-down (invariants B9, L14)', () => {
    const bench = start({
      budget: { maxUnavailable: { count: 2 }, maxInFlight: { count: 9 }, stormCoolDown: '10m' },
      objects: [...well(6), ...sick(['b', 'c']), ...asking(['a'])],
    });
    const heal = (name: string, ready: 'True' | 'Unknown' = 'True'): void =>
      bench.update(NODE, name, 'status', (node) => withReady(node, ready, bench.nowMs));
    bench.runFor(MINUTE_MS);
    heal('b');
    bench.runFor(9 * MINUTE_MS);
    heal('b', 'Unknown');
    bench.runFor(MINUTE_MS);
    heal('b');
    bench.runFor(20 * MINUTE_MS);
    expect(grantsOf(bench)).toEqual([`a-1 ${21 * 60} s`]);
    expect(bench.eventReasons('workers')).toEqual([
      'StormStarted',
      'StormCoolDown',
      'StormReturned',
      'StormCoolDown',
      'StormEnded',
    ]);
  });
});

describe('the storage guard', () => {
  const GUARD = { storage: { cephClusters: [{ namespace: 'rook-ceph', name: 'ceph' }] }, maxInFlight: { count: 9 } };

  /** It turned as it is when the sick failed, unless said otherwise. */
  function ceph(
    codes: readonly string[],
    checkedAtMs: number,
    changedAtMs = NOW_MS - SICK_FOR_MS,
    name = 'ceph',
  ): CephCluster {
    return {
      apiVersion: 'ceph.rook.io/v1',
      kind: 'CephCluster',
      metadata: meta(name, { namespace: 'rook-ceph' }),
      status: { ceph: cephStatus(codes, checkedAtMs, changedAtMs) },
    };
  }

  /** What Ceph says beside a code; one that is not here says nothing. */
  const SAID: StringMap = {
    OSD_DOWN: '2 osds down',
    OSD_HOST_DOWN: '1 host (2 osds) down',
  };
  const HOST_DOWN = ['OSD_DOWN', 'OSD_HOST_DOWN', 'PG_DEGRADED'];

  function cephStatus(
    codes: readonly string[],
    checkedAtMs: number,
    changedAtMs: number,
  ): NonNullable<NonNullable<CephCluster['status']>['ceph']> {
    return {
      health: codes.length === 0 ? 'HEALTH_OK' : 'HEALTH_WARN',
      details: Object.fromEntries(codes.map((code) => [code, { severity: 'HEALTH_WARN', message: SAID[code] ?? '' }])),
      lastChecked: formatTime(checkedAtMs),
      lastChanged: formatTime(changedAtMs),
    };
  }

  function saying(cluster: CephCluster, code: string, message: string): CephCluster {
    const { ceph } = cluster.status ?? {};
    const details = { ...ceph?.details, [code]: { severity: 'HEALTH_WARN' as const, message } };
    return { ...cluster, status: { ceph: { ...ceph, details } } };
  }

  function looked(bench: CoreBench, codes: readonly string[]): void {
    bench.update(CEPH_CLUSTER, 'rook-ceph/ceph', 'status', (cluster) => ({
      ...cluster,
      status: { ceph: cephStatus(codes, bench.nowMs, bench.nowMs) },
    }));
  }

  /** Rook looks every minute. */
  function lookEveryMinute(bench: CoreBench, minutes: number, codes: readonly string[]): void {
    for (let minute = 0; minute < minutes; minute++) {
      looked(bench, codes);
      bench.runFor(MINUTE_MS);
    }
  }

  test.each<{ name: string; objects: readonly KubeObject[]; waits: StringMap }>([
    { name: 'a cluster that is not there', objects: [], waits: { 'a-1': 'StorageUnproven' } },
    { name: 'an old status', objects: [ceph([], NOW_MS - 3 * MINUTE_MS)], waits: { 'a-1': 'StorageUnproven' } },
    { name: 'a fresh status, nothing wrong', objects: [ceph([], NOW_MS - 3 * MINUTE_MS + 1_000)], waits: {} },
    { name: 'a code that does not matter', objects: [ceph(['POOL_APP_NOT_ENABLED'], NOW_MS)], waits: {} },
    {
      name: 'degraded groups, and somebody else is out as well',
      objects: [ceph(HOST_DOWN, NOW_MS), ...sick(['b'])],
      waits: { 'a-1': 'StorageBusy' },
    },
    { name: 'one host is down, and nobody else is out', objects: [ceph(HOST_DOWN, NOW_MS)], waits: {} },
    {
      name: 'one host is down, which Ceph noticed half a minute before Kubernetes did',
      objects: [ceph(HOST_DOWN, NOW_MS, NOW_MS - SICK_FOR_MS - MINUTE_MS / 2)],
      waits: {},
    },
    {
      name: 'one host is down, which Ceph noticed so late that it is another one, or that this one still served then',
      objects: [ceph(HOST_DOWN, NOW_MS, NOW_MS - SICK_FOR_MS + 4 * MINUTE_MS)],
      waits: { 'a-1': 'StorageBusy' },
    },
    {
      name: 'degraded groups while all daemons run, those of the sick host too',
      objects: [ceph(['PG_DEGRADED'], NOW_MS)],
      waits: { 'a-1': 'StorageBusy' },
    },
    {
      name: 'a disk of some host is dead',
      objects: [ceph(['OSD_DOWN', 'PG_DEGRADED'], NOW_MS)],
      waits: { 'a-1': 'StorageBusy' },
    },
    {
      name: 'one host is down, and a disk of another is dead',
      objects: [saying(ceph(HOST_DOWN, NOW_MS), 'OSD_DOWN', '3 osds down')],
      waits: { 'a-1': 'StorageBusy' },
    },
    {
      name: 'two hosts are down, one of which is none of this budget',
      objects: [saying(ceph(HOST_DOWN, NOW_MS), 'OSD_HOST_DOWN', '2 hosts (2 osds) down')],
      waits: { 'a-1': 'StorageBusy' },
    },
    {
      name: 'a budget that begins to look when a host has been down since before the sick one failed',
      objects: [ceph(HOST_DOWN, NOW_MS, NOW_MS - SICK_FOR_MS - 2 * MINUTE_MS)],
      waits: { 'a-1': 'StorageBusy' },
    },
  ])('$name', ({ objects, waits }) => {
    const bench = start({ budget: GUARD, objects: [...well(6), ...asking(['a']), ...objects] });
    bench.runFor(1);
    expect(waiting(bench)).toEqual(waits);
  });

  test('one host is down, and the guard does not spare its own', () => {
    const budget = { ...GUARD, storage: { ...GUARD.storage, allowSameHost: false } };
    const bench = start({ budget, objects: [...well(6), ...asking(['a']), ceph(HOST_DOWN, NOW_MS)] });
    bench.runFor(1);
    expect(waiting(bench)).toEqual({ 'a-1': 'StorageBusy' });
  });

  test.each<{ name: string; first: readonly string[]; second: readonly string[]; waits: StringMap }>([
    { name: 'one host is down in both', first: HOST_DOWN, second: HOST_DOWN, waits: {} },
    {
      name: 'the second is busy with something else',
      first: HOST_DOWN,
      second: ['PG_DEGRADED'],
      waits: { 'a-1': 'StorageBusy' },
    },
    {
      name: 'the first is busy with something else',
      first: ['PG_DEGRADED'],
      second: HOST_DOWN,
      waits: { 'a-1': 'StorageBusy' },
    },
  ])('two clusters of one guard: $name', ({ first, second, waits }) => {
    const cephClusters = ['ceph', 'archive'].map((name) => ({ namespace: 'rook-ceph', name }));
    const clusters = [ceph(first, NOW_MS), ceph(second, NOW_MS, NOW_MS - SICK_FOR_MS, 'archive')];
    const budget = { ...GUARD, storage: { cephClusters } };
    const bench = start({ budget, objects: [...well(6), ...asking(['a']), ...clusters] });
    bench.runFor(1);
    expect(waiting(bench)).toEqual(waits);
  });

  test('a resync that began before the host failed is not its doing (gap G2)', () => {
    const bench = start({ budget: GUARD, objects: [...well(8), ceph([], NOW_MS)] });
    bench.runFor(MINUTE_MS);
    lookEveryMinute(bench, 3, ['PG_DEGRADED']);
    bench.update(NODE, 'well-0', 'status', (node) => withReady(node, 'Unknown', bench.nowMs));
    ask(bench, 'well-0');
    lookEveryMinute(bench, 5, ['PG_DEGRADED']);
    const meanwhile = waiting(bench);
    lookEveryMinute(bench, 1, []);
    expect([meanwhile, granted(bench)]).toEqual([{ 'well-0-1': 'StorageBusy' }, ['well-0-1']]);
  });

  test('not to know for a while is no end of a resync: what failed in the middle of it is not its cause', () => {
    const bench = start({ budget: GUARD, objects: [...well(8), ceph([], NOW_MS)] });
    bench.runFor(MINUTE_MS);
    looked(bench, HOST_DOWN);
    bench.runFor(2 * MINUTE_MS);
    bench.update(NODE, 'well-0', 'status', (node) => withReady(node, 'Unknown', bench.nowMs));
    bench.runFor(5 * MINUTE_MS);
    lookEveryMinute(bench, 1, HOST_DOWN);
    ask(bench, 'well-0');
    lookEveryMinute(bench, 5, HOST_DOWN);
    expect(waiting(bench)).toEqual({ 'well-0-1': 'StorageBusy' });
  });

  test('the one host that Ceph misses may be one whose Node is Ready again: a status that is newer by so much tells', () => {
    const objects = [...well(8), ...asking(['a']), ...sick(['b']), ceph(HOST_DOWN, NOW_MS)];
    const bench = start({ budget: GUARD, objects });
    bench.runFor(MINUTE_MS);
    const both = waiting(bench);
    bench.update(NODE, 'b', 'status', (node) => withReady(node, 'True', bench.nowMs));
    bench.runFor(1);
    const back = waiting(bench);
    lookEveryMinute(bench, 3, HOST_DOWN);
    const soon = waiting(bench);
    lookEveryMinute(bench, 1, HOST_DOWN);
    expect([both, back, soon, granted(bench)]).toEqual([
      { 'a-1': 'StorageBusy' },
      { 'a-1': 'StorageSettling' },
      { 'a-1': 'StorageSettling' },
      ['a-1'],
    ]);
  });

  test('a host that Ceph has just begun to miss may be one of which Kubernetes knows only a minute later', () => {
    const bench = start({ budget: GUARD, objects: [...well(8), ceph([], NOW_MS)] });
    bench.runFor(MINUTE_MS);
    bench.update(NODE, 'well-0', 'status', (node) => withReady(node, 'Unknown', bench.nowMs));
    ask(bench, 'well-0');
    // Its daemons run; those of well-1 do not.
    looked(bench, HOST_DOWN);
    bench.runFor(MINUTE_MS / 2);
    const soon = waiting(bench);
    bench.update(NODE, 'well-1', 'status', (node) => withReady(node, 'Unknown', bench.nowMs));
    lookEveryMinute(bench, 3, HOST_DOWN);
    expect([soon, waiting(bench), granted(bench)]).toEqual([
      { 'well-0-1': 'StorageSettling' },
      { 'well-0-1': 'StorageBusy' },
      [],
    ]);
  });

  test('once nobody else has turned out to be out it is this one, and its grant says so', () => {
    const bench = start({ budget: GUARD, objects: [...well(8), ceph([], NOW_MS)] });
    bench.runFor(MINUTE_MS);
    bench.update(NODE, 'well-0', 'status', (node) => withReady(node, 'Unknown', bench.nowMs));
    ask(bench, 'well-0');
    looked(bench, HOST_DOWN);
    bench.runFor(2 * MINUTE_MS);
    const { grants } = bench.the(REMEDIATION_BUDGET, 'workers').status ?? {};
    expect([grantsOf(bench), grants?.['well-0-1']?.sameHost]).toEqual([['well-0-1 120 s'], true]);
  });

  test('one start at a time: the next one when a status shows what the last one did', () => {
    const bench = start({ budget: GUARD, objects: [...well(8), ...asking(['a', 'b', 'c']), ceph([], NOW_MS)] });
    bench.runFor(1);
    const atOnce = [granted(bench), waiting(bench)];
    lookEveryMinute(bench, 10, []);
    expect([...atOnce, grantsOf(bench)]).toEqual([
      ['a-1'],
      { 'b-1': 'StorageSettling', 'c-1': 'StorageSettling' },
      ['a-1 0 s', 'b-1 180.001 s', 'c-1 420.001 s'],
    ]);
  });

  test.each<{
    name: string;
    heardAfterMs?: number;
    ready?: 'True' | 'False';
    afterMs?: number;
    outcome?: 'TimedOut' | 'Refused';
    codes: readonly string[];
    others: readonly KubeObject[];
    second: boolean | 'a minute later';
  }>([
    {
      name: 'the first strike was refused, so that its daemons may run',
      outcome: 'Refused',
      codes: ['PG_DEGRADED'],
      others: sick(['b']),
      second: false,
    },
    { name: 'nothing was heard of the host since', codes: ['PG_DEGRADED'], others: sick(['b']), second: true },
    {
      name: 'it was back, and its data is not in sync',
      heardAfterMs: 300_000,
      codes: ['PG_DEGRADED'],
      others: [],
      second: false,
    },
    {
      name: 'it was back, and others are out',
      heardAfterMs: 300_000,
      codes: HOST_DOWN,
      others: sick(['b']),
      second: false,
    },
    {
      name: 'it was back, and is the only one that is missed',
      heardAfterMs: 300_000,
      codes: HOST_DOWN,
      others: [],
      second: 'a minute later',
    },
    {
      name: 'it is back and Ready, and its data is not in sync',
      heardAfterMs: 300_000,
      ready: 'True',
      codes: ['PG_DEGRADED'],
      others: [],
      second: false,
    },
    {
      name: 'so soon that no status shows what the first one did',
      afterMs: 60_000,
      codes: [],
      others: [],
      second: true,
    },
    { name: 'it was back, and all is well', heardAfterMs: 300_000, codes: [], others: [], second: true },
  ])('a second attempt on a host in flight: $name', (row) => {
    const { heardAfterMs, ready = 'False', afterMs = 300_000, outcome = 'TimedOut', codes, others, second } = row;
    const bench = start({ budget: GUARD, objects: [...well(8), ...asking(['a']), ...others, ceph([], NOW_MS)] });
    bench.runFor(afterMs);
    if (heardAfterMs !== undefined)
      bench.update(NODE, 'a', 'status', (node) => withReady(node, ready, NOW_MS + heardAfterMs));
    looked(bench, codes);
    const struckAt = formatMicroTime(NOW_MS);
    changeStatus(bench, 'a-1', {
      attempt: 2,
      attempts: [{ step: 0, action: 'Reboot', attempt: 1, grantedAt: struckAt, struckAt, outcome }],
      waitingSince: formatMicroTime(bench.nowMs),
    });
    bench.runFor(MINUTE_MS + 1_000);
    const secondMs = afterMs + (second === true ? 0 : MINUTE_MS);
    expect([grantsOf(bench), waiting(bench)]).toEqual(
      second === false ? [['a-1 0 s'], { 'a-1': 'StorageBusy' }] : [['a-1 0 s', `a-1 ${secondMs / 1000} s`], {}],
    );
  });
});

describe('doubt', () => {
  const DOUBTED = {
    ...aPolicy(),
    status: { conditions: [{ type: 'Doubtful', status: 'True', reason: 'ManyFailedAtOnce' }] },
  };

  test('who waits already is not let go, unless a person asked for it (invariant S13)', () => {
    const wished = aNode('b', 'Unknown', SICK_FOR_MS, {
      labels: WORKERS,
      annotations: { [ANNOTATION_REMEDIATE]: 'dead' },
    });
    const bench = coreBench({
      objects: [DOUBTED, aBudget({ maxInFlight: { count: 9 } }), ...well(8), ...asking(['a']), wished, aRequest('b')],
      controllers: [remediationBudgetController({ machineApi: 'cluster-api' })],
      atMs: NOW_MS,
    });
    bench.runFor(1);
    expect([granted(bench), waiting(bench)]).toEqual([['b-1'], { 'a-1': 'Doubtful' }]);
  });
});

describe('what an old view does not show', () => {
  const GRANT = {
    uid: 'uid-a-1',
    node: 'a',
    step: 0,
    action: 'Reboot',
    attempt: 1,
    grantedAt: formatMicroTime(NOW_MS),
  } as const;
  const LEDGER = { ...aBudget(), status: { grants: { 'a-1': GRANT } } };

  /** Decides once over these objects, with what a fresh read of a-1 found. */
  function freedOver(objects: readonly KubeObject[], fresh: KubeObject | 'gone' | undefined): unknown {
    const { view } = coreBench({
      objects: [aPolicy(), LEDGER, ...objects],
      controllers: [remediationBudgetController({ machineApi: 'cluster-api' })],
      atMs: NOW_MS,
    });
    const key = { namespace: '', name: 'a-1' };
    const object = fresh === 'gone' ? undefined : fresh;
    const { actions } = remediationBudgetController({ machineApi: 'cluster-api' }).decide({
      view,
      key: { namespace: '', name: 'workers' },
      nowMs: NOW_MS,
      memory: undefined,
      facts: fresh === undefined ? [] : [{ fact: 'fresh', kindKey: HOST_REMEDIATION.key, key, object }],
    });
    const patch = actions.flatMap((action) => (action.do === 'patch' ? [action.patch] : []))[0];
    const grants = (patch as { status?: { grants?: Record<string, unknown> } } | undefined)?.status?.grants;
    return { isFreed: grants?.['a-1'] === null, reads: actions.filter(({ do: verb }) => verb === 'readFresh').length };
  }

  const ASKS = aRequest('a');
  const SILENT = { ...ASKS, status: { phase: 'Waiting' as const } };
  const OTHER = { ...ASKS, metadata: { ...ASKS.metadata, uid: 'another' } };

  test.each<{ name: string; seen: readonly KubeObject[]; fresh?: KubeObject | 'gone'; freed: boolean; reads: number }>([
    { name: 'not in the view', seen: [], freed: false, reads: 1 },
    { name: 'not in the view, and there', seen: [], fresh: ASKS, freed: false, reads: 0 },
    { name: 'not in the view, and gone', seen: [], fresh: 'gone', freed: true, reads: 0 },
    { name: 'in the view, gone since', seen: [ASKS], fresh: 'gone', freed: false, reads: 0 },
    { name: 'another of that name in the view', seen: [OTHER], freed: false, reads: 1 },
    { name: 'another of that name, really', seen: [OTHER], fresh: OTHER, freed: true, reads: 0 },
    { name: 'asks for nothing in the view', seen: [SILENT], freed: false, reads: 1 },
    {
      name: 'asks for nothing in the view, and acts',
      seen: [SILENT],
      fresh: aRequest('a', { phase: 'Verifying' }),
      freed: false,
      reads: 0,
    },
    { name: 'asks for nothing, really', seen: [SILENT], fresh: SILENT, freed: true, reads: 0 },
  ])('$name', ({ seen, fresh, freed, reads }) => {
    expect(freedOver(seen, fresh)).toEqual({ isFreed: freed, reads });
  });
});

test('at rest nothing is written (invariant L16)', () => {
  const bench = start({ objects: well(8) });
  bench.runFor(3_600_000);
  expect(bench.performed.map(({ action, atMs }) => `${action.do} ${atMs - NOW_MS}`)).toEqual(['patch 0']);
});

// Our own policy: a row for every gap of the products that it closes, from YAML to objects, conditions and events.
// The gaps are those of docs/remediation-policy.md.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ago, apply, type ConformanceRow, conformance, host, look, run } from '../kit/conformance.ts';
import {
  consumedBy,
  hostText,
  OPENSHIFT_NAMESPACE,
  openshiftMachine,
  openshiftMachineSet,
} from '../kit/conformance-objects.ts';

const GROUP = 'remediation.metaltwin.dev/v1alpha1';
const POOL = { pool: 'workers' };
const MASTER = { 'node-role.kubernetes.io/control-plane': '' };

function policy(spec: object = {}): string {
  const base = {
    selector: { matchLabels: POOL },
    budget: 'hosts',
    unhealthyConditions: [{ type: 'Ready', status: 'Unknown', duration: '300s' }],
    steps: [{ action: 'Reboot', timeout: '20m' }, { action: 'Person' }],
    healthyDelay: '1m',
    backOff: { base: '5m', max: '2h' },
    powerTimeout: '5m',
  };
  return stringify({
    apiVersion: GROUP,
    kind: 'RemediationPolicy',
    metadata: { name: 'workers' },
    spec: { ...base, ...spec },
  });
}

function budget(spec: object = {}): string {
  const base = { selector: { matchLabels: POOL } };
  return stringify({
    apiVersion: GROUP,
    kind: 'RemediationBudget',
    metadata: { name: 'hosts' },
    spec: { ...base, ...spec },
  });
}

interface NodeIs {
  readonly ready?: 'True' | 'Unknown';
  readonly since?: string;
  readonly labels?: object;
  readonly annotations?: object;
  readonly boot?: string;
  readonly unschedulable?: boolean;
  readonly taints?: readonly object[] | null;
}

function node(name: string, is: NodeIs = {}): string {
  const { ready = 'True', since = '24h', labels = {}, annotations = {}, boot = 'boot-1', unschedulable, taints } = is;
  return stringify({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { ...POOL, ...labels }, annotations },
    spec: { ...(unschedulable === undefined ? {} : { unschedulable }), ...(taints === undefined ? {} : { taints }) },
    status: {
      conditions: [{ type: 'Ready', status: ready, lastTransitionTime: ago(since) }],
      nodeInfo: { bootID: boot, systemUUID: `system-of-${OPENSHIFT_NAMESPACE}/${name}` },
    },
  });
}

/** A Node, its Machine and the host behind it. */
function worker(name: string, is: NodeIs = {}, owned = false): readonly string[] {
  const annotations = { 'metal3.io/BareMetalHost': `${OPENSHIFT_NAMESPACE}/${name}` };
  const machine = openshiftMachine(name, { owned, annotations });
  return [node(name, is), machine, hostText(name, { spec: consumedBy('Machine', name) })];
}

const SICK: NodeIs = { ready: 'Unknown', since: '1h' };

function sick(name: string, is: NodeIs = {}): readonly string[] {
  return worker(name, { ...SICK, ...is });
}

/** Nodes of the pool about which nobody does anything. */
function well(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => node(`well-${at}`));
}

/** The node says that it is well, after another boot. */
const back = (name: string) => apply(node(name, { since: '0s', boot: 'boot-2' }));

/** What the budget's status says: who waits for what. */
function waiting(waitingFor: Readonly<Record<string, string>>, more: object = {}): string {
  const count = Object.keys(waitingFor).length;
  const status = { ...(count === 0 ? { waiting: 0 } : { waiting: count, waitingFor }), ...more };
  return stringify({ apiVersion: GROUP, kind: 'RemediationBudget', metadata: { name: 'hosts' }, status });
}

function episode(name: string, status: object): string {
  return stringify({ apiVersion: GROUP, kind: 'HostRemediation', metadata: { name }, status });
}

function made(...names: readonly string[]): readonly string[] {
  return names.map((name) => `HostRemediation ${name}`);
}

const requested = (count = 1): readonly string[] =>
  Array.from({ length: count }, () => 'RemediationPolicy/workers Normal RemediationRequested');

/** Told of the episode and of its node, of each of these in turn. */
const told = (names: readonly string[], what: string): readonly string[] =>
  names.flatMap((name) => [`HostRemediation/${name}-1 ${what}`, `Node/${name} ${what}`]);

/** Granted, and begun. */
const started = (...names: readonly string[]): readonly string[] => [
  ...names.map((name) => `HostRemediation/${name}-1 Normal AttemptGranted`),
  ...told(names, 'Normal RemediationStarted'),
];

/** Until the operator has told the BMC to power off. */
const struck = (...names: readonly string[]): readonly string[] => [
  ...started(...names),
  ...names.map((name) => `BareMetalHost/${name} Normal PowerOff`),
];

/** Until they are on again. */
const rebooted = (...names: readonly string[]): readonly string[] => [
  ...struck(...names),
  ...told(names, 'Normal HostPoweredOffProven'),
  ...told(names, 'Normal WorkloadsReleased'),
  ...names.map((name) => `BareMetalHost/${name} Normal PowerOn`),
];

const off = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `off hard ${OPENSHIFT_NAMESPACE}/${name}`);

const offAndOn = (name: string): readonly string[] => [...off(name), `on hard ${OPENSHIFT_NAMESPACE}/${name}`];

const CEPH = { cephClusters: [{ namespace: 'rook-ceph', name: 'rook-ceph' }] };

const LIMITS: readonly ConformanceRow[] = [
  {
    id: 'G2',
    title: 'storage of which nobody knows whether it can spare a host forbids every start',
    given: [...well(4), ...sick('a'), policy(), budget({ storage: CEPH })],
    when: [run('1h')],
    gives: {
      created: made('a-1'),
      events: requested(),
      power: [],
      objects: [waiting({ 'a-1': 'StorageUnproven' }), episode('a-1', { phase: 'Waiting' })].join('---\n'),
    },
  },
  {
    id: 'G3',
    title: 'not two hosts of one rack',
    given: [
      ...well(6),
      ...sick('a', { labels: { rack: 'r1' } }),
      ...sick('b', { labels: { rack: 'r1' } }),
      ...sick('c', { labels: { rack: 'r2' } }),
      policy(),
      budget({ maxInFlight: { count: 3 }, domains: [{ topologyKey: 'rack', maxInFlight: 1 }] }),
    ],
    gives: {
      created: made('a-1', 'b-1', 'c-1'),
      events: [...requested(3), ...struck('a', 'c')],
      power: off('a', 'c'),
      objects: waiting({ 'b-1': 'DomainCapReached' }),
    },
  },
  {
    id: 'G4',
    title: 'a cordoned node, and one that fell silent a minute ago, count against the same limit',
    given: [
      ...well(4),
      ...worker('cordoned', { unschedulable: true }),
      ...worker('silent', { ready: 'Unknown', since: '60s' }),
      ...sick('a'),
      policy(),
      budget({ maxUnavailable: { count: 2 }, maxInFlight: { count: 1 } }),
    ],
    when: [run('1m')],
    gives: {
      created: made('a-1'),
      events: [...requested(), 'RemediationBudget/hosts Warning StormStarted'],
      power: [],
      objects: waiting({ 'a-1': 'Storm' }, { unavailableHosts: 3, inFlight: 0 }),
    },
  },
  {
    id: 'G5',
    title: 'five percent of ten hosts is one, not none',
    given: [...well(8), ...sick('a'), ...sick('b'), policy(), budget({ maxInFlight: { percent: 5 } })],
    gives: {
      created: made('a-1', 'b-1'),
      events: [...requested(2), ...struck('a')],
      power: off('a'),
      objects: waiting({ 'b-1': 'CapReached' }, { expectedHosts: 10, inFlight: 1 }),
    },
  },
  {
    id: 'G6',
    title: 'a count and a percentage bind together: three, and a tenth of twenty',
    given: [
      ...well(17),
      ...sick('a'),
      ...sick('b'),
      ...sick('c'),
      policy(),
      budget({ maxInFlight: { count: 3, percent: 10 } }),
    ],
    gives: {
      created: made('a-1', 'b-1', 'c-1'),
      events: [...requested(3), ...struck('a', 'b')],
      power: off('a', 'b'),
      objects: waiting({ 'c-1': 'CapReached' }, { expectedHosts: 20, inFlight: 2 }),
    },
  },
  {
    id: 'G6',
    title: 'one start in any ten minutes, although nothing else limits',
    given: [
      ...well(6),
      ...sick('a'),
      ...sick('b'),
      policy(),
      budget({ rate: { slidingWindow: { starts: 1, per: '10m' } } }),
    ],
    when: [
      run('9m59s'),
      look({
        created: made('a-1', 'b-1'),
        events: [...requested(2), ...rebooted('a')],
        objects: waiting({ 'b-1': 'RateLimited' }),
      }),
      run('2s'),
    ],
    gives: {
      created: made('a-1', 'b-1'),
      events: [...requested(2), ...rebooted('a'), ...struck('b')],
      power: [...offAndOn('a'), ...off('b')],
      objects: waiting({}, { inFlight: 2 }),
    },
  },
  {
    id: 'G15',
    title: 'not two hosts of one power feed, and one start a minute',
    given: [
      ...well(6),
      ...sick('a', { labels: { feed: 'A' } }),
      ...sick('b', { labels: { feed: 'A' } }),
      ...sick('c', { labels: { feed: 'B' } }),
      policy(),
      budget({
        domains: [{ topologyKey: 'feed', maxInFlight: 1 }],
        rate: { tokenBucket: { burst: 1, refillEvery: '1m' } },
      }),
    ],
    when: [
      run('59s'),
      look({
        created: made('a-1', 'b-1', 'c-1'),
        events: [...requested(3), ...rebooted('a')],
        objects: waiting({ 'b-1': 'DomainCapReached', 'c-1': 'RateLimited' }),
      }),
      run('2s'),
    ],
    gives: {
      created: made('a-1', 'b-1', 'c-1'),
      events: [...requested(3), ...rebooted('a'), ...struck('c')],
      power: [...offAndOn('a'), ...off('c')],
      objects: waiting({ 'b-1': 'DomainCapReached' }, { inFlight: 2 }),
    },
  },
  {
    id: 'G11',
    title: 'a host with a volume goes before one without that asked at the same time',
    given: [
      ...well(4),
      ...sick('a'),
      ...sick('b'),
      stringify({
        apiVersion: 'storage.k8s.io/v1',
        kind: 'VolumeAttachment',
        metadata: { name: 'csi-1' },
        spec: { attacher: 'csi.example.com', nodeName: 'b', source: { persistentVolumeName: 'pv-1' } },
      }),
      policy(),
      budget(),
    ],
    gives: {
      created: made('a-1', 'b-1'),
      events: [...requested(2), ...struck('b')],
      power: off('b'),
      objects: [
        waiting({ 'a-1': 'CapReached' }),
        episode('a-1', { impact: 3 }),
        episode('b-1', { impact: 1, phase: 'PoweringOff' }),
      ].join('---\n'),
    },
  },
  {
    id: 'G4',
    title: 'of three masters, one of them silent, no second one goes: the others would have no quorum',
    given: [
      ...well(4),
      node('m-0', { labels: MASTER }),
      node('m-1', { labels: MASTER, ready: 'Unknown', since: '60s' }),
      ...sick('m-2', { labels: MASTER }),
      policy(),
      budget({ maxInFlight: { count: 2 } }),
    ],
    when: [run('1m')],
    gives: {
      created: made('m-2-1'),
      events: requested(),
      power: [],
      objects: waiting({ 'm-2-1': 'QuorumAtRisk' }),
    },
  },
  {
    id: 'G18',
    title: 'a node that gets another configuration is left to that',
    given: [
      ...well(4),
      ...sick('a', {
        annotations: {
          'machineconfiguration.openshift.io/currentConfig': 'rendered-worker-1',
          'machineconfiguration.openshift.io/desiredConfig': 'rendered-worker-2',
        },
      }),
      policy(),
      budget(),
    ],
    when: [run('1h')],
    gives: {
      created: made('a-1'),
      events: requested(),
      power: [],
      objects: waiting({ 'a-1': 'Upgrading' }),
    },
  },
];

const JUDGEMENT: readonly ConformanceRow[] = [
  {
    id: 'G18',
    title: 'a node under maintenance is held, and goes on when that is over',
    given: [
      ...well(4),
      ...sick('a', { taints: [{ key: 'medik8s.io/drain', effect: 'NoSchedule' }] }),
      policy(),
      budget(),
    ],
    when: [
      run('1h'),
      look({ created: made('a-1'), events: requested(), power: [], objects: episode('a-1', { phase: 'Waiting' }) }),
      apply(node('a', { ...SICK, taints: null })),
      run('1s'),
    ],
    gives: { created: made('a-1'), events: [...requested(), ...struck('a')], power: off('a') },
  },
  {
    id: 'G12',
    title: 'in a storm nobody starts, nor in the cool-down after it',
    given: [
      ...well(6),
      ...sick('a'),
      ...sick('b'),
      ...sick('c'),
      policy(),
      budget({ maxUnavailable: { count: 2 }, maxInFlight: { count: 1 }, stormCoolDown: '10m' }),
    ],
    when: [
      run('1m'),
      look({
        created: made('a-1', 'b-1', 'c-1'),
        events: [...requested(3), 'RemediationBudget/hosts Warning StormStarted'],
        power: [],
        objects: waiting({ 'a-1': 'Storm', 'b-1': 'Storm', 'c-1': 'Storm' }),
      }),
      apply(node('c', { since: '0s' })),
      run('9m59s'),
      look({
        created: made('a-1', 'b-1', 'c-1'),
        events: [
          ...requested(3),
          'RemediationBudget/hosts Warning StormStarted',
          'RemediationBudget/hosts Normal StormCoolDown',
          ...told(['c'], 'Normal RemediationCancelled'),
        ],
        power: [],
      }),
      run('2s'),
    ],
    gives: {
      created: made('a-1', 'b-1', 'c-1'),
      events: [
        ...requested(3),
        'RemediationBudget/hosts Warning StormStarted',
        'RemediationBudget/hosts Normal StormCoolDown',
        ...told(['c'], 'Normal RemediationCancelled'),
        'RemediationBudget/hosts Normal StormEnded',
        ...struck('a'),
      ],
      power: off('a'),
      objects: waiting({ 'b-1': 'CapReached' }, { inFlight: 1 }),
    },
  },
  {
    id: 'G14',
    title: 'more than half of all hosts silent at once is not believed, and a person is called after 15 minutes',
    given: [...well(2), ...sick('a'), ...sick('b'), ...sick('c'), policy(), budget()],
    when: [run('14m59s'), look({ events: ['RemediationPolicy/workers Warning SignalDoubted'], power: [] }), run('2s')],
    gives: {
      events: ['RemediationPolicy/workers Warning SignalDoubted', 'RemediationPolicy/workers Warning PersonNeeded'],
      power: [],
      objects: stringify({
        apiVersion: GROUP,
        kind: 'RemediationPolicy',
        metadata: { name: 'workers' },
        status: { unhealthyNodes: 3 },
      }),
    },
  },
  {
    id: 'G10',
    title: 'a host that waits and recovers is not touched',
    given: [...well(4), ...sick('a'), ...sick('b'), policy(), budget()],
    when: [run('1s'), apply(node('b', { since: '0s' })), run('1s')],
    gives: {
      created: made('a-1', 'b-1'),
      events: [...requested(2), ...struck('a'), ...told(['b'], 'Normal RemediationCancelled')],
      power: off('a'),
      objects: episode('b-1', { phase: 'Cancelled' }),
    },
  },
  {
    id: 'G7',
    title: 'a host that was rebooted in vain ten minutes ago is left alone for the back-off, and that attempt counts',
    given: [
      ...well(4),
      ...sick('a'),
      policy({
        steps: [{ action: 'Reboot', attempts: 2, timeout: '20m' }, { action: 'Person' }],
        backOff: { base: '15m', max: '2h' },
      }),
      budget(),
      stringify({
        apiVersion: GROUP,
        kind: 'HostRemediation',
        metadata: { name: 'a-1' },
        spec: { policy: 'workers', budget: 'hosts', node: { name: 'a', uid: 'uid-of-old' }, reason: 'Ready=Unknown' },
        status: {
          phase: 'Succeeded',
          closedAt: ago('10m'),
          attempts: [
            {
              ...{ step: 0, action: 'Reboot', attempt: 1, outcome: 'TimedOut' },
              ...{ grantedAt: ago('30m'), struckAt: ago('30m'), endedAt: ago('10m') },
            },
          ],
        },
      }),
    ],
    when: [
      run('4m59s'),
      look({ created: made('a-2'), events: requested(), power: [], objects: waiting({ 'a-2': 'BackOff' }) }),
      run('2s'),
    ],
    gives: {
      created: made('a-2'),
      events: [
        ...requested(),
        'HostRemediation/a-2 Normal AttemptGranted',
        'HostRemediation/a-2 Normal RemediationStarted',
        'Node/a Normal RemediationStarted',
        'BareMetalHost/a Normal PowerOff',
      ],
      power: off('a'),
      objects: episode('a-2', { phase: 'PoweringOff', step: 0, attempt: 2 }),
    },
  },
  {
    id: 'G16',
    title: 'a healthy node that a person asks for goes the same way',
    given: [
      ...well(4),
      ...worker('a', { annotations: { 'remediation.metaltwin.dev/remediate': 'noisy disk' } }),
      policy(),
      budget(),
    ],
    gives: {
      created: made('a-1'),
      events: [...requested(), ...struck('a')],
      power: off('a'),
      objects: stringify({
        apiVersion: GROUP,
        kind: 'HostRemediation',
        metadata: { name: 'a-1' },
        spec: { reason: 'asked for: noisy disk' },
      }),
    },
  },
];

const FENCING: readonly ConformanceRow[] = [
  {
    id: 'G4',
    title: 'waiting for the budget counts in no time-out: whoever waited for ten minutes has ten of its own',
    given: [
      ...well(4),
      ...sick('a'),
      ...sick('b'),
      policy({ steps: [{ action: 'Reboot', timeout: '10m' }] }),
      budget(),
    ],
    when: [
      run('19m59s'),
      look({
        created: made('a-1', 'b-1'),
        events: [
          ...requested(2),
          ...rebooted('a'),
          ...told(['a'], 'Warning AttemptTimedOut'),
          ...told(['a'], 'Warning PersonNeeded'),
          ...rebooted('b'),
        ],
        objects: episode('b-1', { phase: 'AwaitingNode' }),
      }),
      run('2s'),
    ],
    gives: {
      created: made('a-1', 'b-1'),
      events: [
        ...requested(2),
        ...rebooted('a'),
        ...told(['a'], 'Warning AttemptTimedOut'),
        ...told(['a'], 'Warning PersonNeeded'),
        ...rebooted('b'),
        ...told(['b'], 'Warning AttemptTimedOut'),
        ...told(['b'], 'Warning PersonNeeded'),
      ],
    },
  },
  {
    id: 'G7',
    title: 'a time-out that is edited while the attempt runs counts from its grant',
    given: [...well(4), ...sick('a'), policy({ steps: [{ action: 'Reboot', timeout: '1h' }] }), budget()],
    when: [
      run('5m'),
      apply(policy({ steps: [{ action: 'Reboot', timeout: '10m' }] })),
      run('4m59s'),
      look({
        created: made('a-1'),
        events: [...requested(), ...rebooted('a')],
      }),
      run('2s'),
    ],
    gives: {
      created: made('a-1'),
      events: [
        ...requested(),
        ...rebooted('a'),
        ...told(['a'], 'Warning AttemptTimedOut'),
        ...told(['a'], 'Warning PersonNeeded'),
      ],
      power: offAndOn('a'),
    },
  },
  {
    id: 'G8',
    title: 'where the policy trusts it, the node is asked to fence itself when its BMC is dead',
    given: [
      ...well(4),
      ...sick('a'),
      stringify({
        apiVersion: 'self-node-remediation.medik8s.io/v1alpha1',
        kind: 'SelfNodeRemediationTemplate',
        metadata: { name: 'automatic', namespace: 'medik8s' },
        spec: { template: { spec: { remediationStrategy: 'Automatic' } } },
      }),
      policy({ whenPowerUnknown: 'SelfNodeRemediation' }),
      budget(),
    ],
    when: [host(`${OPENSHIFT_NAMESPACE}/a`, 'silent'), run('6m')],
    gives: {
      created: [...made('a-1'), 'SelfNodeRemediation medik8s/a-1'],
      events: [...requested(), ...started('a'), ...told(['a'], 'Warning SelfFencingAsked')],
      power: [],
      objects: [
        episode('a-1', { phase: 'FencingItself' }),
        stringify({
          apiVersion: 'self-node-remediation.medik8s.io/v1alpha1',
          kind: 'SelfNodeRemediation',
          metadata: { name: 'a-1', namespace: 'medik8s', annotations: { 'remediation.medik8s.io/node-name': 'a' } },
          spec: { remediationStrategy: 'OutOfServiceTaint' },
        }),
      ].join('---\n'),
    },
  },
  {
    id: 'G9',
    title:
      'off is proven by a reading after the word of the operator, before anything is released, and then the host comes back',
    given: [...well(4), ...sick('a'), policy(), budget()],
    when: [run('1m'), back('a'), run('2m')],
    gives: {
      created: made('a-1'),
      events: [...requested(), ...rebooted('a'), ...told(['a'], 'Normal RemediationSucceeded')],
      power: offAndOn('a'),
      objects: episode('a-1', { phase: 'Succeeded' }),
    },
  },
  {
    id: 'G9',
    title: 'a BMC that controls another machine is sent no command',
    given: [
      ...well(4),
      ...sick('a').slice(1),
      node('a', SICK).replace(`system-of-${OPENSHIFT_NAMESPACE}/a`, 'another'),
      policy(),
      budget(),
    ],
    gives: {
      created: made('a-1'),
      events: [...requested(), ...started('a'), ...told(['a'], 'Warning PersonNeeded')],
      power: [],
      objects: episode('a-1', { phase: 'Person' }),
    },
  },
  {
    id: 'G8',
    title: 'a BMC that is dead for five minutes is a matter for a person: nobody knows whether the host is off',
    given: [...well(4), ...sick('a'), policy(), budget()],
    when: [host(`${OPENSHIFT_NAMESPACE}/a`, 'silent'), run('6m')],
    gives: {
      created: made('a-1'),
      events: [...requested(), ...started('a'), ...told(['a'], 'Warning PersonNeeded')],
      power: [],
      objects: episode('a-1', { phase: 'Person' }),
    },
  },
  {
    id: 'G17',
    title:
      'after a reboot in vain the Machine is deleted, the host is kept from taking it again, and nothing is wiped before off is proven',
    given: [
      ...well(4),
      openshiftMachineSet(1),
      ...worker('a', SICK, true),
      policy({ steps: [{ action: 'Reboot', timeout: '5m' }, { action: 'Replace' }], wipeAllowed: true }),
      budget(),
    ],
    when: [run('12m')],
    gives: {
      created: made('a-1'),
      deleted: [`Machine ${OPENSHIFT_NAMESPACE}/a`],
      events: [
        ...requested(),
        ...rebooted('a'),
        ...told(['a'], 'Warning AttemptTimedOut'),
        ...struck('a'),
        ...told(['a'], 'Normal HostPoweredOffProven'),
        ...told(['a'], 'Warning MachineDeleted'),
      ],
      power: [...offAndOn('a'), ...off('a')],
      operations: [],
      objects: episode('a-1', {
        phase: 'DeletingMachine',
        step: 1,
        attempt: 1,
        offProof: { step: 1, attempt: 1, systemUuid: `system-of-${OPENSHIFT_NAMESPACE}/a` },
        replacement: { machine: { name: 'a' }, owner: { kind: 'MachineSet', name: 'workers' } },
      }),
    },
  },
];

describe('limits of one budget', () => conformance(LIMITS));
describe('judgement', () => conformance(JUDGEMENT));
describe('fencing', () => conformance(FENCING));

/** G1 is whatif and compare, G13 is open: the page says so. */
const ELSEWHERE = ['G1', 'G13'];

test('every gap that the page for users names has a row', () => {
  const page = readFileSync('docs/remediation-policy.md', 'utf8');
  const named = [...page.matchAll(/^\| (G\d+) /gm)].map(([, gap = '']) => gap);
  const rows = new Set([...LIMITS, ...JUDGEMENT, ...FENCING].map(({ id }) => id));
  expect(named.filter((gap) => !rows.has(gap))).toEqual(ELSEWHERE);
});

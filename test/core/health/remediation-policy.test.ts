// A remediation policy judges: whom it asks for, whom it leaves alone, and when it does not believe what it sees.

import { describe, expect, test } from 'vitest';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { LEASE } from '../../../core/api/lease.ts';
import { NODE, type Node } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../../../core/api/remediation-budget.ts';
import {
  ANNOTATION_REMEDIATE,
  LABEL_EXCLUDE,
  REMEDIATION_POLICY,
  type RemediationPolicy,
} from '../../../core/api/remediation-policy.ts';
import { formatMicroTime, formatTime } from '../../../core/api/time.ts';
import { remediationPolicyController } from '../../../core/health/remediation-policy.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { aNode, anOpenshiftMachine, meta, NOW_MS, withReady } from '../../kit/machine-objects.ts';
import {
  aBudget,
  aPolicy,
  aRequest,
  changeStatus,
  trueConditions,
  WORKERS,
} from '../../kit/own-remediation-objects.ts';

const MINUTE_MS = 60_000;

interface World {
  readonly policy?: RemediationPolicy['spec'];
  readonly budget?: RemediationBudget['spec'];
  readonly objects: readonly KubeObject[];
  readonly forgetMemory?: boolean;
}

function start({ policy, budget, objects, forgetMemory = false }: World): CoreBench {
  return coreBench({
    objects: [aPolicy(policy), aBudget(budget), ...objects],
    controllers: [remediationPolicyController({ machineApi: 'openshift' })],
    atMs: NOW_MS,
    runtime: { forgetMemory },
  });
}

function worker(
  name: string,
  ready: 'True' | 'False' | 'Unknown' = 'True',
  forMs = 86_400_000,
  rest: object = {},
): Node {
  return aNode(name, ready, forMs, { labels: WORKERS, ...rest });
}

/** Eight that are well, so that one or two more are no doubt. */
const OTHERS = Array.from({ length: 8 }, (_, at) => worker(`well-${at}`));

/** Instants in s after NOW_MS at which HostRemediations were made, by name. */
function made(bench: CoreBench): Readonly<Record<string, number>> {
  const entries = bench.performed.flatMap(({ action, atMs, outcome }) =>
    action.do === 'create' && action.kind === HOST_REMEDIATION && outcome.kind === 'done'
      ? [[action.object.metadata.name, (atMs - NOW_MS) / 1_000]]
      : [],
  );
  return Object.fromEntries(entries);
}

function policyOf(bench: CoreBench): RemediationPolicy {
  return bench.the(REMEDIATION_POLICY, 'workers');
}

describe('whom a remediation policy asks for', () => {
  test.each<{
    name: string;
    given: World;
    after?: number;
    makes: Readonly<Record<string, number>>;
    events?: readonly string[];
  }>([
    {
      name: 'a node that has been not Ready for the whole duration, at that very instant',
      given: { objects: [...OTHERS, worker('sick', 'Unknown', 280_000)] },
      makes: { 'sick-1': 20 },
      events: [
        'node sick: Ready=Unknown since 2026-11-22T07:55:20Z, for 300 s or longer; HostRemediation sick-1 is made',
      ],
    },
    {
      name: 'nobody when the node was Ready again before',
      given: { objects: [...OTHERS, worker('sick', 'True', 10_000)] },
      makes: {},
    },
    {
      name: 'nobody that no policy selects, and nobody at all by an empty selector',
      given: { policy: { selector: {} }, objects: [...OTHERS, worker('sick', 'Unknown', 600_000)] },
      makes: {},
    },
    {
      name: 'no node that is excluded by its label',
      given: {
        objects: [...OTHERS, worker('sick', 'Unknown', 600_000, { labels: { ...WORKERS, [LABEL_EXCLUDE]: '' } })],
      },
      makes: {},
      events: ['node sick is unhealthy and left alone: it is excluded by its label'],
    },
    {
      name: 'no node that another product has in hand',
      given: {
        objects: [
          ...OTHERS,
          worker('sick', 'Unknown', 600_000),
          {
            apiVersion: 'fence-agents-remediation.medik8s.io/v1alpha1',
            kind: 'FenceAgentsRemediation',
            metadata: meta('sick', { namespace: 'default' }),
          },
        ],
      },
      makes: {},
      events: ['node sick is unhealthy and left alone: FenceAgentsRemediation sick has it in hand'],
    },
    {
      name: 'no node whose Machine is being deleted',
      given: {
        objects: [
          ...OTHERS,
          worker('sick', 'Unknown', 600_000),
          anOpenshiftMachine('worker-0', { node: 'sick', deleting: true }),
        ],
      },
      makes: {},
      events: ['node sick is unhealthy and left alone: Machine worker-0 has it in hand'],
    },
    {
      name: 'a node whose lease is held, at the instant at which it ends',
      given: { objects: [...OTHERS, worker('sick', 'Unknown', 600_000), lease('sick', 'node-maintenance', 90)] },
      makes: { 'sick-1': 90.001 },
      events: [
        'node sick is unhealthy and left alone: node-maintenance holds its lease',
        'node sick: Ready=Unknown since 2026-11-22T07:50:00Z, for 300 s or longer; HostRemediation sick-1 is made',
      ],
    },
    {
      name: 'no node that has an open one, also of another policy',
      given: {
        objects: [
          ...OTHERS,
          worker('sick', 'Unknown', 600_000),
          { ...aRequest('sick'), spec: { ...aRequest('sick').spec, policy: 'other' } },
        ],
      },
      makes: {},
    },
    {
      name: 'the next number of a node that has closed ones',
      given: {
        objects: [
          ...OTHERS,
          worker('sick', 'Unknown', 300_000),
          aRequest('sick', { phase: 'Succeeded', closedAt: formatMicroTime(NOW_MS - 6 * MINUTE_MS) }),
        ],
      },
      makes: { 'sick-2': 0 },
    },
    {
      name: 'nobody by a condition of before the last one ended, until it has lasted as long again',
      given: {
        objects: [
          ...OTHERS,
          worker('sick', 'Unknown', 600_000),
          aRequest('sick', { phase: 'Cancelled', closedAt: formatMicroTime(NOW_MS - MINUTE_MS) }),
        ],
      },
      makes: { 'sick-2': 240 },
    },
    {
      name: 'nobody twice within a minute, even by a condition without a duration',
      given: {
        policy: { unhealthyConditions: [{ type: 'Ready', status: 'Unknown', duration: '0s' }] },
        objects: [
          ...OTHERS,
          worker('sick', 'Unknown', 600_000),
          aRequest('sick', { phase: 'Cancelled', closedAt: formatMicroTime(NOW_MS - 10_000) }),
        ],
      },
      makes: { 'sick-2': 50 },
    },
    {
      name: 'a healthy node that a person asks for',
      given: {
        objects: [...OTHERS, worker('slow', 'True', 600_000, { annotations: { [ANNOTATION_REMEDIATE]: 'disk' } })],
      },
      makes: { 'slow-1': 0 },
      events: ['node slow: asked for: disk; HostRemediation slow-1 is made'],
    },
    {
      name: 'nobody while it is paused',
      given: { policy: { pauseRequests: ['upgrade'] }, objects: [...OTHERS, worker('sick', 'Unknown', 600_000)] },
      makes: {},
    },
    {
      name: 'nobody without its budget',
      given: { policy: { budget: 'none' }, objects: [...OTHERS, worker('sick', 'Unknown', 600_000)] },
      makes: {},
    },
    {
      name: 'nobody in a dry run, which says whom it would',
      given: { policy: { dryRun: true }, objects: [...OTHERS, worker('sick', 'Unknown', 600_000)] },
      makes: {},
      events: ['node sick: Ready=Unknown since 2026-11-22T07:50:00Z, for 300 s or longer'],
    },
  ])('$name', ({ given, after = 600, makes, events }) => {
    const bench = start(given);
    bench.runFor(after * 1_000);
    expect(made(bench)).toEqual(makes);
    if (events !== undefined) expect(bench.events.map(({ message }) => message)).toEqual(events);
  });
});

function lease(node: string, holder: string, seconds: number): KubeObject & { readonly spec: object } {
  const now = formatMicroTime(NOW_MS);
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: LEASE.kind,
    metadata: meta(`node-${node}`, { namespace: 'medik8s-leases' }),
    spec: { holderIdentity: holder, leaseDurationSeconds: seconds, acquireTime: now, renewTime: now },
  };
}

describe('what a remediation policy says', () => {
  test('what it makes: the Node as it was, the policy as its owner, and why', () => {
    const node = worker('sick', 'Unknown', 600_000);
    const nodeInfo = { bootID: 'boot-7', systemUUID: '4C4C4544-0050' };
    const bench = start({ objects: [...OTHERS, { ...node, status: { ...node.status, nodeInfo } }] });
    bench.runFor(1);
    const { metadata, spec } = bench.the(HOST_REMEDIATION, 'sick-1');
    expect({ owners: metadata.ownerReferences, spec }).toEqual({
      owners: [
        {
          apiVersion: 'remediation.metaltwin.dev/v1alpha1',
          kind: 'RemediationPolicy',
          name: 'workers',
          uid: 'uid-workers',
          controller: true,
        },
      ],
      spec: {
        policy: 'workers',
        budget: 'workers',
        node: { name: 'sick', uid: 'uid-sick', bootID: 'boot-7', systemUUID: '4C4C4544-0050' },
        reason: 'Ready=Unknown since 2026-11-22T07:50:00Z, for 300 s or longer',
      },
    });
  });

  test('its status: nodes, and conditions for what holds it back', () => {
    const bench = start({
      policy: { pauseRequests: ['upgrade'], dryRun: true, budget: 'none' },
      objects: [...OTHERS, worker('sick', 'Unknown', 600_000)],
    });
    bench.runFor(1);
    const { observedNodes, unhealthyNodes, conditions } = policyOf(bench).status ?? {};
    expect({ observedNodes, unhealthyNodes, conditions: trueConditions(conditions) }).toEqual({
      observedNodes: 9,
      unhealthyNodes: 1,
      conditions: ['Paused Paused', 'BudgetMissing BudgetMissing', 'DryRun DryRun'],
    });
  });

  test('nothing at all in a healthy cluster: one write of the status, then quiet (invariant L16)', () => {
    const bench = start({ objects: OTHERS });
    bench.runFor(3_600_000);
    expect(bench.performed.map(({ action, atMs }) => `${action.do} ${atMs - NOW_MS}`)).toEqual(['patch 0']);
  });
});

describe('the memory of a remediation policy', () => {
  test('a closed HostRemediation is forgotten when its time is over', () => {
    const closedAt = formatMicroTime(NOW_MS - MINUTE_MS);
    const bench = start({
      policy: { memory: '5m' },
      objects: [...OTHERS, aRequest('well-0', { phase: 'Cancelled', closedAt })],
    });
    bench.run(NOW_MS + 4 * MINUTE_MS - 1);
    const before = bench.names(HOST_REMEDIATION);
    bench.runFor(1);
    expect([before, bench.names(HOST_REMEDIATION)]).toEqual([['well-0-1'], []]);
  });

  test("a person's wish is taken off the Node when it was done, and can be repeated", () => {
    const wish = { [ANNOTATION_REMEDIATE]: 'disk' };
    const bench = start({ objects: [...OTHERS, worker('slow', 'True', 600_000, { annotations: wish })] });
    bench.runFor(MINUTE_MS);
    const whileOpen = bench.the(NODE, 'slow').metadata.annotations;
    changeStatus(bench, 'slow-1', { phase: 'Succeeded', closedAt: formatMicroTime(bench.nowMs) });
    bench.runFor(MINUTE_MS);
    const afterwards = bench.the(NODE, 'slow').metadata.annotations;
    bench.update(NODE, 'slow', 'main', (node) => ({ ...node, metadata: { ...node.metadata, annotations: wish } }));
    bench.runFor(MINUTE_MS);
    expect([whileOpen, afterwards, made(bench)]).toEqual([wish, {}, { 'slow-1': 0, 'slow-2': 120 }]);
  });
});

describe('doubt', () => {
  const POOL = Array.from({ length: 10 }, (_, at) => `n${at}`);

  function silence(bench: CoreBench, count: number, ready: 'True' | 'Unknown' = 'Unknown', from = 0): void {
    for (const name of POOL.slice(from, from + count)) {
      bench.update(NODE, name, 'status', (node) => withReady(node, ready, bench.nowMs));
    }
  }

  function doubtOf(bench: CoreBench): readonly string[] {
    return trueConditions(policyOf(bench).status?.conditions);
  }

  test('half of the pool at once is not believed, and nobody is asked for while it lasts', () => {
    const bench = start({ objects: POOL.map((name) => worker(name)) });
    silence(bench, 5);
    bench.runFor(14 * MINUTE_MS);
    const doubted = doubtOf(bench);
    bench.runFor(6 * MINUTE_MS);
    expect([doubted, doubtOf(bench), made(bench)]).toEqual([
      ['Doubtful ManyFailedAtOnce'],
      ['Doubtful PersonCalled'],
      {},
    ]);
    expect(bench.events.map(({ reason, atMs }) => `${reason} ${(atMs - NOW_MS) / MINUTE_MS}`)).toEqual([
      'SignalDoubted 0',
      'PersonNeeded 15',
    ]);
  });

  test('one host less is believed', () => {
    const bench = start({ objects: POOL.map((name) => worker(name)) });
    silence(bench, 4);
    bench.runFor(14 * MINUTE_MS);
    expect([doubtOf(bench), made(bench)]).toEqual([[], { 'n0-1': 300, 'n1-1': 300, 'n2-1': 300, 'n3-1': 300 }]);
  });

  test('the same number, not within one window, is believed', () => {
    const bench = start({ objects: POOL.map((name) => worker(name)) });
    silence(bench, 3);
    bench.runFor(121_000);
    silence(bench, 2, 'Unknown', 3);
    bench.runFor(14 * MINUTE_MS);
    expect([doubtOf(bench), made(bench)]).toEqual([
      [],
      { 'n0-1': 300, 'n1-1': 300, 'n2-1': 300, 'n3-1': 421, 'n4-1': 421 },
    ]);
  });

  test('it ends a cool-down after few are left, and those are asked for then', () => {
    const bench = start({ budget: { stormCoolDown: '10m' }, objects: POOL.map((name) => worker(name)) });
    silence(bench, 6);
    bench.runFor(8 * MINUTE_MS);
    silence(bench, 5, 'True');
    bench.runFor(MINUTE_MS);
    const cooling = doubtOf(bench);
    bench.runFor(20 * MINUTE_MS);
    expect([cooling, doubtOf(bench), made(bench)]).toEqual([['Doubtful CoolingDown'], [], { 'n5-1': 18 * 60 }]);
  });

  test("a doubt that returns when a person was called is that person's again, and waits for nothing but a change", () => {
    const bench = start({ budget: { stormCoolDown: '10m' }, objects: POOL.map((name) => worker(name)) });
    silence(bench, 6);
    bench.runFor(16 * MINUTE_MS);
    silence(bench, 5, 'True');
    bench.runFor(MINUTE_MS);
    const cooling = doubtOf(bench);
    const before = bench.decisions.length;
    silence(bench, 5);
    bench.runFor(4 * MINUTE_MS);
    const rules = bench.decisions.slice(before).map(({ because }) => because.rule);
    expect([cooling, doubtOf(bench), rules]).toEqual([
      ['Doubtful CoolingDown'],
      ['Doubtful PersonCalled'],
      ['doubt-returns-for-good'],
    ]);
  });

  test('a person who asks for a node is believed', () => {
    const bench = start({ objects: POOL.map((name) => worker(name)) });
    silence(bench, 5);
    bench.runFor(10 * MINUTE_MS);
    bench.update(NODE, 'n0', 'main', (node) => ({
      ...node,
      metadata: { ...node.metadata, annotations: { [ANNOTATION_REMEDIATE]: 'it is dead' } },
    }));
    bench.runFor(10 * MINUTE_MS);
    expect(made(bench)).toEqual({ 'n0-1': 600 });
  });

  /** Silent since instants so far apart that no two of them lie within one window. */
  function silentOneByOne(count: number): readonly Node[] {
    return POOL.slice(0, count).map((name, at) => worker(name, 'Unknown', 400_000 + at * 150_000));
  }

  test('when not one node is heard the observer is doubted, however slowly it came to that (invariant S13)', () => {
    const bench = start({ budget: { stormCoolDown: '10m' }, objects: silentOneByOne(4) });
    bench.runFor(MINUTE_MS);
    const deaf = [doubtOf(bench), bench.events.map(({ reason, message }) => `${reason}: ${message}`), made(bench)];
    silence(bench, 1, 'True');
    bench.runFor(MINUTE_MS);
    const cooling = doubtOf(bench);
    bench.runFor(10 * MINUTE_MS);
    expect([deaf, cooling, doubtOf(bench), Object.keys(made(bench))]).toEqual([
      [
        ['Doubtful NobodyHeard'],
        [
          'SignalDoubted: not one node is heard, so that the observer is more likely cut off than all of them dead: nothing new is started',
        ],
        {},
      ],
      ['Doubtful CoolingDown'],
      [],
      ['n1-1', 'n2-1', 'n3-1'],
    ]);
  });

  test.each([
    {
      what: 'one says that it is not Ready',
      objects: [...silentOneByOne(3), worker('n3', 'False', 400_000)],
      makes: 4,
    },
    { what: 'a node beside the pool is heard', objects: [...silentOneByOne(4), aNode('other')], makes: 4 },
    { what: 'there are fewer nodes than doubt begins with', objects: silentOneByOne(2), makes: 2 },
  ])('the observer is believed when $what', ({ objects, makes }) => {
    const bench = start({ objects });
    bench.runFor(MINUTE_MS);
    expect([doubtOf(bench), Object.keys(made(bench)).length]).toEqual([[], makes]);
  });

  test('hosts that our own attempts have in hand are no reason to doubt', () => {
    const requests = POOL.slice(0, 5).map((name) => aRequest(name, { phase: 'PoweringOff' }));
    const bench = start({ objects: [...POOL.map((name) => worker(name)), ...requests] });
    silence(bench, 5);
    bench.runFor(14 * MINUTE_MS);
    expect([doubtOf(bench), made(bench)]).toEqual([[], {}]);
  });
});

describe('a policy that names another budget', () => {
  test('takes its open HostRemediations there', () => {
    const bench = start({
      objects: [aBudget({}, 'strict'), ...OTHERS, worker('sick', 'Unknown', 600_000)],
    });
    bench.runFor(MINUTE_MS);
    bench.update(REMEDIATION_POLICY, 'workers', 'main', (policy) => ({
      ...policy,
      spec: { ...policy.spec, budget: 'strict' },
    }));
    bench.runFor(MINUTE_MS);
    expect([bench.the(HOST_REMEDIATION, 'sick-1').spec?.budget, bench.names(REMEDIATION_BUDGET)]).toEqual([
      'strict',
      ['strict', 'workers'],
    ]);
  });
});

test('without memory the same is made, at the same instants', () => {
  const objects = [
    ...OTHERS,
    worker('sick', 'Unknown', 280_000),
    worker('other', 'False', 10_000),
    worker('left', 'Unknown', 600_000, { labels: { ...WORKERS, [LABEL_EXCLUDE]: '' } }),
  ];
  const [one, other] = [start({ objects }), start({ objects, forgetMemory: true })];
  for (const bench of [one, other]) bench.runFor(20 * MINUTE_MS);
  expect(made(other)).toEqual(made(one));
  expect(made(one)).toEqual({ 'sick-1': 20, 'other-1': 290 });
});

test('the stamp of a condition is what counts, not when it was seen', () => {
  const bench = start({ objects: [...OTHERS, worker('sick', 'True')] });
  bench.runFor(MINUTE_MS);
  const since = formatTime(NOW_MS - 200_000);
  bench.update(NODE, 'sick', 'status', (node) => ({
    ...node,
    status: { ...node.status, conditions: [{ type: 'Ready', status: 'False' as const, lastTransitionTime: since }] },
  }));
  bench.runFor(10 * MINUTE_MS);
  expect(made(bench)).toEqual({ 'sick-1': 100 });
});

test('a policy that is gone, which its cache does not know yet, starts nothing', () => {
  const bench = coreBench({
    objects: [aPolicy(), aBudget(), worker('ill', 'Unknown', 4 * MINUTE_MS), ...OTHERS],
    controllers: [remediationPolicyController({ machineApi: 'openshift' })],
    atMs: NOW_MS,
    lagMs: 2 * MINUTE_MS,
  });
  bench.run(NOW_MS + 30_000);
  bench.delete(REMEDIATION_POLICY, 'workers');
  bench.run(NOW_MS + 10 * MINUTE_MS);
  const asked = bench.performed.map(({ action, outcome }) => `${action.do} ${outcome.kind}`);
  expect({
    creates: asked.filter((text) => text.startsWith('create')),
    isRefused: asked.includes('patch refused'),
  }).toEqual({
    creates: [],
    isRefused: true,
  });
});

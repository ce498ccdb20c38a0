// Two processes, one Lease: who leads when, on whose clock, and what a process that does not know that it was replaced may still do.

import { describe, expect, test } from 'vitest';
import { LEASE } from '../../../core/api/lease.ts';
import { NODE } from '../../../core/api/node.ts';
import { formatMicroTime } from '../../../core/api/time.ts';
import { LEADER_ELECTION_TIMES, LeaderLease } from '../../../core/runtime/leader-lease.ts';
import { FaultyWriter, type RequestFault } from '../../../sim/api-server/faulty-writer.ts';
import { KNOWN_KINDS } from '../../../sim/api-server/known-kinds.ts';
import { StoreWriter } from '../../../sim/api-server/kube-writer.ts';
import { ObjectStore } from '../../../sim/api-server/object-store.ts';
import { gatedClock, gatedWriter, PauseGate } from '../../../sim/faults/pause-gate.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { type CoreBench, clockOf, coreBench } from '../../kit/core-bench.ts';
import { aNode, NOW_MS } from '../../kit/machine-objects.ts';

const KEY = { namespace: 'metaltwin-system', name: 'remediation' };

class Candidate {
  readonly writer: FaultyWriter;
  readonly gate = new PauseGate();
  readonly lease: LeaderLease;
  private lives = 0;

  constructor(cluster: Cluster, name: string, aheadMs: number) {
    const { kernel } = cluster;
    this.writer = new FaultyWriter(new StoreWriter(cluster.store), kernel);
    const kernelClock = clockOf(kernel);
    const clock = {
      nowMs: () => kernelClock.nowMs() + aheadMs,
      wakeAt: (atMs: number, wake: () => void) => kernelClock.wakeAt(atMs - aheadMs, wake),
    };
    const ports = { clock: gatedClock(this.gate, clock), writer: gatedWriter(this.gate, this.writer) };
    const tell = (what: string) => (): void => {
      cluster.told.push(`+${(kernel.nowMs - NOW_MS) / 1000} ${name} ${what}`);
    };
    this.lease = new LeaderLease(
      ports,
      { lease: KEY, nextIdentity: () => `${name}_${++this.lives}`, ...LEADER_ELECTION_TIMES },
      { elected: tell('leads'), lost: tell('leads no more') },
    );
  }

  mayAct(): string {
    let answer = 'no answer';
    this.lease.check((refusal) => {
      answer = refusal === undefined ? 'yes' : 'message' in refusal ? refusal.message : refusal.kind;
    });
    return answer;
  }
}

class Cluster {
  readonly kernel = new Kernel(NOW_MS);
  readonly store = new ObjectStore(this.kernel, new Draws(rootKey('leases'), 0).stream('api-server', 'names'));
  readonly told: string[] = [];

  constructor() {
    for (const kind of KNOWN_KINDS) this.store.register(kind, { statusSubresource: true });
  }

  candidate(name: string, aheadMs = 0): Candidate {
    return new Candidate(this, name, aheadMs);
  }

  until(seconds: number): void {
    this.kernel.runUntil(NOW_MS + seconds * 1000);
  }

  get spec() {
    return this.store.get(LEASE, KEY)?.spec;
  }
}

const ALL_LOST: RequestFault = () => ({ kind: 'lostRequest', afterMs: 1_000, message: 'connection reset by peer' });

test('the first to come leads, and renews every 2 s', () => {
  const cluster = new Cluster();
  cluster.candidate('a').lease.campaign();
  cluster.candidate('b').lease.campaign();
  cluster.until(61);
  expect(cluster.told).toEqual(['+0 a leads']);
  expect(cluster.spec).toEqual({
    holderIdentity: 'a_1',
    leaseDurationSeconds: 15,
    acquireTime: formatMicroTime(NOW_MS),
    renewTime: formatMicroTime(NOW_MS + 60_000),
    leaseTransitions: 0,
  });
});

describe('the other takes over', () => {
  test.each<{ id: string; strike: (a: Candidate) => void; aheadMs?: number; told: readonly string[] }>([
    {
      id: 'once the lease of a dead holder has not changed for 15 s as it saw it',
      strike: (a) => a.lease.stop(),
      told: ['+0 a leads', '+76 b leads'],
    },
    {
      id: 'no sooner with a clock that is an hour ahead',
      strike: (a) => a.lease.stop(),
      aheadMs: 3_600_000,
      told: ['+0 a leads', '+76 b leads'],
    },
    {
      id: 'after a holder that cannot renew has stopped by itself',
      strike: (a) => a.writer.addFault(ALL_LOST),
      told: ['+0 a leads', '+70 a leads no more', '+76 b leads'],
    },
    {
      id: 'of one that stands still and does not know it until it goes on',
      strike: (a) => a.gate.close(),
      told: ['+0 a leads', '+76 b leads'],
    },
  ])('$id', ({ strike, aheadMs = 0, told }) => {
    const cluster = new Cluster();
    const a = cluster.candidate('a');
    a.lease.campaign();
    cluster.candidate('b', aheadMs).lease.campaign();
    cluster.until(61);
    strike(a);
    cluster.until(120);
    expect({ told: cluster.told, term: cluster.spec?.leaseTransitions }).toEqual({ told, term: 1 });
  });

  test('and the one that stood still may not act, stops, and waits for its turn again', () => {
    const cluster = new Cluster();
    const [a, b] = [cluster.candidate('a'), cluster.candidate('b')];
    a.lease.campaign();
    b.lease.campaign();
    cluster.until(61);
    const before = [a.mayAct(), b.mayAct()];
    a.gate.close();
    cluster.until(120);
    a.gate.open();
    const woken = [a.mayAct(), b.mayAct()];
    cluster.until(130);
    b.lease.stop();
    cluster.until(160);
    expect({ before, woken, told: cluster.told }).toEqual({
      before: ['yes', 'this process does not lead'],
      woken: ['this process does not lead', 'yes'],
      told: ['+0 a leads', '+76 b leads', '+120 a leads no more', '+146 a leads'],
    });
  });
});

test('a process that was replaced while one of its requests was on its way is told so by the lease', () => {
  const cluster = new Cluster();
  const [a, b] = [cluster.candidate('a'), cluster.candidate('b')];
  a.lease.campaign();
  cluster.until(1);
  // It believes that it leads, and somebody has given the lease to another.
  const taken = cluster.store.update(LEASE, KEY, 'main', (lease) => ({
    ...lease,
    spec: { ...lease.spec, holderIdentity: 'b_1', leaseTransitions: 1 },
  }));
  b.lease.campaign();
  expect({ taken: taken.kind, a: a.mayAct(), b: b.mayAct() }).toEqual({
    taken: 'done',
    a: 'another process leads',
    b: 'yes',
  });
});

test('a taking whose reply was lost is found at the next try', () => {
  const cluster = new Cluster();
  const a = cluster.candidate('a');
  const end = a.writer.addFault(({ verb }) =>
    verb === 'create' ? { kind: 'lostReply', afterMs: 500, message: 'connection reset by peer' } : undefined,
  );
  a.lease.campaign();
  cluster.until(1);
  end();
  cluster.until(3);
  expect(cluster.told).toEqual(['+2 a leads']);
});

test('a lease that somebody deletes is made again, and the leader stays', () => {
  const cluster = new Cluster();
  const a = cluster.candidate('a');
  a.lease.campaign();
  cluster.candidate('b').lease.campaign();
  cluster.until(3);
  cluster.store.delete(LEASE, KEY);
  cluster.until(60);
  expect({ told: cluster.told, holder: cluster.spec?.holderIdentity }).toEqual({ told: ['+0 a leads'], holder: 'a_1' });
});

describe('a runtime with an election', () => {
  const election = { lease: KEY, nextIdentity: () => 'a', ...LEADER_ELECTION_TIMES };
  const other = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { ...KEY, uid: 'lease', resourceVersion: '' },
    spec: { holderIdentity: 'z', leaseDurationSeconds: 15, renewTime: formatMicroTime(NOW_MS), leaseTransitions: 4 },
  };
  const idle = {
    name: 'idle',
    primary: NODE,
    watches: [],
    indexes: [],
    rules: {},
    decide: () => ({ actions: [], memory: undefined, because: { rule: 'idle', values: {} } }),
  };

  test.each([
    { id: 'decides nothing while another leads', seconds: 15, decided: 0 },
    { id: 'and every object once it does', seconds: 16, decided: 2 },
  ])('$id', ({ seconds, decided }) => {
    const bench = coreBench({
      objects: [aNode('n0'), aNode('n1'), other],
      controllers: [idle],
      atMs: NOW_MS,
      runtime: { election },
    });
    bench.runFor(seconds * 1000);
    expect(bench.runtime.decided).toBe(decided);
  });

  test('asks for no effect when the lease is another’s by then', () => {
    const late: { bench?: CoreBench } = {};
    const bench = coreBench({
      objects: [aNode('n0')],
      controllers: [
        {
          ...idle,
          decide: ({ view, key, memory, nowMs }) => {
            const node = view.get(NODE, key);
            if (node === undefined || memory !== undefined) {
              return { actions: [], memory, because: { rule: 'idle', values: {} } };
            }
            const { uid } = node.metadata;
            const guard = { onlyIf: [{ kind: NODE, key, uid }], notAfterMs: nowMs };
            const patch = { metadata: { labels: { struck: 'yes' } } };
            return {
              actions: [{ do: 'patch', kind: NODE, key, subresource: 'main', patch, onlyIf: {}, guard }],
              memory: true,
              because: { rule: 'strike', values: {} },
            };
          },
        },
      ],
      atMs: NOW_MS,
      runtime: {
        election,
        // The last moment: the list of actions begins, and the lease is taken away.
        atBoundary: (_controller, _key, index) => {
          if (index !== 0) return;
          late.bench?.update(LEASE, 'metaltwin-system/remediation', 'main', (lease) => ({
            ...lease,
            spec: { ...lease.spec, holderIdentity: 'z', leaseTransitions: 1 },
          }));
        },
      },
    });
    late.bench = bench;
    bench.runFor(1_000);
    expect(bench.performed.map(({ outcome }) => ('reason' in outcome ? outcome.reason : outcome.kind))).toEqual([
      'NotLeader',
    ]);
  });
});

// The lease on a node: who may take it, what taking and renewing write, and who may give it back. The rows are those of the
// lease manager's own tests. Source: medik8s/common pkg/lease/manager_test.go.

import { describe, expect, test } from 'vitest';
import type { Action } from '../../../core/actions.ts';
import { LEASE, type Lease } from '../../../core/api/lease.ts';
import { MEDIK8S_LEASE_NAMESPACE } from '../../../core/api/medik8s.ts';
import { NODE } from '../../../core/api/node.ts';
import { formatMicroTime } from '../../../core/api/time.ts';
import { assert } from '../../../core/assert.ts';
import { nodeLeaseWatch, releaseNodeLease, requestNodeLease } from '../../../core/remediation/node-lease.ts';
import { StoreWriter } from '../../../sim/api-server/kube-writer.ts';
import { coreBench } from '../../kit/core-bench.ts';
import { meta, NOW_MS } from '../../kit/machine-objects.ts';

const HOUR_S = 3600;
const PARTY = { holder: 'node-maintenance', durationMs: HOUR_S * 1000 };
const KEY = `${MEDIK8S_LEASE_NAMESPACE}/node-miau`;

/** Microtime of an instant so many seconds after now. */
const at = (seconds: number): string => formatMicroTime(NOW_MS + seconds * 1000);

function bench(spec: Lease['spec']) {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: meta('miau') };
  const lease: Lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: meta('node-miau', { namespace: MEDIK8S_LEASE_NAMESPACE }),
    ...(spec === undefined ? {} : { spec }),
  };
  return coreBench({ objects: spec === undefined ? [node] : [node, lease], controllers: [], atMs: NOW_MS });
}

function request(world: ReturnType<typeof bench>) {
  return requestNodeLease(world.the(NODE, 'miau'), PARTY, world.view, NOW_MS);
}

function submit(world: ReturnType<typeof bench>, action: Action | undefined): void {
  assert(action?.do === 'create' || action?.do === 'patch' || action?.do === 'delete', 'there is something to write');
  new StoreWriter(world.store).submit('test', action, (outcome) => expect(outcome).toMatchObject({ kind: 'done' }));
}

describe('a request', () => {
  test('by another than the valid holder is answered with the holder and the end of its time', () => {
    const world = bench({ holderIdentity: 'NodeHealthCheck-nhc', leaseDurationSeconds: 32_000, renewTime: at(-1) });
    expect(request(world)).toEqual({
      kind: 'other',
      holder: 'NodeHealthCheck-nhc',
      expiresAtMs: NOW_MS + 31_999_001,
    });
  });

  const other = { holderIdentity: 'other', leaseDurationSeconds: 44 } as const;
  const own = { holderIdentity: PARTY.holder, leaseDurationSeconds: HOUR_S } as const;
  const anew = { holderIdentity: PARTY.holder, leaseDurationSeconds: HOUR_S, renewTime: at(0) } as const;
  test.each<{
    readonly title: string;
    readonly spec: Lease['spec'];
    readonly kind: string;
    readonly gives: Lease['spec'];
  }>([
    {
      title: 'where there is none creates one',
      spec: undefined,
      kind: 'free',
      gives: { ...anew, acquireTime: at(0), leaseTransitions: 0 },
    },
    {
      title: 'takes an expired one over',
      spec: { ...other, acquireTime: at(-100), renewTime: at(-45) },
      kind: 'free',
      gives: { ...anew, acquireTime: at(0), leaseTransitions: 1 },
    },
    {
      title: 'takes an expired one over, one transition more',
      spec: { ...other, acquireTime: at(-100), renewTime: at(-45), leaseTransitions: 3 },
      kind: 'free',
      gives: { ...anew, acquireTime: at(0), leaseTransitions: 4 },
    },
    {
      title: 'takes over one that was renewed in the future',
      spec: { ...other, acquireTime: at(-100), renewTime: at(1), leaseTransitions: 3 },
      kind: 'free',
      gives: { ...anew, acquireTime: at(0), leaseTransitions: 4 },
    },
    {
      title: 'acquires the own one anew where it says neither duration nor renewal',
      spec: { holderIdentity: PARTY.holder, acquireTime: at(-599), leaseTransitions: 3 },
      kind: 'ours',
      gives: { ...anew, acquireTime: at(0), leaseTransitions: 4 },
    },
    {
      title: 'extends the own expired one',
      spec: { ...own, acquireTime: at(-3601), renewTime: at(-3601), leaseTransitions: 1 },
      kind: 'ours',
      gives: { ...anew, acquireTime: at(-3601), leaseTransitions: 1 },
    },
    {
      title: 'acquires the own expired one anew where it was never said when that was',
      spec: { ...own, renewTime: at(-3601) },
      kind: 'ours',
      gives: { ...anew, acquireTime: at(0), leaseTransitions: 1 },
    },
    {
      title: 'extends the own valid one, and nothing else',
      spec: { ...own, renewTime: at(-1) },
      kind: 'ours',
      gives: { ...anew },
    },
  ])('$title', ({ spec, kind, gives }) => {
    const world = bench(spec);
    const answer = request(world);
    expect(answer.kind).toBe(kind);
    submit(world, answer.kind === 'free' ? answer.take : answer.kind === 'ours' ? answer.renew : undefined);
    const lease = world.the(LEASE, KEY);
    expect(lease.spec).toEqual(gives);
    expect(lease.metadata.ownerReferences).toEqual([
      { apiVersion: 'v1', kind: 'Node', name: 'miau', uid: world.the(NODE, 'miau').metadata.uid },
    ]);
  });

  test('for the own one that lasts long enough writes nothing', () => {
    const world = bench({ ...own, renewTime: at(1) });
    expect(request(world)).toEqual({ kind: 'ours', expiresAtMs: NOW_MS + 3_601_001, renew: undefined });
  });

  test('a taker that lost the race is refused', () => {
    const world = bench({ ...other, renewTime: at(-45) });
    const answer = request(world);
    assert(answer.kind === 'free', 'the lease has expired');
    world.update(LEASE, KEY, 'main', (lease) => ({ ...lease, spec: { ...lease.spec, holderIdentity: 'faster' } }));
    const outcomes: string[] = [];
    assert(answer.take.do === 'patch', 'an existing lease is patched');
    new StoreWriter(world.store).submit('test', answer.take, ({ kind }) => outcomes.push(kind));
    expect(outcomes).toEqual(['refused']);
    expect(world.the(LEASE, KEY).spec?.holderIdentity).toBe('faster');
  });
});

describe('a release', () => {
  test('deletes the own lease, and leaves that of another, expired or not', () => {
    const own = bench({ holderIdentity: PARTY.holder, leaseDurationSeconds: 1, renewTime: at(-5) });
    submit(own, releaseNodeLease('miau', PARTY.holder, own.view));
    expect(own.get(LEASE, KEY)).toBeUndefined();
    const foreign = bench({ holderIdentity: 'other', leaseDurationSeconds: 1, renewTime: at(-5) });
    expect(releaseNodeLease('miau', PARTY.holder, foreign.view)).toBeUndefined();
    expect(releaseNodeLease('nobody', PARTY.holder, foreign.view)).toBeUndefined();
  });
});

test('a change of a lease on a node wakes the keys of that node; other leases wake nobody', () => {
  const watch = nodeLeaseWatch((name) => [{ namespace: '', name }]);
  const changed = (namespace: string, name: string) => {
    const lease: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: meta(name, { namespace }) };
    return watch.keysFor({ before: undefined, after: lease }, bench(undefined).view);
  };
  expect(changed(MEDIK8S_LEASE_NAMESPACE, 'node-miau')).toEqual([{ namespace: '', name: 'miau' }]);
  expect(changed(MEDIK8S_LEASE_NAMESPACE, 'leader')).toEqual([]);
  expect(changed('kube-node-lease', 'node-miau')).toEqual([]);
});

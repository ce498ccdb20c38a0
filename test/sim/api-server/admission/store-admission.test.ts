import { describe, expect, test } from 'vitest';
import { NODE } from '../../../../core/api/node.ts';
import { NODE_HEALTH_CHECK } from '../../../../core/api/node-health-check.ts';
import type { Kind } from '../../../../core/api/object.ts';
import { POD } from '../../../../core/api/workload.ts';
import { AdmissionChain, type AdmissionRule } from '../../../../sim/api-server/admission/admission.ts';
import { ADMISSION_PLUGINS, ALL_RULES } from '../../../../sim/api-server/admission/rules.ts';
import { ObjectStore } from '../../../../sim/api-server/object-store.ts';
import { Draws, rootKey } from '../../../../sim/kernel/rng.ts';
import { keyIn, START_MS } from '../objects.ts';

function aStoreWith(rules: readonly AdmissionRule[], ...kinds: readonly Kind[]): ObjectStore {
  const names = new Draws(rootKey('admission tests'), 0).stream('api', 'names');
  const store = new ObjectStore({ nowMs: START_MS }, names, new AdmissionChain(rules));
  for (const kind of kinds) store.register(kind, { statusSubresource: true });
  return store;
}

describe('a store that asks admission', () => {
  test('stores what the rules make of an object', () => {
    const store = aStoreWith(ADMISSION_PLUGINS, NODE, POD);
    store.create(NODE, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'w' } });
    store.create(POD, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n' }, spec: {} });
    expect(store.get(NODE, keyIn('', 'w'))?.spec).toEqual({
      taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }],
    });
    expect(store.get(POD, keyIn('n', 'p'))?.spec).toMatchObject({
      priority: 0,
      tolerations: [{ tolerationSeconds: 300 }, { tolerationSeconds: 300 }],
    });
  });

  test('writes nothing when a rule refuses: create, patch, update and delete', () => {
    const store = aStoreWith(ALL_RULES, NODE_HEALTH_CHECK);
    const check = {
      apiVersion: 'remediation.medik8s.io/v1alpha1',
      kind: 'NodeHealthCheck',
      metadata: { name: 'c' },
      spec: { selector: { matchLabels: { a: 'b' } }, minHealthy: 1, remediationTemplate: { kind: 'T', name: 't' } },
    };
    const key = keyIn('', 'c');
    const refused = { kind: 'refused', code: 403, reason: 'Forbidden' };
    expect(store.create(NODE_HEALTH_CHECK, { ...check, spec: { ...check.spec, maxUnhealthy: 1 } })).toMatchObject(
      refused,
    );
    expect(store.create(NODE_HEALTH_CHECK, check).kind).toBe('done');
    store.patch(
      NODE_HEALTH_CHECK,
      key,
      { status: { unhealthyNodes: [{ name: 'w', remediations: [{}] }] } },
      { subresource: 'status' },
    );
    const before = store.get(NODE_HEALTH_CHECK, key);
    expect(
      store.patch(NODE_HEALTH_CHECK, key, { spec: { selector: { matchLabels: { a: 'c' } } } }, { subresource: 'main' }),
    ).toMatchObject(refused);
    expect(store.update(NODE_HEALTH_CHECK, key, 'main', (current) => ({ ...current, spec: {} }))).toMatchObject(
      refused,
    );
    expect(store.delete(NODE_HEALTH_CHECK, key)).toMatchObject(refused);
    expect(store.get(NODE_HEALTH_CHECK, key)).toBe(before);
  });

  test('asks nobody about a write that changes nothing', () => {
    const store = aStoreWith(
      [
        {
          name: 'never',
          kinds: 'all',
          operations: ['UPDATE'],
          validate: () => ({ kind: 'refused', code: 403, reason: '', message: '' }),
        },
      ],
      NODE,
    );
    store.create(NODE, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'w' } });
    expect(store.update(NODE, keyIn('', 'w'), 'main', (node) => node).kind).toBe('done');
    expect(store.update(NODE, keyIn('', 'w'), 'main', (node) => ({ ...node, spec: {} })).kind).toBe('refused');
  });
});

test('a kind that is no longer served can be read and not written', () => {
  const store = aStoreWith([], NODE);
  store.create(NODE, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'w' } });
  store.withdraw(NODE);
  expect(store.knows(NODE.key)).toBe(false);
  expect(store.get(NODE, keyIn('', 'w'))?.metadata.name).toBe('w');
  expect(store.update(NODE, keyIn('', 'w'), 'main', (node) => ({ ...node, spec: {} }))).toMatchObject({
    kind: 'refused',
    code: 404,
  });
  expect(store.create(NODE, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'v' } })).toMatchObject({
    kind: 'refused',
    code: 404,
  });
});

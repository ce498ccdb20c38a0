// A host whose boot outlasts its attempt: the next attempt is granted while its kubelet begins to talk, and it becomes Ready
// before anything is done to it a second time; or while its power is being cut. Found by the swarm: the attempt was called off
// because the Node was healthy, and asked for again because its taint still waited for another boot, for ever; and a Node was
// untainted for a boot that had just been ended.

import { expect, test } from 'vitest';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { NODE } from '../../../core/api/node.ts';
import { SELF_NODE_REMEDIATION } from '../../../core/api/self-node-remediation.ts';
import {
  HOST_KEY,
  hostOf,
  hostRemediationWorld,
  nodeSays,
  REMEDIATION,
  told,
} from '../../kit/host-remediation-world.ts';
import { meta } from '../../kit/machine-objects.ts';

const MINUTE_MS = 60_000;

test('a boot that outlasts its attempt ends the remediation: no second strike, no taint left, no end of decisions', () => {
  const bench = hostRemediationWorld({ grantsInMs: 1_000 });
  bench.runFor(10.5 * MINUTE_MS);
  nodeSays(bench, 'False', 'boot-2');
  bench.runFor(MINUTE_MS);
  expect(bench.the(HOST_REMEDIATION, REMEDIATION).status).toMatchObject({ phase: 'Verifying', attempt: 2 });
  nodeSays(bench, 'True', 'boot-2');
  bench.runFor(5 * MINUTE_MS);
  expect(bench.the(HOST_REMEDIATION, REMEDIATION).status).toMatchObject({
    phase: 'Succeeded',
    bootIDBefore: 'boot-1',
    attempts: [{ outcome: 'TimedOut' }, { outcome: 'Recovered' }],
  });
  expect(told(bench).commands).toEqual(['off hard', 'on hard']);
  expect(bench.the(NODE, 'node-0').spec?.taints ?? []).toEqual([]);
  expect(hostOf(bench)?.metadata.annotations ?? {}).toEqual({});
});

test.each([
  { when: 'with our first hold on', attempts: 1, atMs: 1_500 },
  { when: 'with our second hold on, and tainted since the first attempt', attempts: 2, atMs: 11 * MINUTE_MS + 2_500 },
])(
  'a boot $when, that dies with the cut, is no return: the taint waits for the one after it (invariants S8, S21)',
  ({ attempts, atMs }) => {
    const bench = hostRemediationWorld({ grantsInMs: 1_000 });
    bench.runFor(atMs);
    nodeSays(bench, 'True', 'boot-2');
    bench.runFor(2 * MINUTE_MS);
    const meanwhile = [bench.the(HOST_REMEDIATION, REMEDIATION).status?.phase, bench.the(NODE, 'node-0').spec?.taints];
    nodeSays(bench, 'True', 'boot-3');
    bench.runFor(2 * MINUTE_MS);
    const { phase, bootIDBefore } = bench.the(HOST_REMEDIATION, REMEDIATION).status ?? {};
    expect({ meanwhile, phase, bootIDBefore, taints: bench.the(NODE, 'node-0').spec?.taints ?? [] }).toEqual({
      meanwhile: ['AwaitingNode', [expect.objectContaining({ key: 'node.kubernetes.io/out-of-service' })]],
      phase: 'Succeeded',
      bootIDBefore: 'boot-2',
      taints: [],
    });
    expect(told(bench).commands).toEqual(Array.from({ length: attempts }, () => ['off hard', 'on hard']).flat());
  },
);

test('a Node that is back before its agent has fenced it ends the request for that', () => {
  const bench = hostRemediationWorld({
    grantsInMs: 1_000,
    policy: { whenPowerUnknown: 'SelfNodeRemediation' },
    objects: [
      {
        apiVersion: 'self-node-remediation.medik8s.io/v1alpha1',
        kind: 'SelfNodeRemediationTemplate',
        metadata: meta('self-node-remediation-automatic-strategy-template', { namespace: 'self-node-remediation' }),
      },
    ],
  });
  bench.bmc.setReachable(HOST_KEY, false);
  bench.runFor(3 * MINUTE_MS);
  const asked = bench.store.list(SELF_NODE_REMEDIATION).map(({ metadata }) => metadata.name);
  nodeSays(bench, 'True', 'boot-2');
  bench.runFor(2 * MINUTE_MS);
  expect({
    asked,
    left: bench.store.list(SELF_NODE_REMEDIATION),
    phase: bench.the(HOST_REMEDIATION, REMEDIATION).status?.phase,
    commands: told(bench).commands,
  }).toEqual({ asked: [REMEDIATION], left: [], phase: 'Succeeded', commands: [] });
});

// A host whose boot outlasts its attempt: the next attempt is granted while its kubelet begins to talk, and it becomes Ready
// before anything is done to it a second time. Found by the swarm (seed 234): the attempt was called off because the Node was
// healthy, and asked for again because its taint still waited for another boot, for ever.

import { expect, test } from 'vitest';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { NODE } from '../../../core/api/node.ts';
import { hostOf, hostRemediationWorld, nodeSays, REMEDIATION, told } from '../../kit/host-remediation-world.ts';

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

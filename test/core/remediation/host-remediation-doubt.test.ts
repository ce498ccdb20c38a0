// A policy that does not believe what it sees: nothing is done to a host on its word, until it believes again.

import { expect, test } from 'vitest';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { NODE } from '../../../core/api/node.ts';
import { ANNOTATION_REMEDIATE, REMEDIATION_POLICY } from '../../../core/api/remediation-policy.ts';
import { hostRemediationWorld, POLICY, REMEDIATION } from '../../kit/host-remediation-world.ts';

/** Doubt begins after the grant, before the BMC has answered, and ends ten minutes later. */
function run(annotations: Readonly<Record<string, string>>) {
  const bench = hostRemediationWorld({ bootsInMs: 120_000, grantsInMs: 1_000, bench: { bmc: { answerMs: 5_000 } } });
  const doubt = (status: 'True' | 'False'): void =>
    bench.update(REMEDIATION_POLICY, POLICY, 'status', (policy) => ({
      ...policy,
      status: { conditions: [{ type: 'Doubtful', status, reason: 'ManyFailedAtOnce' }] },
    }));
  bench.update(NODE, 'node-0', 'main', (node) => ({ ...node, metadata: { ...node.metadata, annotations } }));
  bench.runFor(3_000);
  const granted = bench.the(HOST_REMEDIATION, REMEDIATION).status?.phase;
  doubt('True');
  bench.runFor(600_000);
  const { phase, conditions = [] } = bench.the(HOST_REMEDIATION, REMEDIATION).status ?? {};
  const held = conditions.find(({ type, status }) => type === 'Held' && status === 'True')?.reason;
  const whileDoubted = { phase, held, commands: bench.bmc.commands.length };
  doubt('False');
  bench.runFor(600_000);
  return { granted, whileDoubted, afterwards: bench.the(HOST_REMEDIATION, REMEDIATION).status?.phase };
}

test('an attempt that was granted is called off, and goes on when the doubt is over (invariant S13)', () => {
  expect(run({})).toEqual({
    granted: 'Verifying',
    whileDoubted: { phase: 'Waiting', held: 'SignalDoubted', commands: 0 },
    afterwards: 'Succeeded',
  });
});

test('a node that a person asked for is not doubted', () => {
  expect(run({ [ANNOTATION_REMEDIATE]: 'it is dead' }).whileDoubted).toEqual({
    phase: 'Succeeded',
    held: undefined,
    commands: 2,
  });
});

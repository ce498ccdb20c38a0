// HostRemediation on a bench: from a hanging Node and a ledger that the test writes to what is left in the API, with every rule,
// command and event in order.

import { describe, expect, test } from 'vitest';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { NODE } from '../../../core/api/node.ts';
import { hostOf, hostRemediationWorld, REMEDIATION, told } from '../../kit/host-remediation-world.ts';

const REBOOT = [
  'attempt-asked-for',
  'waiting-for-budget',
  'attempt-granted',
  'finalizer-added',
  'bmc-asked',
  'attempt-decided',
  'held-off',
  'waiting-for-power-off',
  'proof-asked-at-once',
  'off-proven-at-once',
  'node-tainted',
  'waiting-for-release',
  'workloads-released',
  'hold-taken-back',
  'waiting-for-power-on',
  'powered-on',
  'waiting-for-node',
  'node-untainted',
  'node-back',
  'settling',
  'last-look',
  'succeeded',
  'last-look',
  'succeeded-finalizer-given-up',
  'succeeded-remembered',
];

/** Questions, and the two ways from the hold to the proof: the short one rests on what is remembered. */
const ASKED_AND_PROVEN: ReadonlySet<string> = new Set([
  'bmc-asked',
  'proof-asked-at-once',
  'off-proven-at-once',
  'operator-says-off',
  'proof-asked',
  'off-proven',
]);

describe.each(['openshift', 'cluster-api'] as const)('%s', (machineApi) => {
  const run = (forgetMemory: boolean) => {
    const bench = hostRemediationWorld({
      machineApi,
      bootsInMs: 120_000,
      grantsInMs: 1_000,
      bench: { runtime: { forgetMemory } },
    });
    bench.runFor(600_000);
    return bench;
  };

  test('a hanging node is rebooted: off, proven, released, on, back, closed, and nothing is left behind', () => {
    const bench = run(false);
    expect(told(bench)).toEqual({
      rules: REBOOT,
      commands: ['off hard', 'on hard'],
      events: ['RemediationStarted', 'HostPoweredOffProven', 'WorkloadsReleased', 'RemediationSucceeded'],
    });
    const { metadata, status } = bench.the(HOST_REMEDIATION, REMEDIATION);
    expect(metadata.finalizers ?? []).toEqual([]);
    expect(status).toMatchObject({
      phase: 'Succeeded',
      bootIDBefore: 'boot-1',
      attempts: [{ step: 0, action: 'Reboot', attempt: 1, outcome: 'Succeeded' }],
      offProof: { hostUid: 'uid-host-0', step: 0, attempt: 1 },
    });
    expect(hostOf(bench, machineApi)?.metadata.annotations ?? {}).toEqual({});
    expect(bench.the(NODE, 'node-0').spec?.taints ?? []).toEqual([]);
  });

  test('with memory emptied before every call the end is the same', () => {
    const [kept, forgotten] = [run(false), run(true)].map((bench) => ({
      ...told(bench),
      rules: told(bench).rules.filter((rule) => !ASKED_AND_PROVEN.has(rule)),
      phase: bench.the(HOST_REMEDIATION, REMEDIATION).status?.phase,
    }));
    expect(forgotten).toEqual(kept);
  });
});

// HostRemediation while nothing is done to the host: what ends it, what holds it back, whose grant it uses, and what it verifies.

import { describe, expect, test } from 'vitest';
import { ANNOTATION_DETACHED, ANNOTATION_PAUSED } from '../../../core/api/bare-metal-host.ts';
import { findCondition } from '../../../core/api/conditions.ts';
import { CONDITION_HELD, HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { LABEL_CONTROL_PLANE, NODE } from '../../../core/api/node.ts';
import { NODE_MAINTENANCE, type NodeMaintenance } from '../../../core/api/node-maintenance.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { REMEDIATION_BUDGET } from '../../../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY, type RemediationPolicy } from '../../../core/api/remediation-policy.ts';
import { parseTime } from '../../../core/api/time.ts';
import { POD } from '../../../core/api/workload.ts';
import { isOf } from '../../../sim/api-server/typed-change.ts';
import type { CoreBench } from '../../kit/core-bench.ts';
import { aGuard, aGuardBudget } from '../../kit/etcd-objects.ts';
import {
  grant,
  HOST_KEY,
  type HostRemediationWorld,
  hostKey,
  hostRemediationWorld,
  nodeSays,
  POLICY,
  REMEDIATION,
  told,
} from '../../kit/host-remediation-world.ts';
import { aNode, meta, NOW_MS } from '../../kit/machine-objects.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const MASTER = { [LABEL_CONTROL_PLANE]: '' };

/** Two more of the control plane, both Ready; of the member of the second this is said. */
function otherMasters(member: 'True' | 'False'): readonly KubeObject[] {
  return [
    aNode('node-1', 'True', 60_000, { labels: MASTER }),
    aNode('node-2', 'True', 60_000, { labels: MASTER }),
    aGuardBudget(0),
    aGuard('node-0', 'False'),
    aGuard('node-1', 'True'),
    aGuard('node-2', member),
  ];
}

function statusOf(bench: CoreBench) {
  return bench.get(HOST_REMEDIATION, REMEDIATION)?.status;
}

function seen(bench: CoreBench) {
  const status = statusOf(bench);
  const held = findCondition(status?.conditions, CONDITION_HELD);
  return {
    phase: status?.phase,
    asks: status?.waitingSince !== undefined,
    held: held?.status === 'True' ? held.reason : undefined,
    commands: told(bench).commands,
  };
}

function patchNode(bench: CoreBench, metadata: Partial<KubeObject['metadata']>): void {
  bench.update(NODE, 'node-0', 'main', (node) => ({ ...node, metadata: { ...node.metadata, ...metadata } }));
}

function patchPolicy(bench: CoreBench, spec: RemediationPolicy['spec']): void {
  bench.update(REMEDIATION_POLICY, POLICY, 'main', (policy) => ({ ...policy, spec: { ...policy.spec, ...spec } }));
}

function aMaintenance(apiVersion: string): NodeMaintenance {
  return { apiVersion, kind: 'NodeMaintenance', metadata: meta('work'), spec: { nodeName: 'node-0' } };
}

describe('a request that waits is closed, and nothing was done to the host,', () => {
  const rows: readonly {
    readonly when: string;
    readonly happens: (bench: CoreBench) => void;
    readonly says: string;
  }[] = [
    { when: 'when its node recovers', happens: (bench) => nodeSays(bench, 'True'), says: 'recovered-before-start' },
    {
      when: 'when its node is excluded by our label',
      happens: (bench) => patchNode(bench, { labels: { 'remediation.metaltwin.dev/exclude': '' } }),
      says: 'Excluded',
    },
    {
      when: "when its node is excluded by medik8s' label",
      happens: (bench) => patchNode(bench, { labels: { 'remediation.medik8s.io/exclude-from-remediation': 'true' } }),
      says: 'Excluded',
    },
    { when: 'when its node is deleted', happens: (bench) => bench.delete(NODE, 'node-0'), says: 'NodeGone' },
    {
      when: 'when its policy is deleted',
      happens: (bench) => bench.delete(REMEDIATION_POLICY, POLICY),
      says: 'PolicyGone',
    },
  ];
  test.each(rows)('$when', ({ happens, says }) => {
    const bench = hostRemediationWorld({});
    bench.runFor(10 * SECOND);
    expect(seen(bench)).toEqual({ phase: 'Waiting', asks: true, held: undefined, commands: [] });
    happens(bench);
    bench.runFor(MINUTE);
    expect(seen(bench)).toEqual({ phase: 'Cancelled', asks: false, held: undefined, commands: [] });
    expect(statusOf(bench)?.closedAt).toBe('2026-11-22T08:00:10.000000Z');
    expect(bench.events.filter(({ kind }) => kind === 'HostRemediation')).toMatchObject([
      { type: 'Normal', reason: 'RemediationCancelled', message: says },
    ]);
  });
});

describe('a request does not even ask', () => {
  const reboot = (suffix: string) => ({ annotations: { [`reboot.metal3.io${suffix}`]: '' } });
  const rows: readonly (HostRemediationWorld & { readonly why: string; readonly given: string })[] = [
    {
      given: 'under maintenance of medik8s',
      objects: [aMaintenance('nodemaintenance.medik8s.io/v1beta1')],
      why: 'UnderMaintenance',
    },
    {
      given: 'under maintenance of KubeVirt',
      objects: [aMaintenance('nodemaintenance.kubevirt.io/v1beta1')],
      why: 'UnderMaintenance',
    },
    { given: 'with the host switched off by its owner', host: { spec: { online: false } }, why: 'HostSwitchedOff' },
    {
      given: 'with the host detached',
      host: { annotations: { [ANNOTATION_DETACHED]: '' } },
      why: 'HostDetached',
    },
    { given: 'with the host paused', host: { annotations: { [ANNOTATION_PAUSED]: '' } }, why: 'HostPaused' },
    { given: 'while another party reboots the host', host: reboot(''), why: 'HostHeldByAnother' },
    { given: 'while another party holds the host off', host: reboot('/capbm'), why: 'HostHeldByAnother' },
    {
      given: 'while the host is deprovisioned',
      host: { status: { provisioning: { state: 'deprovisioning' } } },
      why: 'HostNotProvisioned',
    },
    { given: 'while the policy is paused', policy: { pauseRequests: ['change window'] }, why: 'PolicyPaused' },
    { given: 'in a dry run', policy: { dryRun: true }, why: 'DryRun' },
  ];
  test.each(rows)('$given: it says $why', ({ why, given: _, ...world }) => {
    const bench = hostRemediationWorld({ ...world, bench: { surroundings: [] }, grantsInMs: 0 });
    bench.runFor(10 * MINUTE);
    expect(seen(bench)).toEqual({ phase: 'Waiting', asks: false, held: why, commands: [] });
  });

  test('without its budget, and asks as soon as there is one', () => {
    const bench = hostRemediationWorld({});
    bench.runFor(SECOND);
    const budget = bench.the(REMEDIATION_BUDGET, POLICY);
    bench.delete(REMEDIATION_BUDGET, POLICY);
    bench.runFor(SECOND);
    expect(seen(bench)).toEqual({ phase: 'Waiting', asks: false, held: 'BudgetMissing', commands: [] });
    bench.store.create(REMEDIATION_BUDGET, budget);
    bench.runFor(SECOND);
    expect(seen(bench)).toEqual({ phase: 'Waiting', asks: true, held: undefined, commands: [] });
  });

  test('for the node on which its own process runs', () => {
    const bench = hostRemediationWorld({ ownNode: 'node-0', grantsInMs: 0 });
    bench.runFor(10 * MINUTE);
    expect(seen(bench)).toEqual({ phase: 'Waiting', asks: false, held: 'LeaderRunsHere', commands: [] });
  });
});

describe('whose grant it uses', () => {
  const rows = [
    { grant: 'of this request', change: {}, isUsed: true },
    { grant: 'of another object of the same name', change: { uid: 'uid-of-another' }, isUsed: false },
    { grant: 'of another step', change: { step: 1 }, isUsed: false },
    { grant: 'of an earlier attempt', change: { attempt: 0 }, isUsed: false },
    { grant: 'that answers an older request', change: { requestedAt: '2026-11-22T07:59:00.000000Z' }, isUsed: false },
  ];
  test.each(rows)('a grant $grant: $isUsed', ({ change, isUsed }) => {
    const bench = hostRemediationWorld({});
    bench.runFor(SECOND);
    grant(bench, { step: 0, attempt: 1, ...change });
    bench.runFor(10);
    expect(statusOf(bench)?.phase).toBe(isUsed ? 'Verifying' : 'Waiting');
  });

  test('what was granted for another action than the policy has by now is asked for anew', () => {
    const bench = hostRemediationWorld({ steps: [{ action: 'Reboot' }], policy: { wipeAllowed: true } });
    bench.runFor(SECOND);
    grant(bench, { step: 0, attempt: 1, action: 'Replace' });
    bench.runFor(SECOND);
    expect(statusOf(bench)).toMatchObject({
      phase: 'Waiting',
      step: 0,
      attempt: 2,
      waitingSince: '2026-11-22T08:00:01.000000Z',
    });
  });
});

describe('verifying', () => {
  const verified = (world: HostRemediationWorld, before: (bench: CoreBench) => void): CoreBench => {
    const bench = hostRemediationWorld(world);
    before(bench);
    bench.runFor(SECOND);
    grant(bench, { step: 0, attempt: 1 });
    return bench;
  };

  test.each([
    { bmc: 'names another system', says: { systemUuid: 'another' }, check: 'Require', phase: 'Person' },
    { bmc: 'names another system', says: { systemUuid: 'another' }, check: 'WhenKnown', phase: 'Person' },
    { bmc: 'names no system', says: { systemUuid: undefined }, check: 'Require', phase: 'Person' },
    { bmc: 'names no system', says: { systemUuid: undefined }, check: 'WhenKnown', phase: 'PoweringOff' },
    {
      bmc: 'names the same in capitals',
      says: { systemUuid: `SYSTEM-OF-${hostKey().toUpperCase()}` },
      check: 'Require',
      phase: 'PoweringOff',
    },
  ] as const)('a BMC that $bmc, identityCheck $check: $phase', ({ says, check, phase }) => {
    const bench = verified({ policy: { identityCheck: check } }, ({ bmc }) =>
      bmc.setSays(HOST_KEY, says as { systemUuid: string }),
    );
    bench.runFor(3 * SECOND);
    expect(statusOf(bench)?.phase).toBe(phase);
    expect(told(bench).commands).toEqual(phase === 'Person' ? [] : ['off hard']);
    if (phase !== 'Person') return;
    expect(statusOf(bench)).toMatchObject({ attempts: [{ outcome: 'WrongIdentity' }] });
    expect(told(bench).events).toEqual(['RemediationStarted', 'PersonNeeded']);
  });

  test.each(['firmware', 'osBoot'] as const)(
    'a host that boots (%s) is left alone, and nothing is done when it comes',
    (bootProgress) => {
      const bench = verified({}, ({ bmc }) => bmc.setSays(HOST_KEY, { bootProgress }));
      bench.runFor(2 * MINUTE);
      expect(seen(bench)).toEqual({ phase: 'Verifying', asks: true, held: 'Booting', commands: [] });
      nodeSays(bench, 'True', 'boot-2');
      bench.runFor(MINUTE);
      expect(seen(bench)).toEqual({ phase: 'Cancelled', asks: false, held: undefined, commands: [] });
    },
  );

  test('one that boots for longer than bootGrace is powered off', () => {
    const bench = verified({ policy: { bootGrace: '5m' } }, ({ bmc }) =>
      bmc.setSays(HOST_KEY, { bootProgress: 'firmware' }),
    );
    bench.runFor(5 * MINUTE - 1);
    expect(told(bench).commands).toEqual([]);
    bench.runFor(20 * SECOND);
    expect(told(bench).commands).toEqual(['off hard', 'on hard']);
  });

  test('one whose firmware is written is left alone as long as that takes, and has the whole bootGrace afterwards', () => {
    const bench = verified({ policy: { bootGrace: '5m' }, steps: [{ action: 'Reboot', timeout: '1h' }] }, ({ bmc }) =>
      bmc.setSays(HOST_KEY, { bootProgress: 'firmware', isUpdating: true }),
    );
    bench.runFor(20 * MINUTE);
    const meanwhile = seen(bench);
    bench.bmc.setSays(HOST_KEY, { bootProgress: 'firmware' });
    bench.runFor(5 * MINUTE);
    const booting = seen(bench);
    bench.runFor(20 * SECOND);
    expect([meanwhile, booting, told(bench).commands]).toEqual([
      { phase: 'Verifying', asks: true, held: 'FirmwareUpdate', commands: [] },
      { phase: 'Verifying', asks: true, held: 'Booting', commands: [] },
      ['off hard', 'on hard'],
    ]);
  });

  test('one whose BMC says for ever that firmware is written costs its attempts, and then a person is called', () => {
    const bench = hostRemediationWorld({ grantsInMs: 0, policy: { backOff: { base: '1m', max: '1m' } } });
    bench.bmc.setSays(HOST_KEY, { bootProgress: 'firmware', isUpdating: true });
    bench.runFor(30 * MINUTE);
    expect([seen(bench), statusOf(bench)?.attempts?.map(({ outcome }) => outcome)]).toEqual([
      { phase: 'Person', asks: false, held: undefined, commands: [] },
      ['TimedOut', 'TimedOut'],
    ]);
  });

  test('a node whose kubelet has just begun to say that it is not Ready is left alone for as long as the policy gives it', () => {
    const bench = verified({}, () => undefined);
    nodeSays(bench, 'False', 'boot-2');
    bench.runFor(4 * MINUTE);
    expect(seen(bench)).toEqual({ phase: 'Verifying', asks: true, held: 'Booting', commands: [] });
    bench.runFor(2 * MINUTE);
    expect(told(bench).commands).toEqual(['off hard', 'on hard']);
  });

  test('a BMC that stays silent: a person is called when its time is over, and not before', () => {
    const bench = verified({ policy: { powerTimeout: '2m' } }, ({ bmc }) => bmc.setReachable(HOST_KEY, false));
    bench.runFor(2 * MINUTE - 1);
    expect(statusOf(bench)?.phase).toBe('Verifying');
    bench.runFor(1);
    expect(seen(bench)).toEqual({ phase: 'Person', asks: false, held: undefined, commands: [] });
    expect(statusOf(bench)).toMatchObject({
      attempts: [{ outcome: 'PowerUnknown', endedAt: '2026-11-22T08:02:01.000000Z' }],
    });
    nodeSays(bench, 'True');
    bench.runFor(30 * SECOND);
    expect(statusOf(bench)).toMatchObject({ phase: 'Succeeded', closedAt: '2026-11-22T08:02:31.000000Z' });
  });

  test('one that answers in time is believed', () => {
    const bench = verified({ policy: { powerTimeout: '2m' } }, ({ bmc }) => bmc.setReachable(HOST_KEY, false));
    bench.runFor(MINUTE);
    bench.bmc.setReachable(HOST_KEY, true);
    bench.runFor(MINUTE);
    expect(told(bench).commands).toEqual(['off hard', 'on hard']);
  });

  test.each([
    {
      what: 'maintenance begins',
      happens: (bench: CoreBench) =>
        bench.store.create(NODE_MAINTENANCE, aMaintenance('nodemaintenance.medik8s.io/v1beta1')),
      held: 'UnderMaintenance',
    },
    {
      what: 'the policy is paused',
      happens: (bench: CoreBench) => patchPolicy(bench, { pauseRequests: ['wait'] }),
      held: 'PolicyPaused',
    },
  ])('$what: the attempt is called off, is not counted, and the next one has another number', ({ happens, held }) => {
    const bench = verified({}, ({ bmc }) => bmc.setReachable(HOST_KEY, false));
    bench.runFor(10 * SECOND);
    happens(bench);
    bench.bmc.setReachable(HOST_KEY, true);
    bench.runFor(10 * MINUTE);
    expect(seen(bench)).toEqual({ phase: 'Waiting', asks: false, held, commands: [] });
    expect(statusOf(bench)?.attempts).toMatchObject([{ step: 0, attempt: 1, outcome: 'Refused' }]);
    expect(told(bench).events).toEqual(['RemediationStarted', 'AttemptCalledOff']);
  });

  test('a budget that sees more than we do grants in vain: after each time the pause before the next is twice as long', () => {
    const labels = { [LABEL_CONTROL_PLANE]: '' };
    const bench = hostRemediationWorld({
      node: { labels },
      objects: [aNode('node-1', 'Unknown', 60_000, { labels }), aNode('node-2', 'True', 60_000, { labels })],
      grantsInMs: 0,
    });
    bench.runFor(5 * MINUTE);
    const granted = statusOf(bench)?.attempts?.map(({ grantedAt, outcome }) => [
      Math.round((parseTime(grantedAt) - NOW_MS) / SECOND),
      outcome,
    ]);
    expect(granted).toEqual([0, 10, 30, 70, 150].map((at) => [at, 'Refused']));
  });

  test.each([
    { member: 'True' as const, outcome: undefined, commands: ['off hard'] },
    { member: 'False' as const, outcome: 'Refused', commands: [] },
  ])(
    'a master is struck only while the members of the others answer: Ready=$member of a guard beside a Ready Node (invariant S14)',
    ({ member, outcome, commands }) => {
      const bench = hostRemediationWorld({
        node: { labels: MASTER },
        objects: otherMasters(member),
        grantsInMs: 0,
      });
      bench.runFor(5 * SECOND);
      expect({ outcome: statusOf(bench)?.attempts?.[0]?.outcome, commands: told(bench).commands }).toEqual({
        outcome,
        commands,
      });
    },
  );

  test('a member that is lost between the decision and the hold keeps the hold off the host', () => {
    const bench = hostRemediationWorld({
      node: { labels: MASTER },
      objects: otherMasters('True'),
      grantsInMs: 0,
    });
    bench.store.tap((change) => {
      if (!isOf(change, HOST_REMEDIATION) || change.after?.status?.phase !== 'PoweringOff') return;
      if (change.before?.status?.phase === 'PoweringOff') return;
      bench.update(POD, 'openshift-etcd/etcd-guard-node-2', 'status', (pod) => ({
        ...pod,
        status: { ...pod.status, conditions: [{ type: 'Ready', status: 'False' as const }] },
      }));
    });
    bench.runFor(5 * SECOND);
    expect(told(bench).commands).toEqual([]);
  });

  test('a host that may not be powered off cannot be proven off: a person is called, and no grant is spent', () => {
    const bench = hostRemediationWorld({ host: { spec: { disablePowerOff: true } }, grantsInMs: 0 });
    bench.runFor(MINUTE);
    expect(seen(bench)).toEqual({ phase: 'Person', asks: false, held: undefined, commands: [] });
    expect(bench.events).toMatchObject([{ reason: 'PersonNeeded', message: 'PowerOffDisabled' }, { kind: 'Node' }]);
  });
});

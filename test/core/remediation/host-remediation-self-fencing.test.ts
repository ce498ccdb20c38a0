// A node that is asked to fence itself because its host cannot be powered off, and that is heard again, or never falls silent. Found
// by the swarm: a Node that had been well for a minute was reset, for a boot that had come before the question; and workloads were
// let go of a Node that talked all the while, because the time of its agent was over.

import { describe, expect, test } from 'vitest';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { NODE } from '../../../core/api/node.ts';
import { ANNOTATION_REMEDIATE } from '../../../core/api/remediation-policy.ts';
import { SELF_NODE_REMEDIATION } from '../../../core/api/self-node-remediation.ts';
import { formatTime } from '../../../core/api/time.ts';
import type { CoreBench } from '../../kit/core-bench.ts';
import { HOST_KEY, hostRemediationWorld, nodeSays, REMEDIATION, told } from '../../kit/host-remediation-world.ts';
import { meta } from '../../kit/machine-objects.ts';

const MINUTE_MS = 60_000;
const SAFE_TIME_MS = 180_000;
const NAMESPACE = 'self-node-remediation';

/** Its BMC is silent, and two minutes after the grant it is asked to fence itself. */
function asked(node: object = {}): CoreBench {
  const bench = hostRemediationWorld({
    grantsInMs: 1_000,
    node,
    policy: { whenPowerUnknown: 'SelfNodeRemediation' },
    objects: [
      {
        apiVersion: 'self-node-remediation.medik8s.io/v1alpha1',
        kind: 'SelfNodeRemediationTemplate',
        metadata: meta('self-node-remediation-automatic-strategy-template', { namespace: NAMESPACE }),
      },
    ],
  });
  bench.bmc.setReachable(HOST_KEY, false);
  return bench;
}

/** Its controller says when the node will be held for rebooted. */
function isHeldLater(bench: CoreBench): void {
  bench.update(SELF_NODE_REMEDIATION, `${NAMESPACE}/${REMEDIATION}`, 'status', (request) => ({
    ...request,
    status: {
      phase: 'Pre-Reboot-Completed',
      timeAssumedRebooted: formatTime(bench.nowMs + SAFE_TIME_MS),
    },
  }));
}

function phaseOf(bench: CoreBench): string | undefined {
  return bench.the(HOST_REMEDIATION, REMEDIATION).status?.phase;
}

function requests(bench: CoreBench): number {
  return bench.store.list(SELF_NODE_REMEDIATION).length;
}

describe('a Node that is healthy before its agent has fenced it', () => {
  test('is not asked any more, though it is the boot that was there when it was asked (invariant S12)', () => {
    const bench = asked();
    bench.runFor(2.5 * MINUTE_MS);
    const before = [phaseOf(bench), requests(bench)];
    nodeSays(bench, 'True', 'boot-1');
    bench.runFor(1_000);
    const after = [phaseOf(bench), requests(bench)];
    bench.runFor(MINUTE_MS);
    expect({ before, after, end: phaseOf(bench), events: told(bench).events }).toEqual({
      before: ['FencingItself', 1],
      after: ['Settling', 0],
      end: 'Succeeded',
      events: ['RemediationStarted', 'SelfFencingAsked', 'AttemptCalledOff', 'RemediationSucceeded'],
    });
  });

  test('is still asked while it only says that it is not Ready', () => {
    const bench = asked();
    bench.runFor(2.5 * MINUTE_MS);
    nodeSays(bench, 'False', 'boot-1');
    bench.runFor(MINUTE_MS);
    expect([phaseOf(bench), requests(bench)]).toEqual(['FencingItself', 1]);
  });
});

describe('a Node for whose reboot a person has asked, and that is Ready all the while', () => {
  function wished(): CoreBench {
    const bench = asked({ annotations: { [ANNOTATION_REMEDIATE]: 'slow' } });
    nodeSays(bench, 'True', 'boot-1');
    bench.runFor(2.5 * MINUTE_MS);
    isHeldLater(bench);
    return bench;
  }

  test('has not rebooted when its time is nearly over: nothing is released, and a person is called (invariants S2, S20)', () => {
    const bench = wished();
    bench.runFor(SAFE_TIME_MS - 46_000);
    const before = [phaseOf(bench), requests(bench)];
    bench.runFor(2_000);
    expect({ before, after: requests(bench), events: told(bench).events.slice(0, 3) }).toEqual({
      before: ['FencingItself', 1],
      after: 0,
      events: ['RemediationStarted', 'SelfFencingAsked', 'PersonNeeded'],
    });
    expect(bench.the(NODE, 'node-0').spec?.taints ?? []).toEqual([]);
  });

  test("is the person's until it has rebooted, or nobody asks any more: that it is healthy is no answer to the wish", () => {
    const bench = wished();
    bench.runFor(SAFE_TIME_MS + 10 * MINUTE_MS);
    const called = phaseOf(bench);
    nodeSays(bench, 'True', 'boot-2');
    bench.runFor(MINUTE_MS);
    expect([called, phaseOf(bench)]).toEqual(['Person', 'Succeeded']);
  });

  test("is nobody's when the wish is taken back", () => {
    const bench = wished();
    bench.runFor(SAFE_TIME_MS);
    bench.update(NODE, 'node-0', 'main', ({ metadata, ...node }) => ({
      ...node,
      metadata: { ...metadata, annotations: {} },
    }));
    bench.runFor(1_000);
    expect(phaseOf(bench)).toBe('Succeeded');
  });

  test('may have, once it has fallen silent: its time is waited for', () => {
    const bench = wished();
    bench.runFor(MINUTE_MS);
    nodeSays(bench, 'Unknown');
    bench.runFor(SAFE_TIME_MS - MINUTE_MS);
    expect([phaseOf(bench), requests(bench)]).toEqual(['FencingItself', 1]);
  });
});

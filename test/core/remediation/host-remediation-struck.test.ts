// HostRemediation from the strike on: what can go wrong at every stage, and that the host is never left off for it.

import { describe, expect, test } from 'vitest';
import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { NODE } from '../../../core/api/node.ts';
import { keyString } from '../../../core/api/object.ts';
import { REMEDIATION_BUDGET } from '../../../core/api/remediation-budget.ts';
import { formatMicroTime } from '../../../core/api/time.ts';
import { VOLUME_ATTACHMENT, type VolumeAttachment } from '../../../core/api/workload.ts';
import type { CoreBench } from '../../kit/core-bench.ts';
import {
  HOST_KEY,
  type HostRemediationWorld,
  hostOf,
  hostRemediationWorld,
  nodeSays,
  REMEDIATION,
  told,
} from '../../kit/host-remediation-world.ts';
import { meta, NOW_MS } from '../../kit/machine-objects.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOLD = 'reboot.metal3.io/metaltwin-uid-node-0-1';
/** Off is asked for at 1.1 s, the operator says so 10 s later; on at 13.4 s. */
const STRUCK_MS = 1_100;

/** One run with an attempt granted after one second. */
function started(world: HostRemediationWorld = {}): CoreBench {
  return hostRemediationWorld({ grantsInMs: SECOND, bootsInMs: 2 * MINUTE, ...world });
}

function statusOf(bench: CoreBench) {
  return bench.get(HOST_REMEDIATION, REMEDIATION)?.status;
}

function at(ms: number): string {
  return formatMicroTime(NOW_MS + ms);
}

/** What of ours is anywhere. */
function marks(bench: CoreBench) {
  return {
    hold: hostOf(bench)?.metadata.annotations?.[HOLD] !== undefined,
    taints: (bench.get(NODE, 'node-0')?.spec?.taints ?? []).map(({ key }) => key),
    power: bench.bmc.power(HOST_KEY),
    wanted: hostOf(bench)?.spec?.online,
  };
}

const NOTHING_LEFT = { hold: false, taints: [], power: 'on', wanted: true };

describe('between the decision and the hold', () => {
  test('a node that has recovered meanwhile, unseen, is not powered off: the guard reads it fresh', () => {
    const bench = started({ bench: { lagMs: 3 * SECOND } });
    bench.kernel.call(NOW_MS + 10 * SECOND, () => nodeSays(bench, 'True'));
    bench.run(NOW_MS + 5 * MINUTE);
    expect(told(bench).commands).toEqual([]);
    expect(statusOf(bench)?.phase).toBe('Succeeded');
    expect(marks(bench)).toEqual(NOTHING_LEFT);
  });

  test('a ledger that has no entry any more forbids the hold', () => {
    const bench = started({
      bench: {
        writer: (writer) => ({
          ...writer,
          submit: (manager, write, done) => {
            // The ledger is emptied in the instant in which the decision reaches the API.
            const isDecision = write.do === 'patch' && JSON.stringify(write.patch).includes('struckAt');
            writer.submit(manager, write, done);
            if (isDecision) emptyLedger(bench);
          },
          readFresh: (kind, key, done) => writer.readFresh(kind, key, done),
        }),
      },
    });
    bench.run(NOW_MS + 30 * SECOND);
    expect(told(bench).commands).toEqual([]);
    expect(marks(bench)).toEqual(NOTHING_LEFT);
  });

  test('a controller that is dead for longer than the strike may wait decides anew, in another attempt', () => {
    const bench = started();
    bench.run(NOW_MS + STRUCK_MS - 1);
    let isDead = false;
    bench.store.tap(
      ({ after }) => {
        const phase = (after as { status?: { phase?: string } } | undefined)?.status?.phase;
        if (phase !== 'PoweringOff' || isDead) return;
        isDead = true;
        bench.runtime.stop();
        bench.kernel.call(NOW_MS + 5 * MINUTE, () => bench.runtime.start());
      },
      [HOST_REMEDIATION],
    );
    bench.run(NOW_MS + 20 * MINUTE);
    expect(statusOf(bench)).toMatchObject({
      phase: 'Succeeded',
      attempts: [
        { attempt: 1, outcome: 'Refused', struckAt: at(STRUCK_MS) },
        { attempt: 2, outcome: 'Succeeded' },
      ],
    });
    expect(told(bench).commands).toEqual(['off hard', 'on hard']);
  });
});

describe('while it is powered off', () => {
  test('a BMC that dies after the hold: the hold is taken back, a person is called, and the host comes on when the BMC lives', () => {
    const bench = started({ policy: { powerTimeout: '2m' } });
    bench.run(NOW_MS + STRUCK_MS);
    bench.bmc.setReachable(HOST_KEY, false);
    bench.run(NOW_MS + STRUCK_MS + 2 * MINUTE);
    expect(statusOf(bench)).toMatchObject({ phase: 'Person', attempts: [{ outcome: 'PowerUnknown' }] });
    expect(marks(bench)).toMatchObject({ hold: false, taints: [] });
    bench.bmc.setReachable(HOST_KEY, true);
    bench.run(NOW_MS + 15 * MINUTE);
    expect(marks(bench)).toEqual(NOTHING_LEFT);
  });

  test('a hold that somebody takes off is not put back: the attempt is over, and counts', () => {
    const bench = started();
    bench.run(NOW_MS + STRUCK_MS + 5 * SECOND);
    expect(marks(bench)).toMatchObject({ hold: true });
    bench.update(BARE_METAL_HOST, keyString(HOST_KEY), 'main', (host) => ({
      ...host,
      metadata: { ...host.metadata, annotations: {} },
    }));
    bench.run(NOW_MS + STRUCK_MS + 6 * SECOND);
    expect(marks(bench)).toMatchObject({ hold: false });
    expect(statusOf(bench)).toMatchObject({ phase: 'Waiting', attempts: [{ attempt: 1, outcome: 'Interrupted' }] });
    expect(told(bench).events).toContain('AttemptCalledOff');
  });

  test('a view that is older than the strike may be: the hold and off are read past it, and one power cycle is enough', () => {
    const bench = started({ bench: { lagMs: 90 * SECOND }, steps: [{ action: 'Reboot', timeout: '30m' }] });
    bench.run(NOW_MS + 20 * MINUTE);
    expect(statusOf(bench)).toMatchObject({ phase: 'Succeeded', attempts: [{ attempt: 1, outcome: 'Succeeded' }] });
    expect(told(bench).commands).toEqual(['off hard', 'on hard']);
    expect(marks(bench)).toEqual(NOTHING_LEFT);
  });

  test('the BMC names another system when it says off: nothing is released, and a person is called', () => {
    const bench = started();
    bench.run(NOW_MS + STRUCK_MS + SECOND);
    bench.bmc.setSays(HOST_KEY, { systemUuid: 'another' });
    bench.run(NOW_MS + MINUTE);
    expect(statusOf(bench)).toMatchObject({ phase: 'Person', attempts: [{ outcome: 'WrongIdentity' }] });
    expect(marks(bench)).toEqual(NOTHING_LEFT);
  });
});

describe('while workloads are released', () => {
  const attachment: VolumeAttachment = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: meta('stuck'),
    spec: { attacher: 'csi', nodeName: 'node-0' },
  };

  test('the host waits for a volume, and powers on as soon as it is detached', () => {
    const bench = started({ objects: [attachment] });
    bench.run(NOW_MS + MINUTE);
    expect(marks(bench)).toMatchObject({ hold: true, taints: ['node.kubernetes.io/out-of-service'], power: 'off' });
    bench.delete(VOLUME_ATTACHMENT, 'stuck');
    bench.runFor(10 * SECOND);
    expect(marks(bench)).toMatchObject({ hold: false, power: 'on' });
  });

  test('but not for ever: after two minutes it powers on, and the taint stays until the node is back', () => {
    const bench = started({ objects: [attachment] });
    bench.run(NOW_MS + 11_200 + 2 * MINUTE);
    expect(statusOf(bench)?.phase).toBe('PoweringOn');
    bench.runFor(MINUTE);
    expect(marks(bench)).toMatchObject({ hold: false, taints: ['node.kubernetes.io/out-of-service'], power: 'on' });
    bench.runFor(3 * MINUTE);
    expect({ ...marks(bench), phase: statusOf(bench)?.phase }).toEqual({ ...NOTHING_LEFT, phase: 'Succeeded' });
  });

  test('the operator says on again, and the BMC off: it is asked now and then, and proves nothing until both say off', () => {
    const bench = started({ objects: [attachment], bench: { surroundings: [] } });
    const operatorSays = (poweredOn: boolean): void => {
      bench.update(BARE_METAL_HOST, keyString(HOST_KEY), 'status', (host) => ({
        ...host,
        status: { ...host.status, poweredOn },
      }));
    };
    bench.run(NOW_MS + 5 * SECOND);
    bench.bmc.setTruth(HOST_KEY, 'off');
    operatorSays(false);
    bench.runFor(5 * SECOND);
    const before = told(bench).rules.length;
    operatorSays(true);
    bench.runFor(11 * SECOND);
    const phase = statusOf(bench)?.phase;
    operatorSays(false);
    bench.runFor(SECOND);
    expect({ rules: told(bench).rules.slice(before), phase, last: statusOf(bench)?.phase }).toEqual({
      rules: [
        'last-look',
        'proof-void',
        ...['proof-asked', 'operator-says-on', 'proof-asked', 'operator-says-on', 'proof-asked', 'operator-says-on'],
        'off-proven',
        'waiting-for-release',
      ],
      phase: 'ProvingOff',
      last: 'Releasing',
    });
  });

  test("somebody else's taint is neither added nor taken off", () => {
    const taint = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' } as const;
    const bench = started();
    bench.update(NODE, 'node-0', 'main', (node) => ({ ...node, spec: { ...node.spec, taints: [taint] } }));
    bench.run(NOW_MS + 10 * MINUTE);
    expect(statusOf(bench)?.phase).toBe('Succeeded');
    expect(bench.the(NODE, 'node-0').spec?.taints).toEqual([taint]);
  });

  test('a Node that is deleted has no workloads to release: the host comes back, and its new Node closes the episode', () => {
    const bench = started();
    bench.run(NOW_MS + STRUCK_MS + 2 * SECOND);
    bench.delete(NODE, 'node-0');
    bench.run(NOW_MS + 10 * MINUTE);
    expect({ ...marks(bench), phase: statusOf(bench)?.phase }).toEqual({ ...NOTHING_LEFT, phase: 'Succeeded' });
  });
});

describe('while the node is awaited', () => {
  test('one that never comes back is tried as often as the policy says, with its back-off, and then a person is called', () => {
    const bench = hostRemediationWorld({ grantsInMs: 0, policy: { backOff: { base: '2m', max: '1h' } } });
    bench.run(NOW_MS + 40 * MINUTE);
    const first = 10 * MINUTE;
    const second = first + 2 * MINUTE;
    expect(statusOf(bench)).toMatchObject({
      phase: 'Person',
      phaseSince: at(second + 10 * MINUTE),
      attempts: [
        { attempt: 1, grantedAt: at(0), endedAt: at(first), outcome: 'TimedOut' },
        { attempt: 2, grantedAt: at(second), endedAt: at(second + 10 * MINUTE), outcome: 'TimedOut' },
      ],
    });
    expect(told(bench).commands).toEqual(['off hard', 'on hard', 'off hard', 'on hard']);
    expect(marks(bench)).toMatchObject({ hold: false, power: 'on', taints: ['node.kubernetes.io/out-of-service'] });
    expect(told(bench).events.filter((reason) => reason === 'PersonNeeded')).toHaveLength(1);
    nodeSays(bench, 'True', 'boot-9');
    bench.runFor(30 * SECOND);
    expect({ ...marks(bench), phase: statusOf(bench)?.phase }).toEqual({ ...NOTHING_LEFT, phase: 'Succeeded' });
  });

  test('Ready of the old boot proves nothing: the taint stays', () => {
    const bench = started({ bootsInMs: 30 * MINUTE });
    bench.run(NOW_MS + 2 * MINUTE);
    nodeSays(bench, 'True');
    bench.runFor(MINUTE);
    expect(statusOf(bench)?.phase).toBe('AwaitingNode');
    expect(marks(bench).taints).toEqual(['node.kubernetes.io/out-of-service']);
  });

  test('one that is unhealthy again before healthyDelay is over goes on within the same attempt', () => {
    const bench = started();
    bench.run(NOW_MS + 2 * MINUTE + 30 * SECOND);
    expect(statusOf(bench)?.phase).toBe('Settling');
    nodeSays(bench, 'False');
    bench.runFor(SECOND);
    expect(statusOf(bench)?.phase).toBe('AwaitingNode');
    nodeSays(bench, 'True');
    bench.runFor(30 * SECOND);
    expect(statusOf(bench)).toMatchObject({ phase: 'Succeeded', attempts: [{ attempt: 1, outcome: 'Succeeded' }] });
  });
});

describe('deleted in flight', () => {
  /** Every second of a whole reboot. */
  const seconds = Array.from({ length: 180 }, (_, second) => second);

  test('at any second: the host is given back, our marks are taken off, and only then the request goes', () => {
    const ends = seconds.map((second) => {
      const bench = started();
      bench.run(NOW_MS + second * SECOND);
      bench.delete(HOST_REMEDIATION, REMEDIATION);
      bench.runFor(20 * MINUTE);
      return { second, isGone: bench.get(HOST_REMEDIATION, REMEDIATION) === undefined, ...marks(bench) };
    });
    expect(ends).toEqual(seconds.map((second) => ({ second, isGone: true, ...NOTHING_LEFT })));
  });
});

test('deleted in flight, and the host never comes back: a person is called, and the taint goes when it does', () => {
  const bench = hostRemediationWorld({ grantsInMs: SECOND });
  bench.run(NOW_MS + MINUTE);
  expect(marks(bench)).toMatchObject({ taints: ['node.kubernetes.io/out-of-service'] });
  bench.delete(HOST_REMEDIATION, REMEDIATION);
  bench.runFor(10 * MINUTE - 1);
  expect({ events: told(bench).events.includes('PersonNeeded'), phase: statusOf(bench)?.phase }).toEqual({
    events: false,
    phase: 'AwaitingNode',
  });
  bench.runFor(MINUTE);
  expect({ events: told(bench).events.includes('PersonNeeded'), status: statusOf(bench) }).toMatchObject({
    events: true,
    status: { phase: 'Person', attempts: [{ outcome: 'TimedOut' }] },
  });
  nodeSays(bench, 'True', 'boot-of-a-person');
  bench.runFor(MINUTE);
  expect({ isGone: statusOf(bench) === undefined, ...marks(bench) }).toEqual({ isGone: true, ...NOTHING_LEFT });
});

describe('the world looks away', () => {
  test.each([0, 200, 4_000, 20_000])('with a view %d ms behind the end is the same', (lagMs) => {
    const bench = started({ bench: { lagMs } });
    bench.run(NOW_MS + 60 * MINUTE);
    expect({ ...marks(bench), phase: statusOf(bench)?.phase, commands: told(bench).commands }).toEqual({
      ...NOTHING_LEFT,
      phase: 'Succeeded',
      commands: ['off hard', 'on hard'],
    });
  });
});

function emptyLedger(bench: CoreBench): void {
  bench.update(REMEDIATION_BUDGET, 'workers', 'status', (budget) => ({ ...budget, status: {} }));
}

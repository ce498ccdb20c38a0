// What surrounds the decisions of a HostRemediation: every step with why it is taken or not, what the budget says, what follows.

import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../../core/api/host-remediation.ts';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import type { Because, Outlook } from '../../../core/ports/reconciler.ts';
import { hostRemediationController } from '../../../core/remediation/host-remediation.controller.ts';
import type { CoreBench } from '../../kit/core-bench.ts';
import {
  HOST_KEY,
  type HostRemediationWorld,
  hostRemediationWorld,
  nodeSays,
  REMEDIATION,
} from '../../kit/host-remediation-world.ts';

const MINUTE_MS = 60_000;
const STEPS = [
  { action: 'Reboot', attempts: 2, timeout: '10m' },
  { action: 'Replace', timeout: '1h' },
  { action: 'Person' },
] as const;

const { rules } = hostRemediationController({ machineApi: 'openshift' });

/** As a person reads it, spans in seconds. */
function words({ rule, values }: Because): string {
  return (rules[rule] ?? rule).replace(/\{(\w+)\}( ms)?/g, (_, name: string, unit: string | undefined) => {
    const value = values[name];
    return unit === undefined || typeof value !== 'number' ? String(value) : `${value / 1000} s`;
  });
}

function read(outlook: Outlook | undefined): { readonly [part in keyof Outlook]: readonly string[] } | undefined {
  if (outlook === undefined) return undefined;
  const { alternatives, limits, next } = outlook;
  return { alternatives: alternatives.map(words), limits: limits.map(words), next: next.map(words) };
}

/** What surrounded the last decision by this rule. */
function outlookAt(bench: CoreBench, rule: string) {
  return read(bench.decisions.findLast(({ because }) => because.rule === rule)?.outlook);
}

function start(world: HostRemediationWorld): CoreBench {
  return hostRemediationWorld({ steps: STEPS, ...world, bench: { outlooks: true, ...world.bench } });
}

describe('an attempt that is asked for', () => {
  test('comes before the other steps, waits for its budget, and everything after it follows until a person', () => {
    const bench = start({});
    bench.runFor(MINUTE_MS);
    expect(outlookAt(bench, 'waiting-for-budget')).toEqual({
      alternatives: [
        'step 0, Reboot: is next, 0 of 2 attempts are used up',
        'step 1, Replace: comes after the steps before it',
        'step 2, Person: comes after the steps before it',
      ],
      limits: ['budget workers is not asked now; 0 in flight, 0 wait'],
      next: [
        'if the node is not back: attempt 1 of Reboot, not before 0 s from now',
        // 10 min of time-out and 1 min of back-off; the second attempt doubles it.
        'if the node is not back: attempt 2 of Reboot, not before 660 s from now',
        // Nothing may wipe: after both reboots there is only a person.
        'if the node is not back: a person, in 1260 s if each attempt is granted at once and takes all its time',
      ],
    });
  });

  test('that was granted runs until its end, and a step that may not wipe is named', () => {
    const bench = start({ grantsInMs: 0 });
    bench.runFor(1_000);
    expect(outlookAt(bench, 'held-off')).toEqual({
      alternatives: [
        'step 0, Reboot: attempt 1 runs',
        'step 1, Replace: comes after the steps before it',
        'step 2, Person: comes after the steps before it',
      ],
      limits: ['budget workers has granted attempt 1 of Reboot; 0 in flight, 0 wait'],
      next: [
        expect.stringMatching(/^attempt 1 of Reboot ends in 59\d\.\d+ s at the latest$/),
        expect.stringMatching(/^if the node is not back: attempt 2 of Reboot, not before 65\d\.\d+ s from now$/),
        expect.stringMatching(/^if the node is not back: a person, in 12[56]\d\.\d+ s if each attempt/),
      ],
    });
  });
});

describe('steps that are not taken', () => {
  const rebooted: Attempt = {
    step: 0,
    action: 'Reboot',
    attempt: 1,
    grantedAt: '2026-01-01T00:00:00.000000Z',
    struckAt: '2026-01-01T00:00:01.000000Z',
    endedAt: '2026-01-01T00:10:00.000000Z',
    outcome: 'TimedOut',
  };
  const rows: readonly {
    readonly title: string;
    readonly attempts: readonly Attempt[];
    readonly policy?: HostRemediationWorld['policy'];
    readonly steps?: HostRemediationWorld['steps'];
    readonly rule: string;
    readonly alternatives: readonly string[];
    readonly next: readonly string[];
  }[] = [
    {
      title: 'are used up, or impossible, and a person is next',
      attempts: [rebooted, { ...rebooted, attempt: 2 }],
      rule: 'steps-exhausted',
      alternatives: [
        'step 0, Reboot: its 2 attempts are used up',
        'step 1, Replace: WipeNotAllowed',
        'step 2, Person: is next, for no step before it is left',
      ],
      next: ['a person: it closes when the node has been healthy for 30 s'],
    },
    {
      title: 'are softer than what was tried, and a policy without a person ends with one',
      attempts: [{ ...rebooted, action: 'Replace', step: 1 }],
      policy: { wipeAllowed: true },
      steps: [{ action: 'Reboot' }, { action: 'Replace' }],
      rule: 'steps-exhausted',
      alternatives: [
        'step 0, Reboot: something harder was tried in this episode',
        'step 1, Replace: its 1 attempts are used up',
        'step 2, Person: is next, for no step before it is left',
      ],
      next: ['a person: it closes when the node has been healthy for 30 s'],
    },
  ];
  test.each(rows)('$title', ({ attempts, policy, steps = STEPS, rule, alternatives, next }) => {
    const status = { phase: 'Waiting' as const, attempts, host: { ...HOST_KEY, uid: 'uid-host-0' } };
    const bench = start({ steps, ...(policy === undefined ? {} : { policy }), remediation: { status } });
    bench.runFor(1_000);
    const outlook = outlookAt(bench, rule);
    expect({ alternatives: outlook?.alternatives, next: outlook?.next }).toEqual({ alternatives, next });
  });
});

describe('what comes next', () => {
  test('for a person: to be healthy; for a node that is back: the end', () => {
    const called = start({ remediation: { status: { phase: 'Person' } } });
    called.runFor(1_000);
    const settling = start({ grantsInMs: 0, bootsInMs: MINUTE_MS });
    settling.runFor(20 * MINUTE_MS);
    expect([outlookAt(called, 'person-called')?.next, outlookAt(settling, 'settling')?.next]).toEqual([
      ['a person: it closes when the node has been healthy for 30 s'],
      ['closes in 30 s if the node stays healthy'],
    ]);
  });

  test('after the end: nothing', () => {
    const bench = start({});
    bench.runFor(1_000);
    nodeSays(bench, 'True');
    bench.runFor(1_000);
    expect({
      phase: bench.the(HOST_REMEDIATION, REMEDIATION).status?.phase,
      next: outlookAt(bench, 'cancelled-remembered')?.next,
    }).toEqual({ phase: 'Cancelled', next: [] });
  });
});

// Which attempt comes next, and not before when.

import { describe, expect, test } from 'vitest';
import type { Attempt, HostRemediation } from '../../../core/api/host-remediation.ts';
import type { RemediationPolicy, RemediationStep, StepAction } from '../../../core/api/remediation-policy.ts';
import { formatMicroTime } from '../../../core/api/time.ts';
import {
  backOffUntilMs,
  nextAttempt,
  type Plan,
  type PlanInput,
  weighSteps,
} from '../../../core/remediation/host-remediation.plan.ts';
import { settingsOf } from '../../../core/remediation/host-remediation.settings.ts';
import { fc } from '../../kit/property.ts';

const NOW_MS = Date.UTC(2026, 0, 10);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const STEPS: readonly RemediationStep[] = [
  { action: 'Reboot', attempts: 2 },
  { action: 'ReprovisionInPlace' },
  { action: 'Replace', attempts: 2 },
];

/** `Reboot 1 failed 3h ago`; `Reboot 1 refused 5m ago`; `Reboot 1 called off 1h ago`; `Reboot 1 running 1m ago`. */
function attempt(text: string): Attempt {
  const match = /^(\w+) (\d+) (failed|refused|timed out|called off|running) (\d+)([mh]) ago$/.exec(text);
  if (match === null) throw new Error(text);
  const [, action = '', number = '', how = '', count = '', unit = ''] = match;
  const atMs = NOW_MS - Number(count) * (unit === 'h' ? HOUR_MS : MINUTE_MS);
  const at = formatMicroTime(atMs);
  const base = { step: 0, action: action as StepAction, attempt: Number(number), grantedAt: at };
  switch (how) {
    case 'failed':
      return { ...base, struckAt: at, endedAt: at, outcome: 'TimedOut' };
    case 'refused':
      return { ...base, struckAt: at, endedAt: at, outcome: 'Refused' };
    case 'timed out':
      return { ...base, endedAt: at, outcome: 'TimedOut' };
    case 'called off':
      return { ...base, endedAt: at, outcome: 'Recovered' };
    default:
      return { ...base, struckAt: at };
  }
}

function closed(...attempts: readonly string[]): HostRemediation {
  return {
    apiVersion: 'remediation.metaltwin.dev/v1alpha1',
    kind: 'HostRemediation',
    metadata: { name: 'node-0-1', uid: 'uid-old', resourceVersion: '1' },
    status: { phase: 'Succeeded', attempts: attempts.map(attempt) },
  };
}

interface Given {
  readonly steps?: readonly RemediationStep[];
  readonly attempts?: readonly string[];
  readonly before?: readonly string[];
  readonly cannot?: readonly StepAction[];
}

function input({ steps = STEPS, attempts = [], before = [], cannot = [] }: Given): PlanInput {
  const spec: RemediationPolicy['spec'] = { steps, memory: '24h', backOff: { base: '5m', max: '2h' } };
  return {
    settings: settingsOf({
      apiVersion: 'remediation.metaltwin.dev/v1alpha1',
      kind: 'RemediationPolicy',
      metadata: { name: 'p', uid: 'uid-p', resourceVersion: '1' },
      spec,
    }),
    attempts: attempts.map(attempt),
    history: before.length === 0 ? [] : [closed(...before)],
    canDo: (action) => !cannot.includes(action),
    nowMs: NOW_MS,
  };
}

function words(plan: Plan): string {
  return plan.kind === 'person' ? 'person' : `step ${plan.step}, ${plan.action} ${plan.attempt}`;
}

describe('the next attempt', () => {
  const rows: readonly ({ readonly title: string; readonly next: string } & Given)[] = [
    { title: 'of a fresh episode is the first of the first step', next: 'step 0, Reboot 1' },
    { title: 'follows one that failed', attempts: ['Reboot 1 failed 1h ago'], next: 'step 0, Reboot 2' },
    {
      title: 'is of the next step when this one is used up',
      attempts: ['Reboot 1 failed 2h ago', 'Reboot 2 failed 1h ago'],
      next: 'step 1, ReprovisionInPlace 1',
    },
    {
      title: 'skips a step that cannot be done',
      attempts: ['Reboot 1 failed 2h ago', 'Reboot 2 failed 1h ago'],
      cannot: ['ReprovisionInPlace'],
      next: 'step 2, Replace 1',
    },
    {
      title: 'is a person where nothing can be done',
      cannot: ['Reboot', 'ReprovisionInPlace', 'Replace'],
      next: 'person',
    },
    {
      title: 'is a person at the end',
      attempts: [
        'Reboot 1 failed 9h ago',
        'Reboot 2 failed 8h ago',
        'ReprovisionInPlace 1 failed 7h ago',
        'Replace 1 failed 5h ago',
        'Replace 2 failed 3h ago',
      ],
      next: 'person',
    },
    { title: 'counts attempts of an earlier episode', before: ['Reboot 1 failed 23h ago'], next: 'step 0, Reboot 2' },
    { title: 'forgets what is older than memory', before: ['Reboot 1 failed 25h ago'], next: 'step 0, Reboot 1' },
    {
      title: 'never forgets attempts of its own episode',
      attempts: ['Reboot 1 failed 30h ago', 'Reboot 2 failed 26h ago'],
      next: 'step 1, ReprovisionInPlace 1',
    },
    {
      title: 'has the number after one that was called off, and its place',
      attempts: ['Reboot 1 called off 1h ago', 'Reboot 2 called off 30m ago'],
      next: 'step 0, Reboot 3',
    },
    {
      title: 'does not count a strike that was refused',
      attempts: ['Reboot 1 refused 1h ago', 'Reboot 2 failed 30m ago'],
      next: 'step 0, Reboot 3',
    },
    {
      title: 'counts one that never came to its strike in time',
      attempts: ['Reboot 1 timed out 2h ago', 'Reboot 2 timed out 1h ago'],
      next: 'step 1, ReprovisionInPlace 1',
    },
    {
      title: 'is never softer than what was tried in the episode, also when a softer step is put in later',
      attempts: ['Replace 1 failed 1h ago'],
      next: 'step 2, Replace 2',
    },
    {
      title: 'may be softer than what an earlier episode came to',
      before: ['Replace 1 failed 2h ago'],
      next: 'step 0, Reboot 1',
    },
    {
      title: 'counts each attempt once where an action is in two steps',
      steps: [{ action: 'Reboot' }, { action: 'ReprovisionInPlace' }, { action: 'Reboot', attempts: 2 }],
      before: ['Reboot 1 failed 3h ago', 'Reboot 2 failed 2h ago'],
      cannot: ['ReprovisionInPlace'],
      next: 'step 2, Reboot 3',
    },
    {
      title: 'is a person where that is the first step',
      steps: [{ action: 'Person' }, { action: 'Reboot' }],
      next: 'person',
    },
  ];
  test.each(rows)('$title', ({ next, ...given }) => {
    expect(words(nextAttempt(input(given)))).toBe(next);
  });

  test('is the step that is weighed as next, and at most one is', () => {
    const attempts = fc.array(
      fc.tuple(
        fc.constantFrom('Reboot', 'ReprovisionInPlace', 'Replace'),
        fc.constantFrom('failed', 'refused', 'timed out', 'called off'),
        fc.nat(40),
      ),
      { maxLength: 8 },
    );
    const cannot = fc.subarray<StepAction>(['Reboot', 'ReprovisionInPlace', 'Replace']);
    fc.assert(
      fc.property(attempts, attempts, cannot, (own, old, impossible) => {
        const texts = (list: typeof own) =>
          list.map(([action, how, hours], at) => `${action} ${at + 1} ${how} ${hours}h ago`);
        const given = input({ attempts: texts(own), before: texts(old), cannot: impossible });
        const plan = nextAttempt(given);
        const next = weighSteps(given).filter(({ verdict }) => verdict === 'next');
        expect(next.map(({ step }) => step)).toEqual(plan.kind === 'attempt' ? [plan.step] : []);
        if (plan.kind === 'attempt') expect(impossible).not.toContain(plan.action);
      }),
    );
  });
});

describe('the back-off', () => {
  const rows: readonly ({ readonly title: string; readonly untilMin: number } & Given)[] = [
    { title: 'is none before the first attempt', untilMin: Number.NEGATIVE_INFINITY },
    { title: 'is the base after the first', attempts: ['Reboot 1 failed 2m ago'], untilMin: 3 },
    {
      title: 'doubles with every attempt that is remembered, whosever it was',
      attempts: ['Reboot 3 failed 2m ago'],
      before: ['Reboot 1 failed 9h ago', 'Reboot 2 failed 8h ago'],
      untilMin: 18,
    },
    {
      title: 'is at most its max',
      before: [1, 2, 3, 4, 5, 6].map((number) => `Reboot ${number} failed 1h ago`),
      untilMin: 60,
    },
    {
      title: 'is a pause of ten seconds only, doubled each time, after what was called off',
      attempts: ['Reboot 1 called off 2m ago', 'Reboot 2 called off 1m ago', 'Reboot 3 called off 0m ago'],
      untilMin: 40 / 60,
    },
    {
      title: 'does not count what was called off before the last attempt, or in another episode',
      attempts: ['Reboot 1 called off 9m ago', 'Reboot 2 failed 2m ago'],
      before: ['Reboot 1 called off 0m ago'],
      untilMin: 3,
    },
    {
      title: 'counts a strike that was refused, for somebody asked',
      attempts: ['Reboot 1 refused 2m ago'],
      untilMin: 3,
    },
    {
      title: 'forgets what is older than memory',
      before: ['Reboot 1 failed 25h ago'],
      untilMin: Number.NEGATIVE_INFINITY,
    },
  ];
  test.each(rows)('$title', ({ untilMin, ...given }) => {
    expect((backOffUntilMs(input(given)) - NOW_MS) / MINUTE_MS).toBe(untilMin);
  });
});

// What a fencing remembers of its tries when starts are refused and ends come late.

import { expect, test } from 'vitest';
import type { Fact } from '../../../core/facts.ts';
import { absorbRun, type FenceRun, operationIdOf } from '../../../core/remediation/fence-run.ts';

const NOW_MS = 1_000_000;
const TRIES = { uid: 'u', retryCount: 3, retryIntervalMs: 5_000 };
const REFUSED: Fact = {
  fact: 'outcome',
  action: 'fence worker-0',
  outcome: { kind: 'refused', code: 409, reason: 'Conflict', message: 'changed' },
};

const idOf = (number: number): string => operationIdOf('u', number, undefined);
const starting = (number: number): FenceRun => ({ stage: 'starting', number, operationId: idOf(number) });
const failedIn = (number: number): Fact => ({
  fact: 'fence',
  node: 'worker-0',
  operationId: idOf(number),
  end: { kind: 'failed', message: 'exit status 1' },
});

test.each<{ title: string; run: FenceRun | undefined; facts: readonly Fact[]; gives: FenceRun | undefined }>([
  {
    title: 'a first start that was refused: nothing has been tried',
    run: starting(1),
    facts: [REFUSED],
    gives: undefined,
  },
  {
    title: 'a second one: the first try still counts, and the second is due again',
    run: starting(2),
    facts: [REFUSED],
    gives: { stage: 'waiting', number: 1, operationId: idOf(2), untilMs: NOW_MS },
  },
  {
    title: 'a start that was not refused',
    run: starting(2),
    facts: [],
    gives: { stage: 'running', number: 2, operationId: idOf(2) },
  },
  {
    title: 'the late end of another try changes nothing',
    run: { stage: 'running', number: 2, operationId: idOf(2) },
    facts: [failedIn(1)],
    gives: { stage: 'running', number: 2, operationId: idOf(2) },
  },
  {
    title: 'a try that is not the last one fails',
    run: { stage: 'running', number: 2, operationId: idOf(2) },
    facts: [failedIn(2)],
    gives: { stage: 'waiting', number: 2, operationId: idOf(2), untilMs: NOW_MS + 5_000 },
  },
  {
    title: 'the last one fails',
    run: { stage: 'running', number: 3, operationId: idOf(3) },
    facts: [failedIn(3)],
    gives: { stage: 'ended', number: 3, operationId: idOf(3), end: { kind: 'failed', message: 'exit status 1' } },
  },
  {
    title: 'the end of a try of which this process knows nothing',
    run: undefined,
    facts: [failedIn(2)],
    gives: { stage: 'waiting', number: 2, operationId: idOf(2), untilMs: NOW_MS + 5_000 },
  },
])('$title', ({ run, facts, gives }) => {
  expect(absorbRun(run, facts, TRIES, NOW_MS)).toEqual(gives);
});

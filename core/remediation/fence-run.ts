// The tries of one fencing, as the controller's process remembers them: which try it is, whether the agent runs, and when the
// next one is due. Lost when the process dies (incident I57).

import type { Fact, OperationEnd } from '../facts.ts';

interface Try {
  /** From 1. */
  readonly number: number;
  readonly operationId: string;
}

export type FenceRun =
  /** Asked for in the last decision; the next one knows whether it started. */
  | (Try & { readonly stage: 'starting' })
  | (Try & { readonly stage: 'running' })
  | (Try & { readonly stage: 'waiting'; readonly untilMs: number })
  | (Try & { readonly stage: 'ended'; readonly end: OperationEnd });

export interface Tries {
  readonly uid: string;
  readonly retryCount: number;
  readonly retryIntervalMs: number;
}

/**
 * Id of a try. With `startedMs` every start is a run of its own; without it a try that was accepted before is found again.
 */
export function operationIdOf(uid: string, number: number, startedMs: number | undefined): string {
  return startedMs === undefined ? `${uid}/${number}` : `${uid}/${number}/${startedMs}`;
}

/** What is remembered after these facts. A try that failed and is not the last one waits for the next. */
export function absorbRun(
  run: FenceRun | undefined,
  facts: readonly Fact[],
  tries: Tries,
  nowMs: number,
): FenceRun | undefined {
  let next = run;
  if (run?.stage === 'starting') {
    const refused = facts.some(({ fact }) => fact === 'outcome');
    next = refused ? notStarted(run, nowMs) : { ...run, stage: 'running' };
  }
  for (const fact of facts) {
    if (fact.fact !== 'fence') continue;
    const number = numberOf(fact.operationId, tries.uid);
    if (number === undefined || (next !== undefined && next.operationId !== fact.operationId)) continue;
    const ended: Try = { number, operationId: fact.operationId };
    next =
      fact.end.kind === 'failed' && number < tries.retryCount
        ? { ...ended, stage: 'waiting', untilMs: nowMs + tries.retryIntervalMs }
        : { ...ended, stage: 'ended', end: fact.end };
  }
  return next;
}

/** A write before the start was refused, or the guard refused the start: the same try is due again. */
function notStarted({ number, operationId }: Try, nowMs: number): FenceRun | undefined {
  return number === 1 ? undefined : { number: number - 1, operationId, stage: 'waiting', untilMs: nowMs };
}

/** The number of a try of this remediation; undefined for another one's. */
function numberOf(operationId: string, uid: string): number | undefined {
  return operationId.startsWith(`${uid}/`) ? Number(operationId.split('/')[1]) : undefined;
}

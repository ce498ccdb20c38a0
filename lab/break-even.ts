// Break-even: the pair compared again and again while one assumed input sweeps its range, on the same draws each time. Answers
// at which probability that a reboot cures the verdict turns round.

import { assert } from '../core/assert.ts';
import type { ChosenInput } from '../sim/chosen-inputs.ts';
import type { Chunk } from './chunks.ts';
import type { FinishedChunk } from './dispatcher.ts';
import { type PairQuestion, type PointRuns, pairedAt, pointChunks } from './paired-point.ts';
import type { Bootstrap } from './statistics/bootstrap-interval.ts';
import { signChanges } from './statistics/sign-changes.ts';
import type { BreakEven, BreakEvenPoint } from './summary.ts';

/** An input that is swept, and from where to where. */
export interface Sweep {
  readonly input: string;
  readonly from: number;
  readonly to: number;
}

/** What is swept where nobody asks for something else: the probability that a reboot cures, over its whole range. */
export const USUAL_SWEEP: Sweep = { input: 'rebootCures', from: 0, to: 1 };

/** Assumption: a tenth of the study's replications, at least 10, shows where the curve crosses; each point has its interval. */
const SHARE_OF_REPLICATIONS = 1 / 10;
const REPLICATIONS_LEAST = 10;

/** Replications at each point: the first ones of the study, so that points differ by the input alone. */
export function breakEvenReplications(replications: number): number {
  return Math.min(replications, Math.max(REPLICATIONS_LEAST, Math.ceil(replications * SHARE_OF_REPLICATIONS)));
}

/** Chunks of all points, point by point. @param points at least 2, ends of the range included. */
export function breakEvenChunks({
  points,
  sweep: { input, from, to },
  ...runs
}: { readonly points: number; readonly sweep: Sweep } & PointRuns): readonly Chunk[] {
  const values = Array.from({ length: points }, (_, point) => from + (point / (points - 1)) * (to - from));
  return values.flatMap((value) => pointChunks(input, value, runs));
}

/** Points that did not finish all their replications are left out; with none left there is nothing to tell: null. */
export function summariseBreakEven(
  finished: readonly FinishedChunk[],
  input: ChosenInput,
  question: PairQuestion,
  bootstrap: Bootstrap,
): BreakEven | null {
  const points = groupByValue(finished).flatMap(([value, chunks]): readonly BreakEvenPoint[] => {
    const difference = pairedAt(chunks, question, bootstrap);
    return difference === undefined ? [] : [{ value, difference }];
  });
  if (points.length === 0) return null;
  return {
    a: question.a,
    b: question.b,
    input: input.name,
    meaning: input.meaning,
    defaultValue: input.valueIn(question.config),
    points,
    flipsAt: signChanges(points.map(({ value, difference }) => ({ x: value, y: difference.mean }))),
  };
}

function groupByValue(finished: readonly FinishedChunk[]): readonly (readonly [number, readonly FinishedChunk[]])[] {
  const groups = new Map<number, FinishedChunk[]>();
  for (const entry of finished) {
    const value = entry.chunk.variant[0]?.value;
    assert(value !== undefined, 'a break-even chunk sets the swept input');
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [entry]);
    else group.push(entry);
  }
  return [...groups].sort(([x], [y]) => x - y);
}

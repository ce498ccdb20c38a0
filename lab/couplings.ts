// Whether an answer hangs on what recovery load does to hosts, of which nobody published a rate: the leading pair is compared again under
// every coupling, on the same draws each time. Only where the scenario speaks of a coupling.

import { assert } from '../core/assert.ts';
import { couplingIn, RECOVERY_LOAD } from '../sim/chosen-inputs.ts';
import { RECOVERY_COUPLINGS, type RecoveryCoupling, type SimConfig } from '../sim/config.ts';
import { breakEvenReplications } from './break-even.ts';
import type { Chunk } from './chunks.ts';
import type { FinishedChunk } from './dispatcher.ts';
import { type PairQuestion, type PointRuns, pairedAt, pointChunks } from './paired-point.ts';
import type { Bootstrap } from './statistics/bootstrap-interval.ts';
import type { CouplingCheck, CouplingPoint } from './summary.ts';

/** How many replications each coupling gets, as a point of the break-even does. */
export function couplingReplications(config: SimConfig, replications: number): number {
  return couplingIn(config) === undefined ? 0 : breakEvenReplications(replications);
}

/** Chunks of all couplings, one after the other. */
export function couplingChunks(runs: PointRuns): readonly Chunk[] {
  return RECOVERY_COUPLINGS.flatMap((_, value) => pointChunks(RECOVERY_LOAD.name, value, runs));
}

/** Couplings that did not finish all their replications are left out; with none left there is nothing to tell: null. */
export function summariseCouplings(
  finished: readonly FinishedChunk[],
  question: PairQuestion,
  bootstrap: Bootstrap,
): CouplingCheck | null {
  const points = RECOVERY_COUPLINGS.flatMap((coupling, value): readonly CouplingPoint[] => {
    const chunks = finished.filter(({ chunk }) => chunk.variant[0]?.value === value);
    const difference = pairedAt(chunks, question, bootstrap);
    return difference === undefined ? [] : [{ coupling, difference }];
  });
  if (points.length === 0) return null;
  return { a: question.a, b: question.b, coupling: ownCoupling(question.config), points };
}

function ownCoupling(config: SimConfig): RecoveryCoupling {
  const coupling = couplingIn(config);
  assert(coupling !== undefined, 'the scenario speaks of a coupling');
  return coupling;
}

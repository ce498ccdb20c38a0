// Whether an answer hangs on what recovery load does to hosts, of which nobody published a rate: the leading pair is compared again under
// every coupling, on the same draws each time. Only where the scenario speaks of a coupling.

import { assert } from '../core/assert.ts';
import { couplingIn, RECOVERY_LOAD } from '../sim/chosen-inputs.ts';
import { RECOVERY_COUPLINGS, type RecoveryCoupling, type SimConfig } from '../sim/config.ts';
import { figureOf, type MetricName } from '../sim/result.ts';
import { breakEvenReplications } from './break-even.ts';
import { type Chunk, cutChunks } from './chunks.ts';
import type { FinishedChunk } from './dispatcher.ts';
import { runsByPolicy } from './finished-runs.ts';
import type { Bootstrap } from './statistics/bootstrap-interval.ts';
import { pairedInterval } from './statistics/paired-interval.ts';
import type { CouplingCheck, CouplingPoint } from './summary.ts';

/** How many replications each coupling gets, as a point of the break-even does. */
export function couplingReplications(config: SimConfig, replications: number): number {
  return couplingIn(config) === undefined ? 0 : breakEvenReplications(replications);
}

/** Chunks of all couplings, one after the other. */
export function couplingChunks(options: {
  readonly pair: readonly [number, number];
  readonly replications: number;
  readonly chunkSize: number;
}): readonly Chunk[] {
  return RECOVERY_COUPLINGS.flatMap((_, value) =>
    cutChunks(
      { variant: [{ input: RECOVERY_LOAD.name, value }], policies: options.pair, record: false },
      { first: 1, count: options.replications, size: options.chunkSize },
    ),
  );
}

/** Couplings that did not finish all their replications are left out; with none left there is nothing to tell: null. */
export function summariseCouplings(
  finished: readonly FinishedChunk[],
  question: {
    readonly a: string;
    readonly b: string;
    readonly metric: MetricName;
    readonly config: SimConfig;
    readonly replications: number;
  },
  bootstrap: Bootstrap,
): CouplingCheck | null {
  const points = RECOVERY_COUPLINGS.flatMap((coupling, value): readonly CouplingPoint[] => {
    const [runsA = [], runsB = []] = runsByPolicy(
      finished.filter(({ chunk }) => chunk.variant[0]?.value === value),
      2,
    );
    if (runsA.length < question.replications) return [];
    const costsOf = (runs: typeof runsA): readonly number[] =>
      runs.map((run) => figureOf(run.metrics, question.metric));
    return [{ coupling, difference: pairedInterval(costsOf(runsA), costsOf(runsB), bootstrap) }];
  });
  if (points.length === 0) return null;
  return { a: question.a, b: question.b, coupling: ownCoupling(question.config), points };
}

function ownCoupling(config: SimConfig): RecoveryCoupling {
  const coupling = couplingIn(config);
  assert(coupling !== undefined, 'the scenario speaks of a coupling');
  return coupling;
}

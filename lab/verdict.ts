// The verdict, computed once: banner, JSON, Markdown, HTML and exit code all show this value. Its rules were fixed before the
// first run: primary metric, minimum effect, hard constraints.
//
// 1. Policies that break a hard constraint cannot win. With one policy left, that one is better; with none, nobody is.
// 2. The best of the others by the primary metric is compared with its runner-up, paired. `better`: the whole interval lies
//    beyond the minimum effect; `equivalent`: the whole interval lies within it; else, or with fewer than 30 differing
//    pairs, `inconclusive`. No correction for choosing among several: to win, a policy must beat the very next one.
// 3. A winner stays `inconclusive` when one of its own hard constraints is undecided, or when with assumed inputs drawn
//    from their priors, or under another coupling of recovery load, the interval of the mean lies on the other side. What merely qualifies it is a reason beside it.

import { figureOf } from '../sim/result.ts';
import { DIFFERING_PAIRS_LEAST } from './compare.ts';
import { parseConstraint } from './constraints.ts';
import { rankPolicies } from './ranking.ts';
import type { Interval } from './statistics/confidence.ts';
import type {
  BreakEven,
  ConstraintResult,
  CouplingCheck,
  Estimate,
  InputUncertainty,
  PairSummary,
  PolicySummary,
  Verdict,
} from './summary.ts';
import {
  amountWords,
  differenceSentence,
  type FigureContext,
  levelSentence,
  nothingSeenSentence,
  percent,
  perRunWords,
} from './verdict-sentence.ts';

export interface Evidence {
  readonly context: FigureContext;
  readonly minimumEffect: number;
  readonly policies: readonly PolicySummary[];
  /** Every unordered pair of `policies`. */
  readonly pairs: readonly PairSummary[];
  readonly constraints: readonly ConstraintResult[];
  readonly inputUncertainty: InputUncertainty | null;
  /** Null where the scenario speaks of no coupling. */
  readonly couplings: CouplingCheck | null;
  readonly breakEven: BreakEven | null;
  /** Where the prior of the break-even's input has its middle 95 %. */
  readonly priorRange: Interval | null;
}

type Finding = Pick<Verdict, 'outcome' | 'winner' | 'against' | 'sentence' | 'reasons'>;

export function verdictOf(evidence: Evidence): Verdict {
  const { context, minimumEffect, constraints } = evidence;
  return { ...findingOf(evidence), primaryMetric: context.metric, minimumEffect, constraints };
}

function findingOf(evidence: Evidence): Finding {
  const { policies, constraints, context } = evidence;
  const [only] = policies;
  if (only === undefined) return notCompared('Nothing was compared: no replication was finished', []);
  if (policies.length === 1) {
    const level = levelSentence(only.name, figureOf(only.metrics, context.metric), context);
    return notCompared(level, ['one policy: nothing to compare it with', ...brokenLines(constraints)]);
  }
  const { eligible, broken } = rankPolicies(policies, constraints, context.metric);
  const [best, next] = eligible;
  if (best === undefined) {
    const sentence = 'No policy keeps every hard constraint';
    return { outcome: 'inconclusive', winner: null, against: null, sentence, reasons: brokenLines(constraints) };
  }
  if (next === undefined) return soleKeeper(best, broken, evidence);
  return compareLeaders(best, next, evidence);
}

function notCompared(sentence: string, reasons: readonly string[]): Finding {
  return { outcome: 'not-compared', winner: null, against: null, sentence, reasons };
}

function inconclusive(sentence: string, reasons: readonly string[]): Finding {
  return { outcome: 'inconclusive', winner: null, against: null, sentence, reasons };
}

/** The only policy that breaks no hard constraint. */
function soleKeeper(best: PolicySummary, broken: readonly PolicySummary[], evidence: Evidence): Finding {
  const lines = brokenLines(evidence.constraints);
  const undecided = undecidedLines(best.name, evidence.constraints);
  const sentence = `${best.name} alone breaks no hard constraint: ${lines.join('; ')}`;
  if (undecided.length > 0) return inconclusive(sentence, undecided);
  return { outcome: 'better', winner: best.name, against: broken[0]?.name ?? null, sentence, reasons: lines };
}

function compareLeaders(best: PolicySummary, next: PolicySummary, evidence: Evidence): Finding {
  const { context } = evidence;
  const pair = evidence.pairs.find(
    ({ a, b }) => (a === best.name && b === next.name) || (a === next.name && b === best.name),
  );
  if (pair === undefined) return notCompared('The leading policies were not compared', []);
  const lessBy = oriented(figureOf(pair.differences, context.metric), pair.a === next.name);
  const limit = evidence.minimumEffect * figureOf(next.metrics, context.metric).mean;
  const unseen = neverSeen(best, next, evidence);
  const figures =
    pair.differingPairs === 0
      ? `${best.name} and ${next.name} did exactly the same in every replication (${pair.replications})`
      : unseen.length > 0
        ? nothingSeenSentence(best.name, next.name, context)
        : differenceSentence(best.name, next.name, lessBy, context);
  const excluded = brokenLines(evidence.constraints);

  const doubts = [...unseen, ...doubtsOf(pair, lessBy, limit, evidence)];
  if (doubts.length > 0) return inconclusive(figures, [...doubts, ...excluded]);
  if (lessBy.low <= limit) {
    const bound = `${best.name} and ${next.name} differ by less than the minimum effect of ${percent(evidence.minimumEffect)}`;
    return { outcome: 'equivalent', winner: null, against: null, sentence: `${bound}: ${figures}`, reasons: excluded };
  }
  const undecided = undecidedLines(best.name, evidence.constraints);
  const flipped = [...flippedByInputs(best.name, evidence), ...flippedByCouplings(best.name, evidence)];
  if (undecided.length + flipped.length > 0) return inconclusive(figures, [...undecided, ...flipped, ...excluded]);
  const reasons = [...conditions(best.name, evidence), ...excluded];
  return { outcome: 'better', winner: best.name, against: next.name, sentence: figures, reasons };
}

/** Two policies without a single occurrence are not shown to be equal: it is only rare. */
function neverSeen(best: PolicySummary, next: PolicySummary, { context }: Evidence): readonly string[] {
  const levels = [best, next].map((policy) => figureOf(policy.metrics, context.metric));
  return levels.every(({ method }) => method === 'rule-of-three')
    ? ['nothing to decide on: longer runs, more replications or another primary metric may show some']
    : [];
}

/** Why the paired comparison alone does not decide; empty when it does. */
function doubtsOf(pair: PairSummary, lessBy: Estimate, limit: number, evidence: Evidence): readonly string[] {
  const doubts: string[] = [];
  if (pair.differingPairs < DIFFERING_PAIRS_LEAST) {
    const count = `${pair.differingPairs} of ${pair.replications}`;
    doubts.push(
      `their histories differ in ${count} replications, and ${DIFFERING_PAIRS_LEAST} are needed${enough(pair)}`,
    );
  }
  const beyond = lessBy.low > limit;
  const within = lessBy.low >= -limit && lessBy.high <= limit;
  if (beyond || within) return doubts;
  const share = percent(evidence.minimumEffect);
  if (lessBy.low <= 0) doubts.push('the interval of the paired difference includes zero');
  else doubts.push(`the interval reaches below the minimum effect of ${share} of the worse policy's mean`);
  return doubts;
}

/** How many replications have as many differing pairs as are needed, at the share that was seen. */
function enough({ differingPairs, replications }: PairSummary): string {
  if (differingPairs === 0) return '';
  return `: about ${Math.ceil((DIFFERING_PAIRS_LEAST * replications) / differingPairs)} replications would have them`;
}

/** With assumed inputs drawn from their priors the mean difference is on the other side, its whole interval. */
function flippedByInputs(best: string, evidence: Evidence): readonly string[] {
  const lessBy = lessByInputs(best, evidence.inputUncertainty);
  if (lessBy === undefined || lessBy.high >= 0) return [];
  return [`the verdict flips within the priors: with assumed inputs drawn from them ${inputWords(lessBy, evidence)}`];
}

/** Where recovery load does more or less to hosts the difference is on the other side, its whole interval. */
function flippedByCouplings(best: string, { couplings, context }: Evidence): readonly string[] {
  return lessByCoupling(best, couplings)
    .filter(({ lessBy }) => lessBy.high < 0)
    .map(
      ({ coupling, lessBy }) =>
        `the verdict flips between the couplings of recovery load: with ${coupling} the advantage is ${amountWords(lessBy, context)}`,
    );
}

function lessByCoupling(best: string, couplings: CouplingCheck | null) {
  if (couplings === null || (couplings.a !== best && couplings.b !== best)) return [];
  return couplings.points.map(({ coupling, difference }) => ({
    coupling,
    lessBy: oriented(difference, couplings.b === best),
  }));
}

/** What qualifies a decided verdict: priors that leave doubt, and a break-even that they reach. */
function conditions(best: string, evidence: Evidence): readonly string[] {
  const lines: string[] = [];
  const lessBy = lessByInputs(best, evidence.inputUncertainty);
  if (lessBy !== undefined && lessBy.low <= 0) {
    lines.push(`with assumed inputs drawn from their priors ${inputWords(lessBy, evidence)}: not certain`);
  }
  for (const { coupling, lessBy } of lessByCoupling(best, evidence.couplings)) {
    if (lessBy.low > 0 || lessBy.high < 0) continue;
    const words = `the advantage is ${amountWords(lessBy, evidence.context)} over ${lessBy.n} replications`;
    lines.push(`with the coupling of recovery load ${coupling} ${words}: not certain`);
  }
  const { breakEven, priorRange } = evidence;
  if (breakEven === null || priorRange === null) return lines;
  const within = breakEven.flipsAt.filter((value) => value >= priorRange.low && value <= priorRange.high);
  if (within.length > 0) {
    const where = within.map((value) => value.toFixed(2)).join(' and ');
    const range = `${priorRange.low.toFixed(2)} to ${priorRange.high.toFixed(2)}`;
    lines.push(
      `conditional: between ${breakEven.a} and ${breakEven.b} the sign changes at ${breakEven.input} = ${where}, within its prior's ${range}`,
    );
  }
  return lines;
}

/** By how much less `best` costs over the priors; undefined when another pair was asked about. */
function lessByInputs(best: string, inputs: InputUncertainty | null): Estimate | undefined {
  if (inputs === null || (inputs.a !== best && inputs.b !== best)) return undefined;
  return oriented(inputs.difference, inputs.b === best);
}

function inputWords(lessBy: Estimate, { context }: Evidence): string {
  return `the advantage is ${amountWords(lessBy, context)} over ${lessBy.n} draws`;
}

/** A difference a minus b, or, turned round, b minus a. */
function oriented(difference: Estimate, asIs: boolean): Estimate {
  if (asIs) return difference;
  return { ...difference, mean: -difference.mean, low: -difference.high, high: -difference.low };
}

function brokenLines(constraints: readonly ConstraintResult[]): readonly string[] {
  return constraints.filter(({ outcome }) => outcome === 'broken').map((result) => constraintLine(result, 'breaks'));
}

function undecidedLines(policy: string, constraints: readonly ConstraintResult[]): readonly string[] {
  const undecided = constraints.filter((result) => result.policy === policy && result.outcome === 'undecided');
  return undecided.map((result) => constraintLine(result, 'may or may not keep'));
}

function constraintLine({ policy, constraint, estimate }: ConstraintResult, verb: string): string {
  const metric = parseConstraint(constraint)?.metric;
  const figures = metric === undefined ? '' : ` (${perRunWords(estimate, metric)})`;
  return `${policy} ${verb} ${constraint}${figures}`;
}

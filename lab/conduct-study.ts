// The course of a study: policies, then the matched pair, then the leading pair with inputs drawn from their priors, and under
// every coupling where the scenario speaks of one; and beside these, once the policies are handed out, break-even. Later parts
// are left out when the study is aborted; what finished is summarised.

import { assert } from '../core/assert.ts';
import { type AssumedInput, inputsUsed } from '../sim/assumptions.ts';
import { CHOSEN_INPUTS, type ChosenInput } from '../sim/chosen-inputs.ts';
import { type PolicyConfig, RECOVERY_COUPLINGS } from '../sim/config.ts';
import { sample } from '../sim/kernel/distributions.ts';
import { breakEvenChunks, breakEvenReplications, type Sweep, summariseBreakEven, USUAL_SWEEP } from './break-even.ts';
import { type Chunk, cutChunks } from './chunks.ts';
import { comparePair, comparePairs, type PolicyRuns } from './compare.ts';
import { judgeConstraints } from './constraints.ts';
import { couplingChunks, couplingReplications, summariseCouplings } from './couplings.ts';
import { Dispatcher, type FinishedChunk } from './dispatcher.ts';
import type { Executor } from './executor.ts';
import { type PolicyTimeline, recordedTimelines, runsByPolicy } from './finished-runs.ts';
import { inputChunks, summariseInputs } from './input-uncertainty.ts';
import { summarisePolicy } from './policy-summary.ts';
import { leadingPair, rankPolicies } from './ranking.ts';
import { Bootstrap } from './statistics/bootstrap-interval.ts';
import { type Interval, TAIL } from './statistics/confidence.ts';
import type { StudyHooks, StudyPlan } from './study-plan.ts';
import {
  type BreakEven,
  type CouplingCheck,
  type InputUncertainty,
  type PolicySummary,
  type StudySummary,
  SUMMARY_SCHEMA,
} from './summary.ts';
import { verdictOf } from './verdict.ts';

/** Where runs happen and which inputs are assumed. */
export interface Laboratory {
  /** Its study has the policies of `studyPolicies`, in that order. */
  readonly executor: Executor;
  readonly inputs: readonly AssumedInput[];
}

/** All policies that a study runs: the compared ones, then the matched pair. Chunks name them by index. */
export function studyPolicies(plan: StudyPlan): readonly PolicyConfig[] {
  return plan.matchedPair === null ? plan.policies : [...plan.policies, plan.matchedPair.a, plan.matchedPair.b];
}

export async function conductStudy(plan: StudyPlan, hooks: StudyHooks, laboratory: Laboratory): Promise<StudySummary> {
  assert(plan.policies.length >= 1, 'a study has a policy');
  assert(plan.replications >= 1, 'a study has a replication');
  assert(plan.policyManifests.length === plan.policies.length, 'every policy has its list of manifests');
  const parts = new StudyParts(plan, hooks, laboratory);
  const [compared, swept] = await Promise.all([comparison(parts), parts.sweep()]);
  return parts.summary({ ...compared, breakEven: parts.breakEven(swept) });
}

async function comparison(parts: StudyParts): Promise<Omit<Results, 'breakEven'>> {
  const { runs, timelines } = await parts.policies();
  const policies = runs.map((policy, i) => parts.summaryOf(policy, i));
  const matchedPair = await parts.matchedPair(runs);
  const inputUncertainty = await parts.inputUncertainty(policies);
  const couplings = await parts.couplings(policies);
  return { runs, timelines, policies, matchedPair, inputUncertainty, couplings };
}

interface Results {
  readonly runs: readonly PolicyRuns[];
  readonly timelines: readonly PolicyTimeline[];
  readonly policies: readonly PolicySummary[];
  readonly matchedPair: StudySummary['matchedPair'];
  readonly inputUncertainty: InputUncertainty | null;
  readonly couplings: CouplingCheck | null;
  readonly breakEven: BreakEven | null;
}

/** The parts of one study; each method runs one and leaves nothing behind but progress. */
class StudyParts {
  private readonly plan: StudyPlan;
  private readonly laboratory: Laboratory;
  private readonly dispatcher: Dispatcher;
  private readonly bootstrap: Bootstrap;
  private readonly breakEvenSweep: Sweep;
  private readonly sweptInput: AssumedInput | ChosenInput | undefined;

  constructor(plan: StudyPlan, hooks: StudyHooks, laboratory: Laboratory) {
    this.plan = plan;
    this.laboratory = laboratory;
    this.breakEvenSweep = plan.breakEvenSweep ?? USUAL_SWEEP;
    this.sweptInput = [...laboratory.inputs, ...CHOSEN_INPUTS].find(({ name }) => name === this.breakEvenSweep.input);
    this.bootstrap = new Bootstrap(plan.config.seed);
    this.dispatcher = new Dispatcher(laboratory.executor, hooks, this.totalRuns());
  }

  /** Every policy on every replication; replication 1 is recorded. Without a finished replication: no policies. */
  async policies(): Promise<Pick<Results, 'runs' | 'timelines'>> {
    const policies = this.plan.policies.map((_, i) => i);
    const template = { variant: [], policies };
    const chunks: readonly Chunk[] = [
      { ...template, firstReplication: 1, replications: 1, record: true },
      ...cutChunks(
        { ...template, record: false },
        { first: 2, count: this.plan.replications - 1, size: this.chunkSize(this.plan.replications) },
      ),
    ];
    const finished = await this.dispatcher.run('policies', chunks);
    if (finished.length === 0) return { runs: [], timelines: [] };
    const byPolicy = runsByPolicy(finished, policies.length);
    const runs = this.plan.policies.map(({ name }, i) => ({ name, runs: byPolicy[i] ?? [] }));
    return { runs, timelines: recordedTimelines(finished) };
  }

  summaryOf({ name, runs }: PolicyRuns, index: number): PolicySummary {
    const manifests = this.plan.policyManifests[index];
    assert(manifests !== undefined, 'every policy has its list of manifests');
    const { lineage = 'exact' } = this.plan.policies[index] ?? {};
    return summarisePolicy({ name, lineage, manifests }, runs, this.bootstrap);
  }

  /** On the replications of the policies; what those already ran is not run again. */
  async matchedPair(runs: readonly PolicyRuns[]): Promise<Results['matchedPair']> {
    const { matchedPair, policies, replications } = this.plan;
    if (matchedPair === null) return null;
    const { description, a, b } = matchedPair;
    const [known, other] = [runs[policies.indexOf(a)], runs[policies.indexOf(b)]];
    if (known !== undefined && other !== undefined) {
      return { description, pair: comparePair(known, other, this.bootstrap) };
    }
    const chunks = cutChunks(
      { variant: [], policies: this.matchedIndexes(), record: false },
      { first: 1, count: replications, size: this.chunkSize(replications) },
    );
    const finished = await this.dispatcher.run('matched pair', chunks);
    if (finished.length === 0) return null;
    const [runsA = [], runsB = []] = runsByPolicy(finished, 2);
    return {
      description,
      pair: comparePair({ name: a.name, runs: runsA }, { name: b.name, runs: runsB }, this.bootstrap),
    };
  }

  /** Of the best policy and its runner-up. */
  async inputUncertainty(policies: readonly PolicySummary[]): Promise<InputUncertainty | null> {
    const { inputDraws, primaryMetric, config } = this.plan;
    const inputs = inputsUsed(this.laboratory.inputs, config, this.plan.policies);
    const pair = this.leadingPair(policies);
    if (pair === undefined || inputDraws === 0) return null;
    const chunks = inputChunks(inputs, { draws: inputDraws, seed: config.seed, pair: [pair.a, pair.b] });
    const finished = await this.dispatcher.run('input uncertainty', chunks);
    if (finished.length === 0) return null;
    const question = { a: this.nameOf(pair.a), b: this.nameOf(pair.b), metric: primaryMetric };
    return summariseInputs(finished, inputs, question, this.bootstrap);
  }

  /** Of the best policy and its runner-up. */
  async couplings(policies: readonly PolicySummary[]): Promise<CouplingCheck | null> {
    const { primaryMetric, config } = this.plan;
    const replications = couplingReplications(config, this.plan.replications);
    const pair = this.leadingPair(policies);
    if (pair === undefined || replications === 0) return null;
    const chunkSize = this.chunkSize(replications * RECOVERY_COUPLINGS.length);
    const chunks = couplingChunks({ pair: [pair.a, pair.b], replications, chunkSize });
    const finished = await this.dispatcher.run('couplings', chunks);
    const names = { a: this.nameOf(pair.a), b: this.nameOf(pair.b) };
    return summariseCouplings(finished, { ...names, metric: primaryMetric, config, replications }, this.bootstrap);
  }

  private leadingPair(policies: readonly PolicySummary[]) {
    const { constraints, primaryMetric } = this.plan;
    return leadingPair(policies, rankPolicies(policies, judgeConstraints(policies, constraints), primaryMetric));
  }

  /** Runs of the matched pair, or of the first two policies, over the range of the swept input. */
  async sweep(): Promise<readonly FinishedChunk[]> {
    const pair = this.breakEvenPair();
    if (pair === undefined || this.sweptInput === undefined) return [];
    const points = this.plan.breakEvenPoints;
    const replications = breakEvenReplications(this.plan.replications);
    const chunkSize = this.chunkSize(replications * points);
    const chunks = breakEvenChunks({ points, sweep: this.breakEvenSweep, pair, replications, chunkSize });
    return await this.dispatcher.run('break-even', chunks);
  }

  breakEven(swept: readonly FinishedChunk[]): BreakEven | null {
    const pair = this.breakEvenPair();
    if (pair === undefined || this.sweptInput === undefined) return null;
    const { primaryMetric, config } = this.plan;
    const replications = breakEvenReplications(this.plan.replications);
    const question = {
      a: this.nameOf(pair[0]),
      b: this.nameOf(pair[1]),
      metric: primaryMetric,
      config,
      replications,
    };
    return summariseBreakEven(swept, this.sweptInput, question, this.bootstrap);
  }

  summary(results: Results): StudySummary {
    const plan = this.plan;
    const { config } = plan;
    const pairs = comparePairs(results.runs, this.bootstrap);
    const [first] = results.runs;
    const replications = first === undefined ? 0 : first.runs.length;
    const context = { metric: plan.primaryMetric, study: plan.study, durationMs: config.durationMs, replications };
    const verdict = verdictOf({
      context,
      minimumEffect: plan.minimumEffect,
      policies: results.policies,
      pairs,
      constraints: judgeConstraints(results.policies, plan.constraints),
      inputUncertainty: results.inputUncertainty,
      couplings: results.couplings,
      breakEven: results.breakEven,
      priorRange: this.priorRange(),
    });
    return {
      schema: SUMMARY_SCHEMA,
      version: plan.version,
      name: plan.name,
      study: plan.study,
      seed: config.seed,
      replications,
      durationMs: config.durationMs,
      hosts: config.hosts.length,
      racks: new Set(config.hosts.map((host) => host.rack)).size,
      scenarioDigest: plan.scenarioDigest,
      command: plan.command,
      verdict,
      policies: results.policies,
      pairs,
      matchedPair: results.matchedPair,
      inputUncertainty: results.inputUncertainty,
      breakEven: results.breakEven,
      ...(results.couplings === null ? {} : { couplings: results.couplings }),
      meaningDifferences: plan.meaningDifferences,
      ledger: plan.ledger,
      assumptions: plan.assumptions,
      warnings: plan.warnings,
      timelines: results.timelines,
      complete: this.dispatcher.complete,
    };
  }

  private priorRange(): Interval | null {
    if (this.sweptInput === undefined || !('prior' in this.sweptInput)) return null;
    const { prior } = this.sweptInput;
    return { low: sample(prior, TAIL), high: sample(prior, 1 - TAIL) };
  }

  private nameOf(index: number): string {
    const policy = studyPolicies(this.plan)[index];
    assert(policy !== undefined, `policy ${index} is one of the study`);
    return policy.name;
  }

  private matchedIndexes(): readonly [number, number] {
    const first = this.plan.policies.length;
    return [first, first + 1];
  }

  private breakEvenPair(): readonly [number, number] | undefined {
    if (this.plan.breakEvenPoints < 2) return undefined;
    if (this.plan.matchedPair !== null) return this.matchedIndexes();
    return this.plan.policies.length >= 2 ? [0, 1] : undefined;
  }

  private totalRuns(): number {
    const { policies, replications, matchedPair, inputDraws, breakEvenPoints, config } = this.plan;
    const matched = matchedPair !== null && !(policies.includes(matchedPair.a) && policies.includes(matchedPair.b));
    const swept = this.sweptInput !== undefined && this.breakEvenPair() !== undefined;
    return (
      replications * policies.length +
      (matched ? 2 * replications : 0) +
      (policies.length >= 2
        ? 2 * inputDraws + 2 * RECOVERY_COUPLINGS.length * couplingReplications(config, replications)
        : 0) +
      (swept ? 2 * breakEvenPoints * breakEvenReplications(replications) : 0)
    );
  }

  /** Small enough that all workers end a part together and an abort is soon answered; more than 50 gain nothing. */
  private chunkSize(replications: number): number {
    return Math.min(50, Math.max(1, Math.ceil(replications / (16 * this.laboratory.executor.workers))));
  }
}

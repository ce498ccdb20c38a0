import { expect, test } from 'vitest';
import { ChunkRunner } from '../../lab/chunks.ts';
import { conductStudy, studyPolicies } from '../../lab/conduct-study.ts';
import type { Executor, RunFunction } from '../../lab/executor.ts';
import { InProcessExecutor } from '../../lab/in-process.ts';
import { perMetric } from '../../lab/metric-phrases.ts';
import type { StudyPlan } from '../../lab/study-plan.ts';
import type { Estimate, PairSummary, StudySummary } from '../../lab/summary.ts';
import { normalQuantile } from '../../sim/kernel/special-functions.ts';
import { fc } from '../kit/property.ts';
import { anInput, aPlan, aPolicy, CONFIG, hooks, runWith, type Situation } from './analytic-world.ts';
import { LastFirstExecutor } from './manual-executor.ts';

const MINUTE = 60_000;
const INPUTS = [anInput('rebootCures', 'noReturnAfterPowerLoss'), anInput('lemons', 'frailtySigma')];

/** What all policies of a replication share: a few long outages make the cost skewed, as in a real cluster. */
function weather({ uniform }: Situation): number {
  return Math.round(10 * MINUTE * Math.exp(normalQuantile(uniform('weather'))));
}

/** Reboots that do not cure cost time; wiping always costs the same. */
const REBOOT_OR_WIPE = runWith((situation) => {
  const { policy, config, uniform } = situation;
  const cured = uniform('cure') < config.faults.noReturnAfterPowerLoss;
  if (policy === 'reboot') return weather(situation) + (cured ? 5 : 105) * MINUTE;
  return weather(situation) + 60 * MINUTE + Math.round(uniform('wipe') * MINUTE);
});

function inProcess(plan: StudyPlan, run: RunFunction): Executor {
  return new InProcessExecutor({ config: plan.config, policies: studyPolicies(plan), inputs: INPUTS, run });
}

function study(plan: StudyPlan, run: RunFunction, watched = hooks()): Promise<StudySummary> {
  return conductStudy(plan, watched, { executor: inProcess(plan, run), inputs: INPUTS });
}

/** A study with every part: three policies, a matched pair of its own, draws of the inputs and a sweep. */
const FULL = aPlan({
  policies: ['reboot', 'wipe', 'nothing'].map(aPolicy),
  matchedPair: { description: 'same timeouts', a: aPolicy('reboot'), b: aPolicy('wipe') },
  config: { ...CONFIG, faults: { ...CONFIG.faults, noReturnAfterPowerLoss: 0.9 } },
  replications: 60,
  minimumEffect: 0.05,
  constraints: ['dataLostGroups <= 0'],
  inputDraws: 40,
  breakEvenPoints: 7,
});

test('A/A: a policy against itself differs by exactly 0 in every metric', async () => {
  const plan = aPlan({ policies: [aPolicy('same'), aPolicy('same again')] });
  const { pairs, verdict, policies } = await study(
    plan,
    runWith(weather, ({ uniform }) => ({ fencings: uniform('f') })),
  );
  const zero: Estimate = { mean: 0, low: 0, high: 0, n: 100, method: 'exact' };
  expect(pairs).toEqual([
    { a: 'same', b: 'same again', differences: perMetric(() => zero), differingPairs: 0, replications: 100 },
  ]);
  expect(policies[0]?.metrics).toEqual(policies[1]?.metrics);
  expect([verdict.outcome, verdict.winner]).toEqual(['inconclusive', null]);
});

test('A/A with independent seeds: at most 7 % of 1,000 small studies say that one is better', async () => {
  // Each policy has weather of its own, so that nothing is paired and nothing differs.
  const run = runWith((situation) =>
    weather({ ...situation, uniform: (name) => situation.uniform(`${situation.policy} ${name}`) }),
  );
  let better = 0;
  for (let seed = 0; seed < 1000; seed++) {
    const plan = aPlan({ replications: 40, config: { ...CONFIG, seed: `a/a ${seed}` } });
    const { verdict } = await study(plan, run);
    if (verdict.outcome === 'better') better++;
  }
  expect(better).toBeLessThanOrEqual(70);
  // Far fewer would mean that the test cannot find anything.
  expect(better).toBeGreaterThanOrEqual(20);
});

test('a planted difference of 3 min is found under weather of 16 min, with the right sign and size', async () => {
  const run = runWith((situation) => {
    const planted = situation.policy === 'hasty' ? 3 * MINUTE + Math.round(situation.uniform('luck') * MINUTE) : 0;
    return weather(situation) + planted;
  });
  const { verdict, pairs } = await study(aPlan(), run);
  expect([verdict.outcome, verdict.winner, verdict.against]).toEqual(['better', 'careful', 'hasty']);
  const difference = pairs[0]?.differences.workloadUnavailableMs;
  expect(difference?.low).toBeLessThan(-3.5 * MINUTE);
  expect(difference?.high).toBeGreaterThan(-3.5 * MINUTE);
  expect(difference?.high).toBeLessThan(-3 * MINUTE);
});

test('the same study in one worker or three, finishing in any order, is the same bytes; another seed is not', async () => {
  const once = JSON.stringify(await study(FULL, REBOOT_OR_WIPE));
  const again = JSON.stringify(await study(FULL, REBOOT_OR_WIPE));
  const world = { config: FULL.config, policies: studyPolicies(FULL), inputs: INPUTS, run: REBOOT_OR_WIPE };
  const executor = new LastFirstExecutor(new ChunkRunner(world), 3);
  const shuffled = JSON.stringify(await conductStudy(FULL, hooks(), { executor, inputs: INPUTS }));
  expect(again).toBe(once);
  expect(shuffled).toBe(once);
  const reseeded = { ...FULL, config: { ...FULL.config, seed: 'another' } };
  expect(JSON.stringify(await study(reseeded, REBOOT_OR_WIPE))).not.toBe(once);
});

test('permuting the policies permutes the summary', async () => {
  const plan = { ...FULL, matchedPair: null, breakEvenPoints: 0, inputDraws: 0 };
  const straight = await study(plan, REBOOT_OR_WIPE);
  const order = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });
  await fc.assert(
    fc.asyncProperty(order, async (permutation) => {
      const pick = <T>(list: readonly T[]): readonly T[] => permutation.flatMap((i) => list.slice(i, i + 1));
      const permuted = await study(
        { ...plan, policies: pick(plan.policies), policyManifests: pick(plan.policyManifests) },
        REBOOT_OR_WIPE,
      );
      expect(permuted.policies).toEqual(pick(straight.policies));
      expect(permuted.timelines).toEqual(pick(straight.timelines));
      expect(permuted.verdict.sentence).toBe(straight.verdict.sentence);
      expect(new Set(permuted.pairs.map(normalised))).toEqual(new Set(straight.pairs.map(normalised)));
    }),
    { numRuns: 6 },
  );
});

/** A pair with its names in order; negative zero and the last bits of a mean are the only things that turning it may change. */
function normalised(pair: PairSummary): string {
  const turned = pair.a > pair.b;
  const { mean, low, high, method } = pair.differences.workloadUnavailableMs;
  const figures = turned ? [-mean, -high, -low] : [mean, low, high];
  const [a, b] = turned ? [pair.b, pair.a] : [pair.a, pair.b];
  return [a, b, ...figures.map((figure) => figure.toPrecision(9)), method, pair.differingPairs].join(' ');
}

test('every part of a full study is there and means what it says', async () => {
  const watched = hooks();
  const summary = await study(FULL, REBOOT_OR_WIPE, watched);
  expect(summary.complete).toBe(true);
  expect(summary.replications).toBe(60);
  expect(summary.pairs.map(({ a, b }) => [a, b])).toEqual([
    ['reboot', 'wipe'],
    ['reboot', 'nothing'],
    ['wipe', 'nothing'],
  ]);
  expect(summary.timelines.map(({ policy, replication, spans }) => [policy, replication, spans.length])).toEqual([
    ['reboot', 1, 1],
    ['wipe', 1, 1],
    ['nothing', 1, 1],
  ]);
  const [reboot] = summary.policies;
  expect(reboot?.manifests).toEqual(['MachineHealthCheck reboot: used']);
  expect(reboot?.scriptFired).toEqual({ 'rack loss': 60 });
  expect(reboot?.faults.hostDead).toEqual({ offered: 180, latent: 60, effective: 120 });
  expect(
    reboot?.workloads.map(({ workload, requiredReplicas, lostReplicaMs }) => [
      workload,
      requiredReplicas,
      lostReplicaMs.n,
    ]),
  ).toEqual([['shop/db', 2, 60]]);
  expect(reboot?.workloads[0]?.unavailableMs).toEqual(reboot?.metrics.workloadUnavailableMs);
  expect(summary.matchedPair?.description).toBe('same timeouts');
  expect(summary.matchedPair?.pair).toEqual(summary.pairs[0]);
  // 3 x 60 policies, 2 x 60 matched, 2 x 40 draws, 2 x 15 x 7 points.
  expect(watched.progress.at(-1)).toEqual({ doneRuns: 520, totalRuns: 520, phase: 'input uncertainty' });
  expect([...new Set(watched.progress.map(({ phase }) => phase))]).toEqual([
    'policies',
    'break-even',
    'matched pair',
    'input uncertainty',
  ]);
});

test('a matched pair that is among the policies is not run again', async () => {
  const policies = [aPolicy('reboot'), aPolicy('nothing'), aPolicy('wipe')];
  const [a, , b] = policies;
  const matchedPair = a && b ? { description: 'the same two', a, b } : null;
  const watched = hooks();
  const { matchedPair: found, pairs } = await study(aPlan({ policies, matchedPair }), REBOOT_OR_WIPE, watched);
  expect(found?.pair).toEqual(pairs[1]);
  expect(watched.progress.at(-1)).toEqual({ doneRuns: 300, totalRuns: 300, phase: 'policies' });
});

test('break-even: the reboot turns better where 5 p + 105 (1 - p) falls below 60.5 min, at p = 0.445', async () => {
  const { breakEven } = await study({ ...FULL, replications: 1000 }, REBOOT_OR_WIPE);
  expect(breakEven?.points.map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => i / 6));
  expect(breakEven?.points.map(({ difference }) => difference.n)).toEqual(Array.from({ length: 7 }, () => 100));
  expect([breakEven?.a, breakEven?.b, breakEven?.input, breakEven?.defaultValue]).toEqual([
    'reboot',
    'wipe',
    'rebootCures',
    0.9,
  ]);
  expect(breakEven?.flipsAt).toHaveLength(1);
  // 100 replications: the standard error of p is 0.05.
  expect(Math.abs((breakEven?.flipsAt[0] ?? 0) - 0.445)).toBeLessThan(0.15);
});

test('input uncertainty: of two inputs the one that matters leads, and the mean is that of the priors', async () => {
  const { inputUncertainty } = await study({ ...FULL, inputDraws: 400 }, REBOOT_OR_WIPE);
  expect(inputUncertainty?.draws).toBe(400);
  expect(inputUncertainty?.influence.map(({ input }) => input)).toEqual(['rebootCures', 'lemons']);
  const [cures, lemons] = inputUncertainty?.influence ?? [];
  expect(cures?.meaning).toBe('what rebootCures means');
  // A uniform p against an outcome that is all but binary: -sqrt(1/3) * sqrt(3/4) = -0.5, standard error 0.04.
  expect(Math.abs((cures?.rankCorrelation ?? 0) + 0.5)).toBeLessThan(0.12);
  expect(Math.abs(lemons?.rankCorrelation ?? 1)).toBeLessThan(0.15);
  // Over a uniform prior reboot costs 55 min on average against 60.5; single runs differ by -55.5 or 44.5 and luck.
  expect(inputUncertainty?.difference.low).toBeLessThan(-5.5 * MINUTE);
  expect(inputUncertainty?.difference.high).toBeGreaterThan(-5.5 * MINUTE);
  expect(inputUncertainty?.low).toBeLessThan(-55 * MINUTE);
  expect(inputUncertainty?.high).toBeGreaterThan(44 * MINUTE);
  expect(inputUncertainty?.aBetter.low).toBeLessThan(0.5);
  expect(inputUncertainty?.aBetter.high).toBeGreaterThan(0.5);
});

test('input uncertainty: with cures from 0.6 to 1 the reboot is ahead in the 80 % of draws that are cured', async () => {
  const inputs = [anInput('rebootCures', 'noReturnAfterPowerLoss', 0.6)];
  const plan = { ...FULL, inputDraws: 400, breakEvenPoints: 0 };
  const world = { config: plan.config, policies: studyPolicies(plan), inputs, run: REBOOT_OR_WIPE };
  const executor = new InProcessExecutor(world);
  const { inputUncertainty } = await conductStudy(plan, hooks(), { executor, inputs });
  expect(inputUncertainty?.a).toBe('reboot');
  expect(inputUncertainty?.aBetter.low).toBeLessThan(0.8);
  expect(inputUncertainty?.aBetter.high).toBeGreaterThan(0.8);
  expect(inputUncertainty?.aBetter.low).toBeGreaterThan(0.7);
});

test('break-even at the default value is the pair itself, on the same draws', async () => {
  const config = { ...FULL.config, faults: { ...FULL.config.faults, noReturnAfterPowerLoss: 0.5 } };
  const { breakEven, pairs } = await study({ ...FULL, config, replications: 10 }, REBOOT_OR_WIPE);
  expect(breakEven?.points[3]).toEqual({ value: 0.5, difference: pairs[0]?.differences.workloadUnavailableMs });
});

test('aborted in the middle: what is finished counts for all policies alike, and later parts are left out', async () => {
  const plan = { ...FULL, replications: 100 };
  const summary = await study(plan, REBOOT_OR_WIPE, hooks(90));
  expect(summary.complete).toBe(false);
  expect(summary.replications).toBe(36);
  expect(summary.policies.map(({ metrics }) => metrics.workloadUnavailableMs.n)).toEqual([36, 36, 36]);
  expect([summary.matchedPair, summary.inputUncertainty, summary.breakEven]).toEqual([null, null, null]);
  const shorter = await study({ ...plan, replications: 36 }, REBOOT_OR_WIPE);
  expect(summary.policies).toEqual(shorter.policies);
});

test('aborted before it began: a summary without policies that says so', async () => {
  const watched = hooks();
  watched.abort();
  const { policies, pairs, replications, complete, verdict } = await study(FULL, REBOOT_OR_WIPE, watched);
  expect({ policies, pairs, replications, complete }).toEqual({
    policies: [],
    pairs: [],
    replications: 0,
    complete: false,
  });
  expect(verdict.sentence).toBe('Nothing was compared: no replication was finished');
});

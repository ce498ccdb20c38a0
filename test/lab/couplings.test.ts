// What recovery load does to hosts as part of a study: three couplings on the same draws where the scenario speaks of one, nothing where not;
// and break-even over how full the disks are.

import { expect, test } from 'vitest';
import { conductStudy, studyPolicies } from '../../lab/conduct-study.ts';
import { InProcessExecutor } from '../../lab/in-process.ts';
import type { StudyPlan } from '../../lab/study-plan.ts';
import { couplingIn, STORAGE_FILL } from '../../sim/chosen-inputs.ts';
import { type PoolConfig, RECOVERY_COUPLINGS } from '../../sim/config.ts';
import { DEFAULT_POOL } from '../../sim/defaults.ts';
import { DEFAULT_FILL_LIMITS, DEFAULT_RECOVERY } from '../../sim/storage/defaults.ts';
import { aPlan, aPolicy, CONFIG, hooks, runWith } from './analytic-world.ts';

const MINUTE = 60_000;

const POOL: PoolConfig = {
  ...DEFAULT_POOL,
  name: 'block',
  logWrites: 300_000,
  usedBytes: { a: 60, b: 90 },
  fillLimits: { ...DEFAULT_FILL_LIMITS, bytesPerHost: 100 },
};

/** Each step of the coupling and each percent of fill costs the hasty policy time; the careful one costs the same whatever happens. */
const WORLD = runWith(({ config, policy, uniform }) => {
  const weather = Math.round(uniform('weather') * MINUTE);
  if (policy === 'careful') return weather + 100 * MINUTE;
  const coupling = RECOVERY_COUPLINGS.indexOf(couplingIn(config) ?? 'off');
  return weather + Math.round((80 + 30 * coupling + 100 * (STORAGE_FILL.valueIn(config) - 0.75)) * MINUTE);
});

function planWith(pool: PoolConfig, changes: Partial<StudyPlan> = {}): StudyPlan {
  const policies = [aPolicy('careful'), aPolicy('hasty')];
  return aPlan({ policies, config: { ...CONFIG, pools: [pool] }, ...changes });
}

function study(plan: StudyPlan, watched = hooks()) {
  const executor = new InProcessExecutor({
    config: plan.config,
    policies: studyPolicies(plan),
    inputs: [],
    run: WORLD,
  });
  return conductStudy(plan, watched, { executor, inputs: [] });
}

test('the verdict of a study flips between the couplings, and says so', async () => {
  const plan = planWith({ ...POOL, recovery: { ...DEFAULT_RECOVERY, coupling: 'off' } });
  const { couplings, verdict } = await study(plan);
  expect(couplings).toMatchObject({ a: 'careful', b: 'hasty', coupling: 'off' });
  expect(
    couplings?.points.map(({ coupling, difference }) => [coupling, difference.mean / MINUTE, difference.n]),
  ).toEqual([
    ['off', 20, 10],
    ['default', -10, 10],
    ['strong', -40, 10],
  ]);
  expect([verdict.outcome, verdict.winner]).toEqual(['inconclusive', null]);
  expect(verdict.reasons).toEqual([
    'the verdict flips between the couplings of recovery load: with default the advantage is -10 min [-10, -10] per year',
    'the verdict flips between the couplings of recovery load: with strong the advantage is -40 min [-40, -40] per year',
  ]);
});

test('where no scenario speaks of a coupling nothing is run and nothing is said', async () => {
  const watched = hooks();
  const summary = await study(planWith({ ...POOL, recovery: DEFAULT_RECOVERY }), watched);
  expect('couplings' in summary).toBe(false);
  expect(summary.verdict.winner).toBe('hasty');
});

test('progress counts the runs of the couplings', async () => {
  const seen: (readonly [number, number])[] = [];
  const watched = {
    ...hooks(),
    onProgress: ({ doneRuns, totalRuns }: { doneRuns: number; totalRuns: number }) => seen.push([doneRuns, totalRuns]),
  };
  await study(planWith({ ...POOL, recovery: { ...DEFAULT_RECOVERY, coupling: 'strong' } }), watched);
  expect(seen.at(-1)).toEqual([260, 260]);
});

test('break-even over the fill of the disks finds where the sign changes', async () => {
  const plan = planWith(POOL, { breakEvenPoints: 5, breakEvenSweep: { input: 'storageFill', from: 0.5, to: 1 } });
  const { breakEven } = await study(plan);
  expect(breakEven).toMatchObject({ a: 'careful', b: 'hasty', input: 'storageFill', defaultValue: 0.75 });
  expect(breakEven?.points.map(({ value }) => value)).toEqual([0.5, 0.625, 0.75, 0.875, 1]);
  expect(breakEven?.flipsAt.map((value) => Number(value.toFixed(6)))).toEqual([0.95]);
});

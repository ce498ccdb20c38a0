// Entry of the lab: carries out a study plan on this machine's cores with the real simulation and its assumed inputs.
// The work itself is in conduct-study.ts, which knows neither where runs happen nor what a run is.

import { ASSUMED_INPUTS } from '../sim/assumptions.ts';
import { simulate } from '../sim/simulation.ts';
import { conductStudy, studyPolicies } from './conduct-study.ts';
import type { Executor } from './executor.ts';
import { InProcessExecutor } from './in-process.ts';
import type { StudyHooks, StudyPlan } from './study-plan.ts';
import type { StudySummary } from './summary.ts';

/**
 * Runs the whole study: policies, matched pair, input uncertainty, break-even. Same plan (apart from `jobs`), same bytes.
 * Aborting is not an error: the summary then has `complete: false`. Rejects when a run throws.
 * @param through puts an executor of the caller's before the one that works, to see what passes.
 */
export async function runStudy(
  plan: StudyPlan,
  hooks: StudyHooks,
  through: (executor: Executor) => Executor = (executor) => executor,
): Promise<StudySummary> {
  const executor = through(await executorFor(plan));
  try {
    return await conductStudy(plan, hooks, { executor, inputs: ASSUMED_INPUTS });
  } finally {
    await executor.close();
  }
}

/** The pool is loaded when it is wanted: a study of one job starts without it. */
async function executorFor(plan: StudyPlan): Promise<Executor> {
  const study = { config: plan.config, policies: studyPolicies(plan) };
  if (plan.jobs <= 1) return new InProcessExecutor({ ...study, inputs: ASSUMED_INPUTS, run: simulate });
  const { WorkerPool } = await import('./worker-pool.ts');
  return new WorkerPool(study, { workers: plan.jobs });
}

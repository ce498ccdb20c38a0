// The whole lab on the real simulation: in process, on one worker thread and on two.

import { expect, test } from 'vitest';
import { conductStudy, studyPolicies } from '../../lab/conduct-study.ts';
import { runStudy } from '../../lab/study.ts';
import type { StudyPlan } from '../../lab/study-plan.ts';
import { WorkerPool } from '../../lab/worker-pool.ts';
import { ASSUMED_INPUTS } from '../../sim/assumptions.ts';
import type { HostConfig } from '../../sim/config.ts';
import { DEFAULT_HARDWARE } from '../../sim/defaults.ts';
import { aPlan, aPolicy, CONFIG, hooks } from './analytic-world.ts';

function aHost(number: number): HostConfig {
  return {
    namespace: 'metal',
    name: `host-${number}`,
    nodeName: `node-${number}`,
    rack: `rack-${number % 2}`,
    hardware: 'server',
    dataDisks: 0,
    initial: { state: 'serving' },
    controlPlane: false,
  };
}

const PLAN: StudyPlan = aPlan({
  policies: [aPolicy('no-remediation'), aPolicy('the same again')],
  config: {
    ...CONFIG,
    durationMs: 30 * 86_400_000,
    hosts: [1, 2, 3, 4].map(aHost),
    hardware: { server: DEFAULT_HARDWARE },
  },
  primaryMetric: 'nodeDowntimeMs',
  replications: 8,
  inputDraws: 4,
  breakEvenPoints: 3,
});

async function onThreads(workers: number): Promise<string> {
  const executor = new WorkerPool({ config: PLAN.config, policies: studyPolicies(PLAN) }, { workers });
  try {
    return JSON.stringify(await conductStudy(PLAN, hooks(), { executor, inputs: ASSUMED_INPUTS }));
  } finally {
    await executor.close();
  }
}

test('in process, one worker thread and two write the same summary, byte for byte', async () => {
  const inProcess = JSON.stringify(await runStudy(PLAN, hooks()));
  expect(JSON.stringify(await runStudy({ ...PLAN, jobs: 2 }, hooks()))).toBe(inProcess);
  expect(await onThreads(1)).toBe(inProcess);
});

test('another seed is another study, and a policy against itself still differs by exactly 0', async () => {
  const first = await runStudy(PLAN, hooks());
  const second = await runStudy({ ...PLAN, config: { ...PLAN.config, seed: 'another' } }, hooks());
  expect(second.policies[0]?.fingerprint).not.toBe(first.policies[0]?.fingerprint);
  for (const { pairs } of [first, second]) {
    expect(pairs.map(({ differingPairs }) => differingPairs)).toEqual([0]);
    expect(new Set(Object.values(pairs[0]?.differences ?? {}).map(({ mean, method }) => `${mean} ${method}`))).toEqual(
      new Set(['0 exact']),
    );
  }
});

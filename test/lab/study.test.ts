// The whole lab on the real simulation and a small cluster of the scenario language: in process, on one worker thread and
// on two.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { conductStudy, studyPolicies } from '../../lab/conduct-study.ts';
import { runStudy } from '../../lab/study.ts';
import type { StudyPlan } from '../../lab/study-plan.ts';
import { WorkerPool } from '../../lab/worker-pool.ts';
import { loadStudy } from '../../scenarios/compile.ts';
import { ASSUMED_INPUTS } from '../../sim/assumptions.ts';
import type { PolicyConfig } from '../../sim/config.ts';
import { memoryFiles } from '../scenarios/memory-files.ts';
import { aPlan, hooks } from './analytic-world.ts';

const SCENARIO = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: small }
spec:
  study: steady
  duration: 30d
  replications: 6
  seed: small
  primaryMetric: nodeDowntimeMs
  minimumEffect: 5%
  cluster:
    generate:
      machineApi: openshift
      racks: 2
      groups:
        - { name: master, role: control-plane, count: 3, hardware: model }
        - { name: worker, count: 5, hardware: model, dataDisks: 1, diskSize: 1TiB }
      workloads:
        - { name: db, replicas: 3, minAvailable: 2, volume: 10GiB }
        - { name: vm, kind: VirtualMachine, count: 3, volume: 10GiB, sharedDisk: true, evictionStrategy: LiveMigrate }
  hardware: { model: {} }
  policies:
    - { name: reboot-first, files: [reboot-first.yaml] }
    - { name: reprovision, files: [reprovision.yaml] }
`;

const example = (name: string): string =>
  readFileSync(new URL(`../../examples/policies/${name}`, import.meta.url), 'utf8');

function smallPlan(): StudyPlan {
  const files = memoryFiles({
    'small.yaml': SCENARIO,
    'reboot-first.yaml': example('reboot-first.yaml'),
    'reprovision.yaml': example('reprovision.yaml'),
  });
  const loaded = loadStudy({ scenarioFile: 'small.yaml' }, files);
  if (!('study' in loaded)) throw new Error(JSON.stringify(loaded.problems));
  const { config, policies, primaryMetric, minimumEffect, replications } = loaded.study;
  return aPlan({
    config,
    policies,
    primaryMetric,
    minimumEffect,
    replications,
    inputDraws: 4,
    breakEvenPoints: 3,
  });
}

const PLAN = smallPlan();

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

test('policies that act differently have different histories in the same weather', async () => {
  const { pairs, policies } = await runStudy({ ...PLAN, inputDraws: 0, breakEvenPoints: 0 }, hooks());
  const [reboot, reprovision] = policies;
  const offered = policies.map(({ faults }) => Object.values(faults).map((counts) => counts.offered));
  expect(offered[0]).toEqual(offered[1]);
  expect(Math.max(...(offered[0] ?? []))).toBeGreaterThan(0);
  expect(pairs[0]?.differingPairs).toBeGreaterThan(0);
  expect(reboot?.metrics.nodeDowntimeMs.mean).toBeGreaterThan(0);
  const reprovisionings = (policy: typeof reboot): number => policy?.metrics.reprovisionings.mean ?? Number.NaN;
  expect(reprovisionings(reprovision)).toBeGreaterThan(reprovisionings(reboot));
});

test('another seed is another study, and a policy against itself still differs by exactly 0', async () => {
  const [policy] = PLAN.policies;
  if (policy === undefined) throw new Error('the plan has a policy');
  const again: PolicyConfig = { ...policy, name: 'the same again' };
  const plan = { ...PLAN, policies: [policy, again], inputDraws: 0, breakEvenPoints: 0 };
  const first = await runStudy(plan, hooks());
  const second = await runStudy({ ...plan, config: { ...plan.config, seed: 'another' } }, hooks());
  expect(second.policies[0]?.fingerprint).not.toBe(first.policies[0]?.fingerprint);
  for (const { pairs } of [first, second]) {
    expect(pairs.map(({ differingPairs }) => differingPairs)).toEqual([0]);
    const differences = Object.values(pairs[0]?.differences ?? {}).map(({ mean, method }) => `${mean} ${method}`);
    expect(new Set(differences)).toEqual(new Set(['0 exact']));
  }
});

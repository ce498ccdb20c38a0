// What the lab itself costs around the runs: CPU per study of 3 policies x REPLICATIONS with WORKLOADS workloads, on runs
// that take no time. usage: node bench/lab/summarise.ts [REPLICATIONS] [WORKLOADS]

import { conductStudy, studyPolicies } from '../../lab/conduct-study.ts';
import { InProcessExecutor } from '../../lab/in-process.ts';
import { normalQuantile } from '../../sim/kernel/special-functions.ts';
import { aPlan, aPolicy, hooks, runWith } from '../../test/lab/analytic-world.ts';
import { cpuMeter } from '../kernel/cpu-meter.ts';

const replications = Number(process.argv[2] ?? 100);
const workloads = Number(process.argv[3] ?? 200);

const skewed = runWith(
  ({ uniform, policy }) => Math.round(1e6 * Math.exp(1.5 * normalQuantile(uniform(`weather of ${policy}`)))),
  ({ uniform }) => ({ fencings: Math.floor(20 * uniform('fencings')), resyncBytes: 1e12 * uniform('bytes') }),
);
const plan = aPlan({ policies: ['a', 'b', 'c'].map(aPolicy), replications });
const executor = new InProcessExecutor({
  config: plan.config,
  policies: studyPolicies(plan),
  inputs: [],
  run: (config, policy, options) => {
    const { result, recording } = skewed(config, policy, options);
    const [only] = result.workloads;
    const copies = Array.from({ length: workloads }, (_, i) => (only ? [{ ...only, workload: `shop/db-${i}` }] : []));
    return { result: { ...result, workloads: copies.flat() }, recording };
  },
});

const cpu = cpuMeter();
const summary = await conductStudy(plan, hooks(), { executor, inputs: [] });
const seconds = cpu();
process.stdout.write(
  `${replications} replications, ${workloads} workloads: ${seconds.toFixed(2)} CPU s, ${(JSON.stringify(summary).length / 1024).toFixed(0)} KiB\n`,
);

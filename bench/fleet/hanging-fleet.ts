// The study of the fleet benchmarks: machines of one role under reboot-first, whose only faults are hangs that a reboot cures,
// so that every incident walks the whole flow: silence, health check, power off, Node deleted, power on, Node restored.

import { loadStudy } from '../../scenarios/compile.ts';
import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { studyFiles } from '../../twin/study-files.ts';

export interface HangingFleet {
  readonly config: SimConfig;
  readonly policy: PolicyConfig;
}

/** From the scenario file on, as the command line does it. `hangsPerNodeYear` 0 is an idle fleet. */
export function hangingFleet(nodes: number, days: number, hangsPerNodeYear: number): HangingFleet {
  const loaded = loadStudy(
    {
      scenarioFile: 'fleet.yaml',
      policies: [{ name: 'reboot-first', files: ['examples/policies/reboot-first.yaml'] }],
    },
    {
      ...studyFiles,
      readText: (path) =>
        path === 'fleet.yaml' ? { kind: 'text', text: scenario(nodes, days) } : studyFiles.readText(path),
    },
  );
  if ('problems' in loaded) {
    throw new Error(loaded.problems.map(({ file, line, message }) => `${file}:${line} ${message}`).join('\n'));
  }
  const { config, policies } = loaded.study;
  const [policy] = policies;
  if (policy === undefined) throw new Error('the study has its policy');
  const quiet = Object.fromEntries(
    Object.entries(config.faults.classes).map(([name, fault]) => [name, { ...fault, perYear: 0 }]),
  ) as typeof config.faults.classes;
  const osHang = {
    ...config.faults.classes.osHang,
    perYear: hangsPerNodeYear,
    gapShape: 1,
    cures: { itself: 0, reboot: 1, powerCycle: 1, reprovision: 1 },
  };
  return {
    config: {
      ...config,
      faults: { ...config.faults, frailtySigma: 0, classes: { ...quiet, osHang } },
      plannedReboots: { ...config.plannedReboots, everyMs: 0 },
    },
    policy,
  };
}

function scenario(nodes: number, days: number): string {
  return `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: fleet }
spec:
  study: steady
  duration: ${days}d
  seed: fleet
  cluster:
    generate:
      machineApi: openshift
      racks: ${Math.max(3, Math.ceil(nodes / 20))}
      groups:
        - { name: worker, count: ${nodes}, dataDisks: 0 }
      workloads: []
`;
}

// Fleets of workers for the benchmarks in which nothing happens by itself, from the scenario file on, as the command line
// reads it.

import { loadStudy } from '../../scenarios/compile.ts';
import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { studyFiles } from '../../twin/study-files.ts';

const FILE = 'fleet.yaml';

export interface FleetShape {
  readonly nodes: number;
  readonly days: number;
  /** A YAML list in flow style. */
  readonly workloads: string;
  readonly policies: readonly { readonly name: string; readonly files: readonly string[] }[];
}

/** No faults, no planned reboots. */
export function quietFleet(shape: FleetShape): {
  readonly config: SimConfig;
  readonly policies: readonly PolicyConfig[];
} {
  const text = scenario(shape);
  const loaded = loadStudy(
    { scenarioFile: FILE, policies: shape.policies },
    { ...studyFiles, readText: (path) => (path === FILE ? { kind: 'text', text } : studyFiles.readText(path)) },
  );
  if ('problems' in loaded) {
    throw new Error(loaded.problems.map(({ file, line, message }) => `${file}:${line} ${message}`).join('\n'));
  }
  const { config, policies } = loaded.study;
  const classes = Object.fromEntries(
    Object.entries(config.faults.classes).map(([name, fault]) => [name, { ...fault, perYear: 0 }]),
  ) as typeof config.faults.classes;
  return {
    config: {
      ...config,
      faults: { ...config.faults, classes },
      plannedReboots: { ...config.plannedReboots, everyMs: 0 },
    },
    policies,
  };
}

function scenario({ nodes, days, workloads }: FleetShape): string {
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
      workloads: ${workloads}
`;
}

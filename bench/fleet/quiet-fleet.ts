// Fleets of workers for the benchmarks in which nothing happens by itself, from the scenario file on, as the command line
// reads it.

import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { writtenStudy } from '../../test/kit/written-study.ts';

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
  const { config, policies } = writtenStudy(
    { scenarioFile: FILE, policies: shape.policies },
    { [FILE]: scenario(shape) },
  );
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

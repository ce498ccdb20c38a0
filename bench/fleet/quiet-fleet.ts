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
  /** Every worker has a data disk in a cell of so many hosts with 1,024 placement groups; absent: no storage on the hosts. */
  readonly hostsPerCell?: number | undefined;
}

export const WEB_REPLICAS = 10;

/** So many pods of small Deployments, each with a disruption budget that spares one. */
export function webPods(pods: number): string {
  if (pods === 0) return '[]';
  const count = pods / WEB_REPLICAS;
  return `[{ name: web, kind: Deployment, replicas: ${WEB_REPLICAS}, count: ${count}, minAvailable: ${WEB_REPLICAS - 1}, cpu: 0.1, memory: 128MiB }]`;
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

function scenario({ nodes, days, workloads, hostsPerCell }: FleetShape): string {
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
        - { name: worker, count: ${nodes}, dataDisks: ${hostsPerCell === undefined ? 0 : 1} }
      workloads: ${workloads}
${hostsPerCell === undefined ? '' : `  storage: { cells: { hosts: ${hostsPerCell} }, placementGroups: 1024 }`}
`;
}

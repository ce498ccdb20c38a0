// Small clusters for swarms: every combination of a few features, from the scenario language, with a policy of manifests.

import type { MachineApi } from '../../core/api/machine.ts';
import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { writtenRun } from '../kit/written-study.ts';

export interface ClusterShape {
  readonly machineApi: MachineApi;
  readonly racks: number;
  readonly workers: number;
  readonly spares: number;
  /** Data disks of every worker; 0 is a cluster without storage of its own. */
  readonly dataDisks: 0 | 2;
}

function scenario({ machineApi, racks, workers, spares, dataDisks }: ClusterShape): string {
  const spare =
    spares === 0 ? '' : `\n        - { name: spare, role: spare, count: ${spares}, dataDisks: ${dataDisks} }`;
  return `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: swarm }
spec:
  study: steady
  duration: 1d
  seed: swarm
  cluster:
    generate:
      machineApi: ${machineApi}
      racks: ${racks}
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: ${workers}, dataDisks: ${dataDisks} }${spare}
      workloads:
        - { name: db, count: 2, replicas: 3, minAvailable: 2, volume: 50GiB, cpu: 2, memory: 8GiB }
        - { name: web, kind: Deployment, count: 1, replicas: 3, cpu: 2, memory: 4GiB }
        - { name: one, count: 1, replicas: 1, volume: 10GiB, cpu: 1, memory: 2GiB }
  faults: { background: none }
  plannedReboots: { every: never }
  provisioning: { failShare: 0 }
  people: { page: 36500d, lateNotice: 36500d }
`;
}

export interface LoadedCluster {
  readonly config: SimConfig;
  readonly policy: PolicyConfig;
}

/** @param manifests the policy's, as text. */
export function loadCluster(shape: ClusterShape, manifests: string): LoadedCluster {
  return writtenRun(
    { scenarioFile: 'swarm.yaml', policies: [{ name: 'swarm', files: ['policy.yaml'] }] },
    { 'swarm.yaml': scenario(shape), 'policy.yaml': manifests },
  );
}

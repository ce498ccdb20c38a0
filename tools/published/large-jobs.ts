// How long a job lasts that stops with the first of its nodes, by how many it has.

import { simulate } from '../../sim/simulation.ts';
import { writtenStudy } from '../../test/kit/written-study.ts';
import type { PublishedItem, PublishedRow } from './published-item.ts';

const PER_NODE_DAY = 0.0065;
const GPUS_PER_NODE = 8;

/** Of a job on all nodes of a cluster: days over failures. */
export interface JobLife {
  readonly hours: number;
  readonly standardError: number;
}

export function jobLife(nodes: number, days: number): JobLife {
  const { config, policies } = writtenStudy(
    { scenarioFile: 's.yaml', policies: [{ name: 'none', files: [] }] },
    { 's.yaml': scenario(nodes, days) },
  );
  const [policy] = policies;
  if (policy === undefined) throw new Error('the study has a policy');
  const { faults } = simulate(config, policy, { replication: 1, record: false }).result;
  const failures = faults.selfHealingOutage.offered;
  const hours = (24 * days) / failures;
  return { hours, standardError: hours / Math.sqrt(failures) };
}

function scenario(nodes: number, days: number): string {
  return `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: large-jobs }
spec:
  study: steady
  duration: ${days}d
  seed: large-jobs
  cluster:
    generate:
      machineApi: openshift
      racks: 16
      groups:
        - { name: node, count: ${nodes}, dataDisks: 0 }
  storage: { kind: external }
  faults:
    frailtySigma: 0
    background:
      selfHealingOutage: { perYear: ${(PER_NODE_DAY * 365.25).toFixed(4)}, gapShape: 1, duration: 10s }
      kernelPanic: { perYear: 0 }
      osHang: { perYear: 0 }
      kubeletDead: { perYear: 0 }
      hostDead: { perYear: 0 }
      bmcUnreachable: { perYear: 0 }
      switchOutage: { perYear: 0 }
      rackPowerLoss: { perYear: 0 }
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
`;
}

export const JOBS = [
  { nodes: 128, days: 1600, published: 7.9, isScaled: false },
  { nodes: 2048, days: 100, published: 1.8, isScaled: true },
  { nodes: 16_384, days: 12, published: 0.23, isScaled: true },
] as const;

export function largeJobsItem(): PublishedItem {
  return {
    title: 'Large training jobs: where life goes as one over the size',
    source: 'Kokolis et al., HPCA 2025 (arXiv 2410.21680): RSC-1, 6.50 failures in 1000 node-days.',
    how: `Nodes of ${GPUS_PER_NODE} GPUs that fail by themselves at that rate, and a job on all of them that ends with the first failure. The size of 131 072 was
projected there, too. A job of 1 024 lives a quarter as long there as its share of the node failures says: what stopped small jobs was
mostly something else, and nothing in a node's rate can tell.`,
    rows: JOBS.map(({ nodes, days, published }): PublishedRow => {
      const { hours, standardError } = jobLife(nodes, days);
      const digits = hours < 1 ? 3 : hours < 10 ? 2 : 1;
      return {
        what: `${(nodes * GPUS_PER_NODE).toLocaleString('en-US').replaceAll(',', ' ')} GPUs`,
        published: `${published} h`,
        ours: `${hours.toFixed(digits)} ± ${standardError.toFixed(digits)} h`,
      };
    }),
  };
}

// One Google cluster-year: the ready set on a cluster of 30 racks with 60 machines, counted over a year.

import { simulate } from '../../sim/simulation.ts';
import { writtenStudy } from '../../test/kit/written-study.ts';
import { type MeanAndError, meanAndError, type PublishedItem, withError } from './published-item.ts';

const RACKS = 30;
const MACHINES_PER_RACK = 60;
const REPLICATIONS = 6;

/** Short outages, BMCs and switches are not on the list, and would be most of the work. */
const SCENARIO = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: cluster-year }
spec:
  study: steady
  duration: 365d
  seed: cluster-year
  cluster:
    generate:
      machineApi: openshift
      racks: ${RACKS}
      groups:
        - { name: machine, count: ${RACKS * MACHINES_PER_RACK}, dataDisks: 0 }
  faults:
    set: google-cluster-year
    background: { selfHealingOutage: { perYear: 0 }, bmcUnreachable: { perYear: 0 }, switchOutage: { perYear: 0 } }
  plannedReboots: { every: never }
`;

const MACHINE_FAULTS = ['hostDead', 'osHang', 'kernelPanic', 'kubeletDead'] as const;

export interface ClusterYear {
  readonly machines: MeanAndError;
  readonly racks: MeanAndError;
}

export function clusterYear(): ClusterYear {
  const { config, policies } = writtenStudy(
    { scenarioFile: 's.yaml', policies: [{ name: 'none', files: [] }] },
    { 's.yaml': SCENARIO },
  );
  const [policy] = policies;
  if (policy === undefined) throw new Error('the study has a policy');
  const runs = Array.from({ length: REPLICATIONS }, (_, index) => {
    const { faults } = simulate(config, policy, { replication: index + 1, record: false }).result;
    return {
      machines: MACHINE_FAULTS.reduce((sum, name) => sum + faults[name].offered, 0),
      racks: faults.rackPowerLoss.offered,
    };
  });
  return {
    machines: meanAndError(runs.map(({ machines }) => machines)),
    racks: meanAndError(runs.map(({ racks }) => racks)),
  };
}

export function clusterYearItem(): PublishedItem {
  const { machines, racks } = clusterYear();
  return {
    title: 'One Google cluster-year',
    source: 'Dean, "Designs, lessons and advice from building large distributed systems", LADIS 2009, slide 10.',
    how: `The ready set \`google-cluster-year\` ([fault-sets.md](generated/fault-sets.md)) on ${RACKS} racks of ${MACHINES_PER_RACK} machines for a year, ${REPLICATIONS} worlds, mean and standard
error. A few machines more than the list has are dead since they did not return from a loss of power. What the list has and the set
has not stands beside the set.`,
    rows: [
      { what: 'individual machine failures', published: 'about 1000', ours: withError(machines, 0) },
      { what: 'rack failures', published: 'about 20', ours: withError(racks, 1) },
    ],
  };
}

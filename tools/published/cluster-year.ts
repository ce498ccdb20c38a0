// One Google cluster-year: the ready set on a cluster of 30 racks with 60 machines, counted over a year.

import { simulate } from '../../sim/simulation.ts';
import { writtenStudy } from '../../test/kit/written-study.ts';
import { type MeanAndError, meanAndError, type PublishedItem, withError } from './published-item.ts';

const RACKS = 30;
const MACHINES_PER_RACK = 60;
/** Independent years. */
export const REPLICATIONS = 6;

/** Three rooms of 600 machines: what one PDU feeds on the list. */
const ROOMS = [0, 1, 2]
  .map(
    (room) =>
      `{ name: room-${room}, racks: [${Array.from({ length: 10 }, (_, rack) => `rack-${room * 10 + rack + 1}`).join(', ')}] }`,
  )
  .join(', ');

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
    power:
      rooms: [${ROOMS}]
  faults:
    set: google-cluster-year
    background: { selfHealingOutage: { perYear: 0 }, bmcUnreachable: { perYear: 0 }, switchOutage: { perYear: 0 } }
  plannedReboots: { every: never }
`;

const MACHINE_FAULTS = ['hostDead', 'osHang', 'kernelPanic', 'kubeletDead'] as const;

export interface ClusterYear {
  readonly machines: MeanAndError;
  readonly racks: MeanAndError;
  readonly pdus: MeanAndError;
  readonly overheating: MeanAndError;
  /** Racks' worth of machines that lose packets. */
  readonly wonkyRacks: MeanAndError;
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
      pdus: faults.roomPowerLoss?.offered ?? 0,
      overheating: faults.coolingLoss?.offered ?? 0,
      wonkyRacks: (faults.lossyLink?.offered ?? 0) / MACHINES_PER_RACK,
    };
  });
  const of = (field: keyof (typeof runs)[number]): MeanAndError => meanAndError(runs.map((run) => run[field]));
  return {
    machines: of('machines'),
    racks: of('racks'),
    pdus: of('pdus'),
    overheating: of('overheating'),
    wonkyRacks: of('wonkyRacks'),
  };
}

export function clusterYearItem(): PublishedItem {
  const { machines, racks, pdus, overheating, wonkyRacks } = clusterYear();
  return {
    title: 'One Google cluster-year',
    source: 'Dean, "Designs, lessons and advice from building large distributed systems", LADIS 2009, slide 10.',
    how: `The ready set \`google-cluster-year\` ([fault-sets.md](generated/fault-sets.md)) on ${RACKS} racks of ${MACHINES_PER_RACK} machines for a year, ${REPLICATIONS} worlds, mean and standard
error. A few machines more than the list has are dead since they did not return from a loss of power. What the list has and the set
has not stands beside the set.`,
    rows: [
      { what: 'individual machine failures', published: 'about 1000', ours: withError(machines, 0) },
      { what: 'rack failures', published: 'about 20', ours: withError(racks, 1) },
      { what: 'PDU failures, 500 to 1000 machines each', published: 'about 1', ours: withError(pdus, 1) },
      { what: 'overheating', published: 'about 0.5', ours: withError(overheating, 1) },
      { what: 'racks that go wonky (sixty machines are one)', published: 'about 5', ours: withError(wonkyRacks, 1) },
    ],
  };
}

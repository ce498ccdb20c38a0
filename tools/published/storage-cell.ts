// The nodes and racks of a storage cell: how often they are away, and how much of that comes in bursts, read off the failures of a
// simulated cell as it was read off those of the real ones.

import { simulate } from '../../sim/simulation.ts';
import { writtenStudy } from '../../test/kit/written-study.ts';
import type { PublishedItem } from './published-item.ts';

const NODES = 1000;
const RACKS = 25;
/** Of the page. */
const YEARS = 4;
const DAYS_PER_MONTH = 365.25 / 12;
const NODE_MONTHS = 4.3;
const RACK_YEARS = 10.2;
/** Two failures with less between them belong to one burst. */
const WINDOW_MS = 120_000;
const BLOCK_MS = 30 * 86_400_000;

function scenario(years: number): string {
  return `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: storage-cell }
spec:
  study: steady
  duration: ${years * 365}d
  seed: storage-cell
  cluster:
    generate:
      machineApi: openshift
      racks: ${RACKS}
      groups:
        - { name: node, count: ${NODES}, dataDisks: 0 }
  storage: { kind: external }
  faults:
    frailtySigma: 0
    noReturnAfterPowerLoss: 0
    bursts: {}
    background:
      selfHealingOutage: { perYear: ${(12 / NODE_MONTHS).toFixed(4)}, duration: 1h }
      rackPowerLoss: { perYear: ${(1 / RACK_YEARS).toFixed(4)}, duration: 1h }
      kernelPanic: { perYear: 0 }
      osHang: { perYear: 0 }
      kubeletDead: { perYear: 0 }
      hostDead: { perYear: 0 }
      bmcUnreachable: { perYear: 0 }
      switchOutage: { perYear: 0 }
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
`;
}

export interface CellFailures {
  readonly nodeMonths: number;
  readonly rackYears: number;
  readonly rackFailures: number;
  /** Of the failures of nodes, those with another node's within the window before or after. */
  readonly inBursts: number;
  /** Of that share, over months of the run: bursts are few, and some are large. */
  readonly standardError: number;
  /** Failures of nodes that were counted. */
  readonly failures: number;
}

export function storageCell(years: number): CellFailures {
  const { config, policies } = writtenStudy(
    { scenarioFile: 's.yaml', policies: [{ name: 'none', files: [] }] },
    { 's.yaml': scenario(years) },
  );
  const [policy] = policies;
  if (policy === undefined) throw new Error('the study has a policy');
  const { result, recording } = simulate(config, policy, { replication: 1, record: true });
  const nodes = new Set(config.hosts.map(({ name }) => name));
  const atMs = (recording?.story ?? [])
    .filter(({ topic, subject, text }) => topic === 'fault' && nodes.has(subject) && text.includes(', ends by '))
    .map((entry) => entry.atMs);
  const near = (one: number | undefined, other: number | undefined): boolean =>
    one !== undefined && other !== undefined && other - one <= WINDOW_MS;
  const isInBurst = atMs.map((at, index) => near(atMs[index - 1], at) || near(at, atMs[index + 1]));
  const rackFailures = result.faults.rackPowerLoss.offered;
  return {
    nodeMonths: (NODES * years * 365) / DAYS_PER_MONTH / atMs.length,
    rackYears: (RACKS * years * 365) / 365.25 / rackFailures,
    rackFailures,
    ...shareOf(isInBurst, atMs),
    failures: atMs.length,
  };
}

/** A ratio of sums over blocks of time, with its standard error. */
function shareOf(is: readonly boolean[], atMs: readonly number[]): Pick<CellFailures, 'inBursts' | 'standardError'> {
  const inBursts = is.filter(Boolean).length / is.length;
  const residuals = new Map<number, number>();
  is.forEach((one, index) => {
    const block = Math.floor((atMs[index] ?? 0) / BLOCK_MS);
    residuals.set(block, (residuals.get(block) ?? 0) + (one ? 1 : 0) - inBursts);
  });
  const square = [...residuals.values()].reduce((sum, residual) => sum + residual ** 2, 0);
  return { inBursts, standardError: Math.sqrt(square) / is.length };
}

export function storageCellItem(): PublishedItem {
  const { nodeMonths, rackYears, rackFailures, inBursts, standardError, failures } = storageCell(YEARS);
  return {
    title: 'A storage cell: how often nodes and racks are away, and how much of it comes in bursts',
    source: 'Ford et al., "Availability in globally distributed storage systems", OSDI 2010, table 2 and 4.1.',
    how: `${NODES} nodes in ${RACKS} racks for ${YEARS} years, with their rates and \`faults.bursts\` as it is without a number. Failures of nodes are read off the story of the
run and put into bursts as theirs were: two with less than 120 s between them belong together. A few do so by chance, here and there.
What they had to say of the sizes of bursts is not theirs here: those are of Los Alamos.`,
    rows: [
      {
        what: 'from one failure of a node to the next',
        published: '4.3 months',
        ours: `${nodeMonths.toFixed(2)} months (n ${failures})`,
      },
      { what: 'of a rack', published: '10.2 years', ours: `${rackYears.toFixed(1)} years (n ${rackFailures})` },
      {
        what: 'failures of nodes in bursts of two or more',
        published: '37 %',
        ours: `${(inBursts * 100).toFixed(1)} ± ${(standardError * 100).toFixed(1)} %`,
      },
    ],
  };
}

// What a faster recovery is worth, where nodes fail one by one and where more than a third of them fail in bursts.

import { simulate } from '../../sim/simulation.ts';
import { writtenStudy } from '../../test/kit/written-study.ts';
import type { PublishedItem } from './published-item.ts';

/** Per node and year: once in 40 h, so that three copies are away at once often enough to be counted. */
const SINGLE_PER_YEAR = 219;
/** Per rack and year, so that 37 % of the failures of a node come with its rack. Source: Ford et al., OSDI 2010, 4.1. */
const BURSTS_PER_YEAR = Math.round((SINGLE_PER_YEAR * 0.37) / 0.63);

/**
 * Bytes per second into one node: half an hour for a group, of which a node of 900 GB has twelve. No limit is shared by all, so that
 * two nodes that are away do not wait for each other.
 */
const RATE = 41_700_000;

function scenario(rate: number, bursts: number): string {
  return `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: recovery-speed }
spec:
  study: steady
  duration: 365d
  seed: recovery-speed
  cluster:
    generate:
      machineApi: openshift
      racks: 6
      groups:
        - { name: node, count: 30, dataDisks: 1 }
  storage:
    replicas: 3
    minSize: 1
    failureDomain: host
    placementGroups: 120
    usedPerHost: 900GB
    resyncPerSecond: 100TB
    resyncPerSecondPerHost: ${Math.round(rate / 1e3)}KB
    writesPerSecondPerHost: 0
    downOut: 1s
  faults:
    frailtySigma: 0
    noReturnAfterPowerLoss: 0
    background:
      selfHealingOutage: { perYear: ${SINGLE_PER_YEAR}, gapShape: 1, duration: 4h }
      rackPowerLoss: { perYear: ${bursts}, duration: 4h }
      kernelPanic: { perYear: 0 }
      osHang: { perYear: 0 }
      kubeletDead: { perYear: 0 }
      hostDead: { perYear: 0 }
      diskFailure: { perYear: 0 }
      bmcUnreachable: { perYear: 0 }
      switchOutage: { perYear: 0 }
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
`;
}

/** Hours a year in which some group had no copy to serve, one value a replication. */
function unavailableHours(speed: number, bursts: number, replications: number): readonly number[] {
  const { config, policies } = writtenStudy(
    { scenarioFile: 's.yaml', policies: [{ name: 'none', files: [] }] },
    { 's.yaml': scenario(RATE * speed, bursts) },
  );
  const [policy] = policies;
  if (policy === undefined) throw new Error('the study has a policy');
  return Array.from(
    { length: replications },
    (_, index) =>
      simulate(config, policy, { replication: index + 1, record: false }).result.metrics.dataUnavailableMs / 3_600_000,
  );
}

export interface SpeedEffect {
  /** Hours a year without the faster recovery. */
  readonly hours: number;
  /** Share of them that is left with it. */
  readonly left: number;
  /** Of the share, from the same worlds with and without. */
  readonly standardError: number;
}

/** @param speed how many times as fast; the same failures with and without. */
export function effectOfSpeed(speed: number, kind: 'independent' | 'bursts', replications: number): SpeedEffect {
  const bursts = kind === 'bursts' ? BURSTS_PER_YEAR : 0;
  const before = unavailableHours(1, bursts, replications);
  const after = unavailableHours(speed, bursts, replications);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const left = sum(after) / sum(before);
  const residuals = before.map((hours, index) => (after[index] ?? 0) - left * hours);
  const square = residuals.reduce((total, residual) => total + residual * residual, 0);
  const mean = sum(before) / replications;
  return {
    hours: mean,
    left,
    standardError: Math.sqrt(square / (replications - 1) / replications) / mean,
  };
}

const YEARS_INDEPENDENT = 48;
const YEARS_WITH_BURSTS = 8;
/** A tenth less time for the same bytes. */
const TENTH_FASTER = 1 / 0.9;
export const TEN_TIMES = 10;

export function recoverySpeedItem(): PublishedItem {
  const single = effectOfSpeed(TENTH_FASTER, 'independent', YEARS_INDEPENDENT);
  const singleMuch = effectOfSpeed(TEN_TIMES, 'independent', YEARS_WITH_BURSTS);
  const little = effectOfSpeed(TENTH_FASTER, 'bursts', YEARS_WITH_BURSTS);
  const much = effectOfSpeed(TEN_TIMES, 'bursts', YEARS_WITH_BURSTS);
  const less = ({ left, standardError }: SpeedEffect): string =>
    `${((1 - left) * 100).toFixed(1)} ± ${(standardError * 100).toFixed(1)} % less`;
  return {
    title: 'Recovery speed stops mattering once bursts dominate',
    source: 'Ford et al., "Availability in globally distributed storage systems", OSDI 2010, 8.2 and 4.1.',
    how: `30 nodes in six racks, three copies on any three of them, all copies of a node that is away made elsewhere within half an hour. Nodes
fail one by one, once in 40 h for 4 h; in the second world 37 % of a node's failures are those of its rack, which Ceph's rules do not
rebuild (\`mon_osd_down_out_subtree_limit\`). Rates are a hundredfold those of a real cell, so that unavailability can be counted; with
three copies, a recovery in 0.9 of the time leaves 0.9² of the unavailability of independent failures. How large bursts are at Google was
not published: here they are whole racks, and some groups lie in one. The same failures with and without, mean and standard error.`,
    rows: [
      { what: 'independent failures, 10 % faster: unavailability', published: '19 % less', ours: less(single) },
      { what: 'independent failures, 90 % faster', published: '', ours: less(singleMuch) },
      { what: '37 % of failures in bursts, 10 % faster', published: '', ours: less(little) },
      { what: '37 % of failures in bursts, 90 % faster', published: '6 % less', ours: less(much) },
    ],
  };
}

// Oracle D5: three hosts with a replica each, of which two must serve, and people enough for every repair. What is asked of the
// simulator is what it reports of the workload: when it was unavailable.

import type { World } from '../../sim/world.ts';
import { HOUR_MS, LATE_NOTICE, SEEN_AT_ONCE } from './crew-oracles.ts';
import { crewStudy, replications } from './crew-study.ts';

const YEAR_HOURS = 8766;
/** All times are ten times the oracle's, so that the seconds until a dead host is seen hardly count. */
const TIMES = 10;

export interface QuorumScenario {
  readonly mttfHours: number;
  readonly mttrHours: number;
  readonly repair: 'exponential' | 'constant';
  readonly hours: number;
  readonly runs: number;
}

export interface QuorumRun {
  /** Share of the time without two of three. */
  readonly unavailable: number;
  readonly lossesPerHour: number;
  /** From each instant at which all were up, for the first time since a loss, to the next loss. */
  readonly hoursToLoss: readonly number[];
  /** The same times in all, and that since then which the end of the run cut short. */
  readonly hoursAtRisk: number;
}

export function quorumRuns({ mttfHours, mttrHours, repair, hours, runs }: QuorumScenario): readonly QuorumRun[] {
  const meanHours = mttrHours * TIMES;
  const study = crewStudy({
    duration: `${hours * TIMES}h`,
    groups: ['{ name: w, count: 3, cpu: 8, hardware: failing }'],
    // One fits on a host.
    workloads: ['{ name: quorum, replicas: 3, cpu: 5 }'],
    people: `repairCrew: 3, ${LATE_NOTICE}, repair: ${repair === 'constant' ? `${meanHours}h` : `{ exponential: { mean: ${meanHours}h } }`}`,
    deathsPerYear: YEAR_HOURS / (mttfHours * TIMES),
    more: [SEEN_AT_ONCE],
  });
  return replications(study, runs, {
    watch: watchLosses,
    measure: ({ kernel, config, workload }, { hoursToLoss, openHours }) => {
      const forMs = kernel.nowMs - config.startMs;
      const { workloadUnavailableMs, outages } = workload.totals();
      return {
        unavailable: workloadUnavailableMs / forMs,
        lossesPerHour: (outages / forMs) * HOUR_MS * TIMES,
        hoursToLoss,
        hoursAtRisk: hoursToLoss.reduce((sum, hours) => sum + hours, openHours()),
      };
    },
  });
}

function watchLosses({ kernel, workload, config, fleet }: World): {
  readonly hoursToLoss: readonly number[];
  readonly openHours: () => number;
} {
  const hoursToLoss: number[] = [];
  const hosts = fleet.hosts.filter(({ config: { hardware } }) => hardware === 'failing');
  let allUpSinceMs: number | undefined = config.startMs;
  fleet.onChange(() => {
    if (hosts.every(({ index }) => fleet.kubeletActs(index))) allUpSinceMs ??= kernel.nowMs;
  });
  workload.availability.onChange((_name, unavailable) => {
    if (!unavailable || allUpSinceMs === undefined) return;
    hoursToLoss.push((kernel.nowMs - allUpSinceMs) / HOUR_MS / TIMES);
    allUpSinceMs = undefined;
  });
  const openHours = (): number => (allUpSinceMs === undefined ? 0 : (kernel.nowMs - allUpSinceMs) / HOUR_MS / TIMES);
  return { hoursToLoss, openHours };
}

/** What theory says, of MTTF and MTTR in hours. The third follows from cycles that begin with all up: a repair, and a race with it. */
export const QUORUM = {
  unavailability: (mttf: number, mttr: number): number => {
    const up = mttf / (mttf + mttr);
    return 1 - (3 * up ** 2 * (1 - up) + up ** 3);
  },
  lossesPerHour: (mttf: number, mttr: number): number => {
    const up = mttf / (mttf + mttr);
    return (6 / mttf) * up ** 2 * (1 - up);
  },
  mttfOfExponential: (mttf: number, mttr: number): number => (5 / mttf + 1 / mttr) / (6 / mttf ** 2),
  mttfOfConstant: (mttf: number, mttr: number): number => {
    const lost = -Math.expm1((-2 * mttr) / mttf);
    return (mttf / 3 + (mttf / 2) * lost) / lost;
  },
} as const;

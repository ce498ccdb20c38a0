// What oracles D1, D2 and D4 ask of the simulator: tickets from a Poisson source and hosts that fail for good, a crew, and nothing else.

import type { QueueFigures } from '../../sim/kernel/queue-account.ts';
import type { World } from '../../sim/world.ts';
import { type CrewScenario, crewStudy, replications } from './crew-study.ts';

export const HOUR_MS = 3_600_000;

/** Means over one replication after its warm-up. */
export interface QueueMeans {
  readonly inSystem: number;
  readonly waiting: number;
  readonly inService: number;
  readonly emptyShare: number;
  /** Of those that were served. */
  readonly stays: readonly Stay[];
}

export interface Stay {
  readonly waitedMs: number;
  readonly stayedMs: number;
}

interface Watched {
  before: QueueFigures | undefined;
  readonly stays: Stay[];
}

/** @param warmUpMs after the start, when the queue has forgotten that it was empty. */
export function queueMeans(scenario: CrewScenario, count: number, warmUpMs: number): readonly QueueMeans[] {
  return replications(crewStudy(scenario), count, {
    watch: ({ kernel, persons, config }: World): Watched => {
      const watched: Watched = { before: undefined, stays: [] };
      persons.onServed((stay) => watched.stays.push(stay));
      kernel.call(config.startMs + warmUpMs, () => {
        watched.before = persons.account.figures();
        watched.stays.length = 0;
      });
      return watched;
    },
    measure: ({ persons }, { before, stays }) => {
      const after = persons.account.figures();
      if (before === undefined) throw new Error('a run is longer than its warm-up');
      const forMs = after.forMs - before.forMs;
      const inSystem = (after.inSystemMs - before.inSystemMs) / forMs;
      const waiting = (after.waitingMs - before.waitingMs) / forMs;
      const emptyShare = (after.emptyMs - before.emptyMs) / forMs;
      return { inSystem, waiting, inService: inSystem - waiting, emptyShare, stays };
    },
  });
}

/** Hosts that die for good, whom only the crew brings back: what became of all of them in one replication. */
export interface Repairs {
  readonly allUpShare: number;
  readonly meanDown: number;
  readonly perHour: number;
  readonly meanDowntimeMs: number;
  readonly waitedShare: number;
  /** Of the repairs, and of the up-times between them: what the scenario says they are on average. */
  readonly meanRepairMs: number;
  readonly meanUpMs: number;
}

/**
 * Nobody needs long to see a dead host, and a repaired one boots at once: 3 s of 40 h. A host that is seen late enough is Ready
 * again before anybody would look a second time.
 */
export const SEEN_AT_ONCE =
  'kubernetes: { leaseRenew: 1s, leaseJitter: 0, monitorPeriod: 1s, monitorGrace: 2s, podStart: 0s }';
export const LATE_NOTICE = 'lateNotice: 10s';

export function repairRuns(scenario: CrewScenario, count: number, warmUpMs: number): readonly Repairs[] {
  return replications(crewStudy({ ...scenario, more: [SEEN_AT_ONCE] }), count, {
    watch: (world) => watchHosts(world, warmUpMs),
    measure: ({ kernel, config }, seen) => {
      seen.advance();
      const forMs = kernel.nowMs - config.startMs - warmUpMs;
      const failures = seen.downtimesMs.length;
      const repairMs = seen.stays.reduce((sum, { waitedMs, stayedMs }) => sum + stayedMs - waitedMs, 0);
      return {
        allUpShare: seen.allUpMs / forMs,
        meanDown: seen.downMs / forMs,
        perHour: failures / (forMs / HOUR_MS),
        meanDowntimeMs: seen.downtimesMs.reduce((sum, ms) => sum + ms, 0) / failures,
        waitedShare: seen.stays.filter(({ waitedMs }) => waitedMs > 0).length / seen.stays.length,
        meanRepairMs: repairMs / seen.stays.length,
        meanUpMs: (seen.hosts * forMs - seen.downMs) / failures,
      };
    },
  });
}

function watchHosts({ kernel, config, fleet, persons }: World, warmUpMs: number) {
  const downSinceMs = new Map<number, number>();
  const seen = {
    hosts: config.hosts.filter(({ hardware }) => hardware === 'failing').length,
    asOfMs: config.startMs,
    allUpMs: 0,
    downMs: 0,
    downtimesMs: [] as number[],
    stays: [] as Stay[],
    advance: (): void => {
      const spanMs = kernel.nowMs - seen.asOfMs;
      seen.asOfMs = kernel.nowMs;
      seen.downMs += downSinceMs.size * spanMs;
      if (downSinceMs.size === 0) seen.allUpMs += spanMs;
    },
  };
  kernel.call(config.startMs + warmUpMs, () => {
    seen.advance();
    Object.assign(seen, { allUpMs: 0, downMs: 0, downtimesMs: [], stays: [] });
  });
  persons.onServed((stay) => seen.stays.push(stay));
  fleet.onChange((host) => {
    const sinceMs = downSinceMs.get(host);
    if (fleet.kubeletActs(host) === (sinceMs === undefined)) return;
    seen.advance();
    if (sinceMs === undefined) downSinceMs.set(host, kernel.nowMs);
    else {
      downSinceMs.delete(host);
      seen.downtimesMs.push(kernel.nowMs - sinceMs);
    }
  });
  return seen;
}

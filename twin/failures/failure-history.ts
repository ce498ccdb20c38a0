// What is known of the failures of a site: who was watched when, and what failed. Hosts that never failed are part of it, since
// without them every rate is too high.

import type { Problem } from '../../scenarios/problem.ts';
import { YEAR_MS } from '../../sim/kernel/time-units.ts';

export interface ObservedHost {
  readonly name: string;
  /** Hosts of one kind: a system, a hardware model. */
  readonly group: string;
  /** Watched from here to there. */
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface HostFailure {
  /** Index into the hosts of the history. */
  readonly host: number;
  readonly startMs: number;
  /** Undefined where nothing says when it was over. */
  readonly endMs: number | undefined;
  /** `Hardware: CPU`: the class before the colon; empty where nobody said it. */
  readonly cause: string;
}

export interface FailureHistory {
  readonly hosts: readonly ObservedHost[];
  /** In order of start. */
  readonly failures: readonly HostFailure[];
}

export interface ReadHistory {
  readonly history: FailureHistory;
  readonly problems: readonly Problem[];
}

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Years for which a host was watched within a span. */
export function yearsWatched(host: ObservedHost, { fromMs, untilMs }: Span): number {
  return Math.max(0, Math.min(host.untilMs, untilMs) - Math.max(host.fromMs, fromMs)) / YEAR_MS;
}

/** From the first host that was watched to the last. */
export function spanOf({ hosts }: FailureHistory): Span {
  let fromMs = Infinity;
  let untilMs = -Infinity;
  for (const host of hosts) {
    fromMs = Math.min(fromMs, host.fromMs);
    untilMs = Math.max(untilMs, host.untilMs);
  }
  return { fromMs, untilMs };
}

/** Only the hosts of some groups, and their failures. */
export function historyOfGroups(history: FailureHistory, groups: readonly string[]): FailureHistory {
  const indexes = new Map<number, number>();
  const hosts = history.hosts.filter((host, index) => {
    if (!groups.includes(host.group)) return false;
    indexes.set(index, indexes.size);
    return true;
  });
  const failures = history.failures.flatMap((failure) => {
    const host = indexes.get(failure.host);
    return host === undefined ? [] : [{ ...failure, host }];
  });
  return { hosts, failures };
}

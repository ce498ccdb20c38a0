// Time limits of a Machine's deletion, and what is left of one that an earlier controller may have started.
// Source: cluster-api core/reconcilers/machine (nodeDrainTimeoutExceeded, nodeVolumeDetachTimeoutExceeded).
//
// Divergence from reality: none known. OpenShift has no such limits.

import { parseDuration } from '../../core/api/duration.ts';
import { parseTime } from '../../core/api/time.ts';
import type { StoredMachine } from './machine-objects.ts';

/** Milliseconds, Infinity without a limit. */
export function drainTimeoutMs(machine: StoredMachine): number {
  return limitMs(machine.spec?.deletion?.nodeDrainTimeoutSeconds, machine.spec?.nodeDrainTimeout);
}

/** Milliseconds, Infinity without a limit. */
export function volumeTimeoutMs(machine: StoredMachine): number {
  return limitMs(machine.spec?.deletion?.nodeVolumeDetachTimeoutSeconds, machine.spec?.nodeVolumeDetachTimeout);
}

/** What is left at `nowMs` of a limit that counts from an RFC 3339 stamp, or all of it without one. May be negative. */
export function timeLeftMs(limit: number, startedAt: string | undefined, nowMs: number): number {
  return startedAt === undefined ? limit : limit - (nowMs - parseTime(startedAt));
}

/** Absent or 0 means no limit. */
function limitMs(seconds: number | undefined, duration: string | undefined): number {
  const limit = seconds === undefined ? (duration === undefined ? 0 : (parseDuration(duration) ?? 0)) : seconds * 1000;
  return limit > 0 ? limit : Number.POSITIVE_INFINITY;
}

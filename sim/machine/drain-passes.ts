// When a machine controller sees that a drain has ended. Neither product waits for it: each makes a pass, goes away, and
// looks again, so that pods which are gone between two passes are missed until the next.
//
//   cluster-api   a pass evicts once and is over; the next 20 s later
//   openshift     a pass waits up to 20 s like kubectl; after a failed one it backs off 5 s, doubling to 1000 s
//
// Source: cluster-api core/reconcilers/machine (drainRetryInterval, waitForVolumeDetachRetryInterval), machine-api-operator
// pkg/controller/machine/drain_controller.go (Timeout, newDrainRateLimiter).
//
// Divergence from reality: evictions go on between the passes, on the grid of 5 s of kubectl, in both Machine APIs.

import type { MachineApi } from '../../core/api/machine.ts';

/** Source: drainRetryInterval, and the time-out of one pass of OpenShift: 20 s. */
export const DRAIN_PASS_MS = 20_000;
/** Source: waitForVolumeDetachRetryInterval: 20 s. */
export const VOLUME_POLL_MS = 20_000;

/** Source: newDrainRateLimiter of the machine-api-operator. */
const BACKOFF_FIRST_MS = 5_000;
const BACKOFF_MAX_MS = 1_000_000;

/**
 * The instant at which a drain that began at `startMs` and ended at `endMs` is seen to have ended.
 *
 * @param withinMs a drain that takes no longer needed no eviction: its first pass sees it.
 */
export function drainSeenAtMs(machineApi: MachineApi, startMs: number, endMs: number, withinMs: number): number {
  if (endMs - startMs <= withinMs) return endMs;
  if (machineApi === 'cluster-api') return gridAtMs(startMs, DRAIN_PASS_MS, endMs);
  let passMs = startMs;
  for (let backoffMs = BACKOFF_FIRST_MS; ; backoffMs = Math.min(BACKOFF_MAX_MS, 2 * backoffMs)) {
    if (endMs <= passMs + DRAIN_PASS_MS) return Math.max(passMs, endMs);
    passMs += DRAIN_PASS_MS + backoffMs;
  }
}

/** The first instant of a grid at or after `atMs`, never its origin itself. */
export function gridAtMs(originMs: number, periodMs: number, atMs: number): number {
  return originMs + Math.max(1, Math.ceil((atMs - originMs) / periodMs)) * periodMs;
}

// How the disks of one host divide their throughput between clients and recovery: Ceph's mClock with its built-in profiles. First
// everybody gets what is reserved for it, then the rest is divided by weight, and nobody gets more than its limit or than it wants.
// Source: Ceph documentation, mclock-config-ref (profiles).
//
// Divergence from reality: shares of a throughput instead of tags on single requests, so the answer is the one of long queues. Scrub and
// snapshot trimming do not exist. Recovery of an erasure code reads past mClock in Ceph, and so it does here: its reads count as load on
// clients (client-slowdown.ts), and no profile holds them back.

import type { MclockProfile, PoolConfig } from '../config.ts';

interface Claim {
  /** Shares of the throughput. */
  readonly reservation: number;
  readonly limit: number;
  readonly weight: number;
}

/** `recovery`: from the log. `bestEffort`: backfill. */
export type RecoveryWork = 'recovery' | 'bestEffort';

/** No reservation in Ceph's profiles is the smallest that there is. */
const NONE = 0;
const ALL = 1;

const PROFILES: Readonly<Record<MclockProfile, Readonly<Record<RecoveryWork | 'clients', Claim>>>> = {
  // Source: Ceph documentation, mclock-config-ref, profile balanced.
  balanced: {
    clients: { reservation: 0.5, limit: ALL, weight: 1 },
    recovery: { reservation: 0.5, limit: ALL, weight: 1 },
    bestEffort: { reservation: NONE, limit: 0.9, weight: 1 },
  },
  // Source: Ceph documentation, mclock-config-ref, profile high_client_ops.
  high_client_ops: {
    clients: { reservation: 0.6, limit: ALL, weight: 2 },
    recovery: { reservation: 0.4, limit: ALL, weight: 1 },
    bestEffort: { reservation: NONE, limit: 0.7, weight: 1 },
  },
  // Source: Ceph documentation, mclock-config-ref, profile high_recovery_ops.
  high_recovery_ops: {
    clients: { reservation: 0.3, limit: ALL, weight: 1 },
    recovery: { reservation: 0.7, limit: ALL, weight: 2 },
    bestEffort: { reservation: NONE, limit: ALL, weight: 1 },
  },
};

/**
 * Shares of a host's throughput that recovery and its clients get, while recovery always has more to do.
 * @param clientLoad what clients want, as a share of the throughput; may be above 1.
 */
export function mclockShares(
  profile: MclockProfile,
  work: RecoveryWork,
  clientLoad: number,
): { readonly recovery: number; readonly clients: number } {
  const { clients, [work]: recovery } = PROFILES[profile];
  const most = { clients: Math.min(clients.limit, clientLoad), recovery: recovery.limit };
  const got = {
    clients: Math.min(most.clients, clients.reservation),
    recovery: Math.min(most.recovery, recovery.reservation),
  };
  const left = 1 - got.clients - got.recovery;
  const open = { clients: most.clients - got.clients, recovery: most.recovery - got.recovery };
  const byWeight = (left * recovery.weight) / (clients.weight + recovery.weight);
  // Whoever is sated before its share by weight leaves the rest to the other.
  const more = Math.min(open.recovery, Math.max(byWeight, left - open.clients));
  return { recovery: got.recovery + more, clients: got.clients + Math.min(open.clients, left - more) };
}

/** Bytes per second that one host takes in at most. */
export function recoveryRate(pool: PoolConfig, work: RecoveryWork): number {
  const { recovery, resyncBytesPerSecondPerHost } = pool;
  if (recovery === undefined) return resyncBytesPerSecondPerHost;
  const { profile, clientLoad, diskBytesPerSecondPerHost } = recovery;
  const share = mclockShares(profile, work, clientLoad).recovery;
  return Math.min(resyncBytesPerSecondPerHost, share * diskBytesPerSecondPerHost);
}

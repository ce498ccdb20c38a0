// Numbers of storage systems that no scenario sets, or that pools without their own values have.

import type { FillLimitsConfig, OutRulesConfig, RecoveryConfig } from '../config.ts';

/** The monitors look at hosts that may have to go out in this rhythm. Source: Ceph mon_tick_interval. */
export const MONITOR_TICK_MS = 5000;

export const DEFAULT_OUT_RULES: OutRulesConfig = {
  minInShare: 0.75, // Source: Ceph mon_osd_min_in_ratio 0.75, printed by ceph-conf 16.2.15.
  minUpShare: 0.3, // Source: Ceph mon_osd_min_up_ratio 0.30, printed by ceph-conf 16.2.15.
  subtreeLimit: 'rack', // Source: Ceph mon_osd_down_out_subtree_limit rack, printed by ceph-conf 16.2.15.
  waitsForLaggy: true, // Source: Ceph mon_osd_adjust_down_out_interval true, printed by ceph-conf 16.2.15.
};

/** How much one more wrong or right "down" counts. Source: Ceph mon_osd_laggy_weight 0.3. */
export const LAGGY_WEIGHT = 0.3;

/** Source: Ceph mon_osd_laggy_halflife 3600 s. */
export const LAGGY_HALF_LIFE_MS = 3_600_000;

/** Source: Ceph mon_osd_laggy_max_interval 300 s. */
export const LAGGY_INTERVAL_MOST_MS = 300_000;

export const DEFAULT_RECOVERY: Omit<RecoveryConfig, 'coupling'> = {
  profile: 'balanced', // Source: Ceph osd_mclock_profile, default balanced.
  // Assumption: two SSDs of 500 MB/s each (300 to 500 MB/s per SSD under recovery; no authoritative number).
  diskBytesPerSecondPerHost: 1_000_000_000,
  clientLoad: 0.3, // Assumption: clients keep the disks busy for a third of the time.
};

/**
 * What the daemon of one disk has under way at most while it recovers, in bytes: 10 objects, 8 MiB of each.
 * Source: Ceph osd_recovery_max_active_ssd 10 and osd_recovery_max_chunk 8 MiB, printed by ceph-conf 16.2.15.
 */
export const RECOVERY_WINDOW_BYTES = 10 * 8 * 2 ** 20;

/** Assumption: what a small write to three copies on SSDs takes with clients about, when nothing is slow. */
export const WRITE_MS = 2;

/** From the client to the primary, and from there to the other copies. Source: Ceph documentation, architecture (primary-copy replication). */
export const ROUND_TRIPS_PER_WRITE = 2;

export const DEFAULT_FILL_LIMITS: Omit<FillLimitsConfig, 'bytesPerHost'> = {
  backfillFull: 0.9, // Source: Ceph mon_osd_backfillfull_ratio 0.90, printed by ceph-conf 16.2.15.
  full: 0.95, // Source: Ceph mon_osd_full_ratio 0.95, printed by ceph-conf 16.2.15.
};

/**
 * What recovery does to the hosts that carry it, per coupling. Assumption: no rates of failures under recovery load were found; the default is
 * a doubled failure rate of disks that are busy with recovery all the time, and one host in a hundred hours of it whose heartbeats come too
 * late; strong is five times as much.
 */
export const RECOVERY_STRESS = {
  // Assumption: twice the usual rate.
  default: { diskFailureFactor: 2, lateHeartbeatsPerHour: 0.01 },
  // Assumption: six times the usual rate.
  strong: { diskFailureFactor: 6, lateHeartbeatsPerHour: 0.05 },
} as const;

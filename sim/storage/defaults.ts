// Numbers of storage systems that no scenario sets.

/** No host goes out while fewer than this share of the hosts is in. Source: Ceph mon_osd_min_in_ratio. */
export const MIN_IN_SHARE = 0.75;

/** The monitors look at hosts that may have to go out in this rhythm. Source: Ceph mon_tick_interval. */
export const MONITOR_TICK_MS = 5000;

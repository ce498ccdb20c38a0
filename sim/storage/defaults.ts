// Numbers of storage systems that no scenario sets.

/** No host goes out while fewer than this share of the hosts is in. Source: Ceph mon_osd_min_in_ratio. */
export const MIN_IN_SHARE = 0.75;

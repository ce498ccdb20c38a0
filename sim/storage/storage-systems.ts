// What other storage systems do otherwise than Ceph. They share its flows, groups and figures: a group is a volume with its replicas, and a
// replica that is rebuilt elsewhere has a substitute there.
//
// Divergence from reality: LINSTOR's and Longhorn's own schedulers are this project's placement. Every stop of a host counts as a crash for
// DRBD's activity log, orderly ones included, and the first replica of a volume is its primary for ever. Longhorn's snapshots, backing images and
// rebuilding from several sources do not exist; etcd's leader elections neither.

import type { PoolConfig, StorageSystem } from '../config.ts';
import { MINUTE_MS, SECOND_MS } from '../kernel/time-units.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Nothing of the kind. */
const NEVER_MS = 36_500 * 24 * 60 * MINUTE_MS;

export interface SystemRules {
  /** A replica that was rebuilt elsewhere stays there: what its old home still has is deleted when it comes back. */
  readonly keepsSubstitutes: boolean;
  /** No host goes out while more than this share of them is away. */
  readonly mostAwayShare: number;
  /** No host goes out while fewer than this share of them is in. */
  readonly minInShare: number;
  /** A rack that is down as a whole does not go out. */
  readonly sparesWholeRacks: boolean;
  /** After a crash so much of each volume that had its primary on the host is copied beside what is marked as dirty. */
  readonly activityLogBytes: number;
  /** So many replicas of one host are filled at once; the others wait for their turn. */
  readonly resyncsAtOnce: number;
}

const CEPH: SystemRules = {
  keepsSubstitutes: false,
  mostAwayShare: 1,
  minInShare: 0.75, // Source: Ceph mon_osd_min_in_ratio.
  sparesWholeRacks: true, // Source: Ceph mon_osd_down_out_subtree_limit = rack.
  activityLogBytes: 0,
  resyncsAtOnce: Number.POSITIVE_INFINITY,
};

const RULES: Readonly<Record<StorageSystem, SystemRules>> = {
  linstor: {
    keepsSubstitutes: true,
    mostAwayShare: 0.34, // Source: LINSTOR, AutoEvictMaxDisconnectedNodes 34 %.
    minInShare: 0,
    sparesWholeRacks: false,
    activityLogBytes: 1237 * 4 * MIB, // Source: drbd-utils 9.22, al-extents 1237 of 4 MiB.
    resyncsAtOnce: Number.POSITIVE_INFINITY,
  },
  longhorn: {
    keepsSubstitutes: true,
    mostAwayShare: 1,
    minInShare: 0,
    sparesWholeRacks: false,
    activityLogBytes: 0,
    resyncsAtOnce: 5, // Source: Longhorn 1.13, concurrent-replica-rebuild-per-node-limit 5.
  },
  etcd: {
    keepsSubstitutes: false,
    mostAwayShare: 1,
    minInShare: 0,
    sparesWholeRacks: false,
    activityLogBytes: 0,
    resyncsAtOnce: Number.POSITIVE_INFINITY,
  },
};

/** Rules of a pool: Ceph's where it names no system. */
export function rulesOf({ system }: Pick<PoolConfig, 'system'>): SystemRules {
  return system === undefined ? CEPH : RULES[system];
}

/** Numbers of a system's pool in place of Ceph's. */
export const SYSTEM_DEFAULTS = {
  linstor: {
    trackingUnitBytes: 4096, // Source: DRBD's bitmap has a bit for 4 KiB.
    logWrites: Number.MAX_SAFE_INTEGER, // A bitmap covers any outage.
    downOutMs: 60 * MINUTE_MS, // Source: LINSTOR, AutoEvictAfterTime 60 min.
    resyncBytesPerSecondPerHost: 100 * MIB, // Source: drbd-utils 9.22, c-max-rate 100 MiB/s.
  },
  longhorn: {
    trackingUnitBytes: 2 * MIB, // Source: Longhorn documentation, blocks of 2 MiB are compared and copied.
    logWrites: Number.MAX_SAFE_INTEGER, // Checksums of blocks cover any outage.
    downOutMs: 600 * SECOND_MS, // Source: Longhorn 1.13, replica-replenishment-wait-interval 600 s.
    minSize: 1, // Source: Longhorn serves a volume from one healthy replica.
  },
} as const satisfies Readonly<Partial<Record<StorageSystem, Partial<PoolConfig>>>>;

/** Members of etcd, as a pool of one group on the hosts of the control plane. */
export const DEFAULT_ETCD = {
  bytes: 2 * GIB, // Source: etcd, --quota-backend-bytes default 2 GiB.
  writesPerSecond: 100, // Assumption: a busy cluster of some hundred nodes.
  writeBytes: 4096, // Assumption: an object of Kubernetes.
  // Source: etcd 3.4 --help, --snapshot-count 100000: entries after which a follower gets a snapshot.
  snapshotCount: 100_000,
  bytesPerSecond: 100_000_000, // Assumption: a snapshot is sent at 100 MB/s.
} as const;

/** The pool of the members of etcd on these hosts. */
export function etcdPool(
  hosts: readonly string[],
  own: { readonly bytes?: number | undefined; readonly writesPerSecond?: number | undefined },
): PoolConfig {
  const { snapshotCount, writeBytes, bytesPerSecond } = DEFAULT_ETCD;
  return {
    name: 'etcd',
    system: 'etcd',
    replicas: hosts.length,
    minSize: Math.floor(hosts.length / 2) + 1,
    failureDomain: 'host',
    placementGroups: 1,
    usedBytes: Object.fromEntries(hosts.map((host) => [host, own.bytes ?? DEFAULT_ETCD.bytes])),
    writesPerSecondPerHost: own.writesPerSecond ?? DEFAULT_ETCD.writesPerSecond,
    writeBytes,
    trackingUnitBytes: writeBytes,
    logWrites: snapshotCount,
    downOutMs: NEVER_MS,
    resyncBytesPerSecondPerHost: bytesPerSecond,
    resyncBytesPerSecond: bytesPerSecond,
    osdReAdd: 'automatic',
  };
}

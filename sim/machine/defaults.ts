// Numbers of the machine models that no API object says.

/**
 * Size of etcd's database, copied by a new member before it can vote.
 * Assumption: a quarter of etcd's default quota of 2 GiB.
 */
export const ETCD_DATABASE_BYTES = 512 * 2 ** 20;

/** Assumption: a snapshot is received and written at the rate of a 1 Gbit/s link, 100 MiB/s. */
export const ETCD_COPY_BYTES_PER_SECOND = 100 * 2 ** 20;

/** From a new member's start to its promotion. Source: etcd, a follower too far behind copies the database by snapshot. */
export const ETCD_CATCH_UP_MS = Math.round((ETCD_DATABASE_BYTES / ETCD_COPY_BYTES_PER_SECOND) * 1000);

/** Source: ClusterCache of Cluster API drops a connection after 5 failed probes of 10 s + 5 s: 75 s. */
export const CONNECTION_LOST_MS = 75_000;

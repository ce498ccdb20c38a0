// States of placement groups in Ceph's own words, in the order in which Ceph writes them.
// Source: Ceph src/osd/osd_types.cc (pg_state_string); documentation, rados/operations/pg-states.
//
// Divergence from reality: what takes no time here has no state: peering, activating, waiting for a free slot of recovery or backfill.
// Scrubs, snapshots and inconsistent data do not exist.

/** What is known of a group. Replicas are whole copies, or parts of an erasure code. */
export interface GroupFacts {
  readonly replicas: number;
  readonly dataParts: number;
  readonly minSize: number;
  /** Replicas that serve: complete, but for what is still being recovered. */
  readonly serving: number;
  readonly inSync: number;
  /** Replicas that exist, on hosts that are up or down. */
  readonly existing: number;
  /** Any daemon of the group runs. */
  readonly isAnyUp: boolean;
  /** A replica is delta-recovered. */
  readonly recovers: boolean;
  /** A whole replica is being copied to where it belongs. */
  readonly backfills: boolean;
  /** A replica belongs elsewhere than where it is. */
  readonly isRemapped: boolean;
}

/** As `active+undersized+degraded`. */
export function groupState(facts: GroupFacts): string {
  const { replicas, dataParts, minSize, serving, inSync, existing, isAnyUp } = facts;
  const words: string[] = [];
  const isActive = serving >= minSize;
  // Nobody is left to report: Ceph goes on showing the last state, as stale.
  if (!isAnyUp) words.push('stale');
  if (isActive) words.push('active');
  if (isActive && inSync === replicas && !facts.isRemapped) words.push('clean');
  if (facts.recovers) words.push('recovering');
  if (serving < dataParts && existing >= dataParts) words.push('down');
  if (serving < replicas) words.push('undersized');
  if (inSync < replicas) words.push('degraded');
  if (facts.isRemapped || facts.backfills) words.push('remapped');
  if (facts.backfills) words.push('backfilling');
  if (existing < dataParts) words.push('incomplete');
  if (!isActive && serving >= dataParts) words.push('peered');
  return words.join('+');
}

// Whether the storage can spare a host, as far as Rook says: no start while redundancy is lost or a resync runs, and none when
// nobody knows. A status proves nothing when it is old.
//
// Divergence from reality. Rook does not say which host a health code is about, only how many hosts are down with how many daemons.
// Whose fault a degraded group is can therefore only be concluded: see isOnlyCause in allocator.ts.

import { CEPH_CLUSTER, CEPH_OSD_DOWN, CEPH_OSD_HOST_DOWN, type CephCluster } from '../api/ceph-cluster.ts';
import { parseTime } from '../api/time.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { StorageLimits } from './limits.ts';

export type StorageVerdict =
  /** As of `checkedAtMs`; it proves nothing any more from `staleAtMs` on. */
  | { readonly kind: 'clean'; readonly checkedAtMs: number; readonly staleAtMs: number }
  | {
      readonly kind: 'busy';
      readonly cluster: string;
      readonly codes: readonly string[];
      /** Since when it is not well, in Ceph's own words: not later than the codes. */
      readonly unwellSinceMs: number;
      /** All daemons that are down are those of one host, and no daemon of it runs. Not so any more when they are out. */
      readonly isOneHostDown: boolean;
      /** Daemons are down that are not out yet. */
      readonly isAnyDown: boolean;
      readonly checkedAtMs: number;
      readonly staleAtMs: number;
    }
  /** A cluster that is not there, says nothing, or has said nothing for too long. */
  | { readonly kind: 'unproven'; readonly cluster: string; readonly why: 'missing' | 'silent' | 'stale' };

type CephDetails = NonNullable<NonNullable<NonNullable<CephCluster['status']>['ceph']>['details']>;

export type BusyStorage = Extract<StorageVerdict, { kind: 'busy' }>;

/** The worst of the guard's clusters: not knowing is worse than busy. A guard that names none allows everything. */
export function storageVerdict(guard: StorageLimits, view: ClusterView, nowMs: number): StorageVerdict {
  let checkedAtMs = Number.POSITIVE_INFINITY;
  let staleAtMs = Number.POSITIVE_INFINITY;
  let busy: BusyStorage | undefined;
  for (const { namespace, name } of guard.cephClusters) {
    const one = verdictOf(view.get(CEPH_CLUSTER, { namespace, name }), `${namespace}/${name}`, guard, nowMs);
    if (one.kind === 'unproven') return one;
    checkedAtMs = Math.min(checkedAtMs, one.checkedAtMs);
    staleAtMs = Math.min(staleAtMs, one.staleAtMs);
    if (one.kind === 'busy')
      busy = {
        ...(busy ?? one),
        isOneHostDown: one.isOneHostDown && busy?.isOneHostDown !== false,
        isAnyDown: one.isAnyDown || busy?.isAnyDown === true,
      };
  }
  return busy === undefined ? { kind: 'clean', checkedAtMs, staleAtMs } : { ...busy, checkedAtMs, staleAtMs };
}

function verdictOf(
  cephCluster: CephCluster | undefined,
  cluster: string,
  { forbiddenWhile, staleAfterMs }: StorageLimits,
  nowMs: number,
): StorageVerdict {
  if (cephCluster === undefined) return { kind: 'unproven', cluster, why: 'missing' };
  const { health, details = {}, lastChecked, lastChanged } = cephCluster.status?.ceph ?? {};
  const checkedAtMs = lastChecked === undefined ? Number.NaN : parseTime(lastChecked);
  if (health === undefined || Number.isNaN(checkedAtMs)) return { kind: 'unproven', cluster, why: 'silent' };
  const staleAtMs = checkedAtMs + staleAfterMs;
  if (nowMs >= staleAtMs) return { kind: 'unproven', cluster, why: 'stale' };
  const codes = forbiddenWhile.filter((code) => Object.hasOwn(details, code));
  if (codes.length === 0) return { kind: 'clean', checkedAtMs, staleAtMs };
  const unwellSinceMs = parseTime(lastChanged ?? '') || 0;
  const isAnyDown = Object.hasOwn(details, CEPH_OSD_DOWN);
  const down = { isOneHostDown: isOneHostDown(details), isAnyDown };
  return { kind: 'busy', cluster, codes, unwellSinceMs, ...down, checkedAtMs, staleAtMs };
}

/** In the words of Ceph's monitors, "4 osds down" and "1 host (4 osds) down"; other words prove nothing. */
function isOneHostDown(details: CephDetails): boolean {
  const [, daemons] = /^(\d+) osds down$/.exec(details[CEPH_OSD_DOWN]?.message ?? '') ?? [];
  const [, ofOneHost] = /^1 host \((\d+) osds\) down$/.exec(details[CEPH_OSD_HOST_DOWN]?.message ?? '') ?? [];
  return daemons !== undefined && daemons === ofOneHost;
}

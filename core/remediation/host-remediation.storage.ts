// Whether the storage can spare the host at the moment of the strike, and of the wipe. The budget asked the same when it granted, and
// a grant may be older than what has failed since: a dead BMC is given minutes, a host that boots a quarter of an hour.

import type { EffectCondition } from '../actions.ts';
import { CEPH_CLUSTER } from '../api/ceph-cluster.ts';
import { findCondition } from '../api/conditions.ts';
import { hasTouched } from '../api/host-remediation.ts';
import { CONDITION_STORAGE_BUSY } from '../api/remediation-budget.ts';
import { parseTime } from '../api/time.ts';
import { storageLimitsOf } from '../budget/limits.ts';
import { type StorageVerdict, storageVerdict } from '../budget/storage-guard.ts';
import type { Scene } from './host-remediation.scene.ts';

/** What the budget's guard says of the storage; undefined where there is none. */
export function storageOf({ budget, view, nowMs }: Scene): StorageVerdict | undefined {
  const guard = budget?.spec?.storage;
  return guard === undefined ? undefined : storageVerdict(storageLimitsOf(guard), view, nowMs);
}

/** The reason in the words of the budget; undefined where the storage is clean, or nobody guards it. */
export function whyStorageForbids(verdict: StorageVerdict | undefined): string | undefined {
  if (verdict === undefined || verdict.kind === 'clean') return undefined;
  return verdict.kind === 'busy' ? 'StorageBusy' : 'StorageUnproven';
}

/**
 * Why the host must not be taken away now although that was granted, or undefined. What was busy already when it was granted the
 * budget took for the doing of this very host. That holds as long as Ceph misses one host, and when its daemons are out: then none is
 * down. It holds as well where an earlier attempt has taken the host away.
 */
export function whyNotStrike(scene: Scene): string | undefined {
  const verdict = storageOf(scene);
  const why = whyStorageForbids(verdict);
  if (verdict?.kind !== 'busy' || !wasBusyAtGrant(scene)) return why;
  const isAnotherDown = verdict.isAnyDown && !verdict.isOneHostDown;
  return isAnotherDown && !hasTouched(scene.attempts) ? why : undefined;
}

function wasBusyAtGrant({ budget, attempt }: Scene): boolean {
  const busy = findCondition(budget?.status?.conditions, CONDITION_STORAGE_BUSY);
  return busy?.status === 'True' && parseTime(busy.lastTransitionTime ?? '') <= parseTime(attempt?.grantedAt ?? '');
}

/** Until when what the storage says proves something. */
export function storageStaleMs(scene: Scene): number {
  const verdict = storageOf(scene);
  return verdict === undefined || verdict.kind === 'unproven' ? Number.POSITIVE_INFINITY : verdict.staleAtMs;
}

/** The clusters of the guard, none of which must say by now what forbids it: where they were clean at the decision. */
export function storageConditions(scene: Scene): readonly EffectCondition[] {
  const { budget, view } = scene;
  const guard = budget?.spec?.storage;
  if (guard === undefined || storageOf(scene)?.kind !== 'clean') return [];
  const { cephClusters, forbiddenWhile } = storageLimitsOf(guard);
  return cephClusters.flatMap((key) => {
    const cluster = view.get(CEPH_CLUSTER, key);
    const fields = forbiddenWhile.map((code) => ({
      path: ['status', 'ceph', 'details', code, 'severity'],
      equals: undefined,
    }));
    return cluster === undefined ? [] : [{ kind: CEPH_CLUSTER, key, uid: cluster.metadata.uid, fields }];
  });
}

// Whether the storage can spare the host at the moment of the strike, and of the wipe. The budget asked the same when it granted, and
// a grant may be older than what has failed since: a dead BMC is given minutes, a host that boots a quarter of an hour.

import type { EffectCondition } from '../actions.ts';
import { CEPH_CLUSTER, CEPH_OSD_DOWN, CEPH_OSD_HOST_DOWN } from '../api/ceph-cluster.ts';
import { hasTouched, lastTouchMs } from '../api/host-remediation.ts';
import { readyCondition } from '../api/node.ts';
import { keyOf } from '../api/object.ts';
import { REMEDIATION_BUDGET } from '../api/remediation-budget.ts';
import { parseTime } from '../api/time.ts';
import { storageLimitsOf } from '../budget/limits.ts';
import { type BusyStorage, type StorageVerdict, storageVerdict } from '../budget/storage-guard.ts';
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
 * budget took for the doing of this very host. That holds as long as Ceph misses one host, or none because its daemons are out by now;
 * and nobody else of the pool is out of service, whose daemons may be those that are missed or were put out.
 *
 * Divergence from reality: a host of which only the daemons fail, and whose Node is Ready, cannot be told from this one once the daemons
 * of this one are out. Where those run again meanwhile, both are away.
 */
export function whyNotStrike(scene: Scene): string | undefined {
  const verdict = storageOf(scene);
  const isOwnDoing = verdict?.kind === 'busy' && (isAwayAlready(scene) || isStillItsOwn(scene, verdict));
  return isOwnDoing && scene.budget?.spec?.storage?.allowSameHost !== false ? undefined : whyStorageForbids(verdict);
}

/** An attempt of this episode has taken it away, and nothing was heard of it since: its daemons do not run. */
function isAwayAlready({ attempts, node }: Scene): boolean {
  if (!hasTouched(attempts)) return false;
  const ready = node === undefined ? undefined : readyCondition(node);
  if (ready === undefined) return node === undefined;
  return ready.status !== 'True' && parseTime(ready.lastTransitionTime ?? '') <= lastTouchMs(attempts);
}

function isStillItsOwn({ grant, budget }: Scene, { isAnyDown, isOneHostDown }: BusyStorage): boolean {
  return grant?.sameHost === true && (isOneHostDown || !isAnyDown) && budget?.status?.unavailableHosts === 1;
}

/** Until when what the storage says proves something. */
export function storageStaleMs(scene: Scene): number {
  const verdict = storageOf(scene);
  return verdict === undefined || verdict.kind === 'unproven' ? Number.POSITIVE_INFINITY : verdict.staleAtMs;
}

/** What the decision saw of the guard's clusters: nothing that forbids it, or only what is missed because of this very host. */
export function storageConditions(scene: Scene): readonly EffectCondition[] {
  const { budget, view } = scene;
  const guard = budget?.spec?.storage;
  if (guard === undefined || budget === undefined) return [];
  const isClean = storageOf(scene)?.kind === 'clean';
  if (!isClean && isAwayAlready(scene)) return [];
  const { cephClusters, forbiddenWhile } = storageLimitsOf(guard);
  const clusters = cephClusters.flatMap((key) => {
    const cluster = view.get(CEPH_CLUSTER, key);
    if (cluster === undefined) return [];
    const details = cluster.status?.ceph?.details;
    const fields = isClean
      ? forbiddenWhile.map((code) => ({ path: [...DETAILS, code, 'severity'], equals: undefined }))
      : [CEPH_OSD_DOWN, CEPH_OSD_HOST_DOWN].map((code) => ({
          path: [...DETAILS, code, 'message'],
          equals: details?.[code]?.message,
        }));
    return [{ kind: CEPH_CLUSTER, key, uid: cluster.metadata.uid, fields }];
  });
  if (isClean) return clusters;
  const nobodyElse = [{ path: ['status', 'unavailableHosts'], equals: budget.status?.unavailableHosts }];
  const { uid } = budget.metadata;
  return [...clusters, { kind: REMEDIATION_BUDGET, key: keyOf(budget), uid, fields: nobodyElse }];
}

const DETAILS = ['status', 'ceph', 'details'];

// What a delete does to one object: it goes, it is marked and waits (finalizers, or a pod whose containers must stop), or
// nothing new happens. Pure; the store performs it.
// Source: apiserver pkg/registry/rest/delete.go (BeforeDelete), pkg/registry/generic/registry/store.go
// (deletionFinalizersForGarbageCollection, markAsDeleting), kubernetes pkg/registry/core/pod/strategy.go (CheckGracefulDelete),
// pkg/registry/core/namespace/storage/storage.go (Delete).
//
// Divergence from reality: API defaulting does not run here, so a pod without terminationGracePeriodSeconds is treated as the
// default of 30 s at its deletion rather than at its creation, and the period of a pod is not validated. Only pods are graceful; so they are in the real server, too,
// among the kinds that this project has.

import { NAMESPACE, type Namespace } from '../../core/api/namespace.ts';
import type { KubeObject, ObjectMeta } from '../../core/api/object.ts';
import { formatTime, parseTime } from '../../core/api/time.ts';
import { POD, type Pod } from '../../core/api/workload.ts';

/** Source: kubernetes pkg/apis/core/v1/defaults.go, DefaultTerminationGracePeriodSeconds. */
const DEFAULT_GRACE_SECONDS = 30;

export const FOREGROUND_FINALIZER = 'foregroundDeletion';

export type DeletionVerdict =
  | { readonly kind: 'remove' }
  | { readonly kind: 'mark'; readonly metadata: ObjectMeta }
  | { readonly kind: 'unchanged' };

export interface DeletionRequest {
  readonly kindKey: string;
  readonly nowMs: number;
  /** Undefined: the pod's own terminationGracePeriodSeconds. */
  readonly gracePeriodMs: number | undefined;
  /** Adds the foreground finalizer, so that the object waits for its dependents. */
  readonly foreground: boolean;
  /** Added at the first delete, so that the object waits for what its kind must clean up. */
  readonly cleanupFinalizer?: string | undefined;
}

export function deletionVerdict(object: KubeObject, request: DeletionRequest): DeletionVerdict {
  const { metadata } = object;
  const finalizers = finalizersAfter(metadata, request.foreground);
  const held = holdsItself(object, request.kindKey);
  if (metadata.deletionTimestamp !== undefined) {
    return secondVerdict(metadata, finalizers, request.gracePeriodMs, held);
  }
  const { cleanupFinalizer } = request;
  if (cleanupFinalizer !== undefined && !finalizers.includes(cleanupFinalizer)) {
    return deletionVerdict(
      { ...object, metadata: { ...metadata, finalizers: [...finalizers, cleanupFinalizer] } },
      request,
    );
  }
  const graceSeconds = isPod(object, request.kindKey) ? podGraceSeconds(object, request.gracePeriodMs) : 0;
  if (graceSeconds === 0 && finalizers.length === 0 && !held) return { kind: 'remove' };
  return {
    kind: 'mark',
    metadata: {
      ...metadata,
      ...(metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }),
      ...(finalizers.length === 0 ? {} : { finalizers }),
      deletionTimestamp: formatTime(request.nowMs + graceSeconds * 1000),
      deletionGracePeriodSeconds: graceSeconds,
    },
  };
}

/** The object is terminating already. Only an explicit period that is shorter than the pending one changes anything. */
function secondVerdict(
  metadata: ObjectMeta,
  finalizers: readonly string[],
  gracePeriodMs: number | undefined,
  held: boolean,
): DeletionVerdict {
  const pending = pendingSeconds(metadata);
  const asked = gracePeriodMs === undefined ? pending : wholeSeconds(gracePeriodMs);
  if (Math.min(asked, pending) === 0 && finalizers.length === 0 && !held) return { kind: 'remove' };
  if (asked < pending) return { kind: 'mark', metadata: hastened(metadata, pending, asked, finalizers) };
  const added = finalizers.length > (metadata.finalizers?.length ?? 0);
  return added ? { kind: 'mark', metadata: { ...metadata, finalizers } } : { kind: 'unchanged' };
}

/** True for an object that a write has just freed: marked, nothing left to wait for. */
export function isFree(object: KubeObject, kindKey: string): boolean {
  const { metadata } = object;
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.finalizers === undefined || metadata.finalizers.length === 0) &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    !holdsItself(object, kindKey)
  );
}

/** The object with the marks of its deletion: a Namespace says so in its phase, too. */
export function marked(kindKey: string, object: KubeObject, metadata: ObjectMeta): KubeObject {
  if (!isNamespace(object, kindKey)) return { ...object, metadata };
  return { ...object, metadata, status: { ...object.status, phase: 'Terminating' } };
}

/** A Namespace stays while its `spec.finalizers` name anyone: its contents go first. */
function holdsItself(object: KubeObject, kindKey: string): boolean {
  return isNamespace(object, kindKey) && (object.spec?.finalizers?.length ?? 0) > 0;
}

function pendingSeconds(metadata: ObjectMeta): number {
  return metadata.deletionGracePeriodSeconds ?? 0;
}

/** The instant of the deletion moves by as much as the period gets shorter. */
function hastened(
  metadata: ObjectMeta,
  pendingSeconds: number,
  graceSeconds: number,
  finalizers: readonly string[],
): ObjectMeta {
  const oldMs = parseTime(metadata.deletionTimestamp ?? '');
  return {
    ...metadata,
    ...(finalizers.length === 0 ? {} : { finalizers }),
    deletionTimestamp: formatTime(oldMs - (pendingSeconds - graceSeconds) * 1000),
    deletionGracePeriodSeconds: graceSeconds,
  };
}

const NONE: readonly string[] = [];

function finalizersAfter(metadata: ObjectMeta, foreground: boolean): readonly string[] {
  const finalizers = metadata.finalizers ?? NONE;
  return !foreground || finalizers.includes(FOREGROUND_FINALIZER) ? finalizers : [...finalizers, FOREGROUND_FINALIZER];
}

/** Objects are stored under their kind's key only, so the key tells the view. */
function isPod(object: KubeObject, kindKey: string): object is Pod {
  return kindKey === POD.key;
}

function isNamespace(object: KubeObject, kindKey: string): object is Namespace {
  return kindKey === NAMESPACE.key;
}

/** 0 when there is nothing to stop: not scheduled, or finished. Whole seconds, rounded up. */
function podGraceSeconds(pod: Pod, askedMs: number | undefined): number {
  const phase = pod.status?.phase;
  if ((pod.spec?.nodeName ?? '') === '' || phase === 'Succeeded' || phase === 'Failed') return 0;
  if (askedMs === undefined) return pod.spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
  return wholeSeconds(askedMs);
}

function wholeSeconds(periodMs: number): number {
  return Math.max(0, Math.ceil(periodMs / 1000));
}

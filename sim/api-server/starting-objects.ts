// Objects of the start, completed: what comes from a dump has uid, resourceVersion and creationTimestamp and is stored as
// it is; what a scenario generated may lack them.

import type { KubeObject, ObjectMeta } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import { generatedUid, type NameSource } from './names.ts';

export interface StartingObjects {
  readonly objects: readonly KubeObject[];
  /** The store's counter goes on after this. */
  readonly version: number;
}

export function startingObjects(
  objects: readonly KubeObject[],
  start: { readonly version: number; readonly nowMs: number; readonly names: NameSource },
): StartingObjects {
  let version = start.version;
  for (const { metadata } of objects) version = Math.max(version, versionNumber(metadata.resourceVersion));
  const completed: KubeObject[] = [];
  for (const object of objects) {
    if (isComplete(object.metadata)) {
      completed.push(object);
      continue;
    }
    const { metadata } = object;
    if (!metadata.resourceVersion) version += 1;
    completed.push({
      ...object,
      metadata: {
        ...metadata,
        uid: metadata.uid || generatedUid(start.names),
        resourceVersion: metadata.resourceVersion || String(version),
        creationTimestamp: metadata.creationTimestamp || formatTime(start.nowMs),
      },
    });
  }
  return { objects: completed, version };
}

function isComplete(metadata: ObjectMeta): boolean {
  return Boolean(metadata.uid && metadata.resourceVersion && metadata.creationTimestamp);
}

/** 0 for a version that is no decimal number: it is opaque, and the counter does not follow it. */
function versionNumber(resourceVersion: string | undefined): number {
  const version = Number(resourceVersion ?? '');
  return Number.isSafeInteger(version) && version > 0 ? version : 0;
}

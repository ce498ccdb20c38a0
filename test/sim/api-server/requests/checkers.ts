// What must hold of any history of calls: each checker looks at what a client saw and says what is wrong, or undefined.

import { listAt, textAt, valueAt } from '../../../../sim/api-server/json-fields.ts';
import type { WatchEvent } from '../../../../sim/api-server/requests/api-call.ts';
import { sameValue } from '../../../../sim/api-server/same-value.ts';

/** What one write showed: the version of the object that it answered with, and whether the object differed from before. */
export interface WriteSeen {
  readonly version: number;
  readonly changed: boolean;
}

/** Versions grow with every write that changes something, and never fall. */
export function versionProblem(writes: readonly WriteSeen[]): string | undefined {
  let newest = 0;
  for (const [position, { version, changed }] of writes.entries()) {
    if (changed && version <= newest) return `write ${position} has version ${version} after ${newest}`;
    if (version > newest) {
      if (!changed) return `write ${position} changed nothing and has the new version ${version}`;
      newest = version;
    }
  }
  return undefined;
}

export type State = ReadonlyMap<string, unknown>;

/** The objects of a list by namespace and name. */
export function stateOf(list: unknown): State {
  return new Map(listAt(list, 'items').map((item) => [keyOf(item), item]));
}

/** A watcher that starts from one state and follows its events holds the other in the end; each event fits what it knew. */
export function replayProblem(from: State, events: readonly WatchEvent[], to: State): string | undefined {
  const known = new Map(from);
  let newest = 0;
  for (const [position, { type, object }] of events.entries()) {
    const version = Number(textAt(object, 'metadata', 'resourceVersion'));
    if (version <= newest) return `event ${position} has version ${version} after ${newest}`;
    newest = version;
    if (type === 'BOOKMARK') continue;
    const key = keyOf(object);
    if (type === 'ERROR') return `event ${position} is an error`;
    if ((type === 'ADDED') === known.has(key)) return `event ${position}: ${type} of ${key}, wrongly`;
    if (type === 'DELETED') known.delete(key);
    else known.set(key, object);
  }
  return differenceProblem(known, to);
}

function differenceProblem(got: State, wanted: State): string | undefined {
  for (const [key, object] of wanted) {
    if (!got.has(key)) return `${key} is missing`;
    if (!sameValue(got.get(key), object)) return `${key} differs`;
  }
  for (const key of got.keys()) if (!wanted.has(key)) return `${key} is too much`;
  return undefined;
}

/** Pages together are the list that was whole at their version, in its order, each object once. */
export function pagesProblem(pages: readonly unknown[], whole: unknown): string | undefined {
  const versions = new Set(pages.map((page) => textAt(page, 'metadata', 'resourceVersion')));
  if (versions.size > 1) return `pages have the versions ${[...versions].join(', ')}`;
  const items = pages.flatMap((page) => listAt(page, 'items'));
  const wanted = listAt(whole, 'items');
  if (items.length !== wanted.length) return `${items.length} objects instead of ${wanted.length}`;
  for (const [position, item] of items.entries()) {
    if (!sameValue(item, wanted[position]))
      return `object ${position} is ${keyOf(item)}, not ${keyOf(wanted[position])}`;
  }
  for (const [position, page] of pages.entries()) {
    const remaining = valueAt(page, 'metadata', 'remainingItemCount');
    const after = pages.slice(position + 1).reduce((sum: number, next) => sum + listAt(next, 'items').length, 0);
    if (remaining !== undefined && remaining !== after) return `page ${position} says ${String(remaining)} remain`;
  }
  return undefined;
}

/**
 * What events of one watch say of finalizers: an object that has some goes only once its deletion has begun; a deletion that has
 * begun is not taken back, and no finalizer joins it.
 */
export function finalizerProblem(from: State, events: readonly WatchEvent[]): string | undefined {
  const known = new Map(from);
  for (const [position, { type, object }] of events.entries()) {
    const key = keyOf(object);
    const before = known.get(key);
    const held = listAt(before, 'metadata', 'finalizers');
    const began = valueAt(before, 'metadata', 'deletionTimestamp') !== undefined;
    if (type === 'DELETED') {
      if (held.length > 0 && !began) return `event ${position}: ${key} is gone with ${held.join(', ')}`;
      known.delete(key);
      continue;
    }
    if (began && type === 'MODIFIED') {
      if (valueAt(object, 'metadata', 'deletionTimestamp') === undefined)
        return `event ${position}: ${key} lives again`;
      const added = listAt(object, 'metadata', 'finalizers').filter((finalizer) => !held.includes(finalizer));
      if (added.length > 0) return `event ${position}: ${key} is being deleted and gets ${added.join(', ')}`;
    }
    known.set(key, object);
  }
  return undefined;
}

/** An object whose owners are all gone is gone, or on its way; `states` are all kinds. */
export function ownershipProblem(states: readonly State[]): string | undefined {
  const objects = states.flatMap((state) => [...state.values()]);
  const uids = new Set(objects.map((object) => textAt(object, 'metadata', 'uid')));
  for (const object of objects) {
    const owners = listAt(object, 'metadata', 'ownerReferences').map((owner) => textAt(owner, 'uid'));
    const goes = valueAt(object, 'metadata', 'deletionTimestamp') !== undefined;
    if (owners.length > 0 && !goes && !owners.some((uid) => uids.has(uid)))
      return `${keyOf(object)} has lost its owners`;
  }
  return undefined;
}

function keyOf(object: unknown): string {
  return `${textAt(object, 'metadata', 'namespace')}/${textAt(object, 'metadata', 'name')}`;
}

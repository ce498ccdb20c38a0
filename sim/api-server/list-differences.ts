// What a client tells its handlers: changes against what it knew itself, not against what the server had.

import { type Kind, type KubeObject, keyOf, keyString } from '../../core/api/object.ts';
import type { ClusterView } from '../../core/ports/cluster-view.ts';
import type { Change } from './change.ts';
import type { ObjectStore } from './object-store.ts';

/** The changes that turn what a client knows of a kind into what the server lists now, in key order. */
export function differences(kind: Kind, known: ClusterView, store: ObjectStore): readonly Change[] {
  const { resourceVersion } = store;
  const listed = store.list(kind);
  const names = new Set(listed.map((object) => keyString(keyOf(object))));
  const gone = known.list(kind).filter((object) => !names.has(keyString(keyOf(object))));
  const changed = listed.filter((object) => known.get(kind, keyOf(object)) !== object);
  return [
    ...gone.map((before): Change => ({ kind, type: 'DELETED', before, after: undefined, resourceVersion })),
    ...changed.map((after): Change => changeTo(kind, known.get(kind, keyOf(after)), after, resourceVersion)),
  ];
}

/** The change as this client experiences it: an object that it never saw is added, one that it never saw cannot go. */
export function knownBefore(change: Change, known: ClusterView): Change | undefined {
  const { kind, before, after, resourceVersion } = change;
  const subject = after ?? before;
  if (subject === undefined) return undefined;
  const old = known.get(kind, keyOf(subject));
  if (old === before && (after !== undefined || old !== undefined)) return change;
  if (after !== undefined) return changeTo(kind, old, after, resourceVersion);
  return old === undefined ? undefined : { kind, type: 'DELETED', before: old, after: undefined, resourceVersion };
}

function changeTo(kind: Kind, before: KubeObject | undefined, after: KubeObject, resourceVersion: number): Change {
  return { kind, type: before === undefined ? 'ADDED' : 'MODIFIED', before, after, resourceVersion };
}

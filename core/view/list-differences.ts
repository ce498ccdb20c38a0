// What a client tells its handlers: changes against what it knew itself, not against what the server had.

import { type Kind, type KubeObject, keyOf, keyString } from '../api/object.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { InformerChange } from '../ports/informer.ts';

/** What a server holds of one kind at a version. */
export interface Listed {
  readonly kind: Kind;
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: number;
}

/**
 * The changes that turn what a client knows of a kind into what the server lists now: first what is gone, then what is new
 * or different, in order of the list.
 * @param isSame whether an object is known in the version that is listed.
 */
export function differences(
  listed: Listed,
  known: ClusterView,
  isSame: (known: KubeObject | undefined, listed: KubeObject) => boolean,
): readonly InformerChange[] {
  const { kind, objects, resourceVersion } = listed;
  const names = new Set(objects.map((object) => keyString(keyOf(object))));
  const gone = known.list(kind).filter((object) => !names.has(keyString(keyOf(object))));
  const changed = objects.filter((object) => !isSame(known.get(kind, keyOf(object)), object));
  return [
    ...gone.map((before): InformerChange => ({ kind, type: 'DELETED', before, after: undefined, resourceVersion })),
    ...changed.map((after) => changeTo(kind, known.get(kind, keyOf(after)), after, resourceVersion)),
  ];
}

/** The change as this client experiences it: an object that it never saw is added, one that it never saw cannot go. */
export function knownBefore(change: InformerChange, known: ClusterView): InformerChange | undefined {
  const { kind, before, after, resourceVersion } = change;
  const subject = after ?? before;
  if (subject === undefined) return undefined;
  const old = known.get(kind, keyOf(subject));
  if (old === before && (after !== undefined || old !== undefined)) return change;
  if (after !== undefined) return changeTo(kind, old, after, resourceVersion);
  return old === undefined ? undefined : { kind, type: 'DELETED', before: old, after: undefined, resourceVersion };
}

function changeTo(
  kind: Kind,
  before: KubeObject | undefined,
  after: KubeObject,
  resourceVersion: number,
): InformerChange {
  return { kind, type: before === undefined ? 'ADDED' : 'MODIFIED', before, after, resourceVersion };
}

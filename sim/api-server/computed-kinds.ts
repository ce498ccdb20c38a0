// Objects that nobody stores: made when someone reads them, from what the world knows. For what changes all the time and is
// seldom looked at, such as the leases of nodes.
//
// Divergence from reality: such an object has no history of versions, and no watch tells of it.

import { type Kind, type KubeObject, keyOf, keyString, type ObjectKey } from '../../core/api/object.ts';

export interface ComputedSource<T extends KubeObject = KubeObject> {
  /** The object as of now, or undefined. */
  get(key: ObjectKey): T | undefined;
  /** All of them as of now, in key order. */
  list(): readonly T[];
}

export class ComputedKinds {
  private readonly sources = new Map<string, ComputedSource>();

  add<T extends KubeObject>(kind: Kind<T>, source: ComputedSource<T>): void {
    this.sources.set(kind.key, source);
  }

  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): T | undefined {
    if (this.sources.size === 0) return undefined;
    const source = this.sources.get(kind.key);
    return makes(source, kind) ? source.get(key) : undefined;
  }

  /** The stored objects, and those made now whose keys no stored one has, in key order. */
  withStored<T extends KubeObject>(kind: Kind<T>, stored: readonly T[]): readonly T[] {
    const source = this.sources.size === 0 ? undefined : this.sources.get(kind.key);
    if (!makes(source, kind)) return stored;
    const made = source.list();
    if (stored.length === 0) return made;
    const texts = new Set(stored.map((object) => keyString(keyOf(object))));
    const all = [...stored, ...made.filter((object) => !texts.has(keyString(keyOf(object))))];
    return all.sort((one, other) => (keyString(keyOf(one)) < keyString(keyOf(other)) ? -1 : 1));
  }
}

/** A source is added under the key of the kind that it makes: this is where that is trusted. */
function makes<T extends KubeObject>(
  source: ComputedSource | undefined,
  _kind: Kind<T>,
): source is ComputedSource<T> & ComputedSource {
  return source !== undefined;
}

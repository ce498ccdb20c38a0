// Objects of one cluster, found by kind and by name. Built once per load; narrow views as core has them.

import type { Kind, KubeObject } from '../../core/api/object.ts';
import { keyOf, keyString, kindKeyOf } from '../../core/api/object.ts';

export class ObjectSet {
  readonly #byKind = new Map<string, Map<string, KubeObject>>();

  /** The last of several objects with one key wins, as a later file overrides an earlier one. */
  constructor(objects: readonly KubeObject[]) {
    for (const object of objects) {
      const kindKey = kindKeyOf(object);
      const ofKind = this.#byKind.get(kindKey) ?? new Map<string, KubeObject>();
      ofKind.set(keyString(keyOf(object)), object);
      this.#byKind.set(kindKey, ofKind);
    }
  }

  /** In the order of their keys. */
  list<T extends KubeObject>(kind: Kind<T>): readonly T[] {
    return this.listByKey(kind.key) as readonly T[];
  }

  listByKey(kindKey: string): readonly KubeObject[] {
    const ofKind = this.#byKind.get(kindKey);
    if (ofKind === undefined) return [];
    return [...ofKind].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  get<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string): T | undefined {
    return this.#byKind.get(kind.key)?.get(keyString({ namespace, name })) as T | undefined;
  }

  count(kindKey: string): number {
    return this.#byKind.get(kindKey)?.size ?? 0;
  }

  /** Sorted. */
  kindKeys(): readonly string[] {
    return [...this.#byKind.keys()].sort();
  }
}

// Objects of one cluster, found by kind and by name. Built once per load; narrow views as core has them.

import type { Kind, KubeObject } from '../../core/api/object.ts';
import { keyOf, keyString, kindKeyOf } from '../../core/api/object.ts';

export class ObjectSet {
  private readonly byKind = new Map<string, Map<string, KubeObject>>();
  /** Lists that were asked for: there are few kinds, and some of many objects are read again and again. */
  private readonly listed = new Map<string, readonly KubeObject[]>();

  /** The last of several objects with one key wins, as a later file overrides an earlier one. */
  constructor(objects: readonly KubeObject[]) {
    for (const object of objects) {
      const kindKey = kindKeyOf(object);
      const ofKind = this.byKind.get(kindKey) ?? new Map<string, KubeObject>();
      ofKind.set(keyString(keyOf(object)), object);
      this.byKind.set(kindKey, ofKind);
    }
  }

  /** In the order of their keys. */
  list<T extends KubeObject>(kind: Kind<T>): readonly T[] {
    return this.listByKey(kind.key) as readonly T[];
  }

  listByKey(kindKey: string): readonly KubeObject[] {
    const known = this.listed.get(kindKey);
    if (known !== undefined) return known;
    const ofKind = this.byKind.get(kindKey);
    if (ofKind === undefined) return [];
    const listed = [...ofKind.keys()].sort().flatMap((key) => ofKind.get(key) ?? []);
    this.listed.set(kindKey, listed);
    return listed;
  }

  get<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string): T | undefined {
    return this.byKind.get(kind.key)?.get(keyString({ namespace, name })) as T | undefined;
  }

  count(kindKey: string): number {
    return this.byKind.get(kindKey)?.size ?? 0;
  }

  /** Sorted. */
  kindKeys(): readonly string[] {
    return [...this.byKind.keys()].sort();
  }
}

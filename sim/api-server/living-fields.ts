// Fields that whoever keeps an object would write again and again, although nothing else of it changes: the instant of its
// last look. They are made when someone reads the object; a look that finds nothing new is no write.
//
// Divergence from reality: no watch tells of such a field and no version counts it. Faults of single events do not meet it; a
// client whose watch is broken, or whose server lags, sees it as of then.

import type { Kind, KubeObject } from '../../core/api/object.ts';

/** The object as its keeper would have left it by `asOfMs`; the same object where that is what it says. */
export type LivingWay<T extends KubeObject> = (object: T, asOfMs: number) => T;

export class LivingFields {
  private readonly ways = new Map<string, LivingWay<KubeObject>>();

  add<T extends KubeObject>(kind: Kind<T>, way: LivingWay<T>): void {
    // A way is added under the key of the kind that it was written for: this is where that is trusted.
    this.ways.set(kind.key, (object, asOfMs) => way(object as T, asOfMs));
  }

  of<T extends KubeObject>(kind: Kind<T>, object: T | undefined, asOfMs: number): T | undefined {
    if (this.ways.size === 0 || object === undefined) return object;
    const way = this.ways.get(kind.key);
    return way === undefined ? object : (way(object, asOfMs) as T);
  }

  ofAll<T extends KubeObject>(kind: Kind<T>, objects: readonly T[], asOfMs: number): readonly T[] {
    if (this.ways.size === 0) return objects;
    const way = this.ways.get(kind.key);
    return way === undefined ? objects : objects.map((object) => way(object, asOfMs) as T);
  }
}

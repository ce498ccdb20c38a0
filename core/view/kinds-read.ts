// Which kinds controllers read: what a cache must hold for them, and no more.

import type { Kind } from '../api/object.ts';
import type { IndexSpec } from '../ports/cluster-view.ts';
import type { Controller } from '../ports/reconciler.ts';

/** Every kind once, in the order in which the controllers name them. */
export function kindsRead(controllers: readonly Controller[]): readonly Kind[] {
  const kinds = new Map<string, Kind>();
  const add = (kind: Kind): void => {
    kinds.set(kind.key, kind);
  };
  const addIndex = ({ of, dependsOn = [], needs = [] }: IndexSpec): void => {
    add(of);
    for (const { kind } of dependsOn) add(kind);
    needs.forEach(addIndex);
  };
  for (const { primary, watches, indexes, reads = [] } of controllers) {
    add(primary);
    for (const { kind } of watches) add(kind);
    indexes.forEach(addIndex);
    reads.forEach(add);
  }
  return [...kinds.values()];
}

// ClusterView: what an informer cache holds. Synchronous, local, possibly stale, ordered per kind but not across kinds.

import type { ChangeOf, Kind, KubeObject, ObjectKey } from '../api/object.ts';

/**
 * An index that the view keeps up to date, so that no decision scans. `values` places an object of kind `of` under zero or
 * more values. When placement depends on other kinds too (a Machine is placed by the health of its Node), `dependsOn` says
 * which primaries to place again when one of those changes.
 */
export interface IndexSpec<T extends KubeObject = KubeObject> {
  /** Indexes of one name over one kind are one index: whoever needs the same gives it the same name. */
  readonly name: string;
  readonly of: Kind<T>;
  /** Method syntax, so that an index of Machines may stand in a list of indexes. */
  values(object: T, view: ClusterView): readonly string[];
  /**
   * All of the object that `values` looks at: while it is the same, compared by identity, a new version of the object stays
   * where it is. Absent: every version is placed anew.
   */
  part?(object: T): unknown;
  /** Indexes that `values` reads; they are added with this one. */
  readonly needs?: readonly IndexSpec[];
  readonly dependsOn?: readonly {
    readonly kind: Kind;
    primaries(change: ChangeOf, view: ClusterView): readonly ObjectKey[];
  }[];
}

export interface ClusterView {
  /** The object as last seen, or undefined; undefined proves absence only when `hasSynced(kind)`. */
  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): T | undefined;
  /** All objects of a kind in key order. For small kinds (policies, budgets, sets); hot paths use indexes. */
  list<T extends KubeObject>(kind: Kind<T>): readonly T[];
  /** Objects under an index value, in key order. The array is shared: do not keep it. */
  byIndex<T extends KubeObject>(index: IndexSpec<T>, value: string): readonly T[];
  /** How many objects stand under an index value, without listing them. */
  countByIndex(index: IndexSpec, value: string): number;
  hasSynced(kind: Kind): boolean;
}

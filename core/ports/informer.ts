// Informer: what the runtime needs of a view beyond reading it. Changes arrive after the view shows them, ordered per kind.

import type { ChangeOf, Kind } from '../api/object.ts';
import type { ClusterView, IndexSpec } from './cluster-view.ts';

export interface InformerChange extends ChangeOf {
  readonly kind: Kind;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resourceVersion: number;
}

export interface Informer extends ClusterView {
  /** Keeps `index` up to date from now on; adding the same index value again changes nothing. */
  addIndex(index: IndexSpec): void;
  /** Calls `listener` for every change, after the view shows it. */
  onChange(listener: (change: InformerChange) => void): void;
  /** Every change up to this resourceVersion, of any kind, is visible in the view. */
  readonly seenResourceVersion: number;
  /** The same for the changes of one kind, where the watches of kinds do not move together. */
  seenOf?(kind: Kind): number;
}

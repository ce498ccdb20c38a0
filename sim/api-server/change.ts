// One committed write, as watchers see it. `before` and `after` are the stored objects themselves, shared and immutable.

import type { Kind, KubeObject } from '../../core/api/object.ts';
import { assert } from '../../core/assert.ts';

export interface Change {
  readonly kind: Kind;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Undefined on ADDED. */
  readonly before: KubeObject | undefined;
  /** Undefined on DELETED. */
  readonly after: KubeObject | undefined;
  /** The store's counter after this write; deletions count too, as in etcd. */
  readonly resourceVersion: number;
  /** Field manager of the controller that wrote; undefined for everybody else. */
  readonly by?: string | undefined;
}

export type ChangeListener = (change: Change) => void;

/** The object that a change is about: its newest state, or its last one. */
export function subjectOf(change: Change): KubeObject {
  const subject = change.after ?? change.before;
  assert(subject !== undefined, 'a change has a before or an after');
  return subject;
}

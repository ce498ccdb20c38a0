// Changes of one kind under that kind's narrow view.

import type { Kind, KubeObject } from '../../core/api/object.ts';
import type { Change } from './change.ts';

export interface ChangeOf<T extends KubeObject> extends Change {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** True when the change is of this kind; its objects then have the kind's view. */
export function isOf<T extends KubeObject>(change: Change, kind: Kind<T>): change is ChangeOf<T> {
  return change.kind.key === kind.key;
}

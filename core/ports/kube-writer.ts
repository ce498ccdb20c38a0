// KubeWriter: writes to an API server. Callback based so that the same core runs on virtual time and on promises.

import type { WriteAction } from '../actions.ts';
import type { Kind, KubeObject, ObjectKey } from '../api/object.ts';
import type { Outcome } from '../facts.ts';

export interface KubeWriter {
  /**
   * Submits one write. `done` is called exactly once, possibly before `submit` returns. `done` with `kind: 'done'` carries
   * the stored object (absent after a delete that removed it). Refusals carry the HTTP code and the Status reason of a
   * real API server: 404 NotFound, 409 Conflict, 409 AlreadyExists, 422 Invalid, 429 TooManyRequests.
   */
  submit(fieldManager: string, write: WriteAction, done: (outcome: Outcome) => void): void;
  /** Reads past every cache. */
  readFresh(kind: Kind, key: ObjectKey, done: (answer: FreshAnswer) => void): void;
}

export type FreshAnswer =
  | { readonly kind: 'found'; readonly object: KubeObject }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly message: string };

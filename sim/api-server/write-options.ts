// What a write to the store may ask for besides its object.

import type { WritePrecondition } from '../../core/actions.ts';
import type { Kind, NewObject } from '../../core/api/object.ts';
import type { Refusal } from './refusals.ts';

export interface DeleteOptions {
  readonly onlyIf?: WritePrecondition;
  /** Pods only; absent: the pod's own period. 0 removes it without waiting for its containers. */
  readonly gracePeriodMs?: number;
  /** What becomes of dependents; absent: Background. */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  readonly dryRun?: boolean;
}

/** A dry run has every check and answer of the write, and stores nothing. */
export interface WriteOptions {
  readonly dryRun?: boolean;
}

export interface CreateOptions extends WriteOptions {
  /** The status that the server gives a new object of a kind whose writers cannot set it: a Pod is born Pending. */
  readonly initialStatus?: unknown;
}

/** Why an object may not be created here and now, or undefined. */
export type CreationGuard = (kind: Kind, object: NewObject) => Refusal | undefined;

export interface PatchOptions {
  readonly subresource: 'main' | 'status';
  readonly onlyIf?: WritePrecondition;
}

// Namespace (v1): where objects live, and what keeps it while it empties.

import type { Condition } from './conditions.ts';
import { type KubeObject, kindOf } from './object.ts';

export interface Namespace extends KubeObject {
  readonly spec?: {
    /** `kubernetes` until the contents are gone; apart from metadata.finalizers, and written through `/finalize` only. */
    readonly finalizers?: readonly string[];
  };
  readonly status?: { readonly phase?: 'Active' | 'Terminating'; readonly conditions?: readonly Condition[] };
}

export const NAMESPACE = kindOf<Namespace>('', 'Namespace', 'Cluster');

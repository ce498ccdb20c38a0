// Admission of the writes that reach the store without a front: the simulation's own loops and controllers, as administrators.
//
// Divergence from reality: a write of the status subresource is admitted with the whole object that its writer proposes.

import { type Kind, type KubeObject, keyOf, type NewObject } from '../../../core/api/object.ts';
import { broken } from '../../../core/assert.ts';
import type { ClusterView } from '../../../core/ports/cluster-view.ts';
import { isKubeObject } from '../object-shape.ts';
import type { Refusal } from '../refusals.ts';
import type { Admission, Admitted } from './admission.ts';

/** What admission looks at beside the write itself. */
export interface AdmissionWorld extends ClusterView {
  readonly nowMs: number;
}

/** The object to create, or why not. `name` is the final one. */
export function admitCreation(
  admission: Admission,
  kind: Kind,
  object: NewObject,
  name: string,
  view: AdmissionWorld,
): Admitted | Refusal {
  const key = { namespace: object.metadata.namespace ?? '', name };
  const write = { operation: 'CREATE', kind, key, subresource: '', object, old: undefined } as const;
  return admission.admit({ ...write, user: undefined, view, nowMs: view.nowMs });
}

export interface ProposedWrite {
  readonly kind: Kind;
  readonly current: KubeObject;
  readonly asked: KubeObject;
  readonly subresource: 'main' | 'status';
}

/** The next version of an object, or why not. */
export function admitVersion(
  admission: Admission,
  { kind, current, asked, subresource }: ProposedWrite,
  view: AdmissionWorld,
): Refusal | { readonly kind: 'admitted'; readonly object: KubeObject } {
  const place = subresource === 'main' ? '' : subresource;
  const write = {
    operation: 'UPDATE',
    kind,
    key: keyOf(current),
    subresource: place,
    object: asked,
    old: current,
  } as const;
  const admitted = admission.admit({ ...write, user: undefined, view, nowMs: view.nowMs });
  if (admitted.kind === 'refused') return admitted;
  const { object = asked } = admitted;
  return { kind: 'admitted', object: isKubeObject(object) ? object : broken('admission keeps the shape of an object') };
}

/** Why an object may not be deleted, or that it may. */
export function admitDeletion(
  admission: Admission,
  kind: Kind,
  current: KubeObject,
  view: AdmissionWorld,
): Admitted | Refusal {
  const write = {
    operation: 'DELETE',
    kind,
    key: keyOf(current),
    subresource: '',
    object: undefined,
    old: current,
  } as const;
  return admission.admit({ ...write, user: undefined, view, nowMs: view.nowMs });
}

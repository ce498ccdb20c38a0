// NamespaceLifecycle: nothing is created in a namespace that does not exist or is on its way out, and three namespaces stay.
// A server may be told not to ask: worlds without Namespace objects have no use for it.
// Source: apiserver pkg/admission/plugin/namespace/lifecycle/admission.go.

import { NAMESPACE } from '../../../core/api/namespace.ts';
import type { Kind, NewObject } from '../../../core/api/object.ts';
import { resourceName } from '../names.ts';
import type { ObjectStore } from '../object-store.ts';
import { notFound as notFoundRefusal, type Refusal } from '../refusals.ts';
import { type ApiFailure, failure, forbidden } from './api-failure.ts';
import type { ApiResource } from './api-resource.ts';
import { ACTIVE, newNamespace } from './namespace-finalize.ts';

const IMMORTAL = ['default', 'kube-system', 'kube-public'];
/** Source: kubernetes pkg/controlplane/controller/systemnamespaces. */
const OF_THE_START = [...IMMORTAL, 'kube-node-lease'];

export class NamespaceGate {
  private readonly store: ObjectStore;
  private readonly enforced: boolean;

  /** @param enforced false: namespaces are mere names, and objects may be created in any. */
  constructor(store: ObjectStore, enforced: boolean) {
    this.store = store;
    this.enforced = enforced;
    if (!enforced) return;
    this.makeMissing();
    store.guardCreations((kind, object) => this.guard(kind, object));
  }

  /** The system's own namespaces, and those in which there are objects already. */
  private makeMissing(): void {
    const names = new Set(OF_THE_START);
    for (const kind of this.store.servedKinds()) {
      for (const { metadata } of this.store.list(kind)) if (metadata.namespace) names.add(metadata.namespace);
    }
    for (const name of names) {
      if (this.store.get(NAMESPACE, { namespace: '', name }) !== undefined) continue;
      const made = newNamespace({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, uid: '', resourceVersion: '' },
      });
      this.store.create(NAMESPACE, made, { initialStatus: ACTIVE });
    }
  }

  /** Why nothing may be created there now, as a server answers it. */
  refusal(resource: ApiResource, namespace: string, name: string): ApiFailure | undefined {
    if (!this.enforced || namespace === '') return undefined;
    const known = this.store.get(NAMESPACE, { namespace: '', name: namespace });
    if (known === undefined) {
      return failure(404, 'NotFound', `namespaces "${namespace}" not found`, { name: namespace, kind: 'namespaces' });
    }
    return known.status?.phase === 'Terminating'
      ? forbidden(resource, name, closed(namespace), [terminatingCause(namespace)])
      : undefined;
  }

  deletionRefusal(resource: ApiResource, name: string): ApiFailure | undefined {
    if (resource.kind.key !== NAMESPACE.key || !IMMORTAL.includes(name)) return undefined;
    return forbidden(resource, name, 'this namespace may not be deleted');
  }

  /** The same rule for those who write to the store directly. */
  private guard(kind: Kind, object: NewObject): Refusal | undefined {
    const namespace = object.metadata.namespace ?? '';
    if (!kind.namespaced || namespace === '') return undefined;
    const known = this.store.get(NAMESPACE, { namespace: '', name: namespace });
    if (known === undefined) return notFoundRefusal(NAMESPACE, namespace);
    if (known.status?.phase !== 'Terminating') return undefined;
    const subject = `${resourceName(kind)} "${object.metadata.name}" is forbidden`;
    return {
      kind: 'refused',
      code: 403,
      reason: 'Forbidden',
      message: `${subject}: ${closed(namespace)}`,
      causes: [terminatingCause(namespace)],
    };
  }
}

function closed(namespace: string): string {
  return `unable to create new content in namespace ${namespace} because it is being terminated`;
}

function terminatingCause(namespace: string) {
  return {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
}

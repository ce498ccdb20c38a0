// The namespace controller: empties a terminating namespace and takes the finalizer away when nothing is left in it.
// It has events only while a namespace is terminating.
// Source: kubernetes pkg/controller/namespace/deletion/namespaced_resources_deleter.go, pkg/controller/namespace/
// namespace_controller.go, status_condition_utils.go.
//
// Divergence from reality: one pass takes no time; discovery never fails.

import { withConditions } from '../../../core/api/conditions.ts';
import { NAMESPACE, type Namespace } from '../../../core/api/namespace.ts';
import { type KubeObject, keyOf } from '../../../core/api/object.ts';
import { POD } from '../../../core/api/workload.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { numberAt } from '../json-fields.ts';
import type { ObjectStore } from '../object-store.ts';
import type { ApiRegistry } from './api-registry.ts';
import { type ApiResource, qualifiedName } from './api-resource.ts';
import { KUBERNETES_FINALIZER } from './namespace-finalize.ts';

/** What remains besides pods waits for someone's finalizer. Source: namespaced_resources_deleter.go, finalizerEstimateSeconds. */
const FINALIZER_ESTIMATE_S = 15;

interface Remaining {
  readonly resource: ApiResource;
  readonly objects: readonly KubeObject[];
}

export class NamespaceController {
  private readonly store: ObjectStore;
  private readonly kernel: Kernel;
  private readonly registry: ApiRegistry;
  /** Names of namespaces with a pass ahead. */
  private readonly awaited = new Set<string>();

  constructor(store: ObjectStore, kernel: Kernel, registry: ApiRegistry) {
    this.store = store;
    this.kernel = kernel;
    this.registry = registry;
    for (const namespace of store.list(NAMESPACE)) this.look(namespace);
    store.tap(
      ({ after }) => {
        if (after !== undefined) this.look(after);
      },
      [NAMESPACE],
    );
  }

  private look({ metadata }: KubeObject): void {
    if (metadata.deletionTimestamp !== undefined) this.passAfter(metadata.name, 0);
  }

  private passAfter(name: string, afterMs: number): void {
    if (this.awaited.has(name)) return;
    this.awaited.add(name);
    this.kernel.call(this.kernel.nowMs + afterMs, () => {
      this.awaited.delete(name);
      this.pass(name);
    });
  }

  private pass(name: string): void {
    const namespace = this.store.get(NAMESPACE, { namespace: '', name });
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    if (!(namespace.spec?.finalizers ?? []).includes(KUBERNETES_FINALIZER)) return;
    for (const { resource, objects } of this.contents(name)) {
      for (const object of objects) this.store.delete(resource.kind, keyOf(object));
    }
    const remaining = this.contents(name);
    // Known before it is written: the write itself makes this controller look again.
    if (remaining.length > 0) this.passAfter(name, waitMs(remaining));
    this.store.update(NAMESPACE, { namespace: '', name }, 'status', (current) => this.withStatus(current, remaining));
    if (remaining.length > 0) return;
    this.store.update(NAMESPACE, { namespace: '', name }, 'main', (current) => ({
      ...current,
      spec: { finalizers: (current.spec?.finalizers ?? []).filter((one) => one !== KUBERNETES_FINALIZER) },
    }));
  }

  private contents(name: string): readonly Remaining[] {
    const found: Remaining[] = [];
    for (const resource of this.registry.all()) {
      if (!resource.kind.namespaced || resource.shape !== undefined) continue;
      const objects = this.store.list(resource.kind).filter(({ metadata }) => metadata.namespace === name);
      if (objects.length > 0) found.push({ resource, objects });
    }
    return found;
  }

  private withStatus(namespace: Namespace, remaining: readonly Remaining[]): Namespace {
    const conditions = withConditions(
      namespace.status?.conditions,
      [...FIRM_CONDITIONS, contentCondition(remaining), finalizerCondition(remaining)],
      this.kernel.nowMs,
    );
    return { ...namespace, status: { ...namespace.status, conditions } };
  }
}

/** Half of what the longest-lasting content is expected to need, and a second. */
function waitMs(remaining: readonly Remaining[]): number {
  let estimate = 0;
  for (const { resource, objects } of remaining) {
    for (const object of objects) {
      const grace =
        resource.kind.key === POD.key ? numberAt(object, 'metadata', 'deletionGracePeriodSeconds') : undefined;
      estimate = Math.max(estimate, grace ?? FINALIZER_ESTIMATE_S);
    }
  }
  return (Math.floor(estimate / 2) + 1) * 1000;
}

const FIRM_CONDITIONS = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    status: 'False',
    reason: 'ResourcesDiscovered',
    message: 'All resources successfully discovered',
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    status: 'False',
    reason: 'ParsedGroupVersions',
    message: 'All legacy kube types successfully parsed',
  },
  {
    type: 'NamespaceDeletionContentFailure',
    status: 'False',
    reason: 'ContentDeleted',
    message: 'All content successfully deleted, may be waiting on finalization',
  },
] as const;

function contentCondition(remaining: readonly Remaining[]) {
  const type = 'NamespaceContentRemaining';
  if (remaining.length === 0) {
    return { type, status: 'False', reason: 'ContentRemoved', message: 'All content successfully removed' } as const;
  }
  const list = remaining.map(({ resource, objects }) => `${served(resource)} has ${objects.length} resource instances`);
  const message = `Some resources are remaining: ${list.sort().join(', ')}`;
  return { type, status: 'True', reason: 'SomeResourcesRemain', message } as const;
}

function finalizerCondition(remaining: readonly Remaining[]) {
  const type = 'NamespaceFinalizersRemaining';
  const counts = new Map<string, number>();
  for (const { objects } of remaining) {
    for (const { metadata } of objects) {
      for (const finalizer of metadata.finalizers ?? []) counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1);
    }
  }
  if (counts.size === 0) {
    const message = 'All content-preserving finalizers finished';
    return { type, status: 'False', reason: 'ContentHasNoFinalizers', message } as const;
  }
  const list = [...counts].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`);
  const message = `Some content in the namespace has finalizers remaining: ${list.sort().join(', ')}`;
  return { type, status: 'True', reason: 'SomeFinalizersRemain', message } as const;
}

/** `pods.` for the core group, as the real message has it. */
function served(resource: ApiResource): string {
  return resource.group === '' ? `${resource.plural}.` : qualifiedName(resource);
}

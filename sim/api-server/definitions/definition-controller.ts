// The controllers of CustomResourceDefinitions: accept names, establish, serve the kind, and clean up after a delete.
// Source: apiextensions-apiserver pkg/controller/{status,establish,finalizer}.
//
// Divergence from reality: everything happens in the instant of the write that causes it, where a real server takes some
// milliseconds and lets the first create of a definition younger than two seconds wait; a clean-up ends with the last object,
// where the real one looks every 5 s and begins anew after 1 min. Status appears one write after the definition itself.

import { type Condition, findCondition, withConditions } from '../../../core/api/conditions.ts';
import { type Kind, keyOf } from '../../../core/api/object.ts';
import type { ObjectStore } from '../object-store.ts';
import { sameValue } from '../same-value.ts';
import { isOf } from '../typed-change.ts';
import { namesOf } from './accepted-names.ts';
import { CustomResource } from './custom-resource.ts';
import {
  CLEANUP_FINALIZER,
  CUSTOM_RESOURCE_DEFINITION,
  type CustomResourceDefinition,
  isDefinition,
} from './custom-resource-definition.ts';

type NewCondition = Omit<Condition, 'lastTransitionTime'>;

/** Hears which custom resources are served, in the instant in which they become or cease to be so. */
export interface DefinitionListener {
  served(resource: CustomResource): void;
  withdrawn(resource: CustomResource): void;
}

export class DefinitionController {
  private readonly store: ObjectStore;
  private readonly clock: { readonly nowMs: number };
  /** By the name of the definition: `machines.cluster.x-k8s.io`. */
  private readonly served = new Map<string, CustomResource>();
  private readonly byKind = new Map<string, CustomResource>();
  private readonly cleaning = new Map<string, () => void>();
  private untap: (() => void) | undefined;
  private readonly listeners: DefinitionListener[] = [];

  constructor(store: ObjectStore, clock: { readonly nowMs: number }) {
    this.store = store;
    this.clock = clock;
    store.register(CUSTOM_RESOURCE_DEFINITION, { statusSubresource: true, cleanupFinalizer: CLEANUP_FINALIZER });
  }

  /** Before `start`. */
  observe(listener: DefinitionListener): void {
    this.listeners.push(listener);
  }

  /** Takes up the definitions that are there and follows the others. After the store was loaded; once. */
  start(): void {
    this.untap = this.store.tap(
      (change) => {
        if (!isOf(change, CUSTOM_RESOURCE_DEFINITION)) return;
        if (change.after === undefined) this.forget(change.before);
        else this.reconcile(change.after.metadata.name);
      },
      [CUSTOM_RESOURCE_DEFINITION],
    );
    for (const { metadata } of this.store.list(CUSTOM_RESOURCE_DEFINITION)) this.reconcile(metadata.name);
  }

  /** Follows no further definitions; what is served stays so. */
  stop(): void {
    this.untap?.();
    for (const end of this.cleaning.values()) end();
    this.cleaning.clear();
  }

  /** Everything that is served now, in the order in which it was established. */
  resources(): readonly CustomResource[] {
    return [...this.served.values()];
  }

  /** By the parts of a URL: group `cluster.x-k8s.io`, plural `machines`. */
  resource(group: string, plural: string): CustomResource | undefined {
    return this.served.get(`${plural}.${group}`);
  }

  ofKind(kindKey: string): CustomResource | undefined {
    return this.byKind.get(kindKey);
  }

  private reconcile(name: string): void {
    const definition = this.store.get(CUSTOM_RESOURCE_DEFINITION, { namespace: '', name });
    if (definition === undefined || !isDefinition(definition)) return;
    if (definition.metadata.deletionTimestamp !== undefined) {
      this.cleanUp(definition);
      return;
    }
    if (this.acceptNames(definition) || this.establish(definition)) return;
    if (isTrue(definition, 'Established')) this.serve(definition);
  }

  /** True when it wrote: the change comes back. */
  private acceptNames(definition: CustomResourceDefinition): boolean {
    const { acceptedNames = {}, storedVersions = [] } = definition.status ?? {};
    const storage = definition.spec.versions.find((version) => version.storage)?.name ?? '';
    const stored = storedVersions.includes(storage) ? storedVersions : [...storedVersions, storage];
    if (sameValue(definition.spec.names, acceptedNames) && stored === storedVersions) return false;
    const verdict = namesOf(definition, this.othersOf(definition));
    const next = this.withStatus(definition, [verdict.namesAccepted, verdict.established], {
      acceptedNames: verdict.acceptedNames,
      storedVersions: stored,
    });
    return this.writeStatus(definition, next) && this.renewOthers(definition, next);
  }

  /** Others of the group may want a name that has just become free. */
  private renewOthers(before: CustomResourceDefinition, after: CustomResourceDefinition): true {
    if (
      before.status?.acceptedNames !== undefined &&
      !sameValue(before.status.acceptedNames, after.status?.acceptedNames)
    ) {
      for (const { metadata } of this.othersOf(before)) this.reconcile(metadata.name);
    }
    return true;
  }

  private establish(definition: CustomResourceDefinition): boolean {
    if (!isTrue(definition, 'NamesAccepted') || isTrue(definition, 'Established')) return false;
    const message = 'the initial names have been accepted';
    const established = { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message } as const;
    return this.writeStatus(definition, this.withStatus(definition, [established], {}));
  }

  private serve(definition: CustomResourceDefinition): void {
    const { name, deletionTimestamp } = definition.metadata;
    const known = this.served.get(name);
    const isSame = known?.spec === definition.spec && known.terminating === (deletionTimestamp !== undefined);
    if (isSame && sameValue(known.acceptedNames, definition.status?.acceptedNames)) return;
    const resource = new CustomResource(definition);
    this.store.register(resource.kind, { statusSubresource: resource.statusSubresource });
    this.served.set(name, resource);
    this.byKind.set(resource.kind.key, resource);
    for (const listener of this.listeners) listener.served(resource);
  }

  private cleanUp(definition: CustomResourceDefinition): void {
    const { name, finalizers = [] } = definition.metadata;
    if (!finalizers.includes(CLEANUP_FINALIZER) || this.cleaning.has(name)) return;
    const resource = new CustomResource(definition);
    if (!isTrue(definition, 'Established')) {
      this.finish(definition, terminating('False', 'NeverEstablished', 'resource was never established'));
      return;
    }
    this.serve(definition);
    const { kind } = resource;
    const check = (): void => {
      if (this.cleaning.has(name) && this.store.list(kind).length === 0) this.end(name);
    };
    this.cleaning.set(name, this.store.tap(check, [kind]));
    const progress = terminating('True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress');
    this.writeStatus(definition, this.withStatus(definition, [progress], {}));
    this.deleteAll(kind);
    check();
  }

  private deleteAll(kind: Kind): void {
    for (const object of this.store.list(kind)) this.store.delete(kind, keyOf(object));
  }

  private end(name: string): void {
    this.cleaning.get(name)?.();
    this.cleaning.delete(name);
    const definition = this.store.get(CUSTOM_RESOURCE_DEFINITION, { namespace: '', name });
    if (definition === undefined) return;
    this.finish(definition, terminating('False', 'InstanceDeletionCompleted', 'removed all instances'));
  }

  private finish(definition: CustomResourceDefinition, condition: NewCondition): void {
    this.writeStatus(definition, this.withStatus(definition, [condition], {}));
    this.store.update(CUSTOM_RESOURCE_DEFINITION, keyOf(definition), 'main', (current) => ({
      ...current,
      metadata: {
        ...current.metadata,
        finalizers: current.metadata.finalizers?.filter((finalizer) => finalizer !== CLEANUP_FINALIZER) ?? [],
      },
    }));
  }

  private forget(definition: CustomResourceDefinition | undefined): void {
    if (definition === undefined) return;
    const { name } = definition.metadata;
    const resource = this.served.get(name);
    if (resource !== undefined) {
      this.served.delete(name);
      this.byKind.delete(resource.kind.key);
      this.store.withdraw(resource.kind);
      for (const listener of this.listeners) listener.withdrawn(resource);
    }
    for (const other of this.othersOf(definition)) this.reconcile(other.metadata.name);
  }

  private othersOf({ metadata, spec }: CustomResourceDefinition): readonly CustomResourceDefinition[] {
    return this.store
      .list(CUSTOM_RESOURCE_DEFINITION)
      .filter(
        (other) => isDefinition(other) && other.spec.group === spec.group && other.metadata.name !== metadata.name,
      );
  }

  private withStatus(
    definition: CustomResourceDefinition,
    conditions: readonly NewCondition[],
    more: Partial<NonNullable<CustomResourceDefinition['status']>>,
  ): CustomResourceDefinition {
    const { status } = definition;
    const next = withConditions(status?.conditions, conditions, this.clock.nowMs);
    return { ...definition, status: { ...status, ...more, conditions: next } };
  }

  private writeStatus(definition: CustomResourceDefinition, next: CustomResourceDefinition): boolean {
    if (sameValue(definition.status, next.status)) return false;
    const done = this.store.update(CUSTOM_RESOURCE_DEFINITION, keyOf(definition), 'status', (current) => ({
      ...current,
      ...(next.status === undefined ? {} : { status: next.status }),
    }));
    return done.kind === 'done';
  }
}

function terminating(status: 'True' | 'False', reason: string, message: string): NewCondition {
  return { type: 'Terminating', status, reason, message };
}

function isTrue(definition: CustomResourceDefinition, type: string): boolean {
  return findCondition(definition.status?.conditions, type)?.status === 'True';
}

// Somebody changes the policy while it runs, with everything in flight: manifests are applied and deleted as `kubectl apply` and
// `kubectl delete` do it. Applying merges three ways: what the last manifest had and the next one has not is removed, what others
// have written stays; status stays; another spec is another generation. Deleting waits for finalizers.
// Source: Kubernetes documentation, Declarative Management of Kubernetes Objects Using Configuration Files, "How apply calculates
// differences and merges changes"; custom resources take a JSON merge patch.
//
// Divergence from reality
// - All manifests of a change reach the API server at one instant, and what is refused is not tried again.
// - Lists of built-in kinds are replaced too, where kubectl merges them by key.

import type { MergePatch } from '../../core/actions.ts';
import {
  type Kind,
  type KubeObject,
  keyOf,
  keyString,
  kindKeyOf,
  kindOf,
  type NewObject,
} from '../../core/api/object.ts';
import { assert } from '../../core/assert.ts';
import type { Outcome } from '../../core/facts.ts';
import { AdmissionChain, type AdmissionOperation } from '../api-server/admission/admission.ts';
import { PRODUCT_WEBHOOKS } from '../api-server/admission/rules.ts';
import { mergePatch } from '../api-server/merge-patch.ts';
import { isKubeObject } from '../api-server/object-shape.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { ownValue, setOwn } from '../api-server/own-property.ts';
import { isJsonObject, type JsonObject } from '../api-server/same-value.ts';
import type { PolicyChange, PolicyConfig } from '../config.ts';
import type { Kernel } from '../kernel/kernel.ts';

export type PolicyStep = 'created' | 'changed' | 'unchanged' | 'deleted' | 'being deleted' | 'not there';

export interface PolicyObserver {
  /** `refusal`: what the API server or a webhook said in place of doing it. */
  policyChanged(object: PolicyObjectName, end: { readonly step: PolicyStep } | { readonly refusal: string }): void;
}

/** `MachineHealthCheck openshift-machine-api/workers`. */
export type PolicyObjectName = string;

/** The manifests of every version of a policy: whatever one of them needs is installed from the start. */
export function objectsOfAllVersions({ objects, changes = [] }: PolicyConfig): readonly KubeObject[] {
  return changes.length === 0 ? objects : [...objects, ...changes.flatMap(({ apply }) => apply)];
}

/** The kind of a manifest: by its namespace one knows its scope. */
export function kindOfManifest({ apiVersion, kind, metadata }: KubeObject): Kind {
  const slash = apiVersion.indexOf('/');
  const scope = metadata.namespace === undefined ? 'Cluster' : 'Namespaced';
  return kindOf(slash < 0 ? '' : apiVersion.slice(0, slash), kind, scope);
}

export class PolicyRollout {
  private readonly kernel: Kernel;
  private readonly store: ObjectStore;
  private readonly startMs: number;
  private readonly changes: readonly PolicyChange[];
  /** What was applied last, by kind and key. */
  private readonly applied: Map<string, KubeObject>;
  private readonly webhooks = new AdmissionChain(PRODUCT_WEBHOOKS);
  private readonly observers: PolicyObserver[] = [];

  constructor(kernel: Kernel, store: ObjectStore, startMs: number, { objects, changes = [] }: PolicyConfig) {
    this.kernel = kernel;
    this.store = store;
    this.startMs = startMs;
    this.changes = changes;
    this.applied = new Map(objects.map((object) => [identityOf(object), object]));
  }

  observe(observer: PolicyObserver): void {
    this.observers.push(observer);
  }

  start(): void {
    for (const change of this.changes) this.kernel.call(this.startMs + change.atMs, () => this.roll(change));
  }

  private roll(change: PolicyChange): void {
    for (const manifest of change.apply) this.apply(manifest);
    for (const gone of change.delete) this.delete(gone);
  }

  private apply(manifest: KubeObject): void {
    const kind = this.kindOf(manifest);
    const identity = identityOf(manifest);
    const current = this.store.get(kind, keyOf(manifest));
    const before = this.applied.get(identity);
    this.applied.set(identity, manifest);
    if (current === undefined) {
      const { uid: _uid, resourceVersion: _version, generation: _generation, ...metadata } = manifest.metadata;
      const asked = this.admitted('CREATE', kind, { ...manifest, metadata }, undefined);
      if ('refusal' in asked) this.tell(manifest, asked);
      else this.tellOutcome(manifest, this.store.create(kind, asked.object), 'created');
      return;
    }
    assert(isJsonObject(current) && isJsonObject(manifest), 'objects of the API are JSON objects');
    const wanted = mergePatch(current, changesFrom(isJsonObject(before) ? before : NOTHING, manifest, MANAGED));
    assert(isKubeObject(wanted), 'applying leaves kind and name as they are');
    const asked = this.admitted('UPDATE', kind, wanted, current);
    if ('refusal' in asked) {
      this.tell(manifest, asked);
      return;
    }
    const next = asked.object;
    assert(isKubeObject(next), 'a webhook leaves an object what it is');
    const outcome = this.store.update(kind, keyOf(manifest), 'main', () => next);
    const same = outcome.kind === 'done' && outcome.object === current;
    this.tellOutcome(manifest, outcome, same ? 'unchanged' : 'changed');
  }

  private delete(gone: KubeObject): void {
    const kind = this.kindOf(gone);
    const key = keyOf(gone);
    this.applied.delete(identityOf(gone));
    const current = this.store.get(kind, key);
    if (current === undefined) {
      this.tell(gone, { step: 'not there' });
      return;
    }
    const asked = this.admitted('DELETE', kind, undefined, current);
    if ('refusal' in asked) {
      this.tell(gone, asked);
      return;
    }
    const outcome = this.store.delete(kind, key);
    const waits = outcome.kind === 'done' && outcome.object !== undefined;
    this.tellOutcome(gone, outcome, waits ? 'being deleted' : 'deleted');
  }

  private kindOf(manifest: KubeObject): Kind {
    return this.store.kindOf(kindKeyOf(manifest)) ?? kindOfManifest(manifest);
  }

  /** Past the webhooks of the products. */
  private admitted(
    operation: AdmissionOperation,
    kind: Kind,
    object: NewObject | undefined,
    old: KubeObject | undefined,
  ): { readonly object: NewObject } | { readonly refusal: string } {
    const name = object?.metadata ?? old?.metadata;
    const answer = this.webhooks.admit({
      operation,
      kind,
      key: { namespace: name?.namespace ?? '', name: name?.name ?? '' },
      subresource: '',
      object,
      old,
      user: undefined,
      view: this.store,
      nowMs: this.kernel.nowMs,
    });
    if (answer.kind === 'refused') return { refusal: answer.message };
    const admitted = answer.object ?? object ?? old;
    assert(admitted !== undefined, 'a request is about an object');
    return { object: admitted };
  }

  private tellOutcome(object: KubeObject, outcome: Outcome, step: PolicyStep): void {
    this.tell(object, outcome.kind === 'done' ? { step } : { refusal: outcome.message });
  }

  private tell(object: KubeObject, end: { readonly step: PolicyStep } | { readonly refusal: string }): void {
    const name = `${object.kind} ${keyString(keyOf(object))}`;
    for (const observer of this.observers) observer.policyChanged(name, end);
  }
}

function identityOf(object: KubeObject): string {
  return `${kindKeyOf(object)} ${keyString(keyOf(object))}`;
}

const NOTHING: JsonObject = {};
/** Of an object's top level, what a manifest says; of metadata it says labels and annotations. */
const MANAGED = (field: string): boolean => !['apiVersion', 'kind', 'metadata', 'status'].includes(field);

/** The merge patch from one manifest to the next: what the next says, and what it says no more. */
function changesFrom(before: JsonObject, next: JsonObject, isManaged: (field: string) => boolean): MergePatch {
  const patch: Record<string, unknown> = fieldChanges(pick(before, isManaged), pick(next, isManaged));
  const [was, is] = [metadataOf(before), metadataOf(next)];
  const isLabels = (field: string): boolean => field === 'labels';
  const labels = fieldChanges(pick(was, isLabels), pick(is, isLabels));
  // kubectl keeps an annotation of its own in every manifest, so that the map is never one that is there no more.
  const annotations = fieldChanges(mapIn(was, 'annotations'), mapIn(is, 'annotations'));
  const metadata = { ...labels, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) };
  return Object.keys(metadata).length === 0 ? patch : { ...patch, metadata };
}

function metadataOf(object: JsonObject): JsonObject {
  return mapIn(object, 'metadata');
}

function mapIn(object: JsonObject, field: string): JsonObject {
  const value = ownValue(object, field);
  return isJsonObject(value) ? value : NOTHING;
}

function fieldChanges(before: JsonObject, next: JsonObject): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const field of Object.keys(before)) if (!Object.hasOwn(next, field)) setOwn(patch, field, null);
  for (const field of Object.keys(next)) {
    const was = ownValue(before, field);
    const is = next[field];
    setOwn(patch, field, isJsonObject(is) ? fieldChanges(isJsonObject(was) ? was : NOTHING, is) : is);
  }
  return patch;
}

function pick(object: JsonObject, wanted: (field: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => wanted(field)));
}

// The virtual API server's store: every object once, immutable and shared, one counter of versions, and the rules of a real
// server for each verb. Writes take effect at once; whoever shall see them late reads through a CachedView.
//
// Divergence from reality: no schemas, no watch history, no defaulting, pruning or admission but what an admission chain that is
// handed in does: who needs them puts `requests/api-server.ts` in front.

import type { MergePatch, WritePrecondition } from '../../core/actions.ts';
import type { LabelSelector } from '../../core/api/machine.ts';
import {
  type Kind,
  type KubeObject,
  keyOf,
  type NewObject,
  type ObjectKey,
  type ObjectMeta,
} from '../../core/api/object.ts';
import { matchesSelector } from '../../core/api/selector.ts';
import { POD, POD_DISRUPTION_BUDGET, type Pod } from '../../core/api/workload.ts';
import { assert } from '../../core/assert.ts';
import type { Outcome } from '../../core/facts.ts';
import type { ClusterView, IndexSpec } from '../../core/ports/cluster-view.ts';
import { IndexedObjects } from '../../core/view/indexed-objects.ts';
import type { Admission } from './admission/admission.ts';
import { admitCreation, admitDeletion, admitVersion } from './admission/store-admission.ts';
import type { Change, ChangeListener } from './change.ts';
import { ChangeFeed } from './change-feed.ts';
import { ComputedKinds, type ComputedSource } from './computed-kinds.ts';
import { born, creationRefusal } from './creation.ts';
import { deletionVerdict, isFree, marked } from './deletion.ts';
import { PODS_BY_BUDGET } from './disruption-budgets.ts';
import { charged, evictionVerdict, markedForEviction } from './eviction.ts';
import { GarbageCollector } from './garbage-collection.ts';
import { LivingFields, type LivingWay } from './living-fields.ts';
import { mergePatch } from './merge-patch.ts';
import { generatedName, generatedUid, type NameSource } from './names.ts';
import { isNextVersion, shapeProblem } from './object-shape.ts';
import { alreadyExists, badRequest, notFound, notServed, type Refusal } from './refusals.ts';
import { isJsonObject } from './same-value.ts';
import { ServedKinds } from './served-kinds.ts';
import { startingObjects } from './starting-objects.ts';
import type { CreateOptions, CreationGuard, DeleteOptions, PatchOptions, WriteOptions } from './write-options.ts';
import {
  admitUpdate,
  deletePreconditionRefusal,
  type KindOptions,
  preconditionRefusal,
  type WriteTarget,
} from './write-rules.ts';

/** Source: apiserver pkg/registry/generic/registry/store.go, maxNameGenerationCreateAttempts. */
const NAME_ATTEMPTS = 8;

export class ObjectStore implements ClusterView {
  private readonly clock: { readonly nowMs: number };
  private readonly names: NameSource;
  private readonly kinds = new ServedKinds();
  private readonly objects = new IndexedObjects();
  private readonly feed = new ChangeFeed();
  private readonly computed = new ComputedKinds();
  /** Caches in front of the store read it too. */
  readonly living = new LivingFields();
  private readonly garbage = new GarbageCollector(this);
  private readonly admission: Admission | undefined;
  private version = 0;
  private journal: ChangeListener | undefined;
  private guard: CreationGuard | undefined;
  /** Controller in whose name is being written. */
  private author: string | undefined;
  /** A disruption controller keeps the status of PodDisruptionBudgets, and evictions go by it. */
  budgetStatusIsKept = false;
  private evictionWebhook: ((pod: Pod) => Refusal | undefined) | undefined;

  /**
   * @param names chance for generated names and uids: the same source gives the same names.
   * @param admission asked before every write, as for an administrator; absent: nothing is asked.
   */
  constructor(clock: { readonly nowMs: number }, names: NameSource, admission?: Admission) {
    this.clock = clock;
    this.names = names;
    this.admission = admission;
  }

  /** Serves a kind from now on; a second time changes its options. */
  register(kind: Kind, options: KindOptions): void {
    this.kinds.serve(kind, options);
  }

  /** The kind is served no longer: writes are refused with 404. Its objects are the caller's to delete before. */
  withdraw(kind: Kind): void {
    this.kinds.withdraw(kind.key);
  }

  knows(kindKey: string): boolean {
    return this.kinds.find(kindKey) !== undefined;
  }

  kindOf(kindKey: string): Kind | undefined {
    return this.kinds.find(kindKey)?.kind;
  }

  /** All kinds that are served, in the order in which they became so. */
  servedKinds(): readonly Kind[] {
    return this.kinds.all();
  }

  get nowMs(): number {
    return this.clock.nowMs;
  }

  /** The counter: the version of the newest write. */
  get resourceVersion(): number {
    return this.version;
  }

  /**
   * The objects of the start, exactly as given, status included; a missing uid, resourceVersion or creationTimestamp is
   * filled in. Kinds that nobody registered are served, with a status subresource. No change is emitted: load before any tap.
   */
  load(objects: readonly KubeObject[]): void {
    assert(!this.feed.tapped, 'objects of the start are loaded before anyone listens');
    const start = startingObjects(objects, { version: this.version, nowMs: this.clock.nowMs, names: this.names });
    this.version = start.version;
    this.objects.seed(start.objects, (object) => this.kinds.kindFor(object));
    for (const object of start.objects) this.garbage.link(this.kinds.kindFor(object), object);
    this.garbage.acceptForeignOwners(start.objects);
  }

  /**
   * Makes more objects of a kind when they are read, beside those that are stored; a stored one of the same key wins.
   * They are neither watched nor indexed, and writing one is refused as if it were not there.
   */
  compute<T extends KubeObject>(kind: Kind<T>, source: ComputedSource<T>): void {
    assert(this.knows(kind.key), `${kind.key} is served before some of its objects are computed`);
    this.computed.add(kind, source);
  }

  /** Fields of a kind that are made as of the instant at which someone reads them. */
  keepAlive<T extends KubeObject>(kind: Kind<T>, way: LivingWay<T>): void {
    this.living.add(kind, way);
  }

  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): T | undefined {
    const stored = this.objects.get(kind, key);
    return stored === undefined ? this.computed.get(kind, key) : this.living.of(kind, stored, this.clock.nowMs);
  }

  list<T extends KubeObject>(kind: Kind<T>): readonly T[] {
    return this.living.ofAll(kind, this.computed.withStored(kind, this.objects.list(kind)), this.clock.nowMs);
  }

  /** Those that are stored, in key order: what a watch begins with. */
  stored<T extends KubeObject>(kind: Kind<T>): readonly T[] {
    return this.objects.list(kind);
  }

  /** Objects whose labels match, in key order; of one namespace when given. */
  select<T extends KubeObject>(kind: Kind<T>, selector: LabelSelector | undefined, namespace?: string): readonly T[] {
    return this.objects
      .list(kind)
      .filter(
        ({ metadata }) =>
          (namespace === undefined || metadata.namespace === namespace) && matchesSelector(selector, metadata.labels),
      );
  }

  /** May be called at any time, more than once for one index. */
  addIndex(index: IndexSpec): void {
    this.objects.addIndex(index);
  }

  byIndex<T extends KubeObject>(index: IndexSpec<T>, value: string): readonly T[] {
    return this.living.ofAll(index.of, this.objects.byIndex(index, value), this.clock.nowMs);
  }

  countByIndex(index: IndexSpec, value: string): number {
    return this.objects.countByIndex(index, value);
  }

  /** The owner that an object names is not there; false where it may exist outside the loaded objects. */
  ownerIsGone(kind: Kind, key: ObjectKey, uid: string): boolean {
    return this.get(kind, key)?.metadata.uid !== uid && !this.garbage.isForeign(uid);
  }

  hasSynced(_kind: Kind): boolean {
    return true;
  }

  /**
   * Called synchronously with every later change, of some kinds or of all, in write order; changes of a listener's own
   * writes come after.
   */
  tap(listener: ChangeListener, kinds?: readonly Kind[]): () => void {
    return this.feed.tap(listener, kinds);
  }

  /** One listener that hears every change in the moment of its write, before anyone else. It must not write. */
  keepJournal(journal: ChangeListener): void {
    this.journal = journal;
  }

  /** Asked before every creation from now on, whoever creates. */
  guardCreations(guard: CreationGuard): void {
    this.guard = guard;
  }

  /** Writes in the name of a controller: every change of `write` says so, and no change that follows from one. */
  writeAs(author: string, write: () => Outcome): Outcome {
    this.author = author;
    const outcome = write();
    this.author = undefined;
    return outcome;
  }

  /** Refuses with 400, 404 (kind), 409 AlreadyExists, 422 or as the guard says. Done carries the stored object. */
  create(kind: Kind, asked: NewObject, options: CreateOptions = {}): Outcome {
    const served = this.kinds.find(kind.key);
    if (served === undefined) return notServed();
    const namespace = asked.metadata.namespace ?? '';
    const name = this.freeName(kind, asked, namespace);
    const wrong = this.guard?.(kind, asked) ?? creationRefusal(kind, asked, name);
    if (wrong !== undefined) return wrong;
    const admitted = this.admission && admitCreation(this.admission, kind, asked, name, this);
    if (admitted?.kind === 'refused') return admitted;
    const object = admitted?.object ?? asked;
    if (this.objects.get(kind, { namespace, name }) !== undefined) return alreadyExists(kind, name);
    const { initialStatus } = options;
    const birth = { name, uid: generatedUid(this.names), nowMs: this.clock.nowMs, initialStatus };
    if (options.dryRun === true) {
      return { kind: 'done', object: born(served.kind, object, served.options, { ...birth, resourceVersion: '' }) };
    }
    this.version += 1;
    const stored = born(served.kind, object, served.options, { ...birth, resourceVersion: String(this.version) });
    const resourceVersion = this.version;
    this.commit({
      kind: served.kind,
      type: 'ADDED',
      before: undefined,
      after: stored,
      resourceVersion,
      by: this.author,
    });
    return { kind: 'done', object: stored };
  }

  /** Applies a merge patch. Refuses with 400, 404, 409 Conflict or 422; a patch that changes nothing is done, unwritten. */
  patch(kind: Kind, key: ObjectKey, patch: MergePatch, options: PatchOptions): Outcome {
    const current = this.objects.get(kind, key);
    if (current === undefined) return this.knows(kind.key) ? notFound(kind, key.name) : notServed();
    const wrong = preconditionRefusal(kind, current, options.onlyIf);
    if (wrong !== undefined) return wrong;
    assert(isJsonObject(current), 'a stored object is a JSON object');
    const proposed = mergePatch(current, patch);
    if (!isNextVersion(proposed, current))
      return badRequest(shapeProblem(proposed) ?? 'the patched object has a wrong shape');
    return this.write(kind, current, proposed, options.subresource, { isOwn: true });
  }

  /** The way of the simulator's own loops: `change` gets the stored object and returns its next version by path copy. */
  update<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    subresource: 'main' | 'status',
    change: (current: T) => T,
    options: WriteOptions = {},
  ): Outcome {
    const current = this.objects.get(kind, key);
    if (current === undefined) return this.knows(kind.key) ? notFound(kind, key.name) : notServed();
    return this.write(kind, current, change(current), subresource, options);
  }

  /** Done carries the object while it still waits (finalizers, a pod's containers), and nothing once it is gone. */
  delete(kind: Kind, key: ObjectKey, options: DeleteOptions = {}): Outcome {
    const current = this.objects.get(kind, key);
    if (current === undefined) return this.knows(kind.key) ? notFound(kind, key.name) : notServed();
    const wrong = deletePreconditionRefusal(kind, current, options.onlyIf);
    if (wrong !== undefined) return wrong;
    const admitted = this.admission && admitDeletion(this.admission, kind, current, this);
    if (admitted?.kind === 'refused') return admitted;
    const { uid } = current.metadata;
    const foreground = options.propagation === 'Foreground' && this.garbage.hasDependents(uid);
    const dryRun = options.dryRun === true;
    if (options.propagation === 'Orphan' && !dryRun) this.garbage.orphan(uid);
    const verdict = deletionVerdict(current, {
      kindKey: kind.key,
      nowMs: this.clock.nowMs,
      gracePeriodMs: options.gracePeriodMs,
      foreground,
      cleanupFinalizer: this.kinds.find(kind.key)?.options.cleanupFinalizer,
    });
    if (verdict.kind === 'unchanged') return { kind: 'done', object: current };
    if (verdict.kind === 'remove') {
      if (!dryRun) this.remove(kind, current);
      return { kind: 'done' };
    }
    const next = marked(kind.key, current, verdict.metadata);
    if (dryRun) return { kind: 'done', object: next };
    if (foreground) this.garbage.deleteDependents(kind, current);
    this.replace(kind, current, next);
    const waiting = this.objects.get(kind, key);
    return waiting === undefined ? { kind: 'done' } : { kind: 'done', object: waiting };
  }

  /** A validating webhook for evictions, asked before the budgets; one. Undefined lets an eviction pass. */
  interceptEvictions(webhook: (pod: Pod) => Refusal | undefined): void {
    this.evictionWebhook = webhook;
  }

  /** Asks the webhook and the PodDisruptionBudgets, then deletes. 429 TooManyRequests with cause DisruptionBudget, 500 for two budgets. */
  evict(key: ObjectKey, onlyIf?: WritePrecondition, options: Omit<DeleteOptions, 'onlyIf'> = {}): Outcome {
    const pod = this.objects.get(POD, key);
    if (pod === undefined) return notFound(POD, key.name);
    const wrong = deletePreconditionRefusal(POD, pod, onlyIf);
    if (wrong !== undefined) return wrong;
    this.objects.addIndex(PODS_BY_BUDGET);
    const intercepted = this.evictionWebhook?.(pod);
    if (intercepted !== undefined) return intercepted;
    const verdict = evictionVerdict(pod, this.objects, this.budgetStatusIsKept);
    if (verdict.kind === 'refused') return verdict;
    if (options.dryRun === true) return { kind: 'done' };
    if (verdict.charge !== undefined) {
      this.update(POD_DISRUPTION_BUDGET, keyOf(verdict.charge), 'status', (budget) =>
        charged(budget, pod.metadata.name, this.clock.nowMs),
      );
    }
    const condemned = this.update(POD, key, 'status', (current) => markedForEviction(current, this.clock.nowMs));
    if (condemned.kind !== 'done') return condemned;
    return this.delete(POD, key, { ...options, onlyIf: { uid: pod.metadata.uid } });
  }

  private write(
    kind: Kind,
    current: KubeObject,
    asked: KubeObject,
    subresource: WriteTarget['subresource'],
    { dryRun = false, isOwn = false }: WriteOptions & { readonly isOwn?: boolean },
  ): Outcome {
    const served = this.kinds.find(kind.key);
    if (served === undefined) return notServed();
    if (asked === current) return { kind: 'done', object: current };
    const admitted = this.admission && admitVersion(this.admission, { kind, current, asked, subresource }, this);
    if (admitted?.kind === 'refused') return admitted;
    const proposed = admitted?.object ?? asked;
    const admission = admitUpdate(current, proposed, { kind: served.kind, options: served.options, subresource });
    switch (admission.kind) {
      case 'refused':
        return admission;
      case 'unchanged':
        return { kind: 'done', object: current };
      case 'store':
        if (dryRun) return { kind: 'done', object: admission.object };
        if (isFree(admission.object, served.kind.key)) {
          const gone = this.remove(served.kind, current);
          const metadata = { ...admission.object.metadata, resourceVersion: String(gone) };
          return { kind: 'done', object: { ...admission.object, metadata } };
        }
        return {
          kind: 'done',
          object: this.replace(served.kind, current, admission.object, isOwn && admitted === undefined),
        };
    }
  }

  /** @param isOwn nobody else holds `next`, nor any metadata of it that is not the old one's. */
  private replace(kind: Kind, before: KubeObject, next: KubeObject, isOwn = false): KubeObject {
    this.version += 1;
    const after = isOwn ? next : { ...next };
    stamp(after, before, String(this.version), isOwn);
    this.commit({ kind, type: 'MODIFIED', before, after, resourceVersion: this.version, by: this.author });
    return after;
  }

  /** Returns the version of the removal. */
  private remove(kind: Kind, before: KubeObject): number {
    this.version += 1;
    const removedAt = this.version;
    this.commit({ kind, type: 'DELETED', before, after: undefined, resourceVersion: removedAt, by: this.author });
    return removedAt;
  }

  private commit(change: Change): void {
    this.objects.apply(change);
    this.journal?.(change);
    // What listeners and the garbage collector write in answer is their own.
    const { author } = this;
    this.author = undefined;
    this.garbage.observe(change);
    this.feed.emit(change);
    this.garbage.drain();
    this.author = author;
  }

  /** The object's own name, or one generated from its prefix that is not taken; the last try may be. */
  private freeName(kind: Kind, object: NewObject, namespace: string): string {
    const { name, generateName = '' } = object.metadata;
    if (name || generateName === '') return name;
    let generated = generatedName(generateName, this.names);
    for (let attempt = 1; attempt < NAME_ATTEMPTS; attempt++) {
      if (this.objects.get(kind, { namespace, name: generated }) === undefined) return generated;
      generated = generatedName(generateName, this.names);
    }
    return generated;
  }
}

/** Writes the new version into `object`, which nobody holds yet. */
function stamp(object: { metadata: ObjectMeta }, before: KubeObject, resourceVersion: string, isOwn: boolean): void {
  if (isOwn && object.metadata !== before.metadata) {
    const metadata: { resourceVersion: string } = object.metadata;
    metadata.resourceVersion = resourceVersion;
  } else {
    object.metadata = { ...object.metadata, resourceVersion };
  }
}

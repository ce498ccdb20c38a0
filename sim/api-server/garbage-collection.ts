// Owner garbage collection: dependents are found by their owner's uid through an index, never by a scan, and go at the same
// virtual instant as their owner, one after another through a queue.
// Source: kubernetes pkg/controller/garbagecollector/garbagecollector.go (attemptToDeleteItem, processDeletingDependentsItem).
//
// Divergence from reality: the collector needs no time (the real one follows within about a second); an owner that loaded
// objects name but that was not loaded itself is taken to exist for ever, because a dump seldom holds every kind.

import {
  type Kind,
  type KubeObject,
  keyOf,
  kindKeyOf,
  type ObjectKey,
  type OwnerReference,
} from '../../core/api/object.ts';
import { type Change, subjectOf } from './change.ts';
import { FOREGROUND_FINALIZER } from './deletion.ts';
import type { ObjectStore } from './object-store.ts';

interface Dependent {
  readonly kind: Kind;
  readonly key: ObjectKey;
  readonly uid: string;
}

type Work =
  | { readonly do: 'check'; readonly dependent: Dependent }
  | { readonly do: 'deleteInForeground'; readonly dependent: Dependent }
  | { readonly do: 'release'; readonly kind: Kind; readonly key: ObjectKey; readonly uid: string };

const NO_OWNERS: readonly OwnerReference[] = [];

export class GarbageCollector {
  private readonly store: ObjectStore;
  /** Owner uid to its dependents by uid, in order of creation. */
  private readonly dependents = new Map<string, Map<string, Dependent>>();
  private readonly foreignOwners = new Set<string>();
  private queue: Work[] = [];
  private draining = false;

  constructor(store: ObjectStore) {
    this.store = store;
  }

  /** Links an object that was there from the start. */
  link(kind: Kind, object: KubeObject): void {
    this.relink({ kind, key: keyOf(object), uid: object.metadata.uid }, NO_OWNERS, ownersOf(object));
  }

  /** Once everything of the start is linked: owners that are not there count as existing elsewhere. */
  acceptForeignOwners(objects: readonly KubeObject[]): void {
    for (const object of objects) {
      for (const owner of ownersOf(object)) if (!this.exists(owner, object)) this.foreignOwners.add(owner.uid);
    }
  }

  /** An owner that objects of the start name and that was not loaded itself. */
  isForeign(uid: string): boolean {
    return this.foreignOwners.has(uid);
  }

  hasDependents(uid: string): boolean {
    return this.dependents.has(uid);
  }

  /** Follows one committed write and queues what it entails; `drain` performs it. */
  observe(change: Change): void {
    const { before, after, kind } = change;
    const was = before === undefined ? NO_OWNERS : ownersOf(before);
    const is = after === undefined ? NO_OWNERS : ownersOf(after);
    const subject = subjectOf(change);
    const { uid } = subject.metadata;
    if (was !== is) {
      const dependent: Dependent = { kind, key: keyOf(subject), uid };
      this.relink(dependent, was, is);
      for (const owner of was) this.queueRelease(owner, subject);
      if (after !== undefined && is.some((owner) => !this.exists(owner, after))) {
        this.queue.push({ do: 'check', dependent });
      }
    }
    if (after === undefined) {
      for (const dependent of this.dependents.get(uid)?.values() ?? []) this.queue.push({ do: 'check', dependent });
    }
  }

  /** The owner was marked for foreground deletion: its dependents go first. */
  deleteDependents(kind: Kind, owner: KubeObject): void {
    const { uid } = owner.metadata;
    for (const dependent of this.dependents.get(uid)?.values() ?? []) {
      this.queue.push({ do: 'deleteInForeground', dependent });
    }
    this.queue.push({ do: 'release', kind, key: keyOf(owner), uid });
  }

  /** Takes the owner off its dependents, so that they outlive it. */
  orphan(ownerUid: string): void {
    for (const dependent of [...(this.dependents.get(ownerUid)?.values() ?? [])]) {
      this.keepOwners(dependent, (owner) => owner.uid !== ownerUid);
    }
  }

  /** Does the queued work; work that arises meanwhile joins the end of the queue. */
  drain(): void {
    if (this.draining || this.queue.length === 0) return;
    this.draining = true;
    try {
      for (let i = 0; i < this.queue.length; i++) {
        const work = this.queue[i];
        if (work !== undefined) this.perform(work);
      }
    } finally {
      this.queue = [];
      this.draining = false;
    }
  }

  private perform(work: Work): void {
    switch (work.do) {
      case 'check':
        this.check(work.dependent);
        break;
      case 'deleteInForeground': {
        const { kind, key, uid } = work.dependent;
        this.store.delete(kind, key, { onlyIf: { uid }, propagation: 'Foreground' });
        break;
      }
      case 'release':
        this.release(work.kind, work.key, work.uid);
        break;
    }
  }

  /** No owner left: the dependent goes. Some left: only the references to absent ones go. */
  private check(dependent: Dependent): void {
    const object = this.store.get(dependent.kind, dependent.key);
    if (object === undefined || object.metadata.uid !== dependent.uid) return;
    const owners = ownersOf(object);
    const existing = owners.filter((owner) => this.exists(owner, object));
    if (existing.length === owners.length) return;
    if (existing.length > 0) this.keepOwners(dependent, (owner) => existing.includes(owner));
    else this.store.delete(dependent.kind, dependent.key, { onlyIf: { uid: dependent.uid } });
  }

  /** Lets an owner go that waited in the foreground, once nothing blocks it any more. */
  private release(kind: Kind, key: ObjectKey, uid: string): void {
    const owner = this.store.get(kind, key);
    if (owner === undefined || owner.metadata.uid !== uid || this.isBlocked(uid)) return;
    const finalizers = owner.metadata.finalizers ?? [];
    if (owner.metadata.deletionTimestamp === undefined || !finalizers.includes(FOREGROUND_FINALIZER)) return;
    this.store.update(kind, key, 'main', (current) => ({
      ...current,
      metadata: { ...current.metadata, finalizers: finalizers.filter((one) => one !== FOREGROUND_FINALIZER) },
    }));
  }

  private isBlocked(ownerUid: string): boolean {
    for (const dependent of this.dependents.get(ownerUid)?.values() ?? []) {
      const object = this.store.get(dependent.kind, dependent.key);
      if (object === undefined) continue;
      if (ownersOf(object).some((owner) => owner.uid === ownerUid && owner.blockOwnerDeletion === true)) return true;
    }
    return false;
  }

  private queueRelease(owner: OwnerReference, dependent: KubeObject): void {
    const found = this.ownerOf(owner, dependent);
    if (found === undefined || found.object.metadata.deletionTimestamp === undefined) return;
    this.queue.push({ do: 'release', kind: found.kind, key: keyOf(found.object), uid: owner.uid });
  }

  private keepOwners(dependent: Dependent, keeps: (owner: OwnerReference) => boolean): void {
    this.store.update(dependent.kind, dependent.key, 'main', (current) => ({
      ...current,
      metadata: { ...current.metadata, ownerReferences: ownersOf(current).filter(keeps) },
    }));
  }

  /** Absence can only be told for kinds that are served. */
  private exists(owner: OwnerReference, dependent: KubeObject): boolean {
    if (this.foreignOwners.has(owner.uid) || this.store.kindOf(kindKeyOf(owner)) === undefined) return true;
    return this.ownerOf(owner, dependent) !== undefined;
  }

  /** An owner lives in its dependent's namespace, or is cluster-scoped. */
  private ownerOf(
    owner: OwnerReference,
    dependent: KubeObject,
  ): { readonly kind: Kind; readonly object: KubeObject } | undefined {
    const kind = this.store.kindOf(kindKeyOf(owner));
    if (kind === undefined) return undefined;
    const namespace = kind.namespaced ? (dependent.metadata.namespace ?? '') : '';
    const object = this.store.get(kind, { namespace, name: owner.name });
    return object?.metadata.uid === owner.uid ? { kind, object } : undefined;
  }

  private relink(dependent: Dependent, was: readonly OwnerReference[], is: readonly OwnerReference[]): void {
    for (const { uid } of was) {
      if (is.some((owner) => owner.uid === uid)) continue;
      const siblings = this.dependents.get(uid);
      siblings?.delete(dependent.uid);
      if (siblings?.size === 0) this.dependents.delete(uid);
    }
    for (const { uid } of is) {
      const siblings = this.dependents.get(uid);
      if (siblings === undefined) this.dependents.set(uid, new Map([[dependent.uid, dependent]]));
      else if (!siblings.has(dependent.uid)) siblings.set(dependent.uid, dependent);
    }
  }
}

function ownersOf(object: KubeObject): readonly OwnerReference[] {
  return object.metadata.ownerReferences ?? NO_OWNERS;
}

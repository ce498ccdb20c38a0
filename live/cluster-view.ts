// LiveClusterView: the informer caches of a real cluster, one list and watch per kind, under the same tables and indexes as a
// virtual one. Kinds move on independently of each other; of one kind changes come in the order of the server.

import { type Kind, type KubeObject, keyOf, type ObjectKey } from '../core/api/object.ts';
import { assert, broken } from '../core/assert.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { IndexSpec } from '../core/ports/cluster-view.ts';
import type { Informer, InformerChange } from '../core/ports/informer.ts';
import { IndexedObjects } from '../core/view/indexed-objects.ts';
import { differences, knownBefore } from '../core/view/list-differences.ts';
import { KindReflector } from './kind-reflector.ts';
import type { KubeApi } from './kube-api.ts';
import type { ServedResources } from './served-resources.ts';
import { sharing } from './shared-parts.ts';

export interface ViewPorts {
  readonly api: KubeApi;
  readonly resources: ServedResources;
  readonly clock: Clock;
  /** What keeps a kind from being up to date. It is tried again; this is for people. */
  readonly failed: (kind: Kind, message: string) => void;
}

interface WatchedKind {
  readonly kind: Kind;
  readonly reflector: KindReflector;
  /** `unserved`: the server has no such kind, so there is nothing of it. */
  state: 'asked' | 'unserved' | 'listed';
  /** Every change up to this version is visible. */
  seen: number;
}

export class LiveClusterView implements Informer {
  private readonly failed: ViewPorts['failed'];
  private readonly objects = new IndexedObjects();
  private readonly kinds = new Map<string, WatchedKind>();
  private readonly listeners: ((change: InformerChange) => void)[] = [];
  private onSynced: (() => void) | undefined = undefined;
  private isSynced = false;

  /** @param kinds all that is ever read here; reading another kind is a programmer's error. */
  constructor(kinds: readonly Kind[], ports: ViewPorts) {
    this.failed = ports.failed;
    for (const kind of kinds) {
      if (this.kinds.has(kind.key)) continue;
      const reflector = new KindReflector(kind, ports, {
        listed: (objects, resourceVersion) => this.listed(this.watched(kind), objects, versionOf(resourceVersion)),
        unserved: () => this.unserved(this.watched(kind)),
        changed: (type, object) => this.changed(this.watched(kind), type, object),
        reached: (resourceVersion) => {
          this.watched(kind).seen = versionOf(resourceVersion);
        },
        failed: (message) => this.failed(kind, message),
      });
      this.kinds.set(kind.key, { kind, reflector, state: 'asked', seen: 0 });
    }
  }

  /** Connects. `synced` is called once, when every kind has been listed or is known not to be served. */
  start(synced: () => void): void {
    assert(this.onSynced === undefined && !this.isSynced, 'a view is started once');
    this.onSynced = synced;
    for (const { reflector } of this.kinds.values()) void reflector.run();
    this.maybeSynced();
  }

  /** Closes all watches. What is known stays readable and grows old. */
  stop(): void {
    for (const { reflector } of this.kinds.values()) reflector.stop();
  }

  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): T | undefined {
    this.watched(kind);
    return this.objects.get(kind, key);
  }

  list<T extends KubeObject>(kind: Kind<T>): readonly T[] {
    this.watched(kind);
    return this.objects.list(kind);
  }

  byIndex<T extends KubeObject>(index: IndexSpec<T>, value: string): readonly T[] {
    return this.objects.byIndex(index, value);
  }

  countByIndex(index: IndexSpec, value: string): number {
    return this.objects.countByIndex(index, value);
  }

  hasSynced(kind: Kind): boolean {
    return this.watched(kind).state !== 'asked';
  }

  addIndex(index: IndexSpec): void {
    this.objects.addIndex(index);
  }

  /** Called for each change right after this view shows it, those that a new list brings included; not before `synced`. */
  onChange(listener: (change: InformerChange) => void): void {
    this.listeners.push(listener);
  }

  /** Versions of different kinds are comparable where one etcd holds them; `seenOf` needs no such luck. */
  get seenResourceVersion(): number {
    let seen = Number.POSITIVE_INFINITY;
    for (const watched of this.kinds.values()) if (watched.state !== 'unserved') seen = Math.min(seen, watched.seen);
    return seen === Number.POSITIVE_INFINITY ? 0 : seen;
  }

  seenOf(kind: Kind): number {
    return this.watched(kind).seen;
  }

  private watched(kind: Kind): WatchedKind {
    return this.kinds.get(kind.key) ?? broken(`${kind.key} is watched before it is read`);
  }

  private listed(watched: WatchedKind, objects: readonly KubeObject[], resourceVersion: number): void {
    const { kind } = watched;
    for (const change of differences({ kind, objects, resourceVersion }, this.objects, isSameVersion))
      this.tell(change);
    watched.seen = resourceVersion;
    watched.state = 'listed';
    this.maybeSynced();
  }

  private unserved(watched: WatchedKind): void {
    watched.state = 'unserved';
    this.maybeSynced();
  }

  private maybeSynced(): void {
    if (this.isSynced) return;
    for (const { state } of this.kinds.values()) if (state === 'asked') return;
    this.isSynced = true;
    this.onSynced?.();
  }

  private changed(watched: WatchedKind, type: InformerChange['type'], object: KubeObject): void {
    const { kind } = watched;
    const resourceVersion = versionOf(object.metadata.resourceVersion);
    watched.seen = resourceVersion;
    const known = this.objects.get(kind, keyOf(object));
    if (type === 'DELETED') this.tell({ kind, type, before: object, after: undefined, resourceVersion });
    else if (!isSameVersion(known, object)) {
      this.tell({ kind, type: 'MODIFIED', before: known, after: object, resourceVersion });
    }
  }

  private tell(change: InformerChange): void {
    const known = knownBefore(change, this.objects);
    if (known === undefined) return;
    const { before, after } = known;
    const told = before === undefined || after === undefined ? known : { ...known, after: sharing(before, after) };
    this.objects.apply(told);
    if (!this.isSynced) return;
    for (const listener of this.listeners) listener(told);
  }
}

function isSameVersion(known: KubeObject | undefined, object: KubeObject): boolean {
  return (
    known !== undefined &&
    known.metadata.uid === object.metadata.uid &&
    known.metadata.resourceVersion === object.metadata.resourceVersion
  );
}

/** Source: Kubernetes API conventions: versions of one resource are decimal numbers that grow (KEP-5504). */
function versionOf(resourceVersion: string): number {
  const version = Number(resourceVersion);
  assert(Number.isSafeInteger(version), `a resourceVersion is a whole number: ${resourceVersion}`);
  return version;
}

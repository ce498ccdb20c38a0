// FaultyView: one client's informer caches with what goes wrong between them and the API server: late, lost and doubled
// events, broken watches with what follows (the missed events, or 410 Expired and a new list), a process that dies and lists
// anew, perhaps from a server that lags behind, and one that stands still. Without an active fault it shows what a
// CachedView of the same lag shows, at the same instants.
//
// Order holds per kind: of two changes of one kind the earlier arrives first, or never. It does not hold across kinds.
//
// Divergence from reality
// - No periodic resync. A new list tells the differences only, as client-go does where no resync is due (tools/cache/shared_informer.go).
// - A doubled event is told twice; newer client-go keeps a version that has not changed from handlers.
// - Lists come from the newest state, one lag old, unless a lagging server is asked for.
// - An event lost on the way stays unknown until its object changes again or the kind is listed again, as in client-go, which
//   lists again only after an error: `relistEveryMs` is how a client makes up for what it cannot notice.

import type { Kind, KubeObject, ObjectKey } from '../../core/api/object.ts';
import { assert, broken } from '../../core/assert.ts';
import type { IndexSpec } from '../../core/ports/cluster-view.ts';
import type { Informer } from '../../core/ports/informer.ts';
import { IndexedObjects } from '../../core/view/indexed-objects.ts';
import { differences, knownBefore } from '../../core/view/list-differences.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { VIEW_PRIORITY } from './cached-view.ts';
import type { Change, ChangeListener } from './change.ts';
import type { ChangeHistory } from './change-history.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { KindWatch } from './kind-watch.ts';
import type { ObjectStore } from './object-store.ts';

interface Delivery {
  readonly change: Change;
  readonly watch: KindWatch;
  readonly connection: number;
  readonly times: number;
}

/** What becomes of one event on its way. `delayMs`: integer >= 0, on top of the view's lag. */
export type EventFate =
  | { readonly kind: 'late'; readonly delayMs: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'twice' };

/** Asked for every event of the kinds while it is active; undefined leaves the event alone. */
export interface EventFault {
  /** Keys of kinds; undefined for all. */
  readonly kindKeys: ReadonlySet<string> | undefined;
  fateOf(change: Change): EventFate | undefined;
}

/** A list that comes from a server that lags: the state of an instant, and when that server has caught up. */
export interface LaggingServer {
  readonly asOfMs: number;
  readonly caughtUpAtMs: number;
}

export interface FaultyViewOptions {
  /** Integer ms >= 0 from a write to its arrival while nothing is wrong. */
  readonly lagMs: number;
  /** Kinds that nobody asked this cache to watch. */
  readonly without?: readonly Kind[];
  /** Where lists from a lagging server come from; without it there are none. */
  readonly history?: ChangeHistory;
  /** Lists every kind again so often, whether anything seems wrong or not. Absent: never. */
  readonly relistEveryMs?: number;
}

export class FaultyView implements Informer {
  private readonly store: ObjectStore;
  private readonly kernel: Kernel;
  private readonly lagMs: number;
  private readonly history: ChangeHistory | undefined;
  private readonly relistEveryMs: number | undefined;
  private readonly watches = new Map<string, KindWatch>();
  private readonly unwatched: ReadonlySet<string>;
  private readonly deliveries: DeliveryQueue<Delivery>;
  private readonly indexes = new Set<IndexSpec>();
  private readonly listeners: ChangeListener[] = [];
  private faults: readonly EventFault[] = [];
  private objects = new IndexedObjects();
  /** Goes up at every death of the process: what was started before concerns nobody any more. */
  private life = 0;
  private alive = true;
  private server: LaggingServer | undefined = undefined;
  private onSynced: (() => void) | undefined = undefined;

  /** Starts with what the store holds now, synced. */
  constructor(store: ObjectStore, kernel: Kernel, options: FaultyViewOptions) {
    assert(Number.isInteger(options.lagMs) && options.lagMs >= 0, 'a view lags by whole milliseconds, never negative');
    this.store = store;
    this.kernel = kernel;
    this.lagMs = options.lagMs;
    this.history = options.history;
    this.relistEveryMs = options.relistEveryMs;
    this.deliveries = new DeliveryQueue(kernel, (delivery) => this.takeIn(delivery));
    this.unwatched = new Set((options.without ?? []).map(({ key }) => key));
    const watched = store.servedKinds().filter(({ key }) => !this.unwatched.has(key));
    for (const kind of watched) {
      this.watches.set(kind.key, new KindWatch(kind, store.resourceVersion));
      this.objects.seed(store.stored(kind), () => kind);
    }
    store.tap((change) => this.sent(change), watched);
    this.relistLater();
  }

  get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey): T | undefined {
    this.mayRead(kind);
    return this.store.living.of(kind, this.objects.get(kind, key), this.asOfMs(kind));
  }

  list<T extends KubeObject>(kind: Kind<T>): readonly T[] {
    this.mayRead(kind);
    return this.store.living.ofAll(kind, this.objects.list(kind), this.asOfMs(kind));
  }

  byIndex<T extends KubeObject>(index: IndexSpec<T>, value: string): readonly T[] {
    return this.store.living.ofAll(index.of, this.objects.byIndex(index, value), this.asOfMs(index.of));
  }

  countByIndex(index: IndexSpec, value: string): number {
    return this.objects.countByIndex(index, value);
  }

  /** False from the death of the process until the kind has been listed again. Of a kind that is not served there is nothing to list. */
  hasSynced(kind: Kind): boolean {
    this.mayRead(kind);
    return this.watches.get(kind.key)?.synced ?? true;
  }

  addIndex(index: IndexSpec): void {
    this.indexes.add(index);
    this.objects.addIndex(index);
  }

  /** Called for each change right after this view shows it, those that a new list brings included; not for first lists. */
  onChange(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  /** As far as this client can know: of a lost event it does not. */
  get seenResourceVersion(): number {
    let seen = this.store.resourceVersion;
    for (const watch of this.watches.values()) seen = Math.min(seen, this.heard(watch));
    return seen;
  }

  seenOf(kind: Kind): number {
    return this.heard(this.watchOf(kind));
  }

  /** From now on `fault` is asked about every event; the returned function ends it. */
  addFault(fault: EventFault): () => void {
    this.faults = [...this.faults, fault];
    return () => {
      this.faults = this.faults.filter((known) => known !== fault);
    };
  }

  /**
   * Breaks the watches of these kinds, or of all. What is on its way is not received. The returned function connects them
   * again, one lag later: `resume` goes on from the version last heard, `relist` is told 410 Expired and lists.
   */
  breakWatches(kindKeys: ReadonlySet<string> | undefined): (how: 'resume' | 'relist') => void {
    const struck = [...this.watches.values()].filter(({ kind }) => kindKeys === undefined || kindKeys.has(kind.key));
    for (const watch of struck) {
      if (!watch.blocked) watch.blockedAtMs = this.kernel.nowMs - this.lagMs;
      watch.breaks++;
      this.disconnect(watch);
    }
    return (how) => {
      this.kernel.call(
        this.kernel.nowMs + this.lagMs,
        () => {
          for (const watch of struck) {
            if (how === 'relist') watch.expired = true;
            watch.breaks--;
            if (!watch.blocked) this.reconnect(watch);
          }
        },
        VIEW_PRIORITY,
      );
    };
  }

  /** The process is gone, and everything that it knew. Nothing arrives before `start`. */
  die(): void {
    this.life++;
    this.alive = false;
    this.deliveries.clear();
    this.onSynced = undefined;
    this.server = undefined;
    this.objects = new IndexedObjects();
    for (const index of this.indexes) this.objects.addIndex(index);
    for (const watch of this.watches.values()) watch.forget();
  }

  /** A new process lists every kind, one lag from now or when it can connect; `synced` is called once all are there. */
  start(synced: () => void, server?: LaggingServer): void {
    assert(!this.alive, 'a process starts once in its life');
    assert(server === undefined || this.history !== undefined, 'a lagging server needs the history');
    this.alive = true;
    this.onSynced = synced;
    this.server = server;
    this.later(this.kernel.nowMs + this.lagMs, () => {
      for (const watch of this.watches.values()) if (!watch.blocked) this.firstList(watch);
    });
    this.relistLater();
    if (server === undefined) return;
    this.later(server.caughtUpAtMs, () => {
      this.server = undefined;
      for (const watch of this.watches.values()) {
        if (!watch.serverLags) continue;
        watch.serverLags = false;
        if (!watch.blocked) this.reconnect(watch);
      }
    });
  }

  /** The process stands still: nothing is taken in. */
  hold(): void {
    this.deliveries.hold();
  }

  /** The process goes on and takes in what has piled up. */
  release(): void {
    this.deliveries.release();
  }

  /** The instant of the server whose state this client knows of a kind. */
  private asOfMs(kind: Kind): number {
    const watch = this.watches.get(kind.key);
    return watch?.blocked === true ? watch.blockedAtMs : this.kernel.nowMs - this.lagMs;
  }

  private mayRead(kind: Kind): void {
    if (this.unwatched.has(kind.key)) broken(`${kind.key} is watched before it is read`);
  }

  private watchOf(kind: Kind): KindWatch {
    return this.watches.get(kind.key) ?? broken(`${kind.key} is watched before it is read`);
  }

  private heard(watch: KindWatch): number {
    return watch.heardUpTo(this.store.resourceVersion, this.kernel.nowMs);
  }

  /** For this life of the process only. */
  private later(atMs: number, run: () => void): void {
    const { life } = this;
    this.kernel.call(
      Math.max(atMs, this.kernel.nowMs),
      () => {
        if (this.life === life) run();
      },
      VIEW_PRIORITY,
    );
  }

  private relistLater(): void {
    const { relistEveryMs } = this;
    if (relistEveryMs === undefined) return;
    this.later(this.kernel.nowMs + relistEveryMs, () => {
      this.breakWatches(undefined)('relist');
      this.relistLater();
    });
  }

  private disconnect(watch: KindWatch): void {
    const pending = this.deliveries.items().filter((delivery) => isCurrent(delivery) && delivery.watch === watch);
    watch.disconnect(pending.map(({ change }) => change));
  }

  private reconnect(watch: KindWatch): void {
    if (!this.alive) return;
    if (!watch.synced) {
      this.firstList(watch);
      return;
    }
    const changes = watch.expired ? this.differencesOf(watch.kind) : watch.takeMissed();
    if (watch.expired) watch.listedAgain(this.store.resourceVersion, changes.length === 0);
    for (const change of changes) this.deliver(watch, change, this.kernel.nowMs, 1);
  }

  /** Objects of the store are shared with its views: the same version is the same object. */
  private differencesOf(kind: Kind): readonly Change[] {
    const { store } = this;
    const listed = { kind, objects: store.stored(kind), resourceVersion: store.resourceVersion };
    return differences(listed, this.objects, (known, object) => known === object);
  }

  private firstList(watch: KindWatch): void {
    const { kind } = watch;
    const { server, history, store } = this;
    if (server !== undefined && history !== undefined) {
      const objects = history.objectsAt(kind, server.asOfMs);
      const since = history.since(kind, server.asOfMs);
      this.objects.seed(objects, () => kind);
      watch.listed((since[0]?.resourceVersion ?? store.resourceVersion + 1) - 1);
      watch.serverLags = true;
      watch.blockedAtMs = server.asOfMs;
      for (const change of since) watch.miss(change);
    } else {
      this.objects.seed(store.stored(kind), () => kind);
      watch.listed(store.resourceVersion);
    }
    for (const other of this.watches.values()) if (!other.synced) return;
    const { onSynced } = this;
    this.onSynced = undefined;
    onSynced?.();
  }

  private sent(change: Change): void {
    const watch = this.watches.get(change.kind.key);
    if (watch === undefined) return;
    watch.lastSent = change.resourceVersion;
    if (!this.alive || !watch.synced) return;
    if (watch.blocked) {
      watch.miss(change);
      return;
    }
    let dueMs = this.kernel.nowMs + this.lagMs;
    let times = 1;
    for (const fault of this.faults) {
      if (fault.kindKeys !== undefined && !fault.kindKeys.has(change.kind.key)) continue;
      const fate = fault.fateOf(change);
      if (fate?.kind === 'lost') {
        watch.lose(this.kernel.nowMs);
        return;
      }
      if (fate?.kind === 'late') dueMs += fate.delayMs;
      if (fate?.kind === 'twice') times = 2;
    }
    this.deliver(watch, change, dueMs, times);
  }

  /** Not before what was sent earlier on the same watch. */
  private deliver(watch: KindWatch, change: Change, dueMs: number, times: number): void {
    const atMs = Math.max(dueMs, watch.lastDueMs);
    watch.lastDueMs = atMs;
    watch.inFlight++;
    this.deliveries.add(atMs, { change, watch, connection: watch.connection, times });
  }

  private takeIn(delivery: Delivery): void {
    const { watch, change, times } = delivery;
    if (!isCurrent(delivery)) return;
    watch.inFlight--;
    watch.lastHeard = Math.max(watch.lastHeard, change.resourceVersion);
    for (let time = 0; time < times; time++) {
      const told = knownBefore(change, this.objects);
      if (told === undefined) continue;
      this.objects.apply(told);
      for (const listener of this.listeners) listener(told);
    }
  }
}

function isCurrent({ watch, connection }: Delivery): boolean {
  return watch.connection === connection;
}

// One watch: initial events or the changes since a version, then every change as it is written, bookmarks, and an end.
// An object that leaves the selectors is DELETED for this watcher, one that enters ADDED.
// Source: apiserver pkg/storage/cacher/cache_watcher.go, cacher.go (bookmarks), pkg/endpoints/handlers/get.go (time-out).
//
// Divergence from reality: events arrive at the instant of the write; a bookmark is sent exactly each minute, where a real one
// comes within a second or so of it.

import type { KubeObject } from '../../../core/api/object.ts';
import type { EventHandle, Kernel } from '../../kernel/kernel.ts';
import type { Change } from '../change.ts';
import type { NameSource } from '../names.ts';
import type { ObjectStore } from '../object-store.ts';
import type { WatchEvent, WatchListener } from './api-call.ts';
import { expired } from './api-failure.ts';
import type { ApiRegistry } from './api-registry.ts';
import type { History } from './history.ts';
import type { ListOptions } from './list-options.ts';
import { bookmarkObject, objectBody, tableBody, type View } from './representation.ts';

/** Source: cacher.go, defaultBookmarkFrequency. */
const BOOKMARK_MS = 60_000;
/** Source: cache_watcher.go, nextBookmarkTime: two seconds before the deadline. */
const BOOKMARK_BEFORE_END_MS = 2000;
/** Source: apiserver pkg/server/config.go, MinRequestTimeout; without timeoutSeconds a watch lasts once to twice as long. */
const MIN_REQUEST_TIMEOUT_MS = 1_800_000;

export interface WatchWorld {
  readonly store: ObjectStore;
  readonly kernel: Kernel;
  readonly history: History;
  readonly registry: ApiRegistry;
  /** Chance for the length of watches without timeoutSeconds. */
  readonly chance: NameSource;
}

export class WatchStream {
  private readonly world: WatchWorld;
  private readonly view: View;
  private readonly options: ListOptions;
  private readonly listener: WatchListener;
  private readonly deadlineMs: number;
  private untap: (() => void) | undefined;
  private deadline: EventHandle | undefined;
  private bookmark: EventHandle | undefined;
  /** The listener has seen every change up to this version. */
  private sent = 0;
  private ended = false;
  private isFirst = true;
  /** The version that the initial events must reach before their end is marked. */
  private initialUntil: number | undefined;

  constructor(world: WatchWorld, view: View, options: ListOptions, listener: WatchListener) {
    this.world = world;
    this.view = view;
    this.options = options;
    this.listener = listener;
    const { timeoutSeconds } = options;
    const spanMs =
      timeoutSeconds === undefined || timeoutSeconds <= 0
        ? Math.floor(MIN_REQUEST_TIMEOUT_MS * (1 + world.chance.next()))
        : timeoutSeconds * 1000;
    this.deadlineMs = world.kernel.nowMs + spanMs;
  }

  /** Delivers what is there already and goes on until stopped, timed out or expired. */
  start(): () => void {
    const { kernel, store } = this.world;
    this.deadline = kernel.call(this.deadlineMs, () => this.end());
    this.untap = store.tap((change) => this.onChange(change), [this.view.resource.kind]);
    if (this.options.allowWatchBookmarks) this.scheduleBookmark();
    this.sendFirst();
    return () => this.release();
  }

  /** The server ends the watch. */
  end(): void {
    if (this.ended) return;
    this.release();
    this.listener.end();
  }

  private release(): void {
    if (this.ended) return;
    this.ended = true;
    const { kernel } = this.world;
    this.untap?.();
    if (this.deadline !== undefined) kernel.cancel(this.deadline);
    if (this.bookmark !== undefined) kernel.cancel(this.bookmark);
  }

  private sendFirst(): void {
    const { resourceVersion, sendInitialEvents } = this.options;
    const { store } = this.world;
    const fromNow = resourceVersion === undefined || resourceVersion === 0;
    if (sendInitialEvents === true || (sendInitialEvents === undefined && fromNow)) this.sendState();
    else if (fromNow) this.sent = store.resourceVersion;
    else this.sendSince(resourceVersion);
    if (sendInitialEvents === true && this.options.allowWatchBookmarks && !this.ended) {
      this.initialUntil = Math.max(resourceVersion ?? 0, this.sent);
      this.endInitialEvents();
    }
  }

  private sendState(): void {
    const { store } = this.world;
    this.sent = store.resourceVersion;
    for (const object of store.list(this.view.resource.kind)) {
      if (this.ended) return;
      if (this.options.filter.matches(object)) this.send('ADDED', object);
    }
  }

  private sendSince(version: number): void {
    const { history, store } = this.world;
    const { kind } = this.view.resource;
    const changes = history.since(kind, version);
    if (changes === undefined) {
      const why = `too old resource version: ${version} (${history.oldestWatchable(kind)})`;
      this.listener.event({ type: 'ERROR', object: expired(why).status });
      this.end();
      return;
    }
    this.sent = version;
    const until = store.resourceVersion;
    for (const change of changes) this.onChange(change);
    this.sent = Math.max(this.sent, until, version);
  }

  private onChange(change: Change): void {
    if (this.ended || change.resourceVersion <= this.sent) return;
    this.sent = change.resourceVersion;
    const { filter } = this.options;
    const { before, after } = change;
    const was = before !== undefined && filter.matches(before);
    const is = after !== undefined && filter.matches(after);
    if (is) this.send(was ? 'MODIFIED' : 'ADDED', after);
    else if (was) this.send('DELETED', atVersion(before, change.resourceVersion));
    this.endInitialEvents();
  }

  private endInitialEvents(): void {
    if (this.ended || this.initialUntil === undefined || this.sent < this.initialUntil) return;
    this.initialUntil = undefined;
    this.sendBookmark(true);
  }

  private send(type: WatchEvent['type'], object: KubeObject): void {
    const { nowMs } = this.world.kernel;
    const isTable = this.view.representation.as === 'table';
    const body = isTable
      ? tableBody(this.view, [object], { resourceVersion: object.metadata.resourceVersion }, nowMs, this.isFirst)
      : objectBody(this.view, object, nowMs);
    this.isFirst = false;
    this.listener.event({ type, object: body });
  }

  private sendBookmark(endsInitialEvents: boolean): void {
    const object = bookmarkObject(this.view, this.sent, endsInitialEvents);
    this.send('BOOKMARK', object);
  }

  private scheduleBookmark(): void {
    const { kernel } = this.world;
    const { nowMs } = kernel;
    const beforeEndMs = this.deadlineMs - BOOKMARK_BEFORE_END_MS;
    const atMs = beforeEndMs > nowMs ? Math.min(nowMs + BOOKMARK_MS, beforeEndMs) : nowMs + BOOKMARK_MS;
    if (atMs >= this.deadlineMs) return;
    this.bookmark = kernel.call(atMs, () => {
      // Nothing is on its way at the beginning of an event of the kernel: all that the store has was delivered.
      this.sent = Math.max(this.sent, this.world.store.resourceVersion);
      if (this.initialUntil !== undefined) this.endInitialEvents();
      else if (this.sent === this.world.store.resourceVersion) this.sendBookmark(false);
      if (!this.ended) this.scheduleBookmark();
    });
  }
}

/** A deleted object is sent as it last was, under the version of its deletion. */
function atVersion(object: KubeObject, version: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}

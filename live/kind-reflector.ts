// KindReflector: one kind of one server, listed and then watched for as long as it runs. It goes on after every broken watch
// from the version last heard, lists again when the server no longer has that version, and says nothing twice.
//
// Lists are consistent reads, never `resourceVersion=0`: after a restart a server's cache may be older than what this process,
// or the one before it, has already acted on. Source: kubernetes/kubernetes issue 59848.

import type { Kind, KubeObject } from '../core/api/object.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { KubeApi, StreamEnd } from './kube-api.ts';
import { collectionPath, type ServedResource, type ServedResources } from './served-resources.ts';

export interface KindListener {
  /** Everything of the kind at a version: the first time, and whenever it was listed again. */
  listed(objects: readonly KubeObject[], resourceVersion: string): void;
  /** The server serves no such kind, and never did while this ran. */
  unserved(): void;
  changed(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void;
  /** A bookmark: every change up to this version has been told. */
  reached(resourceVersion: string): void;
  /** It cannot go on, and tries again by itself. */
  failed(message: string): void;
}

/** Objects of one page of a list. Source: client-go tools/pager/pager.go, defaultPageSize. */
const PAGE_SIZE = 500;
/** Between tries: doubled from the first to the second. Source: client-go tools/cache/reflector.go, without its jitter. */
const RETRY_FIRST_MS = 800;
const RETRY_LAST_MS = 30_000;
/** A kind that is not served is looked for again after this. Assumption: who installs a product can wait half a minute. */
const UNSERVED_AGAIN_MS = 30_000;
/** A watch that ends sooner without a word has failed. Source: client-go tools/cache/reflector.go, "very short watch". */
const SHORT_WATCH_MS = 1_000;
/**
 * A watch that is silent for longer is broken. A server tells an idle one its version once a minute (apiserver
 * pkg/storage/cacher/cacher.go, defaultBookmarkFrequency). Assumption: half a minute later it is not late but lost.
 */
const SILENCE_MS = 90_000;

interface ListBody {
  readonly apiVersion: string;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly Omit<KubeObject, 'apiVersion' | 'kind'>[] | null;
}

interface WatchLine {
  readonly type: string;
  readonly object: KubeObject & { readonly code?: number; readonly message?: string };
}

/** Why a step failed, or undefined when it went well. */
type Problem = string | undefined;

export class KindReflector {
  private readonly kind: Kind;
  private readonly api: KubeApi;
  private readonly resources: ServedResources;
  private readonly clock: Clock;
  private readonly listener: KindListener;
  private running = true;
  /** The version up to which everything was heard; undefined when it must be listed. */
  private heardUpTo: string | undefined = undefined;
  private wasListed = false;
  /** The last step worked for a while before it failed, if it did. */
  private wentOn = false;
  private readonly stops = new Set<() => void>();

  constructor(
    kind: Kind,
    ports: { readonly api: KubeApi; readonly resources: ServedResources; readonly clock: Clock },
    listener: KindListener,
  ) {
    this.kind = kind;
    this.api = ports.api;
    this.resources = ports.resources;
    this.clock = ports.clock;
    this.listener = listener;
  }

  /** Runs until `stop`. */
  async run(): Promise<void> {
    let failures = 0;
    while (this.running) {
      this.wentOn = false;
      const problem = await this.step();
      if (!this.running) return;
      if (problem === undefined || this.wentOn) failures = 0;
      if (problem === undefined) continue;
      this.listener.failed(problem);
      await this.pause(Math.min(RETRY_FIRST_MS * 2 ** failures, RETRY_LAST_MS));
      failures++;
    }
  }

  /** Nothing is told any more. */
  stop(): void {
    this.running = false;
    for (const stop of this.stops) stop();
  }

  private async step(): Promise<Problem> {
    const found = await this.resources.find(this.kind);
    if (found.kind === 'lost') return found.message;
    if (found.kind === 'served') {
      const { resource } = found;
      return this.heardUpTo === undefined ? this.list(resource) : this.watch(resource, this.heardUpTo);
    }
    // What is known stays known: that its resource is gone does not say that its objects are.
    if (this.wasListed) return 'it is not served any more';
    if (this.running) this.listener.unserved();
    await this.pause(UNSERVED_AGAIN_MS);
    return undefined;
  }

  private async list(resource: ServedResource): Promise<Problem> {
    const pages = await this.pages(resource, PAGE_SIZE);
    if (typeof pages === 'string') return pages;
    if (!this.running) return undefined;
    this.wasListed = true;
    this.heardUpTo = pages.resourceVersion;
    this.listener.listed(pages.objects, pages.resourceVersion);
    return undefined;
  }

  /** All pages of one version. When that expires on the way, the newest version whole. */
  private async pages(
    resource: ServedResource,
    limit: number,
  ): Promise<{ readonly objects: readonly KubeObject[]; readonly resourceVersion: string } | string> {
    const objects: KubeObject[] = [];
    let token = '';
    do {
      const query = limit === 0 ? '' : `?limit=${limit}${token === '' ? '' : `&continue=${encodeURIComponent(token)}`}`;
      const answer = await this.api.send({ method: 'GET', path: `${collectionPath(resource, '')}${query}` });
      if (answer.kind === 'lost') return answer.message;
      if (answer.code === 410 && token !== '') return this.pages(resource, 0);
      if (answer.code === 404) this.resources.forget(this.kind);
      if (answer.code !== 200) return `its list is answered with ${answer.code}: ${messageOf(answer.body)}`;
      const { apiVersion, items, metadata } = answer.body as ListBody;
      // Items of a list say neither kind nor version; the list does.
      for (const item of items ?? []) objects.push({ ...item, apiVersion, kind: this.kind.kind });
      token = metadata.continue ?? '';
      if (token === '') return { objects, resourceVersion: metadata.resourceVersion };
    } while (this.running);
    return 'stopped';
  }

  private async watch(resource: ServedResource, resourceVersion: string): Promise<Problem> {
    const query = `?watch=true&allowWatchBookmarks=true&resourceVersion=${encodeURIComponent(resourceVersion)}`;
    const sinceMs = this.clock.nowMs();
    const { heard, end } = await this.heardOf(`${collectionPath(resource, '')}${query}`);
    if (end.kind === 'refused') {
      if (end.code === 410) this.heardUpTo = undefined;
      if (end.code === 404) this.resources.forget(this.kind);
      return `its watch is refused with ${end.code}: ${end.message}`;
    }
    this.wentOn = heard || this.clock.nowMs() - sinceMs >= SHORT_WATCH_MS;
    if (end.kind === 'lost') return end.message;
    return this.wentOn ? undefined : 'its watch ends at once';
  }

  /** One watch from start to end, and whether anything was heard. */
  private heardOf(path: string): Promise<{ readonly heard: boolean; readonly end: StreamEnd }> {
    return new Promise((resolve) => {
      let heard = false;
      let heardAtMs = this.clock.nowMs();
      let cancelLook = (): void => undefined;
      const finish = (end: StreamEnd): void => {
        cancelLook();
        this.stops.delete(stop);
        resolve({ heard, end });
      };
      const close = this.api.stream(path, {
        line: (value) => {
          heard = true;
          heardAtMs = this.clock.nowMs();
          const refusal = this.take(value as WatchLine);
          if (refusal === undefined) return;
          close();
          finish(refusal);
        },
        end: finish,
      });
      const stop = (): void => {
        close();
        finish({ kind: 'ended' });
      };
      const look = (): void => {
        if (this.clock.nowMs() - heardAtMs < SILENCE_MS) {
          cancelLook = this.clock.wakeAt(heardAtMs + SILENCE_MS, look);
          return;
        }
        close();
        finish({ kind: 'lost', message: `its watch has been silent for ${SILENCE_MS} ms` });
      };
      this.stops.add(stop);
      cancelLook = this.clock.wakeAt(heardAtMs + SILENCE_MS, look);
    });
  }

  /** The refusal that a line is, if it is one. */
  private take({ type, object }: WatchLine): StreamEnd | undefined {
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED':
        this.heardUpTo = object.metadata.resourceVersion;
        this.listener.changed(type, object);
        return undefined;
      case 'BOOKMARK':
        this.heardUpTo = object.metadata.resourceVersion;
        this.listener.reached(object.metadata.resourceVersion);
        return undefined;
      default:
        return { kind: 'refused', code: object.code ?? 0, message: object.message ?? `an event of type ${type}` };
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.stops.delete(stop);
        resolve();
      };
      const cancel = this.clock.wakeAt(this.clock.nowMs() + ms, done);
      const stop = (): void => {
        cancel();
        done();
      };
      this.stops.add(stop);
    });
  }
}

function messageOf(body: unknown): string {
  return String((body as { readonly message?: unknown } | null)?.message ?? 'no message');
}

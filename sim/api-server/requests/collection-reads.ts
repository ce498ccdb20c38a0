// get, list and watch of resources, with the semantics of resourceVersion, limit and continue.
// Source: apiserver pkg/storage/cacher/cacher.go (GetList), pkg/storage/etcd3/store.go (GetList).
//
// Divergence from reality: a read of "any" version gets the newest state; a real server may answer from an older cache.

import { type KubeObject, keyOf, keyString } from '../../../core/api/object.ts';
import type { ApiAnswer } from './api-call.ts';
import { ApiFailure, answerOf, expired, methodNotAllowed, notFound, tooLargeVersion } from './api-failure.ts';
import type { ApiResource } from './api-resource.ts';
import { decodedToken, encodedToken } from './continue-token.ts';
import { type Filter, type ListOptions, listOptions, versionOf } from './list-options.ts';
import { LIST_OFFERS, negotiated, OBJECT_OFFERS } from './negotiation.ts';
import { type ListMeta, listBody, objectBody, type View } from './representation.ts';
import type { ResourcePath } from './request-path.ts';
import { whenVersion } from './version-wait.ts';
import { WatchStream, type WatchWorld } from './watch-stream.ts';

export interface ReadCall {
  readonly resource: ApiResource;
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  readonly accept: string | undefined;
}

type Done = (answer: ApiAnswer) => void;

const TOO_OLD_TOKEN =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the ' +
  'continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with ' +
  'the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the ' +
  'first chunk was returned and now may show up in the list.';
const TOO_OLD_LIST = 'The resourceVersion for the provided list is too old.';

export class CollectionReads {
  private readonly world: WatchWorld;
  private readonly streams = new Set<{ readonly resource: ApiResource; readonly stream: WatchStream }>();

  constructor(world: WatchWorld) {
    this.world = world;
    world.registry.onChange(({ type, resource }) => {
      if (type === 'removed') this.endStreamsOf(resource);
    });
  }

  get(call: ReadCall, done: Done): void {
    const { resource, path, query } = call;
    const representation = negotiated(call.accept, OBJECT_OFFERS);
    const version = versionOf(query.get('resourceVersion') ?? '');
    if (representation instanceof ApiFailure) done(answerOf(representation));
    else if (version instanceof ApiFailure) done(answerOf(version));
    else {
      const view: View = { resource, version: path.version, representation, includeObject: includeOf(query) };
      this.atLeast(version, done, () => this.found(view, path));
    }
  }

  /** A list, or a watch where the query asks for one. */
  collection(call: ReadCall, done: Done): void {
    const { resource, path } = call;
    const options = listOptions(call.query, resource, path.namespace, path.watch);
    if (options instanceof ApiFailure) {
      done(answerOf(options));
      return;
    }
    const representation = negotiated(call.accept, options.watch ? OBJECT_OFFERS : LIST_OFFERS);
    const isOffered = resource.verbs.includes(options.watch ? 'watch' : 'list');
    if (!isOffered) done(answerOf(methodNotAllowed()));
    else if (representation instanceof ApiFailure) done(answerOf(representation));
    else {
      const view = { resource, version: path.version, representation, includeObject: options.includeObject };
      if (options.watch) done(this.watch(view, options));
      else this.list(view, options, done);
    }
  }

  private found(view: View, { namespace, name }: ResourcePath): ApiAnswer {
    const { store, kernel } = this.world;
    const object = store.get(view.resource.kind, { namespace, name });
    if (object === undefined) return answerOf(notFound(view.resource, name));
    return json(objectBody(view, object, kernel.nowMs));
  }

  private watch(view: View, options: ListOptions): ApiAnswer {
    return {
      kind: 'watch',
      start: (listener) => {
        const entry: { readonly resource: ApiResource; readonly stream: WatchStream } = {
          resource: view.resource,
          stream: new WatchStream(this.world, view, options, {
            event: (event) => listener.event(event),
            end: () => {
              this.streams.delete(entry);
              listener.end();
            },
          }),
        };
        this.streams.add(entry);
        const stop = entry.stream.start();
        return () => {
          this.streams.delete(entry);
          stop();
        };
      },
    };
  }

  private endStreamsOf(resource: ApiResource): void {
    for (const entry of [...this.streams]) if (entry.resource === resource) entry.stream.end();
  }

  private list(view: View, options: ListOptions, done: Done): void {
    const { continueToken, resourceVersion, match, limit } = options;
    if (continueToken !== '') {
      done(this.nextPage(view, options));
      return;
    }
    const isExact = match === 'Exact' || (match === '' && limit > 0 && (resourceVersion ?? 0) > 0);
    this.atLeast(resourceVersion, done, () =>
      isExact && resourceVersion !== undefined
        ? this.past(view, options, resourceVersion, '')
        : this.present(view, options, ''),
    );
  }

  private nextPage(view: View, options: ListOptions): ApiAnswer {
    const token = decodedToken(options.continueToken);
    if (token instanceof ApiFailure) return answerOf(token);
    const { resourceVersion, start } = token;
    return resourceVersion < 0 ? this.present(view, options, start) : this.past(view, options, resourceVersion, start);
  }

  /** Answers when the store has this version, or with 504 when it does not within three seconds. */
  private atLeast(version: number | undefined, done: Done, make: () => ApiAnswer): void {
    const { store, kernel } = this.world;
    if (version === undefined) {
      done(make());
      return;
    }
    const late = (): void => done(answerOf(tooLargeVersion(version, store.resourceVersion)));
    whenVersion(store, kernel, version, () => done(make()), late);
  }

  private present(view: View, options: ListOptions, start: string): ApiAnswer {
    const { store } = this.world;
    // A list at any version comes whole, from a cache that does not page.
    const limit = options.resourceVersion === 0 && options.match === '' ? 0 : options.limit;
    return this.page(view, { ...options, limit }, store.list(view.resource.kind), store.resourceVersion, start);
  }

  private past(view: View, options: ListOptions, version: number, start: string): ApiAnswer {
    const { store, history } = this.world;
    if (version > store.resourceVersion) return answerOf(tooLargeVersion(version, store.resourceVersion));
    const { kind } = view.resource;
    const state = history.stateAt(kind, version, store.list(kind));
    if (state !== undefined) return this.page(view, options, state, version, start);
    const isPage = options.continueToken !== '';
    return answerOf(
      isPage ? expired(TOO_OLD_TOKEN, encodedToken({ resourceVersion: -1, start })) : expired(TOO_OLD_LIST),
    );
  }

  /** One page of a state; a token for the rest, even where nothing of the rest matches. */
  private page(
    view: View,
    options: ListOptions,
    state: readonly KubeObject[],
    version: number,
    start: string,
  ): ApiAnswer {
    const { filter, limit } = options;
    const candidates =
      filter.isWhole && start === '' ? state : state.filter((object) => isAhead(object, filter, start));
    const items: KubeObject[] = [];
    let read = 0;
    for (const object of candidates) {
      if (limit > 0 && items.length === limit) break;
      read += 1;
      if (filter.matches(object)) items.push(object);
    }
    const remaining = candidates.length - read;
    const last = candidates[read - 1];
    const hasMore = remaining > 0 && last !== undefined;
    const metadata: ListMeta = {
      resourceVersion: String(version),
      ...(hasMore
        ? { continue: encodedToken({ resourceVersion: version, start: `${keyString(keyOf(last))}\0` }) }
        : {}),
      ...(hasMore && !filter.hasSelectors ? { remainingItemCount: remaining } : {}),
    };
    return json(listBody(view, items, metadata, this.world.kernel.nowMs));
  }
}

function isAhead(object: KubeObject, filter: Filter, start: string): boolean {
  return filter.inNamespace(object) && (start === '' || keyString(keyOf(object)) >= start);
}

function includeOf(query: URLSearchParams): View['includeObject'] {
  const asked = query.get('includeObject');
  return asked === 'None' || asked === 'Object' ? asked : 'Metadata';
}

/** A good answer. */
export function json(body: unknown, code = 200, warnings: readonly string[] = []): ApiAnswer {
  return { kind: 'object', code, body, warnings, contentType: 'application/json' };
}

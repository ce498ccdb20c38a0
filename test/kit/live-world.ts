// A virtual API server behind HTTP and the live adapters in front of it.

import { afterEach } from 'vitest';
import type { Kind, KubeObject } from '../../core/api/object.ts';
import { LiveClusterView } from '../../live/cluster-view.ts';
import { KubeApi } from '../../live/kube-api.ts';
import { LiveKubeWriter } from '../../live/kube-writer.ts';
import { ServedResources } from '../../live/served-resources.ts';
import { type ApiWorld, apiWorld, START_MS } from './api-kit.ts';
import { HttpApi } from './http-api.ts';
import { ManualClock } from './manual-clock.ts';

export interface LiveWorld extends ApiWorld {
  readonly http: HttpApi;
  readonly clock: ManualClock;
  readonly api: KubeApi;
  readonly resources: ServedResources;
  readonly writer: LiveKubeWriter;
}

const open = new Set<{ close(): Promise<void> | void }>();

/** Closes what the test has opened: views first, then their server. */
afterEach(async () => {
  for (const one of [...open].reverse()) await one.close();
  open.clear();
});

export async function liveWorld(objects: readonly KubeObject[] = []): Promise<LiveWorld> {
  const world = apiWorld(objects, { namespaces: false });
  const http = await HttpApi.listening(world.transport);
  open.add(http);
  const clock = new ManualClock(START_MS);
  const api = new KubeApi(http.kubeConfig(), clock);
  const resources = new ServedResources(api);
  return { ...world, http, clock, api, resources, writer: new LiveKubeWriter(api, resources) };
}

export interface StartedView {
  readonly view: LiveClusterView;
  /** What the view has reported, `Node: its watch ends at once`. */
  readonly failures: string[];
  readonly synced: Promise<void>;
  /** Resolves when the view says of this kind that it has seen the version, or the store's newest. */
  seen(kind: Kind, version?: number): Promise<void>;
  /** Resolves when the view has shown as many changes since it was started. */
  heard(changes: number): Promise<void>;
  /** Resolves with the next failure. */
  nextFailure(): Promise<string>;
}

export function startedView(world: LiveWorld, kinds: readonly Kind[]): StartedView {
  const failures: string[] = [];
  const failureListeners: ((failure: string) => void)[] = [];
  const view = new LiveClusterView(kinds, {
    ...world,
    failed: ({ key }, message) => {
      failures.push(`${key}: ${message}`);
      for (const listener of failureListeners.splice(0)) listener(`${key}: ${message}`);
    },
  });
  open.add({ close: () => view.stop() });
  const waiting: { readonly isThere: () => boolean; readonly resolve: () => void }[] = [];
  let changes = 0;
  const look = (): void => {
    for (const one of [...waiting]) {
      if (!one.isThere()) continue;
      waiting.splice(waiting.indexOf(one), 1);
      one.resolve();
    }
  };
  const until = (isThere: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ isThere, resolve });
      look();
    });
  view.onChange(() => {
    changes++;
    look();
  });
  const synced = new Promise<void>((resolve) => view.start(resolve));
  return {
    view,
    failures,
    synced,
    seen: (kind, version = world.store.resourceVersion) => until(() => view.seenOf(kind) >= version),
    heard: (count) => until(() => changes >= count),
    nextFailure: () => new Promise((resolve) => failureListeners.push(resolve)),
  };
}

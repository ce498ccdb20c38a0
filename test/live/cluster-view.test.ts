// What can go wrong between a live view and its server, and that the view then knows what the server has, and says it once.

import { describe, expect, test } from 'vitest';
import { NODE } from '../../core/api/node.ts';
import { type KubeObject, kindOf } from '../../core/api/object.ts';
import { POD } from '../../core/api/workload.ts';
import type { InformerChange } from '../../core/ports/informer.ts';
import { customResource } from '../../sim/api-server/requests/api-resource.ts';
import { START_MS } from '../kit/api-kit.ts';
import { type LiveWorld, liveWorld, startedView } from '../kit/live-world.ts';
import { aNode, keyIn } from '../sim/api-server/objects.ts';

const RETRY_MS = 800;
const GADGET = kindOf('nobody.example.com', 'Gadget', 'Namespaced');

/** A started view of Nodes that has its watch, and what it tells. */
async function watchingNodes(objects: readonly KubeObject[]) {
  const world = await liveWorld(objects);
  const started = startedView(world, [NODE]);
  const told: string[] = [];
  started.view.onChange((change) => told.push(textOf(change)));
  await started.synced;
  await world.http.watching('nodes');
  world.http.takePaths();
  return { ...world, ...started, told };
}

function textOf({ type, before, after }: InformerChange): string {
  const zone = (object: KubeObject | undefined): string => object?.metadata.labels?.zone ?? '-';
  return `${type} ${(after ?? before)?.metadata.name} ${zone(before)}>${zone(after)}`;
}

function zoned(name: string, zone: string) {
  return aNode(name, { metadata: { labels: { zone } } });
}

function move({ store }: LiveWorld, name: string, zone: string): void {
  store.patch(NODE, keyIn('', name), { metadata: { labels: { zone } } }, { subresource: 'main' });
}

describe('a watch of a live view', () => {
  test('that was cut goes on from the version last heard', async () => {
    const live = await watchingNodes([zoned('a', 'r1'), zoned('b', 'r1')]);
    move(live, 'a', 'r2');
    await live.seen(NODE);
    const heardUpTo = live.store.resourceVersion;
    const failure = live.nextFailure();
    live.http.cutWatches('nodes');
    expect(await failure).toMatch(/^Node: terminated/);
    move(live, 'b', 'r2');
    live.store.delete(NODE, keyIn('', 'a'));
    live.clock.advanceTo(START_MS + RETRY_MS);
    await live.seen(NODE);
    expect(live.told).toEqual(['MODIFIED a r1>r2', 'MODIFIED b r1>r2', 'DELETED a r2>-']);
    expect(live.http.takePaths()).toEqual([
      `/api/v1/nodes?watch=true&allowWatchBookmarks=true&resourceVersion=${heardUpTo}`,
    ]);
  });

  test('whose version the server no longer has lists again, and tells what is different', async () => {
    const live = await watchingNodes([zoned('a', 'r1'), zoned('b', 'r1'), zoned('c', 'r1'), zoned('d', 'r1')]);
    const expired = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
    const failure = live.nextFailure();
    live.http.say('nodes', `${JSON.stringify({ type: 'ERROR', object: expired })}\n`);
    expect(await failure).toBe('Node: its watch is refused with 410: too old resource version');
    live.store.delete(NODE, keyIn('', 'a'));
    move(live, 'b', 'r2');
    live.store.delete(NODE, keyIn('', 'c'));
    const { apiVersion, kind } = zoned('c', 'r3');
    live.store.create(NODE, { apiVersion, kind, metadata: { name: 'c', labels: { zone: 'r3' } } });
    live.clock.advanceTo(START_MS + RETRY_MS);
    await live.heard(3);
    expect(live.told).toEqual(['DELETED a r1>-', 'MODIFIED b r1>r2', 'MODIFIED c r1>r3']);
    expect(live.view.list(NODE)).toEqual(live.store.list(NODE));
  });

  test('that is silent for longer than bookmarks are apart is given up, and goes on from the last bookmark', async () => {
    const live = await watchingNodes([zoned('a', 'r1')]);
    const bookmark = { kind: 'Node', apiVersion: 'v1', metadata: { resourceVersion: '7000' } };
    live.clock.advanceTo(START_MS + 60_000);
    live.http.say('nodes', `${JSON.stringify({ type: 'BOOKMARK', object: bookmark })}\n`);
    while (live.view.seenOf(NODE) < 7000) await new Promise((resolve) => setImmediate(resolve));
    live.clock.advanceTo(START_MS + 149_999);
    expect(live.failures).toEqual([]);
    const failure = live.nextFailure();
    live.clock.advanceTo(START_MS + 150_000);
    expect(await failure).toBe('Node: its watch has been silent for 90000 ms');
    live.clock.advanceTo(START_MS + 150_000 + RETRY_MS);
    await live.http.asked(({ path }) => path.endsWith('&resourceVersion=7000'));
    expect(live.told).toEqual([]);
  });

  test('with a line that cannot be read is read again from the version before it', async () => {
    const live = await watchingNodes([zoned('a', 'r1')]);
    const failure = live.nextFailure();
    live.http.say('nodes', '{"type":"MODIFIED","object":{"metad\n');
    expect(await failure).toMatch(/^Node: a line that is no JSON/);
    move(live, 'a', 'r2');
    live.clock.advanceTo(START_MS + RETRY_MS);
    await live.seen(NODE);
    expect(live.told).toEqual(['MODIFIED a r1>r2']);
  });

  test('that repeats an event tells it once', async () => {
    const live = await watchingNodes([zoned('a', 'r1'), zoned('b', 'r1')]);
    move(live, 'a', 'r2');
    await live.heard(1);
    const again = { type: 'MODIFIED', object: live.store.get(NODE, keyIn('', 'a')) };
    live.http.say('nodes', `${JSON.stringify(again)}\n`);
    live.http.say('nodes', `${JSON.stringify({ type: 'DELETED', object: zoned('nobody', 'r1') })}\n`);
    move(live, 'b', 'r2');
    await live.heard(2);
    expect(live.told).toEqual(['MODIFIED a r1>r2', 'MODIFIED b r1>r2']);
  });

  test('shares with the known version of an object what has not changed', async () => {
    const live = await watchingNodes([
      aNode('a', {
        metadata: { labels: { zone: 'r1' } },
        status: { conditions: [{ type: 'Ready', status: 'True' }] },
      }),
    ]);
    const before = live.view.get(NODE, keyIn('', 'a'));
    move(live, 'a', 'r2');
    await live.heard(1);
    const after = live.view.get(NODE, keyIn('', 'a'));
    expect(after?.metadata.labels).toEqual({ zone: 'r2' });
    expect(after?.status).toBe(before?.status);
  });
});

describe('a kind of a live view', () => {
  test('that is not served is empty, and is found once somebody defines it', async () => {
    const live = await liveWorld();
    const { view, synced, heard, failures } = startedView(live, [GADGET]);
    await synced;
    expect([view.hasSynced(GADGET), view.list(GADGET)]).toEqual([true, []]);
    live.transport.registry.add(customResource({ kind: GADGET, plural: 'gadgets', versions: [{ name: 'v1beta3' }] }));
    live.store.create(GADGET, {
      apiVersion: 'nobody.example.com/v1beta3',
      kind: 'Gadget',
      metadata: { namespace: 'metal', name: 'g' },
    });
    live.clock.advanceTo(START_MS + 30_000);
    await heard(1);
    expect(view.list(GADGET).map(({ metadata }) => metadata.name)).toEqual(['g']);
    expect(failures).toEqual([]);
  });

  test('that is served no more keeps what is known of it', async () => {
    const live = await liveWorld();
    live.transport.registry.add(customResource({ kind: GADGET, plural: 'gadgets', versions: [{ name: 'v1' }] }));
    const [apiVersion, metadata] = ['nobody.example.com/v1', { namespace: 'metal', name: 'g' }];
    live.store.create(GADGET, { apiVersion, kind: 'Gadget', metadata });
    const { view, synced, nextFailure } = startedView(live, [GADGET]);
    await synced;
    await live.http.watching('gadgets');
    const ended = nextFailure();
    live.transport.registry.remove('nobody.example.com', 'gadgets');
    expect(await ended).toBe(`${GADGET.key}: its watch ends at once`);
    const refused = nextFailure();
    live.clock.advanceTo(START_MS + RETRY_MS);
    expect(await refused).toMatch(/its watch is refused with 404/);
    const unserved = nextFailure();
    live.clock.advanceTo(START_MS + 3 * RETRY_MS);
    expect(await unserved).toBe(`${GADGET.key}: it is not served any more`);
    expect(view.list(GADGET)).toHaveLength(1);
  });

  test('that may not be read leaves the view unsynced until it may', async () => {
    const live = await liveWorld([zoned('a', 'r1')]);
    const status = { kind: 'Status', reason: 'Forbidden', message: 'nodes is forbidden' };
    live.http.wrong = ({ path }) =>
      path.startsWith('/api/v1/nodes') ? { code: 403, body: JSON.stringify(status) } : undefined;
    const { view, synced, nextFailure } = startedView(live, [NODE, POD]);
    expect(await nextFailure()).toBe('Node: its list is answered with 403: nodes is forbidden');
    expect(view.hasSynced(NODE)).toBe(false);
    live.http.wrong = () => undefined;
    live.clock.advanceTo(START_MS + RETRY_MS);
    await synced;
    expect(view.list(NODE).map(({ metadata }) => metadata.name)).toEqual(['a']);
  });

  test.each([
    {
      title: 'is listed page by page',
      expires: false,
      lists: ['limit=500', 'limit=500&continue', 'limit=500&continue'],
    },
    { title: 'is listed whole when its pages expire', expires: true, lists: ['limit=500', 'limit=500&continue', ''] },
  ])('with many objects $title', async ({ expires, lists }) => {
    const live = await liveWorld(
      Array.from({ length: 1001 }, (_, at) => zoned(`n${String(at).padStart(4, '0')}`, 'r')),
    );
    const expired = { code: 410, body: JSON.stringify({ kind: 'Status', reason: 'Expired' }) };
    live.http.wrong = ({ path }) => (expires && path.includes('continue=') ? expired : undefined);
    const { view, synced } = startedView(live, [NODE]);
    await synced;
    expect(view.list(NODE)).toEqual(live.store.list(NODE));
    const queries = live.http.requests.filter(({ path }) => /nodes(\?|$)/.test(path) && !path.includes('watch='));
    expect(queries.map(({ path }) => (path.split('?')[1] ?? '').replace(/(continue)=.*/, '$1'))).toEqual(lists);
  });

  test('whose list leaves it to the list to say what its items are has whole objects', async () => {
    const live = await liveWorld();
    const { apiVersion, kind, ...bare } = zoned('a', 'r1');
    const list = { kind: 'NodeList', apiVersion: 'v1', metadata: { resourceVersion: '100' }, items: [bare] };
    live.http.wrong = ({ path }) =>
      path.startsWith('/api/v1/nodes?limit') ? { code: 200, body: JSON.stringify(list) } : undefined;
    const { view, synced } = startedView(live, [NODE]);
    await synced;
    expect(view.list(NODE)).toEqual([{ apiVersion, kind, ...bare }]);
  });

  test('that was not asked for cannot be read', async () => {
    const { view, synced } = startedView(await liveWorld(), [NODE]);
    await synced;
    expect(() => view.list(POD)).toThrow('Pod is watched before it is read');
  });
});

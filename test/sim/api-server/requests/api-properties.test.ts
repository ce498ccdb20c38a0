// Properties of the API under random calls: versions grow, a list and its watch are the state, pages are one snapshot, finalizers
// hold what they are on, and nobody outlives its owners.

import { expect, test } from 'vitest';
import { textAt } from '../../../../sim/api-server/json-fields.ts';
import type { ApiCall, WatchEvent } from '../../../../sim/api-server/requests/api-call.ts';
import { type ApiWorld, apiWorld } from '../../../kit/api-kit.ts';
import { fc } from '../../../kit/property.ts';
import {
  finalizerProblem,
  ownershipProblem,
  pagesProblem,
  replayProblem,
  type State,
  stateOf,
  versionProblem,
  type WriteSeen,
} from './checkers.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const COLLECTIONS = ['/api/v1/nodes', CONFIG_MAPS, '/api/v1/namespaces/kube-system/configmaps'];
/** What lists and watches ask for: whole kinds, namespaces, selectors. */
const VIEWS = [
  '/api/v1/nodes?',
  '/api/v1/nodes?labelSelector=zone%3Da',
  '/api/v1/nodes?labelSelector=!zone',
  '/api/v1/nodes?fieldSelector=spec.unschedulable%3Dtrue',
  '/api/v1/configmaps?',
  '/api/v1/namespaces/default/configmaps?labelSelector=zone+in+(a,b)',
];

interface Operation {
  readonly do: 'create' | 'own' | 'label' | 'cordon' | 'finalize' | 'delete';
  readonly collection: number;
  readonly name: string;
  readonly zone: string | null;
}

const operation: fc.Arbitrary<Operation> = fc.record({
  do: fc.constantFrom('create', 'create', 'own', 'label', 'label', 'cordon', 'finalize', 'delete'),
  collection: fc.nat({ max: COLLECTIONS.length - 1 }),
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  zone: fc.constantFrom('a', 'b', null),
});
const operations = fc.array(operation, { maxLength: 60 });

function ask(world: ApiWorld, call: ApiCall): { readonly code: number; readonly body: unknown } {
  let got: { readonly code: number; readonly body: unknown } | undefined;
  world.transport.call(call, (answer) => {
    if (answer.kind === 'object') got = answer;
  });
  expect(got).toBeDefined();
  return got ?? { code: 0, body: undefined };
}

function read(world: ApiWorld, path: string): unknown {
  const { code, body } = ask(world, { method: 'GET', path });
  expect(code).toBe(200);
  return body;
}

/** @param owners for a new object: the Nodes of its name that are there. */
function callOf({ do: what, collection, name, zone }: Operation, owners: readonly object[]): ApiCall {
  const path = COLLECTIONS[collection] ?? '';
  const patch = (body: object): ApiCall => ({
    method: 'PATCH',
    path: `${path}/${name}`,
    contentType: 'application/merge-patch+json',
    body,
  });
  switch (what) {
    case 'create':
      return { method: 'POST', path, body: { metadata: { name, ...(zone === null ? {} : { labels: { zone } }) } } };
    case 'own':
      return { method: 'POST', path: CONFIG_MAPS, body: { metadata: { name, ownerReferences: owners } } };
    case 'label':
      return patch({ metadata: { labels: { zone } } });
    case 'cordon':
      return patch({ spec: { unschedulable: zone === 'a' ? true : null } });
    case 'finalize':
      return patch({ metadata: { finalizers: zone === null ? null : ['example.com/keep'] } });
    case 'delete':
      return { method: 'DELETE', path: `${path}/${name}` };
  }
}

/** The Node of a name, as an owner. */
function ownersNow(world: ApiWorld, name: string): readonly object[] {
  const { code, body } = ask(world, { method: 'GET', path: `/api/v1/nodes/${name}` });
  return code === 200 ? [{ apiVersion: 'v1', kind: 'Node', name, uid: textAt(body, 'metadata', 'uid') }] : [];
}

/** One write as its writer sees it; undefined for a refused one, and for a deletion, which shows no version. */
function perform(world: ApiWorld, op: Operation): WriteSeen | undefined {
  const path = `${COLLECTIONS[op.collection]}/${op.name}`;
  const before = ask(world, { method: 'GET', path }).body;
  const { code, body } = ask(world, callOf(op, op.do === 'own' ? ownersNow(world, op.name) : []));
  if (code >= 400 || textAt(body, 'kind') === 'Status') return undefined;
  const version = Number(textAt(body, 'metadata', 'resourceVersion'));
  return { version, changed: textAt(before, 'metadata', 'resourceVersion') !== String(version) };
}

test('versions grow with every change, and with nothing else', () => {
  fc.assert(
    fc.property(operations, (ops) => {
      const world = apiWorld();
      const writes = ops.map((op) => perform(world, op)).filter((seen) => seen !== undefined);
      expect(versionProblem(writes)).toBeUndefined();
    }),
  );
});

interface Watcher {
  readonly view: string;
  readonly from: State;
  readonly events: WatchEvent[];
}

/** Follows a view from a version that is or was: its state then, by an exact list, and what a watch tells from there. */
function follow(world: ApiWorld, view: string, version: string): Watcher {
  const list = read(world, `${view}&resourceVersion=${version}&resourceVersionMatch=Exact`);
  const events: WatchEvent[] = [];
  world.transport.call({ method: 'GET', path: `${view}&watch=true&resourceVersion=${version}` }, (answer) => {
    if (answer.kind === 'watch') answer.start({ event: (event) => events.push(event), end: () => undefined });
  });
  return { view, from: stateOf(list), events };
}

test('a list and the watch from it are the state, for any view and from any version', () => {
  const opening = fc.record({
    at: fc.nat({ max: 60 }),
    view: fc.constantFrom(...VIEWS),
    back: fc.nat({ max: 60 }),
  });
  fc.assert(
    fc.property(operations, fc.array(opening, { minLength: 1, maxLength: 5 }), (ops, openings) => {
      const world = apiWorld();
      const versions: string[] = [textAt(read(world, '/api/v1/nodes'), 'metadata', 'resourceVersion')];
      const watchers: Watcher[] = [];
      for (let n = 0; n <= ops.length; n++) {
        for (const { at, view, back } of openings) {
          if (at !== n) continue;
          const version = versions[Math.max(0, versions.length - 1 - back)] ?? '';
          watchers.push(follow(world, view, version));
        }
        const op = ops[n];
        if (op !== undefined) perform(world, op);
        versions.push(String(world.store.resourceVersion));
      }
      for (const { view, from, events } of watchers) {
        expect(replayProblem(from, events, stateOf(read(world, view)))).toBeUndefined();
      }
    }),
  );
});

test('finalizers hold what they are on, and a deletion goes on', () => {
  fc.assert(
    fc.property(operations, (ops) => {
      const world = apiWorld();
      const { resourceVersion } = world.store;
      const watchers = COLLECTIONS.map((path) => follow(world, `${path}?`, String(resourceVersion)));
      for (const op of ops) perform(world, op);
      for (const { from, events } of watchers) expect(finalizerProblem(from, events)).toBeUndefined();
    }),
  );
});

test('nobody outlives all of its owners', () => {
  fc.assert(
    fc.property(operations, (ops) => {
      const world = apiWorld();
      for (const op of ops) {
        perform(world, op);
        expect(ownershipProblem(COLLECTIONS.map((path) => stateOf(read(world, path))))).toBeUndefined();
      }
    }),
  );
});

test('pages are one snapshot, whatever is written between them', () => {
  fc.assert(
    fc.property(
      operations,
      operations,
      fc.constantFrom(...VIEWS),
      fc.integer({ min: 1, max: 4 }),
      (before, between, view, limit) => {
        const world = apiWorld();
        for (const op of before) perform(world, op);
        const whole = read(world, view);
        const pages: unknown[] = [];
        const writes = [...between];
        let token = '';
        do {
          const page = read(world, `${view}&limit=${limit}${token === '' ? '' : `&continue=${token}`}`);
          pages.push(page);
          token = textAt(page, 'metadata', 'continue');
          for (const op of writes.splice(0, 3)) perform(world, op);
        } while (token !== '');
        expect(pagesProblem(pages, whole)).toBeUndefined();
      },
    ),
  );
});

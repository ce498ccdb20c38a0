import { describe, expect, test } from 'vitest';
import { type Machine, OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { isReady, NODE, type Node } from '../../../core/api/node.ts';
import { type KubeObject, keyOf, keyString } from '../../../core/api/object.ts';
import type { ClusterView, IndexSpec } from '../../../core/ports/cluster-view.ts';
import { CachedView } from '../../../sim/api-server/cached-view.ts';
import type { ObjectStore } from '../../../sim/api-server/object-store.ts';
import { isJsonObject } from '../../../sim/api-server/same-value.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { fc } from '../../kit/property.ts';
import { aStore, keyIn, START_MS } from './objects.ts';
import { randomWrites, SEEN_KINDS, START_OBJECTS, type WriteSpec } from './random-writes.ts';

describe('a store under random writes', () => {
  test('holds what a naive model of a server holds', () => {
    fc.assert(
      fc.property(randomWrites, (writes) => {
        const store = aStore(START_OBJECTS);
        const model = new Map(START_OBJECTS.map((object) => [placeOf(object), content(object)]));
        for (const write of writes) {
          write(store);
          applyToModel(model, write.what);
          expect(contents(store)).toEqual(Object.fromEntries([...model].sort(([a], [b]) => (a < b ? -1 : 1))));
        }
      }),
    );
  });

  test('gives every stored version a greater resourceVersion, and none to a write that changed nothing', () => {
    fc.assert(
      fc.property(randomWrites, (writes) => {
        const store = aStore(START_OBJECTS);
        const versions = [store.resourceVersion];
        store.tap(({ before, after, resourceVersion }) => {
          versions.push(resourceVersion);
          expect(after === undefined ? resourceVersion : Number(after.metadata.resourceVersion)).toBe(resourceVersion);
          expect(before !== undefined && after !== undefined && same(before, after)).toBe(false);
        });
        for (const write of writes) write(store);
        expect(versions).toEqual(versions.map((_, i) => 100 + i));
        expect(store.resourceVersion).toBe(versions.at(-1));
      }),
    );
  });

  test('keeps indexes equal to their recomputation, in the store and in a view', () => {
    fc.assert(
      fc.property(randomWrites, fc.boolean(), (writes, early) => {
        const kernel = new Kernel(START_MS);
        const store = aStore(START_OBJECTS, kernel);
        const view = new CachedView(store, kernel, { lagMs: 3 });
        const add = (): void => {
          for (const index of [byZone, byHealth]) {
            store.addIndex(index);
            view.addIndex(index);
          }
        };
        if (early) add();
        for (const write of writes) {
          write(store);
          if (early) expectIndexesRecomputed(store);
          kernel.runUntil(kernel.nowMs + 1);
          if (early) expectIndexesRecomputed(view);
        }
        if (!early) add();
        expectIndexesRecomputed(store);
        expectIndexesRecomputed(view);
      }),
    );
  });
});

test('an index lists in order and counts, however many objects come and go under a value', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 199 }), { minLength: 150, maxLength: 400 }), (toggled) => {
      const store = aStore();
      const all: IndexSpec<Node> = { name: 'all', of: NODE, values: () => ['all'] };
      store.addIndex(all);
      const there = new Set<string>();
      for (const [step, number] of toggled.entries()) {
        const name = `n-${number}`;
        if (there.delete(name)) store.delete(NODE, keyIn('', name));
        else {
          there.add(name);
          store.create(NODE, { apiVersion: 'v1', kind: 'Node', metadata: { name } });
        }
        expect(store.countByIndex(all, 'all')).toBe(there.size);
        if (step % 10 === 0) {
          expect(store.byIndex(all, 'all').map(({ metadata }) => metadata.name)).toEqual([...there].sort());
        }
      }
      expect(store.byIndex(all, 'all')).toEqual(store.list(NODE));
    }),
    { numRuns: 30 },
  );
});

const byZone: IndexSpec<Machine> = {
  name: 'machines-by-zone',
  of: OPENSHIFT_MACHINE,
  values: ({ metadata }) => ['zone', 'rack'].map((label) => metadata.labels?.[label] ?? 'none'),
};

const byHealth: IndexSpec<Machine> = {
  name: 'machines-by-health',
  of: OPENSHIFT_MACHINE,
  values({ metadata }, view) {
    const node = view.get(NODE, keyIn('', metadata.name));
    return node === undefined ? [] : [isReady(node) ? 'healthy' : 'unhealthy'];
  },
  dependsOn: [
    { kind: NODE, primaries: ({ before, after }) => [keyIn('metal', (after ?? before)?.metadata.name ?? '')] },
  ],
};

function expectIndexesRecomputed(view: ClusterView): void {
  for (const index of [byZone, byHealth]) {
    for (const value of ['r1', 'r2', 'none', 'healthy', 'unhealthy']) {
      const expected = view.list(OPENSHIFT_MACHINE).filter((machine) => index.values(machine, view).includes(value));
      expect(view.byIndex(index, value)).toEqual(expected);
      expect(view.countByIndex(index, value)).toBe(expected.length);
    }
  }
}

/** What the model keeps of an object: no versions, no stamps. */
interface Content {
  readonly labels: Readonly<Record<string, unknown>>;
  readonly finalizers: readonly string[];
  readonly owned: boolean;
  readonly deleting: boolean;
  readonly providerID: unknown;
  readonly ready: unknown;
}

type Model = Map<string, Content>;

function placeOf(object: KubeObject): string {
  return `${object.kind} ${keyString(keyOf(object))}`;
}

function contents(store: ObjectStore): Record<string, Content> {
  const entries = SEEN_KINDS.flatMap((kind) => store.list(kind)).map(
    (object) => [placeOf(object), content(object)] as const,
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function content({ metadata, spec, status }: KubeObject): Content {
  return {
    labels: metadata.labels ?? {},
    finalizers: metadata.finalizers ?? [],
    owned: (metadata.ownerReferences ?? []).length > 0,
    deleting: metadata.deletionTimestamp !== undefined,
    providerID: isJsonObject(spec) ? spec.providerID : undefined,
    ready: readinessIn(status),
  };
}

function readinessIn(status: unknown): unknown {
  const conditions = isJsonObject(status) ? status.conditions : undefined;
  return Array.isArray(conditions) && isJsonObject(conditions[0]) ? conditions[0].status : undefined;
}

function same(a: KubeObject, b: KubeObject): boolean {
  const bare = ({ metadata, ...rest }: KubeObject): object => ({ ...rest, ...metadata, resourceVersion: '' });
  return JSON.stringify(bare(a)) === JSON.stringify(bare(b));
}

/** The rules of the API in the plainest words: a map, rebuilt by hand. */
function applyToModel(model: Model, write: WriteSpec): void {
  const place = `${write.kind.kind} ${keyString(write.key)}`;
  const known = model.get(place);
  switch (write.verb) {
    case 'create':
      // Owned by a set that is gone: collected in the same instant.
      if (known !== undefined || (write.owned && !model.has('MachineSet metal/set'))) return;
      model.set(place, {
        labels: {},
        finalizers: [],
        owned: write.owned,
        deleting: false,
        providerID: undefined,
        ready: undefined,
      });
      return;
    case 'delete':
      if (known !== undefined) deleteFromModel(model, place, known);
      if (write.kind.kind !== 'MachineSet' || known === undefined) return;
      for (const [dependent, its] of [...model]) if (its.owned) deleteFromModel(model, dependent, its);
      return;
    case 'patch': {
      if (known === undefined) return;
      const next = patchedContent(known, write);
      const adds = next.finalizers.some((one) => !known.finalizers.includes(one));
      if (known.deleting && adds) return;
      if (next.deleting && next.finalizers.length === 0) model.delete(place);
      else model.set(place, next);
    }
  }
}

function deleteFromModel(model: Model, place: string, known: Content): void {
  if (known.finalizers.length === 0) model.delete(place);
  else model.set(place, { ...known, deleting: true });
}

function patchedContent(known: Content, write: Extract<WriteSpec, { readonly verb: 'patch' }>): Content {
  const { metadata, spec, status } = write.patch;
  if (write.subresource === 'status') return status === undefined ? known : { ...known, ready: readinessIn(status) };
  const asked = isJsonObject(metadata) ? metadata : {};
  const labels: Record<string, unknown> = { ...known.labels };
  for (const [label, value] of Object.entries(isJsonObject(asked.labels) ? asked.labels : {})) {
    if (value === null) delete labels[label];
    else labels[label] = value;
  }
  const finalizers = asked.finalizers === undefined ? known.finalizers : asked.finalizers;
  const providerID = isJsonObject(spec) && spec.providerID !== undefined ? spec.providerID : known.providerID;
  return {
    ...known,
    labels,
    finalizers: Array.isArray(finalizers) ? finalizers : [],
    providerID: providerID ?? undefined,
  };
}

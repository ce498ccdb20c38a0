import { describe, expect, test } from 'vitest';
import { applyConfiguration } from '../../../../sim/api-server/patches/server-side-apply.ts';
import { entriesOf, trackUpdate, withoutManagedFields } from '../../../../sim/api-server/patches/track-update.ts';
import { isJsonObject, type JsonObject } from '../../../../sim/api-server/same-value.ts';
import { fc } from '../../../kit/property.ts';
import { by } from './objects.ts';

const container = fc.record(
  {
    name: fc.constantFrom('a', 'b', 'c'),
    image: fc.constantFrom('1', '2'),
    args: fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
  },
  { requiredKeys: ['name'] },
);
const labels = fc.dictionary(fc.constantFrom('l', 'm'), fc.constantFrom('1', '2'));
const podSpec = fc.record(
  {
    containers: fc.uniqueArray(container, { selector: ({ name }) => name, minLength: 1, maxLength: 3 }),
    nodeName: fc.constantFrom('n', 'o'),
    tolerations: fc.array(fc.record({ key: fc.constantFrom('k', 'l') }), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const pod = fc.record({ labels, spec: podSpec }).map(({ labels, spec }): JsonObject => podOf(labels, spec));

function podOf(labels: JsonObject, spec: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n', labels }, spec };
}

const as = (manager: string, force = true, time = '2026-01-01T00:00:00Z') => by(manager, 'v1', 'Pod', { force, time });

function applied(live: JsonObject | undefined, configuration: JsonObject, manager: string): JsonObject {
  const result = applyConfiguration(live, configuration, as(manager));
  if (result.kind !== 'applied') throw new Error(result.message);
  return result.object;
}

const writer = fc.record({ manager: fc.constantFrom('one', 'two', 'three'), applies: fc.boolean(), object: pod });

/** An object with a random history of forced applies and updates. */
const history = fc
  .array(writer, { minLength: 1, maxLength: 5 })
  .map((writes) =>
    writes.reduce<JsonObject | undefined>(
      (live, { manager, applies, object }) =>
        applies
          ? applied(live, object, manager)
          : trackUpdate(
              live,
              { ...object, metadata: { ...(isJsonObject(object.metadata) ? object.metadata : {}), uid: 'u' } },
              as(manager),
            ),
      undefined,
    ),
  );

describe('server-side apply, whatever was before', () => {
  test('the second time changes nothing, not even when it is later', () => {
    fc.assert(
      fc.property(history, pod, (live, configuration) => {
        const once = applied(live, configuration, 'me');
        const again = applyConfiguration(once, configuration, as('me', false, '2026-02-02T00:00:00Z'));
        expect(again.kind === 'applied' && again.object).toBe(once);
      }),
    );
  });

  test('two managers whose fields are disjoint come to the same in either order', () => {
    fc.assert(
      fc.property(podSpec, labels, (spec, labels) => {
        fc.pre(Object.keys(spec).length > 0);
        const one = { ...podOf({}, spec), metadata: { name: 'p', namespace: 'n' } };
        const two = podOf(labels, { hostname: 'h', containers: [{ name: 'z', image: '9' }] });
        const [first, second] = [
          applied(applied(undefined, one, 'one'), two, 'two'),
          applied(applied(undefined, two, 'two'), one, 'one'),
        ];
        expect(sorted(withoutManagedFields(first))).toEqual(sorted(withoutManagedFields(second)));
        expect(sorted(entriesOf(first))).toEqual(sorted(entriesOf(second)));
      }),
    );
  });

  test('a manager that gives up everything leaves nothing that only it owned', () => {
    fc.assert(
      fc.property(pod, pod, (mine, theirs) => {
        const before = applied(undefined, theirs, 'they');
        const conflictFree = applyConfiguration(before, mine, as('me', false));
        fc.pre(conflictFree.kind === 'applied');
        const both = conflictFree.kind === 'applied' ? conflictFree.object : before;
        const nothing = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n' } };
        const left = applied(both, nothing, 'me');
        expect(sorted(withoutEmpty(withoutManagedFields(left)))).toEqual(
          sorted(withoutEmpty(withoutManagedFields(before))),
        );
        expect(entriesOf(left)).toEqual(entriesOf(before));
      }),
    );
  });

  test('nobody’s object is ever changed in place', () => {
    fc.assert(
      fc.property(history, pod, pod, (live, configuration, next) => {
        const before = JSON.stringify([live, configuration, next]);
        const result = applied(deeplyFrozen(live), deeplyFrozen(configuration), 'me');
        trackUpdate(deeplyFrozen(result), deeplyFrozen(next), as('you'));
        expect(JSON.stringify([live, configuration, next])).toBe(before);
      }),
    );
  });
});

/** Lists by their items' text: the order of list maps depends on who came first. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (!isJsonObject(value)) return value;
  const object: JsonObject = value;
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .map((key) => [key, sorted(object[key])]),
  );
}

/** Structs and maps of which nothing is left may stay or go. */
function withoutEmpty(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, below]): [string, unknown] => [key, isJsonObject(below) ? withoutEmpty(below) : below])
      .filter(([, below]) => !(isJsonObject(below) && Object.keys(below).length === 0)),
  );
}

function deeplyFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const below of Object.values(value)) deeplyFrozen(below);
  return Object.freeze(value);
}

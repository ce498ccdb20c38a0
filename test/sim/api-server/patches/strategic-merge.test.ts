import { describe, expect, test } from 'vitest';
import { strategicMergePatch } from '../../../../sim/api-server/patches/strategic-merge.ts';
import { isJsonObject, type JsonObject } from '../../../../sim/api-server/same-value.ts';
import { fc } from '../../../kit/property.ts';
import { fieldsOf } from './objects.ts';

const POD = fieldsOf('v1', 'Pod');
const NODE = fieldsOf('v1', 'Node');
const DEPLOYMENT = fieldsOf('apps/v1', 'Deployment');

function pod(spec: JsonObject): JsonObject {
  return { spec };
}

const AB = [
  { name: 'a', image: '1' },
  { name: 'b', image: '2' },
];

describe('strategic merge patch', () => {
  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'objects merge, null removes',
      { spec: { nodeName: 'x', hostname: 'y' } },
      { spec: { nodeName: null, subdomain: 'z' } },
      { spec: { hostname: 'y', subdomain: 'z' } },
    ],
    [
      'items merge by their key',
      pod({ containers: AB }),
      pod({ containers: [{ name: 'b', image: '3' }] }),
      pod({ containers: [AB[0], { name: 'b', image: '3' }] }),
    ],
    [
      'a new item stands before those that only the server has',
      pod({ containers: AB }),
      pod({ containers: [{ name: 'c' }] }),
      pod({ containers: [{ name: 'c' }, ...AB] }),
    ],
    [
      '$patch: delete takes an item out',
      pod({ containers: AB }),
      pod({ containers: [{ $patch: 'delete', name: 'a' }] }),
      pod({ containers: [AB[1]] }),
    ],
    [
      '$patch: replace among items replaces the list',
      pod({ containers: AB }),
      pod({ containers: [{ name: 'c' }, { $patch: 'replace' }] }),
      pod({ containers: [{ name: 'c' }] }),
    ],
    [
      '$patch: replace replaces an object',
      { metadata: { labels: { a: '1', b: '2' } } },
      { metadata: { labels: { $patch: 'replace', c: '3' } } },
      { metadata: { labels: { c: '3' } } },
    ],
    [
      '$patch: delete empties an object',
      { metadata: { labels: { a: '1' } } },
      { metadata: { labels: { $patch: 'delete' } } },
      { metadata: { labels: {} } },
    ],
    [
      'lists without a merge key are replaced',
      pod({ tolerations: [{ key: 'a' }] }),
      pod({ tolerations: [{ key: 'b' }] }),
      pod({ tolerations: [{ key: 'b' }] }),
    ],
    [
      'lists of scalars with merge are joined',
      { metadata: { finalizers: ['a', 'b'] } },
      { metadata: { finalizers: ['b', 'c'] } },
      { metadata: { finalizers: ['a', 'b', 'c'] } },
    ],
    [
      'lists of scalars without merge are replaced',
      pod({ containers: [{ name: 'a', args: ['x', 'y'] }] }),
      pod({ containers: [{ name: 'a', args: ['z'] }] }),
      pod({ containers: [{ name: 'a', args: ['z'] }] }),
    ],
    [
      '$deleteFromPrimitiveList takes scalars out',
      { metadata: { finalizers: ['a', 'b', 'c'] } },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a', 'c'] } },
      { metadata: { finalizers: ['b'] } },
    ],
    [
      '$setElementOrder gives the order of items',
      pod({ containers: AB }),
      pod({
        '$setElementOrder/containers': [{ name: 'c' }, { name: 'b' }, { name: 'a' }],
        containers: [{ name: 'c' }, { name: 'a', image: '9' }],
      }),
      pod({ containers: [{ name: 'c' }, AB[1], { name: 'a', image: '9' }] }),
    ],
    [
      '$setElementOrder alone orders what is there',
      pod({ containers: AB }),
      pod({ '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] }),
      pod({ containers: [AB[1], AB[0]] }),
    ],
    [
      'an item that only the server has stays before what follows it there',
      pod({ containers: [{ name: 's' }, ...AB] }),
      pod({ '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] }),
      pod({ containers: [{ name: 's' }, AB[1], AB[0]] }),
    ],
    [
      'a new item takes the place of a deleted one in the order of the server',
      pod({ containers: [{ name: '1' }, { name: '2' }, { name: '4' }] }),
      pod({
        '$setElementOrder/containers': [{ name: '2' }, { name: '3' }],
        containers: [{ name: '3' }, { $patch: 'delete', name: '1' }],
      }),
      pod({ containers: [{ name: '2' }, { name: '4' }, { name: '3' }] }),
    ],
    [
      'order and deletion of scalars go together',
      { metadata: { finalizers: ['a', 'b', 'c'] } },
      {
        metadata: {
          '$setElementOrder/finalizers': ['d', 'b'],
          '$deleteFromPrimitiveList/finalizers': ['a', 'c'],
          finalizers: ['d'],
        },
      },
      { metadata: { finalizers: ['d', 'b'] } },
    ],
    [
      '$retainKeys removes the other fields',
      { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } },
      { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
      { spec: { strategy: { type: 'Recreate' } } },
    ],
    [
      'nulls of an object that is new are left out',
      {},
      { spec: { hostname: null, os: { name: 'linux', x: null } } },
      { spec: { os: { name: 'linux' } } },
    ],
    ['an object with a directive is not added', {}, { spec: { $patch: 'delete' } }, {}],
    [
      'a new list leaves out the items to delete',
      {},
      pod({ containers: [{ name: 'a' }, { $patch: 'delete', name: 'b' }] }),
      pod({ containers: [{ name: 'a' }] }),
    ],
    ['a scalar gives way to an object', { spec: 1 }, { spec: { hostname: 'a' } }, { spec: { hostname: 'a' } }],
  ])('%s', (_what, object, patch, value) => {
    const schema = JSON.stringify(patch).includes('strategy') ? DEPLOYMENT : POD;
    expect(strategicMergePatch(object, patch, schema)).toEqual({ kind: 'patched', value });
  });

  test('what kubectl sends for cordon, for taints and for a condition', () => {
    const node = {
      spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] },
      status: {
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'DiskPressure', status: 'False' },
        ],
      },
    };
    expect(strategicMergePatch(node, { spec: { unschedulable: true } }, NODE)).toEqual({
      kind: 'patched',
      value: { ...node, spec: { ...node.spec, unschedulable: true } },
    });
    expect(strategicMergePatch(node, { spec: { taints: [{ key: 'b', effect: 'NoExecute' }] } }, NODE)).toEqual({
      kind: 'patched',
      value: { ...node, spec: { taints: [{ key: 'b', effect: 'NoExecute' }] } },
    });
    const conditions = {
      '$setElementOrder/conditions': [{ type: 'Ready' }, { type: 'DiskPressure' }],
      conditions: [{ type: 'Ready', status: 'Unknown' }],
    };
    expect(strategicMergePatch(node, { status: conditions }, NODE)).toEqual({
      kind: 'patched',
      value: { ...node, status: { conditions: [{ type: 'Ready', status: 'Unknown' }, node.status.conditions[1]] } },
    });
  });

  test.each<[string, JsonObject, unknown, number, string, string]>([
    [
      'a list as a patch',
      {},
      [],
      400,
      'BadRequest',
      'json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    [
      'an item without its merge key',
      pod({ containers: AB }),
      pod({ containers: [{ image: 'x' }] }),
      500,
      '',
      'map: map[image:x] does not contain declared merge key: name',
    ],
    [
      'a deletion without its merge key',
      pod({ containers: AB }),
      pod({ containers: [{ $patch: 'delete' }] }),
      500,
      '',
      'map: map[$patch:delete] does not contain declared merge key: name',
    ],
    [
      'a directive that there is not',
      pod({ containers: AB }),
      pod({ containers: [{ $patch: 'add', name: 'a' }] }),
      500,
      '',
      'unknown patch type: add in map: map[$patch:add name:a]',
    ],
    [
      'a directive that there is not, of an object',
      { spec: { os: {} } },
      { spec: { os: { $patch: 'add' } } },
      500,
      '',
      'unknown patch type: add in map: map[$patch:add]',
    ],
    [
      'a merge directive',
      pod({ containers: AB }),
      pod({ containers: [{ $patch: 'merge' }] }),
      500,
      '',
      'merging lists cannot yet be specified in the patch',
    ],
    [
      'a deletion that names no list',
      { metadata: { finalizers: [] } },
      { metadata: { $deleteFromPrimitiveList: ['a'] } },
      400,
      'BadRequest',
      'invalid patch format of primitive list',
    ],
    [
      'an order that names no list',
      { metadata: { finalizers: [] } },
      { metadata: { $setElementOrder: ['a'] } },
      400,
      'BadRequest',
      'invalid patch format of setElementOrder list',
    ],
    [
      '$retainKeys that are no list',
      { spec: { strategy: {} } },
      { spec: { strategy: { $retainKeys: 'type' } } },
      400,
      'BadRequest',
      'invalid patch format of retainKeys',
    ],
    [
      'a field that $retainKeys does not name',
      { spec: { strategy: {} } },
      { spec: { strategy: { $retainKeys: ['type'], rollingUpdate: {} } } },
      400,
      'BadRequest',
      'invalid patch format of retainKeys',
    ],
    [
      'lists of lists',
      { metadata: { finalizers: ['a'] } },
      { metadata: { finalizers: [['b']] } },
      422,
      'Invalid',
      'the server rejected our request due to an error in our request',
    ],
    [
      'items of two types',
      { metadata: { finalizers: ['a'] } },
      { metadata: { finalizers: [1] } },
      500,
      '',
      'list element types are not identical: [[a] [1]]',
    ],
    [
      'a patch that contradicts its order',
      pod({ containers: AB }),
      pod({
        '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }],
        containers: [{ name: 'b' }, { name: 'a' }],
      }),
      500,
      '',
      "The order in patch list:\n[map[name:b] map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:a] map[name:b]]\n",
    ],
  ])('%s is refused', (_what, object, patch, code, reason, message) => {
    const schema = JSON.stringify(patch).includes('strategy') ? DEPLOYMENT : POD;
    expect(strategicMergePatch(object, patch, schema)).toEqual({ kind: 'refused', code, reason, message });
  });

  test('a patch that changes nothing returns the very same object, and what it does not touch is shared', () => {
    const tolerations = [{ key: 'a' }];
    const object = pod({ containers: AB, tolerations });
    const same = strategicMergePatch(object, pod({ containers: [{ name: 'a', image: '1' }], hostname: null }), POD);
    expect(same.kind === 'patched' && same.value).toBe(object);
    const changed = strategicMergePatch(object, pod({ containers: [{ name: 'b', image: '9' }] }), POD);
    const spec = changed.kind === 'patched' ? changed.value.spec : undefined;
    expect(isJsonObject(spec) && spec.tolerations).toBe(tolerations);
    expect(isJsonObject(spec) && Array.isArray(spec.containers) && spec.containers[0]).toBe(AB[0]);
    expect(object).toEqual({ spec: { containers: AB, tolerations: [{ key: 'a' }] } });
  });

  test('a whole list with its order makes any list of items from any other, and twice is once', () => {
    const items = fc.uniqueArray(
      fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), image: fc.constantFrom('1', '2') }),
      {
        selector: ({ name }) => name,
      },
    );
    fc.assert(
      fc.property(items, items, (from, to) => {
        const gone = from.filter(({ name }) => !to.some((item) => item.name === name));
        const patch = pod({
          '$setElementOrder/containers': to.map(({ name }) => ({ name })),
          containers: [...to, ...gone.map(({ name }) => ({ $patch: 'delete', name }))],
        });
        const once = strategicMergePatch(pod({ containers: from }), patch, POD);
        expect(once).toEqual({ kind: 'patched', value: pod({ containers: to }) });
        if (once.kind === 'patched') expect(strategicMergePatch(once.value, patch, POD)).toEqual(once);
      }),
    );
  });
});

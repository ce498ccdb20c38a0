import { describe, expect, test } from 'vitest';
import { replicasOf, scaleSelectorOf } from '../../../../sim/api-server/definitions/custom-resource.ts';
import { parseJsonPath, valuesAt } from '../../../../sim/api-server/definitions/json-path.ts';

const HOST = {
  metadata: { name: 'a', creationTimestamp: '2026-01-13T11:00:00Z', annotations: { 'a.b/c': 'x' } },
  spec: { online: true, replicas: 3, share: 0.5, template: { kind: 'T' } },
  status: {
    conditions: [
      { type: 'Ready', status: 'False', weight: 1 },
      { type: 'Paused', status: 'True', weight: 2 },
    ],
    names: ['x', 'y'],
  },
};

describe('a path leads to', () => {
  test.each([
    { path: '.spec.replicas', values: [3] },
    { path: '.', values: [HOST] },
    { path: '.status.conditions[?(@.type=="Ready")].status', values: ['False'] },
    { path: ".status.conditions[?(@.type == 'Paused')].status", values: ['True'] },
    { path: '.status.conditions[?(@.type!="Ready")].type', values: ['Paused'] },
    { path: '.status.conditions[?(@.weight>1)].type', values: ['Paused'] },
    { path: '.status.conditions[?(@.weight)].type', values: ['Ready', 'Paused'] },
    { path: '.status.conditions[*].type', values: ['Ready', 'Paused'] },
    { path: '.status.names[1]', values: ['y'] },
    { path: '.status.names[-1]', values: ['y'] },
    { path: '.status.names[5]', values: [] },
    { path: '.metadata.annotations.a\\.b/c', values: ['x'] },
    { path: ".metadata.annotations['a.b/c']", values: ['x'] },
    { path: '.status.nope.deeper', values: [] },
    { path: '{.spec.replicas}', values: [3] },
    { path: '.constructor', values: [] },
  ])('$path', ({ path, values }) => {
    expect(valuesAt(parseJsonPath(path) ?? [], HOST)).toEqual(values);
  });

  test.each(['spec', '.a[', '.a[1:2]', '..a', '.a[?(@.b==)]'])('%s is no path', (path) => {
    expect(parseJsonPath(path)).toBeUndefined();
  });
});

describe('the scale subresource', () => {
  const scale = {
    specReplicasPath: '.spec.count',
    statusReplicasPath: '.status.count',
    labelSelectorPath: '.status.selector',
  };
  test.each([
    { object: { spec: { count: 3 }, status: { selector: 'a=b' } }, replicas: 3, selector: 'a=b' },
    { object: { spec: { count: 0 } }, replicas: 0, selector: '' },
    { object: { spec: {} }, replicas: undefined, selector: '' },
  ])('of $object', ({ object, replicas, selector }) => {
    expect([replicasOf(object, scale), scaleSelectorOf(object, scale)]).toEqual([replicas, selector]);
  });
});

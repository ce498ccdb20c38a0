import { describe, expect, test } from 'vitest';
import { scaleOf, withReplicas } from '../../../../sim/api-server/definitions/custom-resource.ts';
import { parseJsonPath, valuesAt } from '../../../../sim/api-server/definitions/json-path.ts';
import { humanDuration, PrinterColumns } from '../../../../sim/api-server/definitions/printer-columns.ts';

const NOW_MS = Date.UTC(2026, 0, 15, 12, 0, 0);
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
  ])('$path', ({ path, values }) => {
    expect(valuesAt(parseJsonPath(path) ?? [], HOST)).toEqual(values);
  });

  test.each(['spec', '.a[', '.a[1:2]', '..a', '.a[?(@.b==)]'])('%s is no path', (path) => {
    expect(parseJsonPath(path)).toBeUndefined();
  });
});

describe('cells', () => {
  test.each([
    { type: 'string', jsonPath: '.metadata.name', cell: 'a' },
    { type: 'string', jsonPath: '.spec.online', cell: 'true' },
    { type: 'string', jsonPath: '.spec.template', cell: '{"kind":"T"}' },
    { type: 'integer', jsonPath: '.spec.replicas', cell: 3 },
    { type: 'integer', jsonPath: '.metadata.name', cell: null },
    { type: 'number', jsonPath: '.spec.share', cell: 0.5 },
    { type: 'boolean', jsonPath: '.spec.online', cell: true },
    { type: 'date', jsonPath: '.metadata.creationTimestamp', cell: '2d1h' },
    { type: 'date', jsonPath: '.metadata.name', cell: '<invalid>' },
    { type: 'string', jsonPath: '.status.conditions[*].type', cell: 'Ready' },
    { type: 'string', jsonPath: '.nope', cell: null },
  ])('$type $jsonPath', ({ type, jsonPath, cell }) => {
    expect(new PrinterColumns([{ name: 'A', type, jsonPath }]).cells(HOST, NOW_MS)).toEqual([cell]);
  });

  test('columns are described by their path unless they say more, and the age stands where there are none', () => {
    const columns = new PrinterColumns([
      { name: 'Online', type: 'boolean', jsonPath: '.spec.online', priority: 1 },
      { name: 'Share', type: 'number', format: 'double', jsonPath: '.spec.share', description: 'how much' },
    ]);
    expect(columns.columns).toEqual([
      {
        name: 'Online',
        type: 'boolean',
        format: '',
        description: 'Custom resource definition column (in JSONPath format): .spec.online',
        priority: 1,
      },
      { name: 'Share', type: 'number', format: 'double', description: 'how much', priority: 0 },
    ]);
    expect(new PrinterColumns(undefined).columns.map(({ name }) => name)).toEqual(['Age']);
  });

  test.each([
    { ms: 0, text: '0s' },
    { ms: 119_999, text: '119s' },
    { ms: 120_000, text: '2m' },
    { ms: 330_000, text: '5m30s' },
    { ms: 600_000, text: '10m' },
    { ms: 11_520_000, text: '3h12m' },
    { ms: 8 * 3_600_000, text: '8h' },
    { ms: 49 * 3_600_000, text: '2d1h' },
    { ms: 9 * 86_400_000, text: '9d' },
    { ms: 750 * 86_400_000, text: '2y20d' },
    { ms: 9 * 365 * 86_400_000, text: '9y' },
  ])('$text', ({ ms, text }) => {
    expect(humanDuration(ms)).toBe(text);
  });
});

describe('the scale subresource', () => {
  const scale = {
    specReplicasPath: '.spec.count',
    statusReplicasPath: '.status.count',
    labelSelectorPath: '.status.selector',
  };
  test.each([
    {
      object: { spec: { count: 3 }, status: { count: 2, selector: 'a=b' } },
      values: { specReplicas: 3, statusReplicas: 2, selector: 'a=b' },
    },
    { object: { spec: { count: 0 } }, values: { specReplicas: 0, statusReplicas: 0, selector: '' } },
    { object: { spec: {} }, values: undefined },
  ])('of $object', ({ object, values }) => {
    expect(scaleOf(object, scale)).toEqual(values);
  });

  test('writes one field and shares the rest', () => {
    const object = { spec: { count: 1, inner: { a: 1 } } };
    const next = withReplicas(object, scale, 5);
    expect(next).toEqual({ spec: { count: 5, inner: { a: 1 } } });
    expect(object.spec.count).toBe(1);
  });
});

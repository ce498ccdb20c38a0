import { describe, expect, test } from 'vitest';
import { customColumns } from '../../../../sim/api-server/requests/table-column.ts';

const NOW_MS = Date.UTC(2026, 0, 15, 12, 0, 0);
const HOST = {
  apiVersion: 'example.com/v1',
  kind: 'Host',
  metadata: { name: 'a', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-13T11:00:00Z' },
  spec: { online: true, replicas: 3, share: 0.5, template: { kind: 'T' } },
  status: { conditions: [{ type: 'Ready' }, { type: 'Paused' }] },
};

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
  ] as const)('$type $jsonPath', ({ type, jsonPath, cell }) => {
    const [, column] = customColumns([{ name: 'A', type, jsonPath }]);
    expect(column?.cell(HOST, NOW_MS)).toEqual(cell);
  });

  test('columns are described by their path unless they say more, and the age stands where there are none', () => {
    const [, ...columns] = customColumns([
      { name: 'Online', type: 'boolean', jsonPath: '.spec.online', priority: 1 },
      { name: 'Share', type: 'number', format: 'double', jsonPath: '.spec.share', description: 'how much' },
    ]);
    expect(columns.map(({ cell: _, ...told }) => told)).toEqual([
      {
        name: 'Online',
        type: 'boolean',
        format: '',
        description: 'Custom resource definition column (in JSONPath format): .spec.online',
        priority: 1,
      },
      { name: 'Share', type: 'number', format: 'double', description: 'how much', priority: 0 },
    ]);
    expect(customColumns(undefined).map(({ name }) => name)).toEqual(['Name', 'Age']);
  });
});

// Rows: writes.

import { expect } from 'vitest';
import { get, jsonPatch, mergePatch, post, put, type RowGroup, versionOf } from '../../kit/api-kit.ts';
import { CONFIG_MAPS, configMap, MAINTENANCES, maintenance, NODES, node } from './objects.ts';

export const WRITE_ROWS: readonly RowGroup[] = [
  {
    bullet: 'Writes',
    rows: [
      {
        title: 'POST creates: 201 with the metadata of the server',
        steps: [
          post(NODES, node('a', { spec: { unschedulable: true } })).gives(201, {
            apiVersion: 'v1',
            kind: 'Node',
            metadata: {
              name: 'a',
              uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
              resourceVersion: expect.stringMatching(/^\d+$/),
              creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
            },
            spec: { unschedulable: true },
          }),
          get(`${NODES}/a`).gives(200, { metadata: { name: 'a' }, spec: { unschedulable: true } }),
        ],
      },
    ],
  },
];

// Rows: what well-known clients send, one after another.

import { expect } from 'vitest';
import {
  changed,
  events,
  get,
  jsonPatch,
  look,
  mergePatch,
  post,
  put,
  type RowGroup,
  remove,
  textOf,
  versionOf,
  watch,
} from '../../kit/api-kit.ts';
import { CONFIG_MAPS, configMap, LEASES, lease, NODES, node, PODS, pod } from './objects.ts';

const AS_TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

export const CLIENT_ROWS: readonly RowGroup[] = [
  {
    bullet: 'Clients',
    rows: [
      {
        title: 'an informer of today: a list of any version, then a watch from it',
        steps: [
          post(NODES, node('a')).gives(201),
          get(`${NODES}?limit=500&resourceVersion=0`).gives(200, { items: [{ metadata: { name: 'a' } }] }),
          watch(
            (seen) =>
              `${NODES}?allowWatchBookmarks=true&resourceVersion=${versionOf(seen[1])}&timeoutSeconds=400&watch=true`,
          ),
          events([]),
          mergePatch(`${NODES}/a`, { spec: { unschedulable: true } }).gives(200),
          events([{ type: 'MODIFIED', name: 'a' }]),
        ],
      },
      {
        title: 'an informer that lost its watch lists again and goes on',
        steps: [
          post(NODES, node('a')).gives(201),
          post(NODES, node('b')).gives(201),
          remove(`${NODES}/a`).gives(200),
          get(
            (seen) => `${NODES}?limit=500&resourceVersion=${versionOf(seen[1])}&resourceVersionMatch=NotOlderThan`,
          ).gives(200, { items: [{ metadata: { name: 'b' } }] }),
          watch((seen) => `${NODES}?watch=true&resourceVersion=${versionOf(seen[3])}`),
          events([]),
        ],
      },
      {
        title: 'kubectl get -w: a table, then tables from its version',
        steps: [
          post(NODES, node('a')).gives(201),
          get(`${NODES}?limit=500`, { accept: AS_TABLE }).gives(200, { kind: 'Table' }),
          watch((seen) => `${NODES}?resourceVersion=${versionOf(seen[1])}&watch=true`, { accept: AS_TABLE }),
          post(NODES, node('b')).gives(201),
          events([{ type: 'ADDED', object: { kind: 'Table', rows: [{ cells: expect.arrayContaining(['b']) }] } }]),
        ],
      },
      {
        title: 'kubectl wait --for=delete: a list by name, then a watch of it',
        steps: [
          post(CONFIG_MAPS, configMap('a')).gives(201),
          get(`${CONFIG_MAPS}?fieldSelector=metadata.name%3Da&limit=500&resourceVersion=0`).gives(200, {
            items: [{ metadata: { name: 'a' } }],
          }),
          watch(
            (seen) =>
              `${CONFIG_MAPS}?allowWatchBookmarks=true&fieldSelector=metadata.name%3Da&resourceVersion=${versionOf(seen[1])}&timeoutSeconds=30&watch=true`,
          ),
          remove(`${CONFIG_MAPS}/a`, { propagationPolicy: 'Background' }).gives(200),
          events([{ type: 'DELETED', name: 'a' }]),
        ],
      },
      {
        title: 'kubectl drain: the pods of a node, evictions, polls till another uid or 404',
        steps: [
          post(PODS, pod('a', { spec: { nodeName: 'n', terminationGracePeriodSeconds: 5 } })).gives(201),
          get('/api/v1/pods?fieldSelector=spec.nodeName%3Dn&limit=500').gives(200, {
            items: [{ metadata: { name: 'a' } }],
          }),
          post(`${PODS}/a/eviction`, {
            apiVersion: 'policy/v1',
            kind: 'Eviction',
            metadata: { name: 'a', namespace: 'default', creationTimestamp: null },
          }).gives(201),
          remove(`${PODS}/a`, { gracePeriodSeconds: 0 }).gives(200),
          post(PODS, pod('a')).gives(201),
          look((seen) => expect(textOf(seen[4], 'metadata', 'uid')).not.toBe(textOf(seen[0], 'metadata', 'uid'))),
        ],
      },
      {
        title: 'two candidates for one lease: the version decides',
        steps: [
          post(LEASES, lease('leader', { holderIdentity: 'one', renewTime: '2026-01-15T12:00:00.000000Z' })).gives(201),
          post(LEASES, lease('leader', { holderIdentity: 'two' })).gives(409, { reason: 'AlreadyExists' }),
          put(`${LEASES}/leader`, (seen) => changed(seen[0], { spec: { holderIdentity: 'two' } })).gives(200),
          put(`${LEASES}/leader`, (seen) => changed(seen[0], { spec: { holderIdentity: 'one' } })).gives(409, {
            reason: 'Conflict',
          }),
          put(`${LEASES}/leader`, lease('leader')).gives(422),
        ],
      },
      {
        title: 'a maintenance operator taints by JSON patch, on the condition that nobody was faster',
        steps: [
          post(NODES, node('a')).gives(201),
          jsonPatch(`${NODES}/a`, [
            { op: 'test', path: '/spec/unschedulable', value: true },
            { op: 'add', path: '/spec/taints', value: [{ key: 'drain', effect: 'NoSchedule' }] },
          ]).gives(422),
          mergePatch(`${NODES}/a`, { spec: { unschedulable: true } }).gives(200),
          jsonPatch(`${NODES}/a`, [
            { op: 'test', path: '/spec/unschedulable', value: true },
            { op: 'add', path: '/spec/taints', value: [{ key: 'drain', effect: 'NoSchedule' }] },
          ]).gives(200, { spec: { taints: [{ key: 'drain', effect: 'NoSchedule' }] } }),
        ],
      },
    ],
  },
];

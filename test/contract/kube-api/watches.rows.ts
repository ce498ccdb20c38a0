// Rows: watches.

import { expect } from 'vitest';
import {
  advance,
  events,
  get,
  mergePatch,
  post,
  type RowGroup,
  remove,
  type Step,
  versionOf,
  watch,
} from '../../kit/api-kit.ts';
import { CONFIG_MAPS, configMap, NODES, node } from './objects.ts';

const MINUTE_MS = 60_000;
const ZONED = { metadata: { labels: { zone: 'a' } } };

function relabelled(name: string, zone: string | null): Step {
  return mergePatch(`${NODES}/${name}`, { metadata: { labels: { zone } } }).gives(200);
}

/** More changes than the smallest window of the watch cache holds. */
function manyChanges(count: number): readonly Step[] {
  return Array.from({ length: count }, (_, n) =>
    mergePatch(`${NODES}/a`, { metadata: { annotations: { n: String(n) } } }).gives(200),
  );
}

const LONG = 'timeoutSeconds=600';

export const WATCH_ROWS: readonly RowGroup[] = [
  {
    bullet: 'Watch',
    rows: [
      {
        title: 'without a version: what is there as ADDED, in key order, then every change',
        steps: [
          post(NODES, node('b')).gives(201),
          post(NODES, node('a')).gives(201),
          watch(`${NODES}?watch=true&${LONG}`),
          events([
            { type: 'ADDED', name: 'a' },
            { type: 'ADDED', name: 'b' },
          ]),
          post(NODES, node('c')).gives(201),
          mergePatch(`${NODES}/a`, { spec: { unschedulable: true } }).gives(200),
          remove(`${NODES}/b`).gives(200),
          events([
            { type: 'ADDED', name: 'c' },
            { type: 'MODIFIED', name: 'a', object: { kind: 'Node', apiVersion: 'v1', spec: { unschedulable: true } } },
            { type: 'DELETED', name: 'b' },
          ]),
        ],
      },
      {
        title: 'version 0 is the same as none',
        steps: [
          post(NODES, node('a')).gives(201),
          watch(`${NODES}?watch=1&resourceVersion=0`),
          events([{ type: 'ADDED', name: 'a' }], false),
        ],
      },
      {
        title: 'a version N: the changes after N, those of the past first',
        steps: [
          post(NODES, node('a')).gives(201),
          post(NODES, node('b')).gives(201),
          remove(`${NODES}/a`).gives(200),
          watch((seen) => `${NODES}?watch=true&resourceVersion=${versionOf(seen[0])}`),
          events([
            { type: 'ADDED', name: 'b' },
            { type: 'DELETED', name: 'a' },
          ]),
          post(NODES, node('c')).gives(201),
          events([{ type: 'ADDED', name: 'c' }]),
        ],
      },
      {
        title: 'from the version of a list nothing is missed and nothing comes twice',
        steps: [
          post(NODES, node('a')).gives(201),
          get(NODES).gives(200, { items: [{ metadata: { name: 'a' } }] }),
          post(NODES, node('b')).gives(201),
          watch((seen) => `${NODES}?watch=true&resourceVersion=${versionOf(seen[1])}`),
          events([{ type: 'ADDED', name: 'b' }]),
        ],
      },
      {
        title: 'a write of another kind or namespace is not seen',
        steps: [
          watch(`${CONFIG_MAPS}?watch=true&${LONG}`),
          post(NODES, node('a')).gives(201),
          post('/api/v1/namespaces/kube-system/configmaps', configMap('a')).gives(201),
          events([]),
          watch(`/api/v1/configmaps?watch=true&${LONG}`),
          events([{ type: 'ADDED', name: 'a', object: { metadata: { namespace: 'kube-system' } } }]),
        ],
      },
      {
        title:
          'an object that leaves the selector is DELETED as it last matched, under the new version; one that enters is ADDED',
        steps: [
          post(NODES, node('a', ZONED)).gives(201),
          post(NODES, node('b')).gives(201),
          watch(`${NODES}?watch=true&labelSelector=zone%3Da&${LONG}`),
          events([{ type: 'ADDED', name: 'a' }]),
          relabelled('b', 'a'),
          relabelled('a', 'b'),
          relabelled('b', 'a'),
          mergePatch(`${NODES}/b`, { spec: { unschedulable: true } }).gives(200),
          mergePatch(`${NODES}/a`, { spec: { unschedulable: true } }).gives(200),
          events([
            { type: 'ADDED', name: 'b' },
            { type: 'DELETED', name: 'a', object: { metadata: { labels: { zone: 'a' } } } },
            { type: 'MODIFIED', name: 'b' },
          ]),
        ],
      },
      {
        title: 'the same of a field selector, also for changes of the past',
        steps: [
          post(NODES, node('a')).gives(201),
          mergePatch(`${NODES}/a`, { spec: { unschedulable: true } }).gives(200),
          mergePatch(`${NODES}/a`, { spec: { unschedulable: null } }).gives(200),
          watch(
            (seen) =>
              `${NODES}?watch=true&fieldSelector=spec.unschedulable%3Dtrue&resourceVersion=${versionOf(seen[0])}`,
          ),
          events([
            { type: 'ADDED', name: 'a', object: { spec: { unschedulable: true } } },
            { type: 'DELETED', name: 'a', object: { spec: { unschedulable: true } } },
          ]),
        ],
      },
      {
        title: 'one object by name, as kubectl waits for it',
        steps: [
          post(NODES, node('a')).gives(201),
          post(NODES, node('b')).gives(201),
          watch((seen) => `${NODES}?watch=true&fieldSelector=metadata.name%3Db&resourceVersion=${versionOf(seen[1])}`),
          remove(`${NODES}/a`).gives(200),
          remove(`${NODES}/b`).gives(200),
          events([{ type: 'DELETED', name: 'b' }]),
        ],
      },
      {
        title: 'the end of an object is sent under the version of the deletion',
        steps: [
          post(NODES, node('a')).gives(201),
          watch((seen) => `${NODES}?watch=true&resourceVersion=${versionOf(seen[0])}`),
          remove(`${NODES}/a`).gives(200),
          get(NODES).gives(200, { items: [] }),
          events([{ type: 'DELETED', name: 'a', object: { metadata: { resourceVersion: expect.any(String) } } }]),
        ],
      },
      {
        title: 'a version that the window no longer holds: one ERROR event with an Expired status, and the end',
        steps: [
          post(NODES, node('a')).gives(201),
          ...manyChanges(100),
          advance(2 * MINUTE_MS),
          ...manyChanges(120),
          watch((seen) => `${NODES}?watch=true&resourceVersion=${versionOf(seen[0])}`),
          events(
            [
              {
                type: 'ERROR',
                object: {
                  kind: 'Status',
                  status: 'Failure',
                  code: 410,
                  reason: 'Expired',
                  message: expect.stringMatching(/^too old resource version: \d+ \(\d+\)$/),
                },
              },
            ],
            true,
          ),
        ],
      },
      {
        title: 'a window that grew keeps what is younger than 75 seconds, so that it is replayed',
        steps: [
          post(NODES, node('a')).gives(201),
          ...manyChanges(150),
          watch((seen) => `${NODES}?watch=true&resourceVersion=${versionOf(seen[0])}`),
          events(Array.from({ length: 150 }, () => ({ type: 'MODIFIED' as const, name: 'a' }))),
        ],
      },
      {
        title: 'timeoutSeconds ends it',
        steps: [
          watch(`${NODES}?watch=true&timeoutSeconds=5`),
          advance(4999),
          events([], false),
          advance(2),
          events([], true),
          post(NODES, node('a')).gives(201),
          events([], true),
        ],
      },
      {
        title: 'without timeoutSeconds it lasts between 30 and 60 minutes',
        steps: [
          watch(`${NODES}?watch=true`),
          advance(30 * MINUTE_MS - 1),
          events([], false),
          advance(30 * MINUTE_MS + 1),
          events([], true),
        ],
      },
      {
        title: 'bookmarks come once a minute and two seconds before the end, with the version reached',
        steps: [
          post(NODES, node('a')).gives(201),
          watch(
            (seen) =>
              `${NODES}?watch=true&allowWatchBookmarks=true&timeoutSeconds=90&resourceVersion=${versionOf(seen[0])}`,
          ),
          advance(MINUTE_MS - 1),
          post(CONFIG_MAPS, configMap('a')).gives(201),
          events([]),
          advance(1),
          events([
            {
              type: 'BOOKMARK',
              object: { kind: 'Node', apiVersion: 'v1', metadata: { resourceVersion: expect.any(String) } },
            },
          ]),
          advance(28_000),
          events([{ type: 'BOOKMARK' }], false),
          advance(2000),
          events([], true),
        ],
      },
      {
        title: 'no bookmarks for those who do not ask',
        steps: [watch(`${NODES}?watch=true&${LONG}`), advance(5 * MINUTE_MS), events([], false)],
      },
      {
        title: 'the old path of watches works, too',
        steps: [
          post(NODES, node('a')).gives(201),
          watch('/api/v1/watch/nodes'),
          events([{ type: 'ADDED', name: 'a' }]),
        ],
      },
    ],
  },
  {
    bullet: 'sendInitialEvents',
    rows: [
      {
        title: 'without resourceVersionMatch=NotOlderThan: 422',
        steps: [
          get(`${NODES}?watch=true&sendInitialEvents=true`).gives(422, {
            reason: 'Invalid',
            message: expect.stringContaining('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
            details: { kind: 'ListOptions', causes: [{ field: 'resourceVersionMatch' }] },
          }),
        ],
      },
      {
        title: 'for a list, and a match for a watch without it: 422',
        steps: [
          get(`${NODES}?sendInitialEvents=true`).gives(422, {
            message: expect.stringContaining('sendInitialEvents is forbidden for list'),
          }),
          get(`${NODES}?watch=true&resourceVersionMatch=NotOlderThan&resourceVersion=1`).gives(422, {
            message: expect.stringContaining(
              'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
            ),
          }),
        ],
      },
      {
        title: 'the state, then a bookmark that says so, then changes',
        steps: [
          post(NODES, node('a')).gives(201),
          watch(`${NODES}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`),
          events([
            { type: 'ADDED', name: 'a' },
            { type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } },
          ]),
          post(NODES, node('b')).gives(201),
          events([{ type: 'ADDED', name: 'b' }]),
        ],
      },
      {
        title: 'an empty state is a bookmark alone',
        steps: [
          watch(
            `${NODES}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=`,
          ),
          events([
            { type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } },
          ]),
        ],
      },
      {
        title: 'false: no state, only what changes from here on',
        steps: [
          post(NODES, node('a')).gives(201),
          watch(`${NODES}?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`),
          events([]),
          post(NODES, node('b')).gives(201),
          events([{ type: 'ADDED', name: 'b' }]),
        ],
      },
    ],
  },
];

// Rows: resourceVersion, lists at a version, pages.

import { expect } from 'vitest';
import {
  advance,
  changed,
  get,
  look,
  mergePatch,
  post,
  put,
  type RowGroup,
  remove,
  type Step,
  textOf,
  versionOf,
} from '../../kit/api-kit.ts';
import { CONFIG_MAPS, configMap, NODES, node } from './objects.ts';

function made(...names: readonly string[]): readonly Step[] {
  return names.map((name) => post(CONFIG_MAPS, configMap(name)).gives(201));
}

function names(...wanted: readonly string[]): object {
  return { items: wanted.map((name) => ({ metadata: { name } })) };
}

const page = (query: string, from = -1) =>
  get((seen) => `${CONFIG_MAPS}?${query}&continue=${textOf(seen.at(from), 'metadata', 'continue')}`);

/** Long enough that a state of before is compacted: it is told for one to two intervals of five minutes. */
const COMPACTED_MS = 11 * 60_000;

export const VERSION_ROWS: readonly RowGroup[] = [
  {
    bullet: 'resourceVersion',
    rows: [
      {
        title: 'one counter for the whole store: every write of any kind makes it larger',
        steps: [
          post(NODES, node('a')).gives(201),
          post(CONFIG_MAPS, configMap('a')).gives(201),
          mergePatch(`${NODES}/a`, { spec: { unschedulable: true } }).gives(200),
          look((seen) => {
            const versions = seen.map((one) => Number(versionOf(one)));
            expect(versions).toEqual([...versions].sort((a, b) => a - b));
            expect(new Set(versions).size).toBe(3);
          }),
        ],
      },
      {
        title: 'a write that changes nothing leaves it as it was',
        steps: [
          post(NODES, node('a', { spec: { unschedulable: true } })).gives(201),
          mergePatch(`${NODES}/a`, { spec: { unschedulable: true } }).gives(200),
          put(`${NODES}/a`, (seen) => seen[0]?.body).gives(200),
          look((seen) => expect(seen.map(versionOf)).toEqual(Array(3).fill(versionOf(seen[0])))),
        ],
      },
      {
        title: 'a list carries the current value, also of an empty kind',
        steps: [
          post(NODES, node('a')).gives(201),
          get(CONFIG_MAPS).gives(200, { kind: 'ConfigMapList', apiVersion: 'v1', items: [] }),
          look((seen) => expect(versionOf(seen[1])).toBe(versionOf(seen[0]))),
        ],
      },
      {
        title: 'a get or list of version 0 or of one that is reached answers at once with the newest',
        steps: [
          ...made('a'),
          post(NODES, node('b')).gives(201),
          get(`${CONFIG_MAPS}?resourceVersion=0`).gives(200, names('a')),
          get((seen) => `${CONFIG_MAPS}?resourceVersion=${versionOf(seen[0])}`).gives(200, names('a')),
          get((seen) => `${CONFIG_MAPS}/a?resourceVersion=${versionOf(seen[0])}`).gives(200),
          look((seen) => expect(versionOf(seen[3])).toBe(versionOf(seen[1]))),
        ],
      },
      {
        title: 'an exact version gives the state of then, under that version',
        steps: [
          ...made('a', 'b'),
          mergePatch(`${CONFIG_MAPS}/a`, { data: { x: '1' } }).gives(200),
          remove(`${CONFIG_MAPS}/b`).gives(200),
          ...made('c'),
          get((seen) => `${CONFIG_MAPS}?resourceVersionMatch=Exact&resourceVersion=${versionOf(seen[1])}`).gives(200, {
            items: [{ metadata: { name: 'a' }, data: {} }, { metadata: { name: 'b' } }],
          }),
          look((seen) => expect(versionOf(seen[5])).toBe(versionOf(seen[1]))),
        ],
      },
      {
        title: 'an exact version that was compacted is Expired: 410',
        steps: [
          ...made('a', 'b'),
          advance(COMPACTED_MS),
          get((seen) => `${CONFIG_MAPS}?resourceVersionMatch=Exact&resourceVersion=${versionOf(seen[0])}`).gives(410, {
            status: 'Failure',
            reason: 'Expired',
            code: 410,
            message: 'The resourceVersion for the provided list is too old.',
          }),
        ],
      },
      {
        title: 'a version in the future is a Timeout after three seconds: 504, come again in a second',
        steps: [
          get(`${NODES}?resourceVersion=1000000`).givesAfter(3000, 504, {
            status: 'Failure',
            reason: 'Timeout',
            code: 504,
            message: expect.stringMatching(/^Timeout: Too large resource version: 1000000, current: \d+$/),
            details: {
              causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
              retryAfterSeconds: 1,
            },
          }),
        ],
      },
      {
        title: 'the same of a single object',
        steps: [
          post(NODES, node('a')).gives(201),
          get(`${NODES}/a?resourceVersion=1000000`).givesAfter(3000, 504, { reason: 'Timeout' }),
        ],
      },
      {
        title: 'a text that is no number is a bad request',
        steps: [get(`${NODES}?resourceVersion=abc`).gives(400, { reason: 'BadRequest' })],
      },
    ],
  },
  {
    bullet: 'resourceVersionMatch',
    rows: [
      {
        title: 'without resourceVersion: 422',
        steps: [
          get(`${NODES}?resourceVersionMatch=Exact`).gives(422, {
            reason: 'Invalid',
            message:
              'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
            details: {
              group: 'meta.k8s.io',
              kind: 'ListOptions',
              causes: [{ reason: 'FieldValueForbidden', field: 'resourceVersionMatch' }],
            },
          }),
        ],
      },
      {
        title: 'Exact of version 0, and an unknown word: 422',
        steps: [
          get(`${NODES}?resourceVersionMatch=Exact&resourceVersion=0`).gives(422, {
            message: expect.stringContaining('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
          }),
          get(`${NODES}?resourceVersionMatch=Newest&resourceVersion=1`).gives(422, {
            details: { causes: [{ reason: 'FieldValueNotSupported', field: 'resourceVersionMatch' }] },
          }),
        ],
      },
      {
        title: 'NotOlderThan gives the newest state',
        steps: [
          ...made('a', 'b'),
          get((seen) => `${CONFIG_MAPS}?resourceVersionMatch=NotOlderThan&resourceVersion=${versionOf(seen[0])}`).gives(
            200,
            names('a', 'b'),
          ),
        ],
      },
    ],
  },
  {
    bullet: 'limit/continue',
    rows: [
      {
        title: 'pages are one snapshot: neither a delete nor a create nor a change in between disturbs',
        steps: [
          ...made('a', 'b', 'c', 'd', 'e'),
          get(`${CONFIG_MAPS}?limit=2`).gives(200, { ...names('a', 'b'), metadata: { remainingItemCount: 3 } }),
          remove(`${CONFIG_MAPS}/c`).gives(200),
          ...made('bb'),
          mergePatch(`${CONFIG_MAPS}/d`, { data: { x: '1' } }).gives(200),
          page('limit=2', 5).gives(200, {
            items: [{ metadata: { name: 'c' } }, { metadata: { name: 'd' }, data: {} }],
            metadata: { remainingItemCount: 1 },
          }),
          page('limit=2').gives(200, names('e'), { lacks: ['metadata.continue', 'metadata.remainingItemCount'] }),
          look((seen) => {
            expect(versionOf(seen[9])).toBe(versionOf(seen[5]));
            expect(versionOf(seen[10])).toBe(versionOf(seen[5]));
          }),
        ],
      },
      {
        title: 'a limit that holds everything gives no token',
        steps: [
          ...made('a', 'b'),
          get(`${CONFIG_MAPS}?limit=2`).gives(200, names('a', 'b'), {
            lacks: ['metadata.continue', 'metadata.remainingItemCount'],
          }),
        ],
      },
      {
        title: 'with a selector nothing is said of what remains, and the page after the last match is empty',
        steps: [
          post(CONFIG_MAPS, configMap('a', {}, { labels: { app: 'db' } })).gives(201),
          ...made('b', 'c'),
          get(`${CONFIG_MAPS}?limit=1&labelSelector=app%3Ddb`).gives(200, names('a'), {
            lacks: ['metadata.remainingItemCount'],
          }),
          look((seen) => expect(textOf(seen[3], 'metadata', 'continue')).not.toBe('')),
          page('limit=1&labelSelector=app%3Ddb').gives(200, { items: [] }, { lacks: ['metadata.continue'] }),
          look((seen) => expect(seen[4]?.body).toMatchObject({ items: [] })),
        ],
      },
      {
        title: 'limit with version 0 gives everything, as informers ask',
        steps: [
          ...made('a', 'b', 'c'),
          get(`${CONFIG_MAPS}?limit=1&resourceVersion=0`).gives(200, names('a', 'b', 'c')),
        ],
      },
      {
        title: 'a token that nobody gave is a bad request: 400',
        steps: [
          get(`${CONFIG_MAPS}?limit=2&continue=garbage`).gives(400, {
            reason: 'BadRequest',
            message: expect.stringContaining('continue key is not valid'),
          }),
        ],
      },
      {
        title: 'a dead token is Expired: 410, with a token to go on from what is there now',
        steps: [
          ...made('a', 'b', 'c'),
          get(`${CONFIG_MAPS}?limit=1`).gives(200, names('a')),
          ...made('bb'),
          advance(COMPACTED_MS),
          page('limit=1', 3).gives(410, {
            reason: 'Expired',
            message: expect.stringContaining('The provided continue parameter is too old'),
            metadata: { continue: expect.any(String) },
          }),
          page('limit=5').gives(200, names('b', 'bb', 'c')),
        ],
      },
      {
        title: 'a token and a match exclude each other: 422',
        steps: [
          get(`${CONFIG_MAPS}?continue=x&resourceVersion=1&resourceVersionMatch=Exact`).gives(422, {
            message: expect.stringContaining('resourceVersionMatch is forbidden when continue is provided'),
          }),
        ],
      },
      {
        title: 'a PUT between pages is not seen in the later ones, however often it happens',
        steps: [
          ...made('a', 'b'),
          get(`${CONFIG_MAPS}?limit=1`).gives(200, names('a')),
          put(`${CONFIG_MAPS}/b`, (seen) => changed(seen[1], { data: { n: '1' } })).gives(200),
          put(`${CONFIG_MAPS}/b`, (seen) => changed(seen[3], { data: { n: '2' } })).gives(200),
          page('limit=1', 2).gives(200, { items: [{ metadata: { name: 'b' }, data: {} }] }),
          look((seen) => expect(seen[5]?.body).not.toHaveProperty('items.0.data.n')),
        ],
      },
    ],
  },
];

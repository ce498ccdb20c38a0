// The checkers themselves: each has an example that it lets pass and near ones that it does not.

import { describe, expect, test } from 'vitest';
import {
  finalizerProblem,
  ownershipProblem,
  pagesProblem,
  replayProblem,
  stateOf,
  versionProblem,
} from './checkers.ts';

function object(name: string, version: number, label = ''): object {
  return { metadata: { name, resourceVersion: String(version), labels: { label } } };
}

function list(...items: readonly object[]): object {
  return { items };
}

describe('versionProblem', () => {
  test.each([
    [
      'growing versions',
      [
        [5, true],
        [6, true],
        [6, false],
      ],
      undefined,
    ],
    [
      'a version twice',
      [
        [5, true],
        [5, true],
      ],
      'write 1 has version 5 after 5',
    ],
    [
      'a fall',
      [
        [5, true],
        [4, true],
      ],
      'write 1 has version 4 after 5',
    ],
    [
      'a new version for nothing',
      [
        [5, true],
        [6, false],
      ],
      'write 1 changed nothing and has the new version 6',
    ],
  ] as const)('%s', (_title, writes, problem) => {
    expect(versionProblem(writes.map(([version, changed]) => ({ version, changed })))).toBe(problem);
  });
});

describe('replayProblem', () => {
  const from = stateOf(list(object('a', 1)));
  const added = { type: 'ADDED', object: object('b', 2) } as const;
  const changed = { type: 'MODIFIED', object: object('a', 3, 'x') } as const;
  const gone = { type: 'DELETED', object: object('a', 4, 'x') } as const;
  test.each([
    ['all that happened', [added, changed, gone], list(object('b', 2)), undefined],
    ['a lost event', [added], list(object('b', 2)), '/a is too much'],
    ['a lost change', [added], list(object('a', 3, 'x'), object('b', 2)), '/a differs'],
    ['a lost creation', [changed], list(object('a', 3, 'x'), object('b', 2)), '/b is missing'],
    ['an event twice', [added, added], list(object('a', 1), object('b', 2)), 'event 1 has version 2 after 2'],
    [
      'events out of order',
      [changed, added],
      list(object('a', 3, 'x'), object('b', 2)),
      'event 1 has version 2 after 3',
    ],
    [
      'ADDED of what is known',
      [{ type: 'ADDED', object: object('a', 3) }],
      list(object('a', 3)),
      'event 0: ADDED of /a, wrongly',
    ],
    [
      'DELETED of what is not',
      [{ type: 'DELETED', object: object('z', 3) }],
      list(object('a', 1)),
      'event 0: DELETED of /z, wrongly',
    ],
    ['an error', [{ type: 'ERROR', object: object('', 3) }], list(), 'event 0 is an error'],
  ] as const)('%s', (_title, events, to, problem) => {
    expect(replayProblem(from, events, stateOf(to))).toBe(problem);
  });
});

describe('pagesProblem', () => {
  const a = object('a', 1);
  const b = object('b', 2);
  const page = (version: string, items: readonly object[], remainingItemCount?: number): object => ({
    metadata: { resourceVersion: version, remainingItemCount },
    items,
  });
  test.each([
    ['the whole', [page('7', [a], 1), page('7', [b])], undefined],
    ['two versions', [page('7', [a]), page('8', [b])], 'pages have the versions 7, 8'],
    ['one object lost', [page('7', [a])], '1 objects instead of 2'],
    ['one object twice', [page('7', [a]), page('7', [a, b])], '3 objects instead of 2'],
    ['another object', [page('7', [a]), page('7', [object('b', 9)])], 'object 1 is /b, not /b'],
    ['another order', [page('7', [b, a])], 'object 0 is /b, not /a'],
    ['a wrong rest', [page('7', [a], 5), page('7', [b])], 'page 0 says 5 remain'],
  ] as const)('%s', (_title, pages, problem) => {
    expect(pagesProblem(pages, list(a, b))).toBe(problem);
  });
});

describe('finalizerProblem', () => {
  const kept = (finalizers: readonly string[], deletionTimestamp?: string): object => ({
    metadata: { name: 'a', finalizers, ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
  });
  const from = stateOf(list(kept(['x'])));
  const modified = (object: object) => ({ type: 'MODIFIED', object }) as const;
  const gone = { type: 'DELETED', object: kept([]) } as const;
  test.each([
    ['gone after its deletion began', [modified(kept(['x'], 'T')), gone], undefined],
    ['gone after its finalizer was taken off', [modified(kept([])), gone], undefined],
    ['gone at once', [gone], 'event 0: /a is gone with x'],
    ['taken back', [modified(kept(['x'], 'T')), modified(kept(['x']))], 'event 1: /a lives again'],
    [
      'joined by another',
      [modified(kept(['x'], 'T')), modified(kept(['x', 'y'], 'T'))],
      'event 1: /a is being deleted and gets y',
    ],
    ['joined by another before', [modified(kept(['x', 'y'])), modified(kept(['x', 'y'], 'T'))], undefined],
  ])('%s', (_title, events, problem) => {
    expect(finalizerProblem(from, events)).toBe(problem);
  });
});

describe('ownershipProblem', () => {
  const owner = { metadata: { name: 'o', uid: 'u' } };
  const owned = (uids: readonly string[], more: object = {}): object => ({
    metadata: { name: 'd', uid: 'd', ownerReferences: uids.map((uid) => ({ uid })), ...more },
  });
  test.each([
    ['an owner that is there', [owner, owned(['u'])], undefined],
    ['one of two', [owner, owned(['u', 'v'])], undefined],
    ['none', [owned([])], undefined],
    ['one that is gone', [owned(['u'])], '/d has lost its owners'],
    ['one that is gone, and it goes too', [owned(['u'], { deletionTimestamp: 'T' })], undefined],
  ])('%s', (_title, objects, problem) => {
    expect(ownershipProblem(objects.map((object) => stateOf(list(object))))).toBe(problem);
  });
});

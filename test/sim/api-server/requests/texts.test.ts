// Small texts of the front: ages, JSON paths.

import { describe, expect, test } from 'vitest';
import { humanDuration } from '../../../../sim/api-server/requests/human-duration.ts';
import { jsonPath } from '../../../../sim/api-server/requests/json-path.ts';

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

test.each([
  [-5 * S, '<invalid>'],
  [0, '0s'],
  [119 * S, '119s'],
  [120 * S, '2m'],
  [3 * M + 20 * S, '3m20s'],
  [10 * M, '10m'],
  [179 * M, '179m'],
  [3 * H, '3h'],
  [5 * H + 30 * M, '5h30m'],
  [8 * H + 30 * M, '8h'],
  [47 * H, '47h'],
  [2 * D + 3 * H, '2d3h'],
  [8 * D + 3 * H, '8d'],
  [729 * D, '729d'],
  [760 * D, '2y30d'],
  [9 * 365 * D, '9y'],
])('a span of %i ms reads %s', (spanMs, text) => {
  expect(humanDuration(spanMs)).toBe(text);
});

describe('jsonPath', () => {
  const object = {
    spec: { replicas: 3, list: [{ a: 1 }, { a: 2 }] },
    metadata: { labels: { 'example.com/zone': 'r1' } },
    status: {
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'Paused', status: 'False' },
      ],
    },
  };
  test.each([
    ['.spec.replicas', [3]],
    ['{.spec.replicas}', [3]],
    ['.spec.absent.deeper', []],
    ['.spec.list[1].a', [2]],
    ['.spec.list[-1].a', [2]],
    ['.spec.list[*].a', [1, 2]],
    ['.metadata.labels.example\\.com/zone', ['r1']],
    [".metadata.labels['example.com/zone']", ['r1']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    ['.status.conditions[?(@.type!="Ready")].status', ['False']],
    ['.constructor', []],
  ])('%s', (path, values) => {
    expect(jsonPath(path)?.(object)).toEqual(values);
  });

  test.each(['spec', '.spec[', '.list[?(@.a>1)]'])('%s is no path of this kind', (path) => {
    expect(jsonPath(path)).toBeUndefined();
  });
});

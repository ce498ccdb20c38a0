// Small texts of the front: ages, JSON paths.

import { expect, test } from 'vitest';
import { humanDuration } from '../../../../sim/api-server/requests/human-duration.ts';

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

// docs/floods.md is what its generator writes: 34 runs of a cluster with 263 nodes.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FLOODS_PAGE, floodsPage } from '../../tools/generate-floods.ts';

test('the page of floods is what the simulator says now', { timeout: 300_000 }, () => {
  expect(floodsPage()).toBe(readFileSync(FLOODS_PAGE, 'utf8'));
});

// What must hold whatever the page says after the next change.
test.each(['Our own policy, as it is by default', 'the example of its page'])(
  '%s fences nobody while the observer is blind, and breaks no invariant',
  (system) => {
    const rows = readFileSync(FLOODS_PAGE, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`| ${system} |`))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    const fencings = rows.filter((cells) => cells.length === 9).map((cells) => cells[3]);
    const checked = rows.filter((cells) => cells.length !== 9);
    expect(fencings).toEqual(['0', '0']);
    expect(checked).toHaveLength(2);
    expect(checked.flat().filter((cell) => cell.includes('broken'))).toEqual([]);
  },
);

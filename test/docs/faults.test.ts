// The table of what a user sees of each fault is what the runs say now.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAULTS } from '../../sim/faults/catalogue.ts';
import { faultViews } from '../../tools/fault-views.ts';
import { faultsPage } from '../../tools/generate-faults.ts';
import { ROOT } from '../tidy/sources.ts';

const views = faultViews();

test('docs/generated/faults.md is up to date (npm run gen)', () => {
  expect(readFileSync(join(ROOT, 'docs/generated/faults.md'), 'utf8')).toBe(faultsPage(views));
});

test('every fault of the catalogue has its row', () => {
  expect(views.map(({ name }) => name)).toEqual(FAULTS.map(({ name }) => name));
});

test('a hang is seen as Kubernetes shows it: unknown after its grace, evicted 5 min later, back and released when it is over', () => {
  const hang = views.find(({ name }) => name === 'osHang');
  expect({ node: hang?.node, host: hang?.bareMetalHost, pods: hang?.pods }).toEqual({
    node: [
      { words: 'Ready Unknown (NodeStatusUnknown)', afterMs: 45_000 },
      { words: 'taint unreachable:NoSchedule', afterMs: 45_000 },
      { words: 'taint unreachable:NoExecute', afterMs: 50_000 },
    ],
    // Its power is on, and nobody has asked for anything.
    host: [],
    pods: [
      { words: 'not Ready', afterMs: 45_000 },
      // 300 s after the taint, and the lag of those who hear of it.
      { words: 'Terminating', afterMs: 350_002 },
      { words: 'Ready on other hosts', afterMs: 378_113 },
      { words: 'deleted', afterMs: 1_800_002 },
    ],
  });
});

// The statement of test/sim/storage/storage-cells.test.ts, on many more random scenarios.

import { expect, test } from 'vitest';
import { fc } from '../kit/property.ts';
import { cellsRun, historyOf, storageFaults } from '../kit/storage-cells.ts';

test('cells that are made when they are touched, beats lazy, tell the history of the explicit world on 300 random scenarios', () => {
  const { config, policy } = cellsRun();
  fc.assert(
    fc.property(storageFaults(config), (script) => {
      const run = { ...config, script };
      expect(historyOf(run, policy, { cells: 'whenTouched', heartbeats: 'lazy' })).toEqual(
        historyOf(run, policy, { cells: 'atStart', heartbeats: 'explicit' }),
      );
    }),
    { numRuns: 300 },
  );
});

// Several conditions at once are the same as one after another, down to the identity of a list that nothing changed.

import { expect, test } from 'vitest';
import { type Condition, withCondition, withConditions } from '../../../core/api/conditions.ts';
import { fc } from '../../kit/property.ts';

const NOW_MS = Date.UTC(2026, 0, 15, 12, 5);
const T0 = '2026-01-15T12:00:00Z';

const saying = fc.record(
  {
    type: fc.constantFrom('Ready', 'DiskPressure', 'PIDPressure'),
    status: fc.constantFrom('True' as const, 'False' as const, 'Unknown' as const),
    reason: fc.constantFrom('KubeletReady', 'NodeStatusUnknown'),
    message: fc.constantFrom('posting', 'stopped'),
    severity: fc.constant('Warning'),
  },
  { requiredKeys: ['type', 'status'] },
);
const stored = fc.uniqueArray(
  saying.map((condition): Condition => ({ ...condition, lastTransitionTime: T0 })),
  {
    selector: ({ type }) => type,
  },
);

test('withConditions is withCondition for each, in order', () => {
  fc.assert(
    fc.property(stored, fc.array(saying, { maxLength: 5 }), (conditions, wanted) => {
      let expected: readonly Condition[] = conditions;
      for (const next of wanted) expected = withCondition(expected, next, NOW_MS);
      const together = withConditions(conditions, wanted, NOW_MS);
      expect(together).toStrictEqual(expected);
      if (expected === conditions) expect(together).toBe(conditions);
    }),
  );
});

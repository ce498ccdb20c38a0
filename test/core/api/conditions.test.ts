import { describe, expect, test } from 'vitest';
import { type Condition, findCondition, withCondition } from '../../../core/api/conditions.ts';

const T0 = '2026-01-15T12:00:00Z';
const T1_MS = Date.UTC(2026, 0, 15, 12, 5, 0, 700);
const T1 = '2026-01-15T12:05:00Z';

const disk: Condition = { type: 'DiskPressure', status: 'False', lastTransitionTime: T0 };
const ready: Condition = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: T0 };
const list: readonly Condition[] = [disk, ready];

describe('withCondition', () => {
  test.each<{ title: string; given: readonly Condition[] | undefined; next: Condition; gives: readonly Condition[] }>([
    {
      title: 'another status moves lastTransitionTime, truncated to the second',
      given: list,
      next: { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' },
      gives: [disk, { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', lastTransitionTime: T1 }],
    },
    {
      title: 'the same status with another reason or message keeps it',
      given: list,
      next: { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'posting' },
      gives: [
        disk,
        { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'posting', lastTransitionTime: T0 },
      ],
    },
    {
      title: 'a reason that is gone is gone',
      given: list,
      next: { type: 'Ready', status: 'True' },
      gives: [disk, { type: 'Ready', status: 'True', lastTransitionTime: T0 }],
    },
    {
      title: 'another severity is a change',
      given: list,
      next: { type: 'DiskPressure', status: 'False', severity: 'Warning' },
      gives: [{ type: 'DiskPressure', status: 'False', severity: 'Warning', lastTransitionTime: T0 }, ready],
    },
    {
      title: 'a new type is appended',
      given: list,
      next: { type: 'PIDPressure', status: 'False' },
      gives: [disk, ready, { type: 'PIDPressure', status: 'False', lastTransitionTime: T1 }],
    },
    {
      title: 'no list is an empty one',
      given: undefined,
      next: { type: 'Ready', status: 'False' },
      gives: [{ type: 'Ready', status: 'False', lastTransitionTime: T1 }],
    },
    {
      title: 'a condition without a stamp gets one',
      given: [{ type: 'Ready', status: 'True' }],
      next: { type: 'Ready', status: 'True', reason: 'KubeletReady' },
      gives: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: T1 }],
    },
  ])('$title', ({ given, next, gives }) => {
    const before = structuredClone(given);
    expect(withCondition(given, next, T1_MS)).toEqual(gives);
    expect(given).toEqual(before);
  });

  test('nothing new gives the very same list, and the others are shared', () => {
    expect(withCondition(list, { type: 'Ready', status: 'True', reason: 'KubeletReady' }, T1_MS)).toBe(list);
    expect(withCondition(list, { type: 'Ready', status: 'False' }, T1_MS)[0]).toBe(disk);
  });
});

describe('findCondition', () => {
  test('finds by type, and nothing in no list', () => {
    expect(findCondition(list, 'Ready')).toBe(ready);
    expect(findCondition(list, 'ready')).toBeUndefined();
    expect(findCondition(undefined, 'Ready')).toBeUndefined();
  });
});

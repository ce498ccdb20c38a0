// Oracle D19 and the edges of the formula.

import { describe, expect, test } from 'vitest';
import { type DirtyTracking, dirtyUnits, resyncAfterOutage } from '../../../sim/storage/resync-bytes.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** 200 small writes per second on 50,000 objects of 4 MiB, for 420 s. */
const STORED = 50_000 * 4 * MIB;
const OUTAGE_MS = 420_000;
const OBJECTS: DirtyTracking = {
  writesPerSecondPerHost: 200,
  writeBytes: 4 * KIB,
  trackingUnitBytes: 4 * MIB,
  logWrites: 300_000,
};

describe('oracle D19', () => {
  test('84,000 writes dirty 40,681.3 of 50,000 objects', () => {
    expect(dirtyUnits(50_000, 84_000)).toBeCloseTo(40_681.3, 1);
  });

  test.each([
    { tracking: '4 MiB objects', unit: 4 * MIB, gibibytes: 158.9, digits: 1 },
    { tracking: 'a 4 KiB bitmap', unit: 4 * KIB, gibibytes: 0.32, digits: 2 },
  ])('with $tracking that is $gibibytes GiB', ({ unit, gibibytes, digits }) => {
    const resync = resyncAfterOutage({ ...OBJECTS, trackingUnitBytes: unit }, STORED, OUTAGE_MS);
    expect(resync.kind).toBe('delta');
    expect((resync.kind === 'delta' ? resync.bytes : 0) / GIB).toBeCloseTo(gibibytes, digits);
  });
});

describe('edges', () => {
  test.each([
    { when: 'no outage', tracking: OBJECTS, stored: STORED, missedMs: 0, resync: { kind: 'none' } },
    {
      when: 'no writes',
      tracking: { ...OBJECTS, writesPerSecondPerHost: 0 },
      stored: STORED,
      missedMs: OUTAGE_MS,
      resync: { kind: 'none' },
    },
    { when: 'nothing stored', tracking: OBJECTS, stored: 0, missedMs: OUTAGE_MS, resync: { kind: 'none' } },
    {
      when: 'one write more than the log holds (1500.005 s)',
      tracking: OBJECTS,
      stored: STORED,
      missedMs: 1_500_005,
      resync: { kind: 'full', bytes: STORED },
    },
  ])('$when: $resync.kind', ({ tracking, stored, missedMs, resync }) => {
    expect(resyncAfterOutage(tracking, stored, missedMs)).toEqual(resync);
  });

  test('a log that is just full still covers the outage', () => {
    expect(resyncAfterOutage(OBJECTS, STORED, 1_500_000).kind).toBe('delta');
  });

  test('never more than what is stored, and a write longer than a unit dirties several', () => {
    const large = { ...OBJECTS, writeBytes: 8 * KIB, trackingUnitBytes: 4 * KIB };
    const resync = resyncAfterOutage(large, STORED, 1000);
    // 200 writes of two units each, hardly any twice.
    expect(resync.kind === 'delta' ? Math.round(resync.bytes / (4 * KIB)) : 0).toBe(400);
    const tiny = resyncAfterOutage(OBJECTS, 4 * MIB, OUTAGE_MS);
    expect(tiny).toEqual({ kind: 'delta', bytes: 4 * MIB });
  });
});

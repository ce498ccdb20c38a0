// When people work: the week in UTC, and visits counted from the start of the run.

import { describe, expect, test } from 'vitest';
import { DEFAULT_PEOPLE } from '../../../sim/defaults.ts';
import { type ShiftConfig, WEEKDAYS } from '../../../sim/people/config.ts';
import { WorkingHours } from '../../../sim/people/working-hours.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 2026-11-23, a Monday, 00:00 UTC. */
const MONDAY = 1_795_392_000_000;

const OFFICE: ShiftConfig = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], fromMs: 8 * HOUR, toMs: 17 * HOUR, crew: 3 };
const NIGHT: ShiftConfig = { days: WEEKDAYS, fromMs: 22 * HOUR, toMs: 30 * HOUR, crew: 1 };

describe('working hours', () => {
  test('the calendar agrees that it is a Monday', () => {
    expect(new Date(MONDAY).toUTCString()).toBe('Mon, 23 Nov 2026 00:00:00 GMT');
  });

  test.each([
    { given: 'nothing asked for', shifts: undefined, atMs: 3 * HOUR, crew: DEFAULT_PEOPLE.repairCrew, next: Infinity },
    { given: 'a Monday before work', shifts: [OFFICE], atMs: 7 * HOUR, crew: 0, next: 8 * HOUR },
    { given: 'its first instant', shifts: [OFFICE], atMs: 8 * HOUR, crew: 3, next: DAY + 8 * HOUR },
    { given: 'its last instant', shifts: [OFFICE], atMs: 17 * HOUR - 1, crew: 3, next: DAY + 8 * HOUR },
    { given: 'its end', shifts: [OFFICE], atMs: 17 * HOUR, crew: 0, next: DAY + 8 * HOUR },
    { given: 'a Saturday', shifts: [OFFICE], atMs: 5 * DAY + 9 * HOUR, crew: 0, next: 7 * DAY + 8 * HOUR },
    { given: 'two shifts at once', shifts: [OFFICE, NIGHT], atMs: 9 * HOUR, crew: 3, next: 22 * HOUR },
    { given: 'a night after midnight', shifts: [OFFICE, NIGHT], atMs: 2 * HOUR, crew: 1, next: 8 * HOUR },
    { given: 'Sunday night, on Monday', shifts: [NIGHT], atMs: 7 * DAY + 5 * HOUR, crew: 1, next: 7 * DAY + 22 * HOUR },
    { given: 'an hour before the epoch', shifts: [OFFICE], atMs: -MONDAY - HOUR, crew: 0, next: -MONDAY + 8 * HOUR },
  ])('$given: $crew persons', ({ shifts, atMs, crew, next }) => {
    const hours = new WorkingHours({ ...DEFAULT_PEOPLE, ...(shifts === undefined ? {} : { shifts }) }, MONDAY);
    expect([hours.crewAt(MONDAY + atMs), hours.nextBeginAfter(MONDAY + atMs) - MONDAY]).toEqual([crew, next]);
  });

  test.each([
    { given: 'before the first visit', atMs: DAY, atSite: false, next: 3 * DAY },
    { given: 'at its beginning', atMs: 3 * DAY, atSite: true, next: 17 * DAY },
    { given: 'in its last instant', atMs: 3 * DAY + 8 * HOUR - 1, atSite: true, next: 17 * DAY },
    { given: 'at its end', atMs: 3 * DAY + 8 * HOUR, atSite: false, next: 17 * DAY },
    { given: 'at the third', atMs: 31 * DAY + HOUR, atSite: true, next: 45 * DAY },
  ])('visits every two weeks from day 3, $given', ({ atMs, atSite, next }) => {
    const visits = { everyMs: 14 * DAY, firstAtMs: 3 * DAY, lastMs: 8 * HOUR };
    const hours = new WorkingHours({ ...DEFAULT_PEOPLE, visits }, MONDAY);
    expect([hours.atSite(MONDAY + atMs), hours.nextBeginAfter(MONDAY + atMs) - MONDAY]).toEqual([atSite, next]);
  });
});

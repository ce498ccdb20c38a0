// When people work: how many are there at an instant, whether somebody is at the site, and when that changes next. Pure
// arithmetic on the week; nothing is scheduled for an instant at which nobody waits.
//
// Divergence from reality
// - Weeks have no holidays, and shifts are told in UTC: no summer time.
// - Who has begun a repair ends it, however long it takes: there is no hand-over at the end of a shift or of a visit.

import type { PeopleConfig } from '../config.ts';
import { DAY_MS, WEEK_MS } from '../kernel/time-units.ts';
import { type ShiftConfig, type VisitsConfig, WEEKDAYS } from './config.ts';

/** The first Monday of the epoch, 1970-01-05. */
const A_MONDAY_MS = 4 * DAY_MS;

interface Span {
  /** Of the week that begins on Monday; `toMs` may lie in the next one. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly crew: number;
}

export class WorkingHours {
  private readonly crew: number;
  private readonly spans: readonly Span[] | undefined;
  private readonly visits: VisitsConfig | undefined;
  private readonly startMs: number;

  /** @param startMs of the run: visits are counted from it. */
  constructor({ repairCrew, shifts, visits }: PeopleConfig, startMs: number) {
    this.crew = repairCrew;
    this.spans = shifts?.flatMap(spansOf);
    this.visits = visits;
    this.startMs = startMs;
  }

  /** Persons who may begin something at this instant. */
  crewAt(atMs: number): number {
    if (this.spans === undefined) return this.crew;
    const weekMs = timeOfWeek(atMs);
    let crew = 0;
    for (const { fromMs, toMs, crew: persons } of this.spans) {
      if ((weekMs >= fromMs && weekMs < toMs) || weekMs + WEEK_MS < toMs) crew += persons;
    }
    return crew;
  }

  /** Whether somebody is at the site. */
  atSite(atMs: number): boolean {
    if (this.visits === undefined) return true;
    const { everyMs, firstAtMs, lastMs } = this.visits;
    const sinceMs = atMs - this.startMs - firstAtMs;
    return sinceMs >= 0 && sinceMs % everyMs < lastMs;
  }

  /** The first instant after this one at which a shift or a visit begins: Infinity where none ever does. */
  nextBeginAfter(atMs: number): number {
    return Math.min(this.nextShift(atMs), this.nextVisit(atMs));
  }

  private nextShift(atMs: number): number {
    const weekMs = timeOfWeek(atMs);
    let first = Infinity;
    for (const { fromMs } of this.spans ?? []) {
      const inMs = fromMs > weekMs ? fromMs - weekMs : fromMs + WEEK_MS - weekMs;
      first = Math.min(first, atMs + inMs);
    }
    return first;
  }

  private nextVisit(atMs: number): number {
    if (this.visits === undefined) return Infinity;
    const { everyMs, firstAtMs } = this.visits;
    const zeroMs = this.startMs + firstAtMs;
    return atMs < zeroMs ? zeroMs : zeroMs + (Math.floor((atMs - zeroMs) / everyMs) + 1) * everyMs;
  }
}

function spansOf({ days, fromMs, toMs, crew }: ShiftConfig): readonly Span[] {
  return days.map((day) => {
    const dayMs = WEEKDAYS.indexOf(day) * DAY_MS;
    return { fromMs: dayMs + fromMs, toMs: dayMs + toMs, crew };
  });
}

function timeOfWeek(atMs: number): number {
  const sinceMonday = (atMs - A_MONDAY_MS) % WEEK_MS;
  return sinceMonday < 0 ? sinceMonday + WEEK_MS : sinceMonday;
}

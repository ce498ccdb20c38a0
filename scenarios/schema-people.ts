// Schema of the people of a scenario: how many, how fast, and, where a scenario wants it, when they work, in which order, with which
// parts, what they get wrong, and who else wants them or the spare hosts.

import * as z from 'zod/mini';
import { PART_USES, REPAIR_WORK, WEEKDAYS } from '../sim/people/config.ts';
import { count, durationMs, durationSpread, lazyObject, share } from './schema-values.ts';

const shiftSchema = lazyObject(() => ({
  days: z.optional(z.array(z.enum(WEEKDAYS)).check(z.minLength(1))).check(z.describe('Without: every day.')),
  from: durationMs.check(z.describe('Time of the day in UTC, as 8h or 8h30m.')),
  to: durationMs.check(z.describe('Later than "from"; past midnight where it is more than 24h.')),
  crew: z.optional(count).check(z.describe('Persons in this shift. Without: repairCrew.')),
}));

const visitsSchema = lazyObject(() => ({
  every: durationMs,
  firstAt: z.optional(durationMs).check(z.describe('After the start of the run. Without: "every".')),
  last: z.optional(durationMs).check(z.describe('How long something is begun after the start of a visit.')),
}));

const acknowledgementSchema = lazyObject(() => ({
  within: z.optional(durationSpread).check(z.describe('From a page to the acknowledgement of whom it reaches.')),
  pageNextAfter: z.optional(durationMs).check(z.describe('An unacknowledged page goes to one more person after this.')),
  onCall: z.optional(count).check(z.describe('Persons who can be paged. Without: repairCrew.')),
}));

const sparePartSchema = lazyObject(() => ({
  stock: z.int().check(z.minimum(0)),
  delivery: z.optional(durationSpread),
}));

const mistakesSchema = lazyObject(() => ({
  wrongServer: z
    .optional(share)
    .check(z.describe('Of repairs at the machine: a healthy host of the rack is pulled first.')),
  staysCordoned: z.optional(share).check(z.describe('Of repairs under a cordon.')),
  noOutStays: z.optional(share).check(z.describe('Of repairs under noout.')),
  staysOff: z.optional(share).check(z.describe('Of repairs at the machine.')),
  noticed: z.optional(durationSpread).check(z.describe('Until a pulled server is put back, or a cordon taken off.')),
}));

const otherWorkSchema = lazyObject(() => ({
  name: z.string().check(z.minLength(1)),
  every: durationSpread.check(z.describe('From one ticket to the next.')),
  takes: durationSpread,
  severity: z.optional(z.int().check(z.minimum(1), z.maximum(5))).check(z.describe('1 is the worst.')),
  at: z.optional(z.enum(['desk', 'machine'])),
}));

function record<Name extends string, Value extends z.ZodMiniType>(names: readonly Name[], value: Value) {
  return lazyObject(
    () => Object.fromEntries(names.map((name) => [name, z.optional(value)])) as Record<Name, z.ZodMiniOptional<Value>>,
  );
}

export const peopleSchema = lazyObject(() => ({
  repairCrew: z.optional(count),
  page: z.optional(durationSpread),
  lateNotice: z.optional(durationSpread),
  repair: z.optional(durationSpread),
  reset: z.optional(durationSpread),
  queue: z.optional(z.enum(['fifo', 'by-severity'])),
  shifts: z.optional(z.array(shiftSchema).check(z.minLength(1))).check(z.describe('Without: always there.')),
  visits: z
    .optional(visitsSchema)
    .check(z.describe('A site without people: repairs at the machine wait for the next visit.')),
  acknowledgement: z.optional(acknowledgementSchema),
  repairs: z
    .optional(record(REPAIR_WORK, durationSpread))
    .check(z.describe('Times by what is broken, in place of "repair" and "reset".')),
  spareParts: z.optional(record(PART_USES, sparePartSchema)),
  cordon: z.optional(z.boolean()).check(z.describe('Nodes are cordoned while somebody works on their hosts.')),
  noOut: z.optional(z.boolean()).check(z.describe('noout is set while somebody works on a host with data disks.')),
  mistakes: z.optional(mistakesSchema),
  otherWork: z.optional(z.array(otherWorkSchema)).check(z.describe('Tickets of the same crew about something else.')),
  spareLoans: z
    .optional(lazyObject(() => ({ every: durationSpread, last: durationSpread })))
    .check(z.describe('Others who take a spare host for a while, or are refused.')),
}));

export type PeopleSpec = z.output<typeof peopleSchema>;

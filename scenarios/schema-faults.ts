// Schema of `faults.background`, `faults.models` and `faults.script`, made of the catalogue: every fault by its name, with the
// parameters that are its own.

import * as z from 'zod/mini';
import { addressOf, FAULTS, type FaultName } from '../sim/faults/catalogue.ts';
import type { FaultDefinition } from '../sim/faults/fault-definition.ts';
import type { FaultParameter, FaultParameters, FaultValue } from '../sim/faults/fault-parameter.ts';
import { ADDRESSES, type Address } from '../sim/faults/fault-target.ts';
import { TRIGGER_EVENTS, type TriggerEvent } from '../sim/faults/fault-triggers.ts';
import { formatDecimalBytes, formatDuration } from './quantities.ts';
import {
  byteCount,
  count,
  durationMs,
  durationSpread,
  lazyObject,
  nonNegative,
  positive,
  share,
  tagged,
} from './schema-values.ts';

const curesSchema = z
  .strictObject({
    itself: z.optional(share),
    reboot: z.optional(share),
    powerCycle: z.optional(share),
    reprovision: z.optional(share),
  })
  .check(
    z.describe('Cumulative shares: passes by itself, also cured by a reboot, by a power cycle, by a reprovision.'),
  );

const degradingSchema = lazyObject(() => ({
  share: share.check(z.describe('Of the faults, those whose cause outlives what ends them.')),
  returnsAfter: z.optional(durationSpread).check(z.describe('From its end to its return, the first time.')),
  shortensBy: z
    .optional(z.number().check(z.gt(0), z.lte(1)))
    .check(z.describe('Factor on every further absence: each time it comes back sooner.')),
  until: z.optional(z.enum(['reprovision', 'person'])).check(z.describe('What ends the cause.')),
}));

const numbers = () => ({
  perYear: z.optional(nonNegative),
  gapShape: z.optional(positive),
  duration: z.optional(durationSpread),
  cures: z.optional(curesSchema),
  degrading: z
    .optional(degradingSchema)
    .check(z.describe('Faults of hosts that come back after they were ended, each time sooner.')),
});

/** Overrides of one fault; rates are per year and per host, disk, rack or whatever else it strikes. */
const plainClassSchema = lazyObject(numbers);

export type FaultClassSpec = z.output<typeof plainClassSchema>;

function classSchema({ parameters }: FaultDefinition): typeof plainClassSchema {
  return hasNone(parameters) ? plainClassSchema : lazyObject(() => ({ ...numbers(), ...fieldsOf(parameters) }));
}

function classesSchema(among: (fault: FaultDefinition & { readonly name: FaultName }) => boolean) {
  return lazyObject(() => {
    const fields = FAULTS.filter((fault) => fault.background !== 'scripted' && among(fault)).map(
      (fault) => [fault.name, z.optional(classSchema(fault))] as const,
    );
    return Object.fromEntries(fields) as Record<FaultName, z.ZodMiniOptional<typeof plainClassSchema>>;
  });
}

export const faultClassesSchema = classesSchema(() => true);

/** Hardware models differ in what strikes their hosts. */
export const hostFaultClassesSchema = classesSchema(({ name }) => addressOf(name) === 'host');

const belowOne = share.check(
  z.refine<number>((value) => value < 1, {
    error: ({ input }) => tagged('MT105', `${Number(input) * 100}% is all of them`, 'write a share below 100%'),
  }),
);

/** `{ 2: 535, 3: 72 }`: hosts to weight. */
const sizesSchema = z.record(
  z.string().check(
    z.regex(/^[1-9]\d{0,5}$/, {
      error: ({ input }) => tagged('MT105', `${String(input)} is no number of hosts`, 'write for example 2: 535'),
    }),
  ),
  positive,
);

/** Failures of several hosts with one cause. */
export const burstsSchema = lazyObject(() => ({
  share: z.optional(belowOne).check(z.describe('Of the failures of hosts.')),
  sizes: z.optional(sizesSchema).check(z.describe('How many hosts a burst strikes: number of hosts to weight.')),
  within: z.optional(durationMs).check(z.describe('From the first host to the last at most.')),
  sameRack: z.optional(share).check(z.describe('Share of the bursts that strike hosts of one rack only.')),
}));

/** Failures that follow one another on one host. */
export const repeatsSchema = lazyObject(() => ({
  share: z.optional(share).check(z.describe('Of the failures, those that come again.')),
  again: z.optional(belowOne).check(z.describe('Of those that came again, those that come once more.')),
  after: z.optional(durationSpread).check(z.describe('From a failure to the next.')),
}));

const named = z.optional(z.string());

/** `{ host: NAME }` or what else can be struck; a host also by the name of its node. */
const targetSchema = lazyObject(() => {
  const words = Object.keys(ADDRESSES).filter((address) => address !== 'site');
  const fields = ['host', 'node', ...words.filter((word) => word !== 'host')].map((word) => [word, named] as const);
  return Object.fromEntries(fields) as Record<Exclude<Address, 'site'> | 'node', typeof named>;
});

const eventNames = Object.keys(TRIGGER_EVENTS) as [TriggerEvent, ...TriggerEvent[]];

/** What a scripted fault waits for, in place of an instant. */
export const whenSchema = lazyObject(() => ({
  event: z.optional(z.enum(eventNames)).check(
    z.describe(
      Object.entries(TRIGGER_EVENTS)
        .map(([name, says]) => `${name}: ${says}.`)
        .join(' '),
    ),
  ),
  host: named.check(z.describe('To whom it happens; any host when absent. By the name of the host,')),
  node: named.check(z.describe('or of its Node.')),
  state: z.optional(z.string()).check(z.describe('hostShows: the provisioning state.')),
  nth: z.optional(count).check(z.describe('The first that counts, by host; 1 when absent.')),
  after: z.optional(durationMs).check(z.describe('From the happening to the fault; at once when absent.')),
  times: z.optional(count).check(z.describe('The fault strikes at most so often; once when absent.')),
  share: z
    .optional(share)
    .check(z.describe('Of the happenings that count, those on which it strikes; 100% when absent.')),
  perYear: z.optional(positive).check(z.describe('In place of an event: random instants, the same for all policies.')),
}));

export type WhenSpec = z.output<typeof whenSchema>;

const scriptedFields = () => ({
  name: z.optional(z.string().check(z.minLength(1))),
  at: z.optional(durationMs).check(z.describe('After the start of the run. Either this or when.')),
  when: z.optional(whenSchema),
  reaches: z
    .optional(z.strictObject({ host: named, node: named }))
    .check(z.describe(`The second host: ${reachesText()}.`)),
  for: z.optional(durationMs),
});

function reachesText(): string {
  return FAULTS.flatMap(({ name, reaches }) => (reaches === undefined ? [] : [`of ${name}, ${reaches}`])).join('; ');
}

/** One shape for all faults without parameters, one for each of the others. */
export const scriptedFaultSchema = z.lazy(() => {
  const plain = FAULTS.filter(({ parameters }) => hasNone(parameters)).map(({ name }) => name);
  const own = FAULTS.filter(({ parameters }) => !hasNone(parameters));
  const shapes = [shapeOf(plain, {}), ...own.map(({ name, parameters }) => shapeOf([name], parameters))];
  return z.discriminatedUnion('fault', shapes as [ScriptedShape, ...ScriptedShape[]]);
});

function shapeOf(names: readonly FaultName[], parameters: FaultParameters) {
  return z.strictObject({
    fault: z.enum(names),
    target: z.optional(targetSchema),
    ...scriptedFields(),
    ...(fieldsOf(parameters) as object),
  });
}

type ScriptedShape = ReturnType<typeof shapeOf>;

function hasNone(parameters: FaultParameters): boolean {
  return Object.keys(parameters).length === 0;
}

function fieldsOf(parameters: FaultParameters): z.core.$ZodShape {
  return Object.fromEntries(
    Object.values(parameters).map((parameter) => [
      parameter.field,
      z.optional(fieldOf(parameter)).check(z.describe(`${parameter.says}. Default: ${defaultText(parameter)}.`)),
    ]),
  );
}

function fieldOf(parameter: FaultParameter): z.ZodMiniType {
  switch (parameter.kind) {
    case 'duration':
      return durationMs.check(within(parameter, formatDuration));
    case 'durationSpread':
      return durationSpread;
    case 'share':
      return share.check(within(parameter, String));
    case 'count':
      return z.int().check(z.minimum(parameter.least), z.maximum(parameter.most));
    case 'factor':
    case 'perSecond':
      return z.number().check(z.minimum(parameter.least), z.maximum(parameter.most));
    case 'bytesPerSecond':
      return byteCount.check(within(parameter, formatDecimalBytes));
    case 'choice':
      return z.enum(parameter.of);
    case 'yesNo':
      return z.boolean();
  }
}

function within({ least, most }: { readonly least: number; readonly most: number }, text: (value: number) => string) {
  return z.refine<number>((value) => value >= least && value <= most, {
    error: ({ input }) =>
      tagged('MT105', `${text(Number(input))} is out of bounds`, `write from ${text(least)} to ${text(most)}`),
  });
}

function defaultText(parameter: FaultParameter): string {
  switch (parameter.kind) {
    case 'duration':
      return formatDuration(parameter.default);
    case 'durationSpread':
      return JSON.stringify(parameter.default);
    case 'bytesPerSecond':
      return formatDecimalBytes(parameter.default);
    default:
      return String(parameter.default);
  }
}

/** What a scenario tells a fault, by the keys of the catalogue with the defaults of the rest; nothing for a fault without parameters. */
export function toldParameters(
  definition: FaultDefinition,
  spec: object,
): { readonly parameters?: Readonly<Record<string, FaultValue>> } {
  if (hasNone(definition.parameters)) return {};
  const given = spec as Readonly<Record<string, FaultValue | undefined>>;
  return {
    parameters: Object.fromEntries(
      Object.entries(definition.parameters).map(([key, parameter]) => [
        key,
        given[parameter.field] ?? parameter.default,
      ]),
    ),
  };
}

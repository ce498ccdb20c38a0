// The scalar vocabulary of the scenario language as zod schemas: durations, bytes, shares, rates, distributions. Each reads
// what people write and gives numbers in the unit of its name. Messages carry their problem code (see `tagged`).

import * as z from 'zod/mini';
import { problemsOf } from '../sim/kernel/distribution-problems.ts';
import type { Distribution } from '../sim/kernel/distributions.ts';
import type { ProblemCode } from './problem-catalogue.ts';
import { DURATION_MOST_MS, formatDuration, parseBytes, parseDuration, parsePercent } from './quantities.ts';

// Each schema checks a handful of documents per process: compiling checkers first would cost more than it saves.
z.config({ jitless: true });

const SEPARATOR = '\u0001';

/** A zod message that carries the code and remedy of its problem; `untag` takes it apart. */
export function tagged(code: ProblemCode, message: string, remedy: string): string {
  return [code, message, remedy].join(SEPARATOR);
}

export function untag(message: string): { code: string; message: string; remedy: string } | undefined {
  const [code, text, remedy] = message.split(SEPARATOR);
  return code === undefined || text === undefined || remedy === undefined ? undefined : { code, message: text, remedy };
}

/** A value as the user wrote it, short enough for a message. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const NOTHING_ELSE = z.never();

/**
 * A strict object whose fields are made when the first such object comes to be checked. Making a schema takes longer than using
 * it, and of all that can be written a study writes little.
 */
export function lazyObject<Shape extends z.core.$ZodShape>(
  fields: () => Shape,
): z.ZodMiniObject<Shape, z.core.$strict> {
  let made: Shape | undefined;
  return new z.ZodMiniObject({
    type: 'object',
    get shape() {
      made ??= fields();
      return made;
    },
    catchall: NOTHING_ELSE,
  }) as z.ZodMiniObject<Shape, z.core.$strict>;
}

interface Measure {
  readonly code: ProblemCode;
  readonly noun: string;
  readonly remedy: string;
  readonly example: string;
  /** Largest value, and how people write it. */
  readonly most?: { readonly value: number; readonly text: string };
}

/** A text that `parse` understands, as the number that it stands for. */
function measured(options: Measure, parse: (text: string) => number | undefined) {
  const fail = (value: unknown) => tagged(options.code, `${quoted(value)} is not ${options.noun}`, options.remedy);
  return z.pipe(
    z.string({ error: (issue) => fail(issue.input) }).check(z.meta({ examples: [options.example] })),
    z.transform((text, context) => {
      const value = parse(text);
      const { most } = options;
      if (value !== undefined && most !== undefined && value > most.value) {
        const message = tagged('MT105', `${quoted(text)} is too long`, `write at most ${most.text}`);
        context.issues.push({ code: 'custom', message, input: text });
        return z.NEVER;
      }
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', message: fail(text), input: text });
      return z.NEVER;
    }),
  );
}

/** `40s`, `5m`, `1h30m`, `3d` to ms. */
export const durationMs = measured(
  {
    code: 'MT110',
    noun: 'a duration',
    remedy: 'write for example 5m (units: ms s m h d)',
    example: '5m',
    most: { value: DURATION_MOST_MS, text: formatDuration(DURATION_MOST_MS) },
  },
  parseDuration,
);

/** `18TiB`, `500MB` to bytes. Also rates: bytes per second. */
export const byteCount = measured(
  { code: 'MT111', noun: 'a number of bytes', remedy: 'write for example 18TiB or 500MB', example: '18TiB' },
  parseBytes,
);

const notAShare = (value: unknown) =>
  tagged('MT112', `${quoted(value)} is not a share`, 'write a percentage such as 5%, or a number from 0 to 1');

/** `5%` or 0.05 to a share from 0 to 1. */
export const share = z.pipe(
  z.union([z.string(), z.number()], { error: (issue) => notAShare(issue.input) }),
  z.transform((value, context) => {
    const parsed = typeof value === 'number' ? value : parsePercent(value);
    if (parsed !== undefined && parsed >= 0 && parsed <= 1) return parsed;
    context.issues.push({ code: 'custom', message: notAShare(value), input: value });
    return z.NEVER;
  }),
);

export const nonNegative = z.number().check(z.minimum(0));
export const positive = z.number().check(z.gt(0));
export const count = z.int().check(z.minimum(1));
export const name = z.string().check(
  z.regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, {
    error: (issue) =>
      tagged(
        'MT105',
        `${quoted(issue.input)} is not a name`,
        'use lower case letters, digits, "-" and "." as Kubernetes names do',
      ),
  }),
);

const spread = lazyObject(() => ({
  lognormal: z.optional(z.strictObject({ median: durationMs, sigma: positive })),
  weibull: z.optional(z.strictObject({ shape: positive, scale: durationMs })),
  exponential: z.optional(z.strictObject({ mean: durationMs })),
  triangular: z.optional(z.strictObject({ min: durationMs, mode: durationMs, max: durationMs })),
  uniform: z.optional(z.strictObject({ min: durationMs, max: durationMs })),
  empirical: z.optional(z.array(durationMs).check(z.minLength(1))),
}));

const notADistribution = (value: unknown) =>
  tagged(
    'MT113',
    `${typeof value === 'object' ? 'this' : quoted(value)} is not a distribution of durations`,
    'write a duration such as 5m, or one of { lognormal: { median, sigma } }, { weibull: { shape, scale } }, { exponential: { mean } }, { triangular: { min, mode, max } }, { uniform: { min, max } }, { empirical: [..] }',
  );

/** A duration, or a distribution of durations in ms. */
export const durationSpread = z.pipe(
  z.union([durationMs, spread], { error: (issue) => notADistribution(issue.input) }),
  z.transform((value, context): Distribution => {
    const distribution = typeof value === 'number' ? ({ kind: 'constant', value } as const) : distributionOf(value);
    if (distribution !== undefined && problemsOf(distribution).length === 0) return distribution;
    context.issues.push({ code: 'custom', message: notADistribution(value), input: value });
    return z.NEVER;
  }),
);

const factorShapes = lazyObject(() => ({
  lognormal: z.optional(z.strictObject({ median: positive, sigma: positive })),
  exponential: z.optional(z.strictObject({ mean: positive })),
  uniform: z.optional(z.strictObject({ min: nonNegative, max: positive })),
}));

const notAFactor = (value: unknown) =>
  tagged(
    'MT113',
    `${typeof value === 'object' ? 'this' : quoted(value)} is not a distribution of factors`,
    'write a number such as 1.5, or one of { lognormal: { median, sigma } }, { exponential: { mean } }, { uniform: { min, max } }',
  );

/** A factor above 0, or a distribution of factors. */
export const factorSpread = z.pipe(
  z.union([positive, factorShapes], { error: (issue) => notAFactor(issue.input) }),
  z.transform((value, context): Distribution => {
    const distribution = typeof value === 'number' ? ({ kind: 'constant', value } as const) : distributionOf(value);
    if (distribution !== undefined && problemsOf(distribution).length === 0) return distribution;
    context.issues.push({ code: 'custom', message: notAFactor(value), input: value });
    return z.NEVER;
  }),
);

/** The one shape that is given; undefined when there is none, or several. */
function distributionOf(value: z.output<typeof spread> | z.output<typeof factorShapes>): Distribution | undefined {
  const { lognormal, exponential, uniform } = value;
  const { weibull, triangular, empirical }: z.output<typeof spread> = value;
  if (Object.values(value).filter((shape) => shape !== undefined).length !== 1) return undefined;
  if (lognormal !== undefined) return { kind: 'lognormal', ...lognormal };
  if (weibull !== undefined) return { kind: 'weibull', ...weibull };
  if (exponential !== undefined) return { kind: 'exponential', ...exponential };
  if (uniform !== undefined) return { kind: 'uniform', ...uniform };
  if (empirical !== undefined) return { kind: 'empirical', sorted: [...empirical].sort((a, b) => a - b) };
  return triangular === undefined ? undefined : { kind: 'triangular', ...triangular };
}

// Described fields of our own kinds as zod schemas: the same checks and defaults as their CustomResourceDefinitions, with places
// and remedies for people.

import * as z from 'zod/mini';
import { DURATION_PATTERN } from '../../../core/api/field-parts.ts';
import type { AnyField, FieldRule } from '../../../core/api/fields.ts';
import { pathText } from '../../schema-problems.ts';
import { lazyObject, quoted, tagged } from '../../schema-values.ts';

/** The schema of a field; a default counts where the field is left out. */
export function described(field: AnyField): z.ZodMiniType {
  const plain = ruled(plainSchema(field), field.rules ?? []);
  // What a definition fills in is filled in further inside as well.
  return field.default === undefined ? plain : z.prefault(plain, field.default);
}

function plainSchema(field: AnyField): z.ZodMiniType {
  switch (field.type) {
    case 'string':
      return text(field);
    case 'integer':
      return z.int().check(...bounds(field));
    case 'number':
      return z.number().check(...bounds(field));
    case 'boolean':
      return z.boolean();
    case 'array':
      return list(field);
    case 'object':
      return object(field);
  }
}

function text({ enum: choices, pattern, minLength, maxLength }: AnyField): z.ZodMiniType {
  if (choices !== undefined) return z.enum(choices);
  const length = [
    ...(minLength === undefined ? [] : [z.minLength(minLength)]),
    ...(maxLength === undefined ? [] : [z.maxLength(maxLength)]),
  ];
  if (pattern === DURATION_PATTERN) {
    const notDuration = (value: unknown) =>
      tagged(
        'MT110',
        `${quoted(value)} is not a duration`,
        'write for example "300s" or "5m" (units: ms s m h; Kubernetes knows no days)',
      );
    return z
      .string({ error: ({ input }) => (input === undefined ? undefined : notDuration(input)) })
      .check(...length, z.regex(new RegExp(pattern), { error: ({ input }) => notDuration(input) }));
  }
  return z.string().check(...length, ...(pattern === undefined ? [] : [z.regex(new RegExp(pattern))]));
}

function bounds({ minimum, maximum }: AnyField) {
  return [
    ...(minimum === undefined ? [] : [z.minimum(minimum)]),
    ...(maximum === undefined ? [] : [z.maximum(maximum)]),
  ];
}

function list({ items, minItems, maxItems, uniqueBy }: AnyField): z.ZodMiniType {
  const entries: z.ZodMiniType = items === undefined ? z.unknown() : described(items);
  return z.array(entries).check(
    ...(minItems === undefined ? [] : [z.minLength(minItems)]),
    ...(maxItems === undefined ? [] : [z.maxLength(maxItems)]),
    z.check<readonly unknown[]>(({ value, issues }) => {
      const seen = new Set<string>();
      for (const [index, entry] of (uniqueBy === undefined ? [] : value).entries()) {
        const key = identity(entry, uniqueBy);
        if (seen.has(key))
          issues.push({ code: 'custom', path: [index], input: entry, message: twice(entry, uniqueBy) });
        seen.add(key);
      }
    }),
  );
}

function identity(entry: unknown, uniqueBy: AnyField['uniqueBy']): string {
  if (!Array.isArray(uniqueBy) || typeof entry !== 'object' || entry === null) return JSON.stringify(entry);
  return JSON.stringify(uniqueBy.map((name) => (entry as Readonly<Record<string, unknown>>)[name]));
}

function twice(entry: unknown, uniqueBy: AnyField['uniqueBy']): string {
  const key = Array.isArray(uniqueBy)
    ? `${uniqueBy.join(' and ')} ${identity(entry, uniqueBy).slice(1, -1)}`
    : quoted(entry);
  return tagged('MT120', `${key} stands here a second time`, 'keep one of the two');
}

function object({ properties, values, required = [] }: AnyField): z.ZodMiniType {
  if (properties === undefined) return z.record(z.string(), values === undefined ? z.unknown() : described(values));
  return lazyObject(() =>
    Object.fromEntries(
      Object.entries(properties).map(([name, field]) => {
        const schema = described(field);
        return [name, required.includes(name) || field.default !== undefined ? schema : z.optional(schema)];
      }),
    ),
  );
}

function ruled(schema: z.ZodMiniType, rules: readonly FieldRule<never>[]): z.ZodMiniType {
  return rules.reduce<z.ZodMiniType>(
    (all, { holds, message, remedy }) =>
      // A rule speaks of values of its own field's type, which the schema has checked before.
      all.check(
        z.refine((value) => holds(value as never), {
          error: ({ input, path = [] }) =>
            tagged(
              'MT105',
              `${typeof input === 'object' ? `"${pathText(path.map(stepOf))}"` : quoted(input)} ${message}`,
              remedy,
            ),
        }),
      ),
    schema,
  );
}

function stepOf(step: PropertyKey): string | number {
  return typeof step === 'number' ? step : String(step);
}

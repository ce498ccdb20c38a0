// Entity tags: what a representation is known by, and what a client that writes has to know it by.
// Source: RFC 9110 8.8.3 and 13.1.1; the ways in which controllers get them wrong: quirk Q38.

import { hash } from 'node:crypto';
import type { WireDialect } from '../../sim/host/bmc/quirks/quirk.ts';
import { isList, isObject, type Json, type JsonObject } from './json.ts';

type EtagDialect = NonNullable<WireDialect['etag']>;

/** Properties that change by themselves, and by which nobody recognises a representation. */
const PASSING: ReadonlySet<string> = new Set([
  'DateTime',
  'LastResetTime',
  'Reading',
  'ReadingCelsius',
  'ReadingVolts',
  'ReadingTime',
  'PowerConsumedWatts',
  'PowerOutputWatts',
  'PowerInputWatts',
  'LastPowerOutputWatts',
  'LineInputVoltage',
]);

/** Whether a text of JSON may have one of them. Most have none, and need not be taken apart. */
const MAY_PASS = new RegExp(`"(?:${[...PASSING].join('|')})":`);

/** The strong tag of a representation, with its quotes. */
export function entityTag(body: JsonObject): string {
  const text = JSON.stringify(body);
  return `"${hash('sha1', MAY_PASS.test(text) ? JSON.stringify(lasting(body)) : text).slice(0, 16)}"`;
}

function lasting(value: Json | undefined): Json | undefined {
  if (isList(value)) return value.map((each) => lasting(each) ?? null);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !PASSING.has(name))
      .map(([name, each]) => [name, lasting(each)]),
  );
}

/** The tag as this controller writes it. */
export function writtenTag(tag: string, dialect: EtagDialect | undefined, isCompressed: boolean): string {
  if (dialect === 'empty') return '';
  if (dialect === 'doubledQuotes') return `"${tag}"`;
  return dialect === 'weakWhenCompressed' && isCompressed ? `W/${tag}` : tag;
}

export interface Precondition {
  /** The If-Match header; undefined when there is none. */
  readonly ifMatch: string | undefined;
  /** Of the representation as it is now. */
  readonly tag: string;
  readonly isSession: boolean;
}

/** Whether a change may go on: `failed` is 412, `required` 428. */
export function judge(
  { ifMatch, tag, isSession }: Precondition,
  dialect: EtagDialect | undefined,
): 'met' | 'failed' | 'required' {
  if (ifMatch === undefined) return dialect === 'ifMatchRequired' ? 'required' : 'met';
  if (dialect === 'ifMatchRefused') return 'failed';
  if (dialect === 'ifMatchNeedsSession' && !isSession) return 'failed';
  if (ifMatch.trim() === '*') return 'met';
  const shown = writtenTag(tag, dialect, false);
  // A strong comparison: a weak tag matches nothing. A controller with odd tags takes back what it gave.
  return tagsIn(ifMatch).some((each) => each === tag) || ifMatch === shown ? 'met' : 'failed';
}

/** None where the header is no list of tags. */
function tagsIn(header: string): readonly string[] {
  const tags = header.split(',').map((tag) => tag.trim());
  return tags.every((tag) => /^(W\/)?"[^"]*"$/.test(tag)) ? tags : [];
}

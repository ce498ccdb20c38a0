// JSON as it comes from a client and goes to one. What comes is looked into by own keys only: `__proto__` is a name like any other.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An undefined property is not written. Keys are written in the order in which they were put in. */
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The own property of this name; undefined where there is none, whatever objects inherit. */
export function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** What a body says; undefined where it is no JSON. */
export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A client's value as a message argument: short, and on one line. */
export function quoted(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > ARGUMENT_CHARACTERS ? `${text.slice(0, ARGUMENT_CHARACTERS)}...` : text;
}

/** Assumption: enough to recognise a value; a hostile one is not sent back whole. */
const ARGUMENT_CHARACTERS = 128;

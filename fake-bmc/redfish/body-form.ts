// What the body of a write may hold: its properties with their types and values. What a client sent is judged whole: everything that
// is wrong with it is said at once, and what is left is well formed.
// Source: DMTF DSP0266, PATCH (update) and PATCH on array properties.

import { isList, isObject, type Json, type JsonObject, own, quoted } from './json.ts';
import { type Message, message } from './messages.ts';

export type Form =
  | { readonly is: 'text'; readonly charactersMax: number; readonly pattern?: RegExp }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  | { readonly is: 'integer'; readonly min: number; readonly max: number }
  | { readonly is: 'flag' }
  /** Its elements replace those in the same places; null removes one, `{}` leaves it, and what is beyond the end is removed. */
  | { readonly is: 'list'; readonly of: Form; readonly lengthMax: number }
  | { readonly is: 'object'; readonly of: Properties }
  /** HTTP headers by name. */
  | { readonly is: 'headers' };

export type Properties = Readonly<Record<string, Form>>;

export const FLAG: Form = { is: 'flag' };

export function text(charactersMax: number, pattern?: RegExp): Form {
  return { is: 'text', charactersMax, ...(pattern === undefined ? {} : { pattern }) };
}

export function choice(...of: readonly string[]): Form {
  return { is: 'choice', of };
}

export function integer(min: number, max: number): Form {
  return { is: 'integer', min, max };
}

export function object(of: Properties): Form {
  return { is: 'object', of };
}

/** A body as far as it is usable, and what is wrong with the rest. */
export interface Judged {
  readonly usable: JsonObject;
  readonly problems: readonly Message[];
  /** Something was there beside annotations. */
  readonly saysSomething: boolean;
}

/**
 * @param writable what may be written.
 * @param present the representation: a property that it has and that is not writable is read-only, any other is unknown.
 */
export function judgeBody(body: JsonObject, writable: Properties, present: JsonObject): Judged {
  const problems: Message[] = [];
  const usable = judgeProperties(body, writable, { present, path: '', problems });
  const saysSomething = Object.keys(body).some((name) => !isAnnotation(name));
  return { usable, problems, saysSomething };
}

interface Place {
  readonly present: Json | undefined;
  /** From the top, with slashes. */
  readonly path: string;
  readonly problems: Message[];
}

function isAnnotation(name: string): boolean {
  return name.includes('@');
}

function judgeProperties(body: JsonObject, writable: Properties, { present, path, problems }: Place): JsonObject {
  const usable: [string, Json][] = [];
  for (const [name, value] of Object.entries(body)) {
    if (isAnnotation(name) || value === undefined) continue;
    const form = Object.hasOwn(writable, name) ? writable[name] : undefined;
    const before = isObject(present) ? own(present, name) : undefined;
    const at = path === '' ? name : `${path}/${name}`;
    if (form === undefined) {
      problems.push(message(before === undefined ? 'PropertyUnknown' : 'PropertyNotWritable', [quoted(name)], at));
      continue;
    }
    const taken = judgeValue(value, form, { present: before, path: at, problems });
    if (taken !== undefined) usable.push([name, taken]);
  }
  return Object.fromEntries(usable);
}

/** Undefined: nothing of it is usable. */
function judgeValue(value: Json, form: Form, place: Place): Json | undefined {
  const { path, problems } = place;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const say = (what: 'PropertyValueTypeError' | 'PropertyValueNotInList' | 'PropertyValueFormatError') => {
    problems.push(message(what, [quoted(value), name], path));
    return undefined;
  };
  switch (form.is) {
    case 'flag':
      return typeof value === 'boolean' ? value : say('PropertyValueTypeError');
    case 'choice':
      if (typeof value !== 'string') return say('PropertyValueTypeError');
      return form.of.includes(value) ? value : say('PropertyValueNotInList');
    case 'integer':
      if (typeof value !== 'number' || !Number.isInteger(value)) return say('PropertyValueTypeError');
      if (value >= form.min && value <= form.max) return value;
      problems.push(message('PropertyValueOutOfRange', [quoted(value), name], path));
      return undefined;
    case 'text':
      if (typeof value !== 'string') return say('PropertyValueTypeError');
      if (value.length > form.charactersMax) {
        problems.push(message('StringValueTooLong', [quoted(value), String(form.charactersMax)], path));
        return undefined;
      }
      return form.pattern?.test(value) === false ? say('PropertyValueFormatError') : value;
    case 'list':
      return isList(value) ? judgeList(value, form, place) : say('PropertyValueTypeError');
    case 'headers': {
      if (!isObject(value)) return say('PropertyValueTypeError');
      return Object.entries(value).every(isHeader) ? value : say('PropertyValueFormatError');
    }
    case 'object': {
      if (!isObject(value)) return say('PropertyValueTypeError');
      const taken = judgeProperties(value, form.of, place);
      return Object.keys(taken).length > 0 ? taken : undefined;
    }
  }
}

/** Nothing that could end a header line and begin another. */
function isHeader([name, value]: readonly [string, Json | undefined]): boolean {
  return /^[\w-]{1,64}$/.test(name) && typeof value === 'string' && /^[\x20-\x7e]{0,1024}$/.test(value);
}

function judgeList(value: readonly Json[], form: Form & { is: 'list' }, place: Place): Json | undefined {
  const { path, problems } = place;
  if (value.length > form.lengthMax) {
    problems.push(message('ArraySizeTooLong', [path, String(form.lengthMax)], path));
    return undefined;
  }
  const before = isList(place.present) ? place.present : [];
  const already = problems.length;
  const taken = value.flatMap((each, index) => {
    if (each === null) return [];
    const kept = before[index];
    if (isObject(each) && Object.keys(each).length === 0) return kept === undefined ? [] : [kept];
    const judged = judgeValue(each, form.of, { present: kept, path: `${path}/${index}`, problems });
    return judged === undefined ? [] : [judged];
  });
  return problems.length > already ? undefined : taken;
}

/** The parameters of an action, and everything that is wrong with them. */
export function judgeParameters(
  action: string,
  body: JsonObject,
  { required = {}, optional = {} }: { readonly required?: Properties; readonly optional?: Properties },
): { readonly parameters: JsonObject; readonly problems: readonly Message[] } {
  const { usable, problems } = judgeBody(body, { ...required, ...optional }, {});
  const missing = Object.keys(required).filter((name) => own(body, name) === undefined);
  const all = [
    ...missing.map((name) => message('ActionParameterMissing', [action, name])),
    ...problems.map((problem) => asParameter(problem, action)),
  ];
  return { parameters: usable, problems: all };
}

/** What is said of a property, said of a parameter. */
function asParameter(problem: Message, action: string): Message {
  const name = problem.id.slice(problem.id.lastIndexOf('.') + 1);
  const [first = '', second = ''] = problem.args;
  switch (name) {
    case 'PropertyUnknown':
      return message('ActionParameterUnknown', [action, first]);
    case 'PropertyValueTypeError':
      return message('ActionParameterValueTypeError', [first, second, action]);
    case 'PropertyValueNotInList':
      return message('ActionParameterValueNotInList', [first, second, action]);
    case 'PropertyValueFormatError':
      return message('ActionParameterValueFormatError', [first, second, action]);
    default:
      return problem;
  }
}

// The part of JSONPath that CustomResourceDefinitions use for printer columns, scale and selectable fields: fields, quoted
// fields, positions, `[*]`, and filters of one field for equality: `.status.conditions[?(@.type=="Ready")].status`.
// Source: client-go util/jsonpath, apiextensions-apiserver pkg/registry/customresource/tableconvertor.

import { isJsonObject } from '../same-value.ts';
import { at } from './json-fields.ts';

type Step =
  | { readonly do: 'field'; readonly name: string }
  | { readonly do: 'position'; readonly index: number }
  | { readonly do: 'all' }
  | { readonly do: 'filter'; readonly path: readonly string[]; readonly equal: boolean; readonly value: string };

export type JsonPath = (object: unknown) => readonly unknown[];

/** The values under a path, in order; undefined for a text that is no such path. */
export function jsonPath(text: string): JsonPath | undefined {
  const steps = stepsOf(text.replace(/^\{(.*)\}$/, '$1').replace(/^\$/, ''));
  return steps === undefined ? undefined : (object) => valuesUnder(object, steps);
}

/** The names of a path that is made of fields only, or undefined. */
export function plainPath(text: string): readonly string[] | undefined {
  const names: string[] = [];
  for (const step of stepsOf(text) ?? [{ do: 'all' } as const]) {
    if (step.do !== 'field') return undefined;
    names.push(step.name);
  }
  return names;
}

const FIELD = /^\.((?:[^.[\]\\]|\\.)+)/;
const QUOTED = /^\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/;
const POSITION = /^\[(-?\d+)\]/;
const ALL = /^(?:\[\*\]|\.\*)/;
const FILTER = /^\[\?\(@((?:\.[^.\s=!<>]+)+)\s*(==|!=)\s*(?:'([^']*)'|"([^"]*)"|([^)\s]+))\)\]/;

function stepsOf(text: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  let rest = text;
  while (rest !== '') {
    const taken = firstStep(rest);
    if (taken === undefined) return undefined;
    steps.push(taken.step);
    rest = rest.slice(taken.length);
  }
  return steps;
}

function firstStep(text: string): { readonly step: Step; readonly length: number } | undefined {
  const all = ALL.exec(text);
  if (all !== null) return { step: { do: 'all' }, length: all[0].length };
  const field = FIELD.exec(text);
  if (field?.[1] !== undefined) return { step: { do: 'field', name: unescaped(field[1]) }, length: field[0].length };
  const quoted = QUOTED.exec(text);
  if (quoted !== null) {
    return { step: { do: 'field', name: unescaped(quoted[1] ?? quoted[2] ?? '') }, length: quoted[0].length };
  }
  const position = POSITION.exec(text);
  if (position !== null) return { step: { do: 'position', index: Number(position[1]) }, length: position[0].length };
  const filter = FILTER.exec(text);
  if (filter === null) return undefined;
  const path = (filter[1] ?? '').split('.').slice(1);
  const value = filter[3] ?? filter[4] ?? filter[5] ?? '';
  return { step: { do: 'filter', path, equal: filter[2] === '==', value }, length: filter[0].length };
}

function unescaped(name: string): string {
  return name.replace(/\\(.)/g, '$1');
}

function valuesUnder(object: unknown, steps: readonly Step[]): readonly unknown[] {
  let here: readonly unknown[] = [object];
  for (const step of steps) here = here.flatMap((value) => taken(value, step));
  return here.filter((value) => value !== undefined);
}

function taken(value: unknown, step: Step): readonly unknown[] {
  switch (step.do) {
    case 'field':
      return [at(value, step.name)];
    case 'position':
      return Array.isArray(value) ? [value.at(step.index)] : [];
    case 'all':
      if (Array.isArray(value)) return value;
      return isJsonObject(value) ? Object.values(value) : [];
    case 'filter':
      return Array.isArray(value)
        ? value.filter((item) => (String(at(item, ...step.path)) === step.value) === step.equal)
        : [];
  }
}

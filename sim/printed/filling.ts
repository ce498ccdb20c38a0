// Filling: what an object lacks is taken from a template, what it has stays. Path copies only where something is added; the
// parts of a template are shared by all objects that are filled from it.

import { isJsonObject, type JsonObject } from '../api-server/same-value.ts';

/** A template for each item of a list that is there. */
export class EachItem {
  readonly template: (item: JsonObject, index: number) => Template;

  constructor(template: (item: JsonObject, index: number) => Template) {
    this.template = template;
  }
}

/** Fields to values for where they are missing; a nested template fills a nested object, or stands for it where it is missing. */
export interface Template {
  readonly [field: string]: unknown;
}

/** A template without list rules is also the value of what is missing. */
export function filled(object: JsonObject, template: Template): JsonObject {
  let next: Record<string, unknown> | undefined;
  for (const field of Object.keys(template)) {
    const value = filledValue(object[field], template[field]);
    if (value === object[field]) continue;
    next ??= { ...object };
    next[field] = value;
  }
  return next ?? object;
}

function filledValue(value: unknown, filler: unknown): unknown {
  if (filler instanceof EachItem) return filledItems(value, filler);
  if (value === undefined) return withoutRules(filler);
  return isJsonObject(value) && isJsonObject(filler) ? filled(value, filler) : value;
}

function filledItems(value: unknown, { template }: EachItem): unknown {
  if (!Array.isArray(value)) return value;
  const items: readonly unknown[] = value;
  const next = items.map((item, index) => (isJsonObject(item) ? filled(item, template(item, index)) : item));
  return next.every((item, index) => item === items[index]) ? value : next;
}

/** The part of a template that is a value: rules for items say nothing where there is no list. */
function withoutRules(filler: unknown): unknown {
  if (!isJsonObject(filler)) return filler;
  let next: Record<string, unknown> | undefined;
  for (const field of Object.keys(filler)) {
    const part = filler[field];
    if (part instanceof EachItem) {
      next ??= { ...filler };
      delete next[field];
      continue;
    }
    const value = withoutRules(part);
    if (value === part) continue;
    next ??= { ...filler };
    next[field] = value;
  }
  return next ?? filler;
}

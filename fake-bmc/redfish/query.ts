// Query parameters of a read: what they may say, and what they make of a representation.
// Source: DMTF DSP0266, query parameters. A parameter that begins with a dollar sign and is unknown is 501, another one is ignored.

import { type Filter, parseFilter } from './filter.ts';
import { isList, isObject, type Json, type JsonObject, own } from './json.ts';
import { type Message, message } from './messages.ts';

export interface Query {
  readonly only: boolean;
  readonly expand?: { readonly which: 'notLinks' | 'links' | 'all'; readonly levels: number };
  /** Property paths, each split into names. */
  readonly select?: readonly (readonly string[])[];
  readonly filter?: { readonly matches: Filter; readonly text: string };
  readonly skip: number;
  readonly top: number;
}

export const NO_QUERY: Query = { only: false, skip: 0, top: Number.POSITIVE_INFINITY };

/** Assumption: as deep as common controllers go; what a whole service would be at more is nobody's question. */
const EXPAND_LEVELS_MAX = 3;

/** As the service root announces them. */
export const PROTOCOL_FEATURES: JsonObject = {
  ExcerptQuery: false,
  ExpandQuery: { ExpandAll: true, Levels: true, Links: true, NoLinks: true, MaxLevels: EXPAND_LEVELS_MAX },
  FilterQuery: true,
  OnlyMemberQuery: true,
  SelectQuery: true,
  TopSkipQuery: true,
};

/** @returns the query, or everything that is wrong with it. */
export function parseQuery(text: string): Query | readonly Message[] {
  const problems: Message[] = [];
  let query: Query = NO_QUERY;
  for (const [name, value] of new URLSearchParams(text)) {
    const change = readParameter(name, value);
    if (change === undefined) continue;
    if ('id' in change) problems.push(change);
    else query = { ...query, ...change };
  }
  if (query.only && query.expand !== undefined) problems.push(message('QueryCombinationInvalid'));
  return problems.length > 0 ? problems : query;
}

/** Undefined: it is ignored. */
function readParameter(name: string, value: string): Partial<Query> | Message | undefined {
  switch (name) {
    case 'only':
      return value === '' ? { only: true } : message('QueryParameterValueError', [name]);
    case '$expand':
      return readExpand(value);
    case '$select':
      return readSelect(value);
    case '$filter': {
      const matches = parseFilter(value);
      return matches === undefined
        ? message('QueryParameterValueFormatError', [value.slice(0, 128), name])
        : { filter: { matches, text: value } };
    }
    case '$skip':
    case '$top': {
      if (!/^\d{1,9}$/.test(value)) return message('QueryParameterValueTypeError', [value.slice(0, 128), name]);
      return name === '$skip' ? { skip: Number(value) } : { top: Number(value) };
    }
    default:
      return name.startsWith('$') ? message('QueryParameterUnsupported', [name.slice(0, 128)]) : undefined;
  }
}

const EXPAND_KINDS: Readonly<Record<string, 'notLinks' | 'links' | 'all'>> = {
  '.': 'notLinks',
  '~': 'links',
  '*': 'all',
};

function readExpand(value: string): Partial<Query> | Message {
  const found = /^([.~*])(?:\(\$levels=(\d{1,4})\))?$/.exec(value);
  const which = EXPAND_KINDS[found?.[1] ?? ''];
  if (which === undefined) return message('QueryParameterValueFormatError', [value.slice(0, 128), '$expand']);
  const levels = Number(found?.[2] ?? 1);
  if (levels < 1 || levels > EXPAND_LEVELS_MAX) {
    return message('QueryParameterOutOfRange', [String(levels), '$expand', `1-${EXPAND_LEVELS_MAX}`]);
  }
  return { expand: { which, levels } };
}

function readSelect(value: string): Partial<Query> | Message {
  const paths = value.split(',').map((path) => path.trim());
  if (paths.some((path) => !/^[@#\w][\w@.#-]*(\/[@#\w][\w@.#-]*)*$/.test(path))) {
    return message('QueryParameterValueFormatError', [value.slice(0, 128), '$select']);
  }
  return { select: paths.map((path) => path.split('/')) };
}

/** What a link leads to; undefined where it leads nowhere, or where the caller may not read. */
export type Follow = (uri: string) => JsonObject | undefined;

/** Assumption: more resources than the largest single host has; what is beyond stays a link. */
const EXPANDED_MAX = 2000;

/** The representation as the query wants it. @returns what is wrong when the query does not fit the resource. */
export function queried(
  body: JsonObject,
  query: Query,
  follow: Follow,
): { readonly shown: JsonObject } | { readonly problems: readonly Message[] } {
  const isCollection = isList(own(body, 'Members'));
  const wantsCollection = query.filter !== undefined || query.skip > 0 || query.top !== Number.POSITIVE_INFINITY;
  if (!isCollection && (wantsCollection || query.only)) return { problems: [message('QueryNotSupportedOnResource')] };
  let shown = isCollection ? paged(body, query, follow) : body;
  if (query.only) shown = onlyMember(shown, follow);
  if (query.expand !== undefined) {
    const { which, levels } = query.expand;
    shown = new Expansion(which, follow).of(shown, levels);
  }
  return { shown: query.select === undefined ? shown : selected(shown, query.select) };
}

function onlyMember(collection: JsonObject, follow: Follow): JsonObject {
  const members = own(collection, 'Members');
  if (!isList(members) || members.length !== 1) return collection;
  const uri = linkOf(members[0]);
  return (uri === undefined ? undefined : follow(uri)) ?? collection;
}

function paged(collection: JsonObject, { filter, skip, top }: Query, follow: Follow): JsonObject {
  const members = own(collection, 'Members');
  if (!isList(members) || (filter === undefined && skip === 0 && top === Number.POSITIVE_INFINITY)) return collection;
  const kept = members.filter((member) => {
    if (filter === undefined) return true;
    const uri = linkOf(member);
    const whole = uri === undefined ? member : follow(uri);
    return isObject(whole) && filter.matches(whole);
  });
  const rest = new URLSearchParams({
    ...(filter === undefined ? {} : { $filter: filter.text }),
    $skip: String(skip + top),
    $top: String(top),
  });
  const isCut = skip + top < kept.length && top > 0;
  return {
    ...collection,
    Members: kept.slice(skip, skip + top),
    'Members@odata.count': kept.length,
    'Members@odata.nextLink': isCut ? `${String(collection['@odata.id'])}?${rest}` : undefined,
  };
}

/** Where a hyperlink leads; undefined where a value is none. */
function linkOf(value: Json | undefined): string | undefined {
  if (!isObject(value)) return undefined;
  const uri = own(value, '@odata.id');
  return typeof uri === 'string' && Object.keys(value).length === 1 ? uri : undefined;
}

class Expansion {
  private readonly which: 'notLinks' | 'links' | 'all';
  private readonly follow: Follow;
  private expanded = 0;

  constructor(which: 'notLinks' | 'links' | 'all', follow: Follow) {
    this.which = which;
    this.follow = follow;
  }

  of(body: JsonObject, levels: number): JsonObject {
    return Object.fromEntries(
      Object.entries(body).map(([name, value]) => [name, this.value(value, levels, name === 'Links')]),
    );
  }

  private value(value: Json | undefined, levels: number, inLinks: boolean): Json | undefined {
    if (isList(value)) return value.map((each) => this.value(each, levels, inLinks) ?? null);
    if (!isObject(value)) return value;
    const uri = linkOf(value);
    if (uri !== undefined) return this.isWanted(inLinks) ? this.followed(uri, value, levels) : value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, this.value(each, levels, inLinks || name === 'Links')]),
    );
  }

  private isWanted(inLinks: boolean): boolean {
    return this.which === 'all' || inLinks === (this.which === 'links');
  }

  private followed(uri: string, link: JsonObject, levels: number): JsonObject {
    if (this.expanded >= EXPANDED_MAX) return link;
    const body = this.follow(uri);
    if (body === undefined) return link;
    this.expanded++;
    return levels > 1 ? this.of(body, levels - 1) : body;
  }
}

/** Of a collection the properties of its members are chosen, of anything else its own; annotations of the whole stay. */
function selected(body: JsonObject, paths: readonly (readonly string[])[]): JsonObject {
  const members = own(body, 'Members');
  if (isList(members)) {
    return { ...body, Members: members.map((member) => (isObject(member) ? selected(member, paths) : member)) };
  }
  const chosen: [string, Json | undefined][] = [];
  for (const [name, value] of Object.entries(body)) {
    const deeper = paths.filter((path) => path[0] === name).map((path) => path.slice(1));
    if (name.startsWith('@odata.') || deeper.some((path) => path.length === 0)) chosen.push([name, value]);
    else if (deeper.length > 0 && isObject(value)) chosen.push([name, selected(value, deeper)]);
  }
  return Object.fromEntries(chosen);
}

// Rows about an API server: calls in, answers out, and nothing else, so that they hold for any server behind ApiTransport.
// Steps are values: `get(path).gives(200, {...})`, `advance(ms)`, `watch(path)`, `events([...])`.

import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../core/api/object.ts';
import { valueAt } from '../../sim/api-server/json-fields.ts';
import { mergePatch as applyMergePatch } from '../../sim/api-server/merge-patch.ts';
import { ObjectStore } from '../../sim/api-server/object-store.ts';
import type { ApiAnswer, ApiCall, ApiTransport, WatchEvent } from '../../sim/api-server/requests/api-call.ts';
import { ApiServer, type ApiServerOptions } from '../../sim/api-server/requests/api-server.ts';
import { isJsonObject } from '../../sim/api-server/same-value.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';

export const START_MS = Date.UTC(2026, 0, 15, 12, 0, 0);

/** A server to run rows against. */
export interface ApiTarget {
  readonly transport: ApiTransport;
  /** Lets time pass: virtual time, or a wait. */
  advance(ms: number): void | Promise<void>;
}

export interface ApiWorld extends ApiTarget {
  readonly kernel: Kernel;
  readonly store: ObjectStore;
  readonly transport: ApiServer;
}

/** A virtual API server with namespaces, and what its store starts with. */
export function apiWorld(
  objects: readonly KubeObject[] = [],
  options: Partial<Omit<ApiServerOptions, 'chance'>> = {},
): ApiWorld {
  const kernel = new Kernel(START_MS);
  const draws = new Draws(rootKey('api tests'), 0);
  const store = new ObjectStore(kernel, draws.stream('api', 'names'));
  store.load(objects);
  const chance = draws.stream('api', 'watches');
  const transport = new ApiServer(store, kernel, { namespaces: true, ...options, chance });
  return { kernel, store, transport, advance: (ms) => kernel.runUntil(kernel.nowMs + ms) };
}

/** An answer as it looks on the wire. */
export interface Seen {
  readonly code: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
  readonly contentType: string;
}

export interface WantedAnswer {
  readonly code: number;
  /** Must match in part, as `toMatchObject`; asymmetric matchers welcome. */
  readonly body?: unknown;
  readonly warnings?: readonly unknown[];
  readonly contentType?: string;
  /** Dotted paths that must not be there. */
  readonly lacks?: readonly string[];
}

export interface WantedEvent {
  readonly type: WatchEvent['type'];
  /** Must match the event's object in part. */
  readonly object?: unknown;
  readonly name?: string;
}

/** The call, or how to make it from the answers so far; the first answer of a row is `seen[0]`. */
export type MakeCall = ApiCall | ((seen: readonly Seen[]) => ApiCall);

export type Step =
  | { readonly step: 'call'; readonly call: MakeCall; readonly answer: WantedAnswer; readonly advanceMs?: number }
  | { readonly step: 'advance'; readonly ms: number }
  | { readonly step: 'watch'; readonly call: MakeCall }
  | { readonly step: 'events'; readonly events: readonly WantedEvent[]; readonly ended: boolean | undefined }
  | { readonly step: 'look'; readonly look: (seen: readonly Seen[]) => void };

export interface Row {
  readonly title: string;
  readonly steps: readonly Step[];
}

export interface RowGroup {
  /** The point of the semantics that the rows prove. */
  readonly bullet: string;
  readonly rows: readonly Row[];
}

interface Unanswered {
  /** What the answer must be: its code, and parts of its body. */
  gives(code: number, body?: unknown, more?: Omit<WantedAnswer, 'code' | 'body'>): Step;
  /** As `gives`, for an answer that comes only after time has passed. */
  givesAfter(ms: number, code: number, body?: unknown): Step;
}

type Options = Omit<ApiCall, 'method' | 'path' | 'body'>;

export function request(call: MakeCall): Unanswered {
  return {
    gives: (code, body, more = {}) => ({ step: 'call', call, answer: { code, body, ...more } }),
    givesAfter: (ms, code, body) => ({ step: 'call', call, answer: { code, body }, advanceMs: ms }),
  };
}

/** A path, or how to make it from the answers so far. */
type Path = string | ((seen: readonly Seen[]) => string);
/** A body, or how to make it from the answers so far. */
type BodyOf = object | string | undefined | ((seen: readonly Seen[]) => unknown);

function isMaker(body: BodyOf): body is (seen: readonly Seen[]) => unknown {
  return typeof body === 'function';
}

function made(method: ApiCall['method'], path: Path, body: BodyOf, options: Options): Unanswered {
  return request((seen) => ({
    method,
    path: typeof path === 'function' ? path(seen) : path,
    ...(body === undefined ? {} : { body: isMaker(body) ? body(seen) : body }),
    ...options,
  }));
}

export const get = (path: Path, options: Options = {}): Unanswered => made('GET', path, undefined, options);
export const post = (path: Path, body: BodyOf, options: Options = {}): Unanswered => made('POST', path, body, options);
export const put = (path: Path, body: BodyOf, options: Options = {}): Unanswered => made('PUT', path, body, options);
export const remove = (path: Path, body?: BodyOf, options: Options = {}): Unanswered =>
  made('DELETE', path, body, options);

export const mergePatch = (path: Path, body: BodyOf, options: Options = {}): Unanswered =>
  made('PATCH', path, body, { contentType: 'application/merge-patch+json', ...options });
export const jsonPatch = (path: Path, body: BodyOf, options: Options = {}): Unanswered =>
  made('PATCH', path, body, { contentType: 'application/json-patch+json', ...options });

export const advance = (ms: number): Step => ({ step: 'advance', ms });
/** Opens a watch; `events` then speaks of the one opened last. */
export const watch = (path: Path, options: Options = {}): Step => ({
  step: 'watch',
  call: (seen) => ({ method: 'GET', path: typeof path === 'function' ? path(seen) : path, ...options }),
});
/** All events of the last watch since they were last looked at; `ended`: whether the server has ended it. */
export const events = (wanted: readonly WantedEvent[], ended?: boolean): Step => ({
  step: 'events',
  events: wanted,
  ended,
});
export const look = (assertion: (seen: readonly Seen[]) => void): Step => ({ step: 'look', look: assertion });

/** A field of an answer's body as text: `textOf(seen[0], 'metadata', 'uid')`. */
export function textOf(seen: Seen | undefined, ...path: readonly string[]): string {
  return String(valueAt(seen?.body, ...path));
}

/** The resourceVersion of an answered object or list. */
export function versionOf(seen: Seen | undefined): string {
  return textOf(seen, 'metadata', 'resourceVersion');
}

/** An answered object with changes, as a client would send it back; null removes a field. */
export function changed(seen: Seen | undefined, patch: Readonly<Record<string, unknown>>): unknown {
  return isJsonObject(seen?.body) ? applyMergePatch(seen.body, patch) : patch;
}

interface OpenWatch {
  readonly arrived: WatchEvent[];
  ended: boolean;
}

/** One test per row, each against a target of its own. */
export function describeRows(
  name: string,
  groups: readonly RowGroup[],
  make: () => ApiTarget | Promise<ApiTarget>,
): void {
  describe(name, () => {
    describe.each(groups)('$bullet', ({ rows }) => {
      test.each(rows)('$title', async (row) => {
        await runRow(row, await make());
      });
    });
  });
}

/** Runs a row against a fresh target. */
export async function runRow(row: Row, target: ApiTarget): Promise<void> {
  const seen: Seen[] = [];
  let open: OpenWatch = { arrived: [], ended: false };
  for (const [position, step] of row.steps.entries()) {
    const where = `step ${position + 1} of '${row.title}'`;
    switch (step.step) {
      case 'advance':
        await target.advance(step.ms);
        break;
      case 'watch':
        open = await openWatch(target, callOf(step.call, seen));
        break;
      case 'events':
        checkEvents(open, step, where);
        break;
      case 'look':
        step.look(seen);
        break;
      case 'call': {
        const answer = answered(target, callOf(step.call, seen));
        if (step.advanceMs !== undefined) await target.advance(step.advanceMs);
        const got = await answer;
        seen.push(got);
        checkAnswer(got, step.answer, where);
      }
    }
  }
}

function callOf(call: MakeCall, seen: readonly Seen[]): ApiCall {
  return typeof call === 'function' ? call(seen) : call;
}

/** One call of any transport as a promise, its body as printed JSON would be. */
export function answered(target: ApiTarget, call: ApiCall): Promise<Seen> {
  return new Promise((resolve, reject) => {
    target.transport.call(call, (answer) => {
      if (answer.kind === 'watch') reject(new Error(`${call.path} began a watch`));
      else resolve({ ...answer, body: wire(answer.body) });
    });
  });
}

async function openWatch(target: ApiTarget, call: ApiCall): Promise<OpenWatch> {
  const answer = await new Promise<ApiAnswer>((resolve) => target.transport.call(call, resolve));
  if (answer.kind !== 'watch') throw new Error(`no watch but ${JSON.stringify(answer.body)}`);
  const open: OpenWatch = { arrived: [], ended: false };
  answer.start({
    event: ({ type, object }) => open.arrived.push({ type, object: wire(object) }),
    end: () => {
      open.ended = true;
    },
  });
  return open;
}

function wire(body: unknown): unknown {
  return body === undefined ? undefined : JSON.parse(JSON.stringify(body));
}

function checkAnswer(got: Seen, wanted: WantedAnswer, where: string): void {
  const context = `${where}: ${JSON.stringify(got.body)?.slice(0, 600)}`;
  expect(got.code, context).toBe(wanted.code);
  if (wanted.body !== undefined) expect(got.body, context).toMatchObject(wanted.body as object);
  if (wanted.warnings !== undefined) expect(got.warnings, context).toEqual(wanted.warnings);
  if (wanted.contentType !== undefined) expect(got.contentType, context).toBe(wanted.contentType);
  for (const path of wanted.lacks ?? []) expect(got.body, context).not.toHaveProperty(path);
}

function checkEvents(open: OpenWatch, step: Extract<Step, { step: 'events' }>, where: string): void {
  const got = open.arrived.splice(0);
  const named = (event: WatchEvent): string => String(valueAt(event.object, 'metadata', 'name') ?? '');
  const short = step.events.map(({ type, name }) => ({ type, ...(name === undefined ? {} : { name }) }));
  const found = got.map((event, i) => ({
    type: event.type,
    ...(step.events[i]?.name === undefined ? {} : { name: named(event) }),
  }));
  expect(found, where).toEqual(short);
  for (const [i, { object }] of step.events.entries()) {
    if (object !== undefined) expect(got[i]?.object, `${where}, event ${i + 1}`).toMatchObject(object as object);
  }
  if (step.ended !== undefined) expect(open.ended, where).toBe(step.ended);
}

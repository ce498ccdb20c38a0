// JSON patch, RFC 6902, by path copy: the containers on the way to what an operation touches are copied once, and rfc6902 works
// on the copies; the stored object and all that is not touched stay as they are and shared.
// Source: apiserver pkg/endpoints/handlers/patch.go; evanphx/json-patch v4.12 patch.go, whose readings are kept: indices may
// count from the end, replacing a missing field adds it, testing a missing field for null succeeds.
//
// Divergence from reality: pointers through fields named `__proto__`, `constructor` or `prototype` are refused.

import { applyPatch, type Operation } from 'rfc6902';
import { setOwn } from '../own-property.ts';
import type { Refusal } from '../refusals.ts';
import { isJsonObject, sameValue } from '../same-value.ts';
import {
  invalidPatched,
  jsonTypeOf,
  notAMap,
  tooManyOperations,
  undecodable,
  unprocessable,
} from './patch-refusals.ts';

export type Patched =
  | { readonly kind: 'patched'; readonly value: unknown; readonly unknownFields: readonly string[] }
  | Refusal;

/** Source: patch.go maxJSONPatchOperations. */
const OPERATIONS_MAX = 10_000;
const GO_OPERATION = 'handlers.jsonPatchOp';
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const OPERATION_FIELDS: ReadonlySet<string> = new Set(['op', 'path', 'from', 'value']);

/** The value that the operations make of the object. Refusals: 400 for a malformed patch, 422 for one that does not apply. */
export function jsonPatch(object: unknown, body: unknown): Patched {
  if (!Array.isArray(body)) return malformed(`${jsonTypeOf(body)} into Go value of type []${GO_OPERATION}`);
  if (body.length > OPERATIONS_MAX) return tooManyOperations(body.length, OPERATIONS_MAX);
  const draft = new Draft(object);
  const unknownFields: string[] = [];
  for (const [i, operation] of body.entries()) {
    if (!isJsonObject(operation)) return malformed(`${jsonTypeOf(operation)} into Go value of type ${GO_OPERATION}`);
    for (const field of ['op', 'path', 'from']) {
      const value = operation[field];
      if (value !== undefined && value !== null && typeof value !== 'string') {
        return malformed(`${jsonTypeOf(value)} into Go struct field jsonPatchOp.${field} of type string`);
      }
    }
    for (const field of Object.keys(operation)) {
      if (!OPERATION_FIELDS.has(field)) unknownFields.push(`json patch unknown field "[${i}].${field}"`);
    }
    if (!draft.perform(operation)) return unprocessable();
  }
  if (!isJsonObject(draft.root)) return invalidPatched(JSON.stringify(draft.root) ?? '', notAMap(draft.root));
  return { kind: 'patched', value: draft.root, unknownFields };
}

function malformed(what: string): Refusal {
  return undecodable(`error decoding patch: json: cannot unmarshal ${what}`);
}

type Container = unknown[] | Record<string, unknown>;

/** Where a pointer ends: a container that is ours to change, and the key in it. */
interface Place {
  readonly container: Container;
  readonly key: string;
  readonly pointer: readonly string[];
}

class Draft {
  root: unknown;
  private readonly ours = new WeakSet<object>();

  constructor(object: unknown) {
    this.root = object;
  }

  /** False when the operation does not apply. */
  perform(operation: { readonly [field: string]: unknown }): boolean {
    const { op, path, from, value = null } = operation;
    if (typeof path !== 'string') return false;
    switch (op) {
      case 'add':
        return this.add(path, value);
      case 'remove':
        return this.remove(path);
      case 'replace':
        return this.replace(path, value);
      case 'test':
        return this.test(path, value);
      case 'move': {
        const moved = typeof from === 'string' ? this.read(from) : undefined;
        return moved !== undefined && typeof from === 'string' && this.remove(from) && this.add(path, moved.value);
      }
      case 'copy': {
        const copied = typeof from === 'string' ? this.read(from) : undefined;
        return copied !== undefined && this.add(path, copied.value ?? null);
      }
      default:
        return false;
    }
  }

  private add(path: string, value: unknown): boolean {
    const place = this.placeOf(path);
    if (place === undefined) return false;
    if (!Array.isArray(place.container)) return this.apply({ op: 'add', path: pointerOf(place, place.key), value });
    if (place.key === '-') return this.apply({ op: 'add', path: pointerOf(place, '-'), value });
    const index = indexIn(place.container.length + 1, place.key);
    return index !== undefined && this.apply({ op: 'add', path: pointerOf(place, String(index)), value });
  }

  private remove(path: string): boolean {
    const at = this.existing(path);
    return at !== undefined && this.apply({ op: 'remove', path: at });
  }

  private replace(path: string, value: unknown): boolean {
    if (path === '') {
      this.root = value;
      return typeof value === 'object' && value !== null;
    }
    const at = this.existing(path);
    if (at !== undefined) return this.apply({ op: 'replace', path: at, value });
    const place = this.placeOf(path);
    return place !== undefined && !Array.isArray(place.container) && this.add(path, value);
  }

  /** Not by rfc6902, which puts both values into the text of an error: an object with a field `toString` has none. */
  private test(path: string, value: unknown): boolean {
    if (path === '') return sameValue(this.root, value);
    const there = this.existing(path) === undefined ? undefined : this.read(path);
    if (there !== undefined) return sameValue(there.value, value);
    const place = this.placeOf(path);
    return place !== undefined && !Array.isArray(place.container) && value === null;
  }

  /** The value at a pointer, wrapped; a missing field of an object that is there reads as undefined. */
  private read(path: string): { readonly value: unknown } | undefined {
    const place = this.placeOf(path);
    if (place === undefined) return undefined;
    if (!Array.isArray(place.container)) {
      return { value: Object.hasOwn(place.container, place.key) ? place.container[place.key] : undefined };
    }
    const index = indexIn(place.container.length, place.key);
    return index === undefined ? undefined : { value: place.container[index] };
  }

  /** The pointer with its last index made positive, or undefined where nothing is. */
  private existing(path: string): string | undefined {
    const place = this.placeOf(path);
    if (place === undefined) return undefined;
    if (!Array.isArray(place.container)) {
      return Object.hasOwn(place.container, place.key) ? pointerOf(place, place.key) : undefined;
    }
    const index = indexIn(place.container.length, place.key);
    return index === undefined ? undefined : pointerOf(place, String(index));
  }

  private apply(operation: Operation): boolean {
    return applyPatch(this.root, [operation])[0] === null;
  }

  /** Copies what stands on the way, once, so that the operation changes nothing that is shared. */
  private placeOf(path: string): Place | undefined {
    const tokens = path.split('/').map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (tokens.length < 2 || tokens[0] !== '' || tokens.some((token) => RESERVED.has(token))) return undefined;
    const pointer: string[] = [];
    let container = this.owned(this.root);
    this.root = container;
    for (const token of tokens.slice(1, -1)) {
      if (container === undefined) return undefined;
      const key = Array.isArray(container) ? indexIn(container.length, token) : token;
      if (key === undefined || !Object.hasOwn(container, key)) return undefined;
      const below: Container | undefined = this.owned(
        Array.isArray(container) ? container[Number(key)] : container[key],
      );
      if (below === undefined) return undefined;
      if (Array.isArray(container)) container[Number(key)] = below;
      else setOwn(container, String(key), below);
      pointer.push(String(key));
      container = below;
    }
    return container === undefined ? undefined : { container, key: tokens.at(-1) ?? '', pointer };
  }

  private owned(value: unknown): Container | undefined {
    if (Array.isArray(value)) return this.copied(value, () => [...value]);
    return isJsonObject(value) ? this.copied(value, () => ({ ...value })) : undefined;
  }

  private copied(value: Container, copy: () => Container): Container {
    if (this.ours.has(value)) return value;
    const fresh = copy();
    this.ours.add(fresh);
    return fresh;
  }
}

/** An index below `length`; negative ones count from the end. */
function indexIn(length: number, token: string): number | undefined {
  if (!/^[+-]?\d+$/.test(token)) return undefined;
  const index = Number(token) < 0 ? Number(token) + length : Number(token);
  return index >= 0 && index < length ? index : undefined;
}

function pointerOf(place: Place, key: string): string {
  return [...place.pointer, key].map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

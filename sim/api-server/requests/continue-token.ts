// Tokens of paged lists: the resourceVersion of the snapshot and the key to go on from, as base64 of JSON.
// Source: apiserver pkg/storage/continue.go.

import { isJsonObject } from '../same-value.ts';
import { type ApiFailure, badRequest } from './api-failure.ts';

export interface ContinueToken {
  /** -1: from whatever is there now, no snapshot. */
  readonly resourceVersion: number;
  /** Keys from here on belong to the next page; `namespace/name`, ended by a NUL so that the last key is behind. */
  readonly start: string;
}

export function encodedToken({ resourceVersion, start }: ContinueToken): string {
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: resourceVersion, start });
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** 400 for a token that this server did not make. */
export function decodedToken(token: string): ContinueToken | ApiFailure {
  const value = jsonOf(token);
  if (!isJsonObject(value)) return badRequest('continue key is not valid: it is no token of this server');
  const { v, rv, start } = value;
  if (v !== 'meta.k8s.io/v1') {
    return badRequest(`continue key is not valid: server does not recognize this encoded version ${String(v)}`);
  }
  if (typeof rv !== 'number' || rv === 0) {
    return badRequest('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  }
  if (typeof start !== 'string' || start === '') {
    return badRequest('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)');
  }
  return { resourceVersion: rv, start };
}

function jsonOf(token: string): unknown {
  if (!/^[A-Za-z0-9_-]+$/.test(token) || token.length % 4 === 1) return undefined;
  const text = atob(token.replaceAll('-', '+').replaceAll('_', '/'));
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

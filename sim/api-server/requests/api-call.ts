// What goes into the virtual API server and what comes out, shaped like HTTP but made of plain values: one call, one answer,
// given by callback. `fake-kube` carries these over a socket, the contract suite runs the same rows over either.
//
// Nothing here waits: an answer that a real server gives later (a watch's events, a "too large resource version" after its
// three seconds) comes by callback at its virtual instant.

import type { StatusCause } from '../../../core/facts.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [field: string]: JsonValue | undefined };

export interface ApiCall {
  readonly method: Method;
  /** Path with query, as in a URL: `/api/v1/namespaces/app/pods?limit=500`. Percent-encoded where a URL must be. */
  readonly path: string;
  /** Absent: `application/json`. */
  readonly accept?: string;
  /** Of the body; decides the patch type. Absent: `application/json`. */
  readonly contentType?: string;
  /** The parsed body. Text that does not parse is the transport's to refuse (400). */
  readonly body?: unknown;
  /** Absent: an administrator. Admission looks at it (node restriction), and managedFields' default manager comes from `userAgent`. */
  readonly user?: { readonly name: string; readonly groups: readonly string[] };
  /** `kubectl/v1.32.4 (linux/amd64)`: up to the first slash it is the field manager where the query names none. */
  readonly userAgent?: string;
}

/** A Status object of meta/v1, as every refusal carries it. */
export interface StatusBody {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: JsonObject;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly StatusCause[];
    readonly retryAfterSeconds?: number;
  };
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

export interface WatchListener {
  event(event: WatchEvent): void;
  /** The server ended the watch (its time is up, or after an ERROR); no event follows. */
  end(): void;
}

export type ApiAnswer =
  | {
      readonly kind: 'object';
      readonly code: number;
      readonly body: unknown;
      /** `Warning: 299` texts. */
      readonly warnings: readonly string[];
      /** `application/json`, with the discovery parameters where asked for; `application/json;stream=watch` never stands here. */
      readonly contentType: string;
    }
  | {
      readonly kind: 'watch';
      /** Begins delivery, first synchronously what is there already; the returned function ends it from the client's side. */
      readonly start: (listener: WatchListener) => () => void;
    };

export interface ApiTransport {
  call(call: ApiCall, answer: (answer: ApiAnswer) => void): void;
}

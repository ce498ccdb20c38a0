// An answer before it is sent: status, headers, body, in the way that one controller writes them.

import { gzipSync } from 'node:zlib';
import type { WireDialect } from '../../sim/host/bmc/quirks/quirk.ts';
import { writtenTag } from './entity-tag.ts';
import { errorBody, type HttpRefusal } from './error-body.ts';
import type { JsonObject } from './json.ts';
import type { Place } from './place.ts';
import { schemaAddress } from './schemas.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Every answer says these. */
const ALWAYS = { 'OData-Version': '4.0', 'Cache-Control': 'no-store' } as const;
const JSON_TYPE = { 'Content-Type': 'application/json;charset=utf-8' } as const;

export function jsonAnswer(status: number, body: JsonObject, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { ...ALWAYS, ...JSON_TYPE, ...headers }, body: JSON.stringify(body) };
}

export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { ...ALWAYS, ...headers }, body: '' };
}

export function xmlAnswer(body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers: { ...ALWAYS, 'Content-Type': 'application/xml;charset=utf-8', ...headers }, body };
}

const PAGE = '<html><head><title>504 Gateway Timeout</title></head><body><h1>504 Gateway Timeout</h1></body></html>';

export function refusalAnswer(
  refusal: HttpRefusal,
  dialect: WireDialect,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const { status, retryAfterSeconds } = refusal;
  const all = {
    ...headers,
    ...(status === 401 ? { 'WWW-Authenticate': 'Basic realm="Redfish"' } : {}),
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
  };
  if (status === 504 && dialect.body === 'html') {
    return { status, headers: { ...ALWAYS, ...all, 'Content-Type': 'text/html' }, body: PAGE };
  }
  return jsonAnswer(status, errorBody(refusal, dialect), all);
}

/** What a controller sends whose service is dying: the beginning of an answer. */
export const BROKEN: Answer = { status: 200, headers: { ...ALWAYS, ...JSON_TYPE }, body: '{"@odata.id": "/redfish/v1' };

/** The methods that a place takes. */
export function allowOf({ patch, create, remove, isLogin }: Place): string {
  const post = create !== undefined || isLogin === true;
  return [
    'GET, HEAD',
    ...(patch === undefined ? [] : ['PATCH']),
    ...(post ? ['POST'] : []),
    ...(remove === undefined ? [] : ['DELETE']),
  ].join(', ');
}

export interface ShownOptions {
  readonly status: number;
  readonly dialect: WireDialect;
  /** The client takes gzip; only controllers that get their tags wrong with it are known to give it. */
  readonly mayCompress: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A representation, with the headers that describe it. */
export function shownAnswer(
  place: Place,
  { body, tag }: { readonly body: JsonObject; readonly tag: string },
  { status, dialect, mayCompress, headers = {} }: ShownOptions,
): Answer {
  const isCompressed = mayCompress && dialect.etag === 'weakWhenCompressed';
  const written = writtenTag(tag, dialect.etag, isCompressed);
  const answer = jsonAnswer(
    status,
    { ...body, '@odata.etag': written },
    {
      ETag: written,
      Allow: allowOf(place),
      Link: `<${schemaAddress(place.schema)}>; rel=describedby`,
      ...headers,
    },
  );
  if (!isCompressed) return answer;
  return { ...answer, headers: { ...answer.headers, 'Content-Encoding': 'gzip' }, body: gzipSync(answer.body) };
}

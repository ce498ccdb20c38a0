// What a request says beside its body: address, credentials, and the headers that decide how it is answered.

import { type HttpRefusal, refusalOf } from './error-body.ts';
import type { Claim } from './front.ts';
import { message } from './messages.ts';

export interface RequestHead {
  readonly method: string;
  /** As it was asked for, without its query. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** One header; of several of the same name the first. */
export function header({ headers }: RequestHead, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' || value === undefined ? value : value[0];
}

export function headOf(method: string, url: string, headers: RequestHead['headers']): RequestHead {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  return { method, path, query: mark < 0 ? '' : url.slice(mark + 1), headers };
}

/**
 * The names below `/redfish/v1`; `[]` is the service root. Undefined: the address is none of a resource, and has no place in this tree.
 */
export function namesOf(path: string): readonly string[] | undefined {
  const found = /^\/redfish\/v1(\/.*)?$/.exec(path);
  if (found === null) return undefined;
  const names = (found[1] ?? '/').replace(/\/$/, '').split('/').slice(1).map(decoded);
  return names.every((name) => name !== undefined && name !== '') ? names.map(String) : undefined;
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** A token wins over name and password. Source: DMTF DSP0266, HTTP header authentication. */
export function claimOf(head: RequestHead): Claim {
  const token = header(head, 'x-auth-token');
  if (token !== undefined) return { kind: 'token', token };
  const [scheme = '', value = ''] = (header(head, 'authorization') ?? '').split(' ');
  if (scheme.toLowerCase() !== 'basic') return { kind: 'none' };
  const text = Buffer.from(value, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? { kind: 'none' } : { kind: 'basic', name: text.slice(0, colon), password: text.slice(colon + 1) };
}

export type MediaType = 'application/json' | 'application/xml' | 'text/event-stream';

/** What is wrong with the headers that say how to answer; undefined: nothing. */
export function headProblem(head: RequestHead, media: MediaType, refusesIdentity: boolean): HttpRefusal | undefined {
  const version = header(head, 'odata-version');
  if (version !== undefined && version.trim() !== '4.0') return invalid('OData-Version', version, 412);
  const accept = header(head, 'accept');
  if (accept !== undefined && !accepts(accept, media)) return invalid('Accept', accept, 406);
  const encoding = header(head, 'accept-encoding');
  if (refusesIdentity && encoding?.trim().toLowerCase() === 'identity')
    return invalid('Accept-Encoding', encoding, 406);
  return undefined;
}

function invalid(name: string, value: string, status: number): HttpRefusal {
  return refusalOf(message('HeaderInvalid', [`${name}: ${value.slice(0, 128)}`]), status);
}

function accepts(accept: string, media: MediaType): boolean {
  const [kind] = media.split('/');
  const ranges = accept.split(',').map((range) => range.split(';').map((part) => part.trim().toLowerCase()));
  return ranges.some(
    ([range = '', ...parameters]) =>
      [media, `${kind}/*`, '*/*', ''].includes(range) && !parameters.some((each) => /^q=0(\.0*)?$/.test(each)),
  );
}

/** Whether the answer may be compressed, for controllers that do. */
export function takesGzip(head: RequestHead): boolean {
  return /\bgzip\b/.test(header(head, 'accept-encoding') ?? '');
}

// What a write comes to before anything is done: the commands that it stands for, or everything that is wrong with it. Method first, then
// privilege, headers, body, precondition, properties.

import type { WireDialect } from '../../sim/host/bmc/quirks/quirk.ts';
import { allowOf } from './answer.ts';
import { judgeBody } from './body-form.ts';
import { judge } from './entity-tag.ts';
import { type HttpRefusal, refusalOf, refusalOfAll } from './error-body.ts';
import { isObject, type JsonObject, parsed } from './json.ts';
import { MESSAGES, type Message, type MessageName, message } from './messages.ts';
import { type Place, type Plan, represented, tagged, type User } from './place.ts';
import { isAllowed, type Operation } from './privileges.ts';
import { header, headProblem, type RequestHead } from './request-head.ts';

export interface WriteRequest {
  readonly head: RequestHead;
  /** Undefined: there is none. */
  readonly body: Buffer | undefined;
  readonly place: Place;
  /** The name of an action of the place; undefined: the place itself is meant. */
  readonly action: string | undefined;
  readonly user: User;
  readonly dialect: WireDialect;
}

export interface WritePlans {
  readonly plans: readonly Plan[];
  /** Of properties that cannot be written, beside those that can. */
  readonly problems: readonly Message[];
}

/** Whether this user may read or change what is at a place. */
export function may({ schema, isOwn }: Place, user: User, operation: Operation): boolean {
  return isAllowed(user.role, operation, { schema, isOwn: isOwn?.(user) === true });
}

export function said(name: MessageName, args: readonly string[] = []): HttpRefusal {
  return refusalOf(message(name, args), MESSAGES[name].status);
}

/** The status of several messages is that of the first. */
export function saidAll(messages: readonly Message[]): HttpRefusal {
  const [first] = messages;
  const name = first?.id.slice(first.id.lastIndexOf('.') + 1) ?? '';
  return refusalOfAll(messages, Object.hasOwn(MESSAGES, name) ? MESSAGES[name as MessageName].status : 400);
}

export function writePlans(request: WriteRequest): HttpRefusal | WritePlans {
  const { head, place, action, user } = request;
  const problem = methodProblem(request) ?? headProblem(head, 'application/json', false);
  if (problem !== undefined) return problem;
  if (new URLSearchParams(head.query).keys().some((name) => name.startsWith('$')))
    return said('QueryNotSupportedOnOperation');
  if (head.method === 'DELETE') {
    return precondition(request) ?? { plans: place.remove === undefined ? [] : [place.remove(user)], problems: [] };
  }
  const body = jsonBody(request, head.method === 'POST');
  if (!('json' in body)) return body;
  const write = action === undefined ? place.create : place.actions?.[action];
  if (head.method === 'POST' && write !== undefined) {
    const plan = write(body.json, user);
    return 'ask' in plan ? { plans: [plan], problems: [] } : saidAll(plan);
  }
  return precondition(request) ?? patchPlans(request, body.json);
}

function methodProblem({ head: { method }, place, action, user }: WriteRequest): HttpRefusal | undefined {
  const isTaken =
    action === undefined
      ? (method === 'PATCH' && place.patch !== undefined) ||
        (method === 'POST' && place.create !== undefined) ||
        (method === 'DELETE' && place.remove !== undefined)
      : method === 'POST';
  if (!isTaken) return { ...said('OperationNotAllowed'), allow: action === undefined ? allowOf(place) : 'POST' };
  if (method === 'PATCH' && place.ownMayWrite !== undefined) return undefined;
  return may(place, user, 'write') ? undefined : said('InsufficientPrivilege');
}

function precondition({ head, place, user, dialect }: WriteRequest): HttpRefusal | undefined {
  const ifMatch = header(head, 'if-match');
  if (ifMatch === undefined && dialect.etag !== 'ifMatchRequired') return undefined;
  const isSession = user.session !== undefined;
  const verdict = judge({ ifMatch, tag: tagged(place).tag, isSession }, dialect.etag);
  if (verdict === 'met') return undefined;
  return said(verdict === 'required' ? 'PreconditionRequired' : 'PreconditionFailed');
}

/** @param mayBeEmpty an action without parameters needs no body. */
export function jsonBody(
  { head, body }: Pick<WriteRequest, 'head' | 'body'>,
  mayBeEmpty: boolean,
): HttpRefusal | { readonly json: JsonObject } {
  if (body === undefined || body.length === 0) return mayBeEmpty ? { json: {} } : said('EmptyJSON');
  const type = header(head, 'content-type');
  if (type !== undefined && !/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(type.trim())) {
    return refusalOf(message('HeaderInvalid', [`Content-Type: ${type.slice(0, 128)}`]), 415);
  }
  const json = parsed(body.toString('utf8'));
  if (json === undefined) return said('MalformedJSON');
  return isObject(json) ? { json } : said('UnrecognizedRequestBody');
}

function patchPlans({ place, user }: WriteRequest, body: JsonObject): HttpRefusal | WritePlans {
  const { patch } = place;
  if (patch === undefined) return said('OperationNotAllowed');
  if (!mayWrite(place, user, Object.keys(body))) return said('InsufficientPrivilege');
  const { usable, problems, saysSomething } = judgeBody(body, patch.writable, represented(place));
  if (!saysSomething || (Object.keys(usable).length === 0 && problems.length === 0)) return said('NoOperation');
  if (Object.keys(usable).length === 0) return refusalOfAll(problems);
  return { plans: patch.plans(usable, user), problems };
}

/** Whoever may not change others' may still change this of his own. */
function mayWrite(place: Place, user: User, names: readonly string[]): boolean {
  if (user.mustChange === undefined && may(place, user, 'write')) return true;
  return place.isOwn?.(user) === true && names.every((name) => place.ownMayWrite?.includes(name) === true);
}

// A place in the tree of resources: what is there, and what may be done to it. Places are made when somebody asks for them.

import type { BmcAnswer, BmcRequest } from '../../sim/host/bmc/requests.ts';
import type { Properties } from './body-form.ts';
import { entityTag } from './entity-tag.ts';
import type { HttpRefusal } from './error-body.ts';
import type { HostView } from './host-view.ts';
import type { JsonObject } from './json.ts';
import type { Message } from './messages.ts';
import type { RoleId } from './privileges.ts';
import { odataType, type SchemaName } from './schemas.ts';

/** Somebody whose name and password, or session, are right. */
export interface User {
  readonly name: string;
  readonly role: RoleId;
  /** Undefined with Basic authentication. */
  readonly session: number | undefined;
  /** The address of his account, whose password he has to change before anything else; undefined: he has not. */
  readonly mustChange: string | undefined;
}

/** What becomes of a write that was let in. */
export type Outcome =
  /** 200, with the representation of the place as it is then. */
  | { readonly kind: 'shown' }
  /** 204. */
  | { readonly kind: 'nothing' }
  /** 201. */
  | {
      readonly kind: 'created';
      readonly uri: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** 202, and the rest is told by a task. */
  | { readonly kind: 'accepted'; readonly host: HostView; readonly task: number }
  | { readonly kind: 'refused'; readonly refusal: HttpRefusal };

/** One command to the controller, and what follows from its yes. */
export interface Plan {
  readonly ask: BmcRequest;
  /** Whose controller is asked, where it is not that of the place. */
  readonly host?: HostView;
  /** What is to be changed, and to what, for whoever words a refusal. */
  readonly about?: { readonly property: string; readonly value: string };
  readonly done: (answer: BmcAnswer) => Outcome;
}

export const SHOWN: Outcome = { kind: 'shown' };
export const NOTHING: Outcome = { kind: 'nothing' };

/** A command that is only let in by the controller; the rest is the service's own. */
export function visit(done: () => Outcome): Plan {
  return { ask: { ask: 'visit' }, done };
}

export interface Patch {
  readonly writable: Properties;
  /** @param usable what of the body may be written; at least one property. */
  readonly plans: (usable: JsonObject, user: User) => readonly Plan[];
}

/** A write with a body of its own: the creation of a member, or an action. */
export type Write = (body: JsonObject, user: User) => Plan | readonly Message[];

export interface Place {
  readonly uri: string;
  readonly schema: SchemaName;
  /** Whose controller lets requests in here; undefined: the service's own door. */
  readonly host: HostView | undefined;
  /** What a read is to the controller; by default a visit. */
  readonly read?: BmcRequest;
  readonly body: () => JsonObject;
  /** It belongs to this user: account, session, subscription. */
  readonly isOwn?: (user: User) => boolean;
  /** What of their own resource people may change without the privilege to change others'. */
  readonly ownMayWrite?: readonly string[];
  /** A GET here opens the stream of events. */
  readonly isStream?: true;
  /** A POST here logs in. */
  readonly isLogin?: true;
  /** A monitor of a task that is not done: 202. */
  readonly isRunning?: () => boolean;
  /** Where a client is to ask again; the representation is that of the task. */
  readonly monitor?: string;
  readonly patch?: Patch;
  readonly create?: Write;
  readonly remove?: (user: User) => Plan;
  /** By what follows `Actions/` in their addresses. */
  readonly actions?: Readonly<Record<string, Write>>;
}

/** The names of the rest of an address below a place, to the place there. */
export type Branch = (names: readonly string[]) => Place | undefined;

/** A representation, without its entity tag. */
export function represented({ uri, schema, body }: Place): JsonObject {
  return { '@odata.id': uri, '@odata.type': odataType(schema), ...body() };
}

/** A representation with its entity tag. */
export function tagged(place: Place): { readonly body: JsonObject; readonly tag: string } {
  const body = represented(place);
  return { body, tag: entityTag(body) };
}

export function link(uri: string): JsonObject {
  return { '@odata.id': uri };
}

/** The body of a collection. */
export function collection(name: string, members: readonly string[]): JsonObject {
  return { Name: name, Members: members.map(link), 'Members@odata.count': members.length };
}

/** A place that can be read and no more. */
export function readable(uri: string, schema: SchemaName, host: HostView | undefined, body: () => JsonObject): Place {
  return { uri, schema, host, body };
}

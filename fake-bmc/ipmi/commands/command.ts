// The shape of a command: who may give it, how long it is, what it asks the controller, and how the answer is spelled. Both halves are
// functions of values; whoever runs commands asks in between, so that every command costs what a message costs a controller.

import type { BmcAnswer, BmcRequest, Refusal } from '../../../sim/host/bmc/requests.ts';
import type { ServedHost } from '../../served-hosts.ts';
import type { Peer, Session, SessionTable } from '../session/session-table.ts';
import type { ChannelConfiguration } from './channel-configuration.ts';
import { COMPLETION } from './completion.ts';
import type { ControllerMemory } from './controller-memory.ts';

/** What follows the command in a response. */
export interface Reply {
  readonly completion: number;
  readonly data: ArrayLike<number>;
}

export interface CommandScene {
  readonly host: ServedHost;
  /** Until the next start of the controller. */
  readonly memory: ControllerMemory;
  /** For good. */
  readonly configuration: ChannelConfiguration;
  readonly sessions: SessionTable;
  /** Undefined: the message belongs to none. */
  readonly session: Session | undefined;
  readonly listedSuites: readonly number[];
  /** The console set its session up as a quirk does not like it. */
  readonly refusesPrivilege: boolean;
  /** Where the service listens. */
  readonly local: Peer;
  readonly random: (length: number) => Uint8Array;
}

/** Both ends are allowed. */
export interface LengthRange {
  readonly min: number;
  readonly max: number;
}

/** Of the highest level of the session that gives the command; `anybody`: also without a session. */
export type NeededPrivilege = 'anybody' | 'callback' | 'user' | 'operator' | 'administrator';

export interface Command {
  /** Its name in the specification, and the numbers by which it is given. */
  readonly is: { readonly name: string; readonly networkFunction: number; readonly command: number };
  readonly privilege: NeededPrivilege;
  /** Bytes of its data. */
  readonly dataLength: LengthRange;
  /** Absent: nothing that is modelled. A reply: there is nothing to ask, and this is what is said. */
  readonly asks?: (data: Uint8Array, scene: CommandScene) => BmcRequest | Reply;
  readonly replies: (answer: BmcAnswer, data: Uint8Array, scene: CommandScene) => Reply;
  /** Absent: a refusal becomes its completion code. A request: it is asked instead. */
  readonly refused?: (refusal: Refusal, data: Uint8Array, scene: CommandScene) => Reply | BmcRequest;
  /** It belongs to the session rather than to the host: a controller that is busy with its host answers it all the same. */
  readonly isOfSession?: true;
}

/** Any length. */
export const ANY = Number.POSITIVE_INFINITY;

export function ok(...data: readonly number[]): Reply {
  return { completion: COMPLETION.ok, data };
}

export function okBytes(data: ArrayLike<number>): Reply {
  return { completion: COMPLETION.ok, data };
}

export function failed(completion: number): Reply {
  return { completion, data: [] };
}

export function isReply(value: BmcRequest | Reply): value is Reply {
  return 'completion' in value;
}

type AnswerOf<Kind extends BmcAnswer['kind']> = Extract<BmcAnswer, { readonly kind: Kind }>;

/** A reply to answers of one kind; the controller gives no other to what was asked. */
export function spelled<Kind extends BmcAnswer['kind']>(
  kind: Kind,
  spell: (answer: AnswerOf<Kind>, data: Uint8Array, scene: CommandScene) => Reply,
): Command['replies'] {
  return (answer, data, scene) =>
    answer.kind === kind ? spell(answer as AnswerOf<Kind>, data, scene) : failed(COMPLETION.unspecified);
}

/** HTTP codes of refusals, as IPMI has them. A code of IPMI's own stays. */
const COMPLETION_OF_CODE: Readonly<Record<number, number>> = {
  400: COMPLETION.notInPresentState,
  401: COMPLETION.insufficientPrivilege,
  403: COMPLETION.insufficientPrivilege,
  404: COMPLETION.notPresent,
  405: COMPLETION.notInPresentState,
  409: COMPLETION.notInPresentState,
  500: COMPLETION.nodeBusy,
  503: COMPLETION.nodeBusy,
  504: COMPLETION.timeout,
};

const COMPLETION_OF_MESSAGE: Readonly<Record<string, number>> = {
  SWC0700: COMPLETION.initializing,
  PropertyValueFormatError: COMPLETION.invalidField,
  PropertyValueNotInList: COMPLETION.invalidField,
  PropertyUnknown: COMPLETION.invalidField,
  PropertyMissing: COMPLETION.invalidField,
  ActionParameterValueNotInList: COMPLETION.invalidField,
  CreateLimitReachedForResource: COMPLETION.outOfSpace,
};

const OWN_CODE_MAX = 0xff;

export function completionOf({ code, messageId }: Refusal): number {
  if (code <= OWN_CODE_MAX) return code;
  return COMPLETION_OF_MESSAGE[messageId] ?? COMPLETION_OF_CODE[code] ?? COMPLETION.unspecified;
}

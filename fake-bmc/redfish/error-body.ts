// Error bodies and annotations: how messages are written into an answer.
// Source: DMTF DSP0266, error responses; the vendors' forms: quirk Q41.

import type { WireDialect } from '../../sim/host/bmc/quirks/quirk.ts';
import type { Refusal } from '../../sim/host/bmc/requests.ts';
import type { Json, JsonObject } from './json.ts';
import { argumentsOf, isMessageName, type Message, message } from './messages.ts';

/** A refusal as it goes over the wire. */
export interface HttpRefusal {
  readonly status: number;
  readonly messages: readonly Message[];
  /** Whole seconds. */
  readonly retryAfterSeconds?: number;
  /** The methods that are taken, where this one is not. */
  readonly allow?: string;
}

export function refusalOf(found: Message, status: number): HttpRefusal {
  return { status, messages: [found] };
}

/** What several problems of one request come to. @throws RangeError when there are none. */
export function refusalOfAll(messages: readonly Message[], status = 400): HttpRefusal {
  if (messages.length === 0) throw new RangeError('a refusal without a reason');
  return { status, messages };
}

/** The error body of a refusal, as this controller writes it. */
export function errorBody({ messages }: HttpRefusal, dialect: WireDialect): JsonObject {
  const first = messages[0];
  const several = messages.length > 1;
  const general = message('GeneralError');
  return {
    error: {
      code: spelledId((several ? general : (first ?? general)).id, dialect),
      message: several ? general.text : (first ?? general).text,
      ...extendedInfo(messages, dialect),
    },
  };
}

/** `@Message.ExtendedInfo` of a whole body. */
export function extendedInfo(messages: readonly Message[], dialect: WireDialect): JsonObject {
  const written = messages.map((each) => writtenMessage(each, dialect));
  const first = written[0];
  return { '@Message.ExtendedInfo': dialect.extendedInfo === 'object' && first !== undefined ? first : written };
}

function writtenMessage({ id, args, text, severity, resolution, about }: Message, dialect: WireDialect): JsonObject {
  const related: Json | undefined = about === undefined ? undefined : [`#/${about}`];
  return {
    '@odata.type': '#Message.v1_2_1.Message',
    MessageId: spelledId(id, dialect),
    Message: text,
    MessageArgs: args,
    MessageSeverity: severity,
    Severity: severity,
    Resolution: resolution,
    RelatedProperties: related,
  };
}

function spelledId(id: string, { messageIdWithoutRegistry }: WireDialect): string {
  return messageIdWithoutRegistry === true ? id.slice(id.lastIndexOf('.') + 1) : id;
}

/** What is said beyond the Base registry, by the last part of the message's id: quirks Q2, Q3, Q5, Q16, Q18, Q20. */
const VENDOR_TEXTS: Readonly<Record<string, string>> = {
  PSU501: 'The server is already powered ON.',
  InvalidOperationForSystemState: 'The operation is not valid in the present state of the system.',
  UnableToModifyDuringSystemPOST: 'The property cannot be changed while the system is in POST.',
  RAC0218: 'There are as many user sessions as the controller takes.',
  SWC0700: 'The controller is not ready. Retry after a few minutes.',
  SYS518: 'The data sources are unavailable.',
  TemperatureAboveUpperFatalThreshold:
    'The temperature is above its upper fatal threshold: the server is not powered on.',
};

/** Assumption: the registry of an iDRAC9 of these years, where a refusal names a message of Dell's without one. */
const DELL_REGISTRY = 'IDRAC.2.8';

/** Dell's message names: a few capitals and a number. */
const DELL_NAME = /^[A-Z]{2,5}\d{2,4}$/;

/** The messages of the controller that are no client's fault, in the terms of the Base registry. */
const OWN_NAMES: Readonly<Record<string, readonly string[]>> = {
  AccountLocked: ['ResourceAtUriUnauthorized'],
  NodeBusy: ['ServiceTemporarilyUnavailable'],
  GatewayTimeout: ['OperationTimeout'],
};

/** What the arguments of the Base messages of a controller's refusal are; the request knows. */
export interface RefusalContext {
  readonly uri: string;
  /** What was to be changed, and to what; empty where nothing was. */
  readonly property: string;
  readonly value: string;
}

/** The refusal of a controller, spelled. A completion code of IPMI's comes out as 503: this is no IPMI. */
export function httpRefusal(refusal: Refusal, context: RefusalContext): HttpRefusal {
  const status = refusal.code >= 400 && refusal.code < 600 ? refusal.code : 503;
  const { retryAfterMs } = refusal;
  const found = messageOf(refusal, context);
  return {
    status,
    messages: [found],
    ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }),
  };
}

function messageOf({ messageId, retryAfterMs }: Refusal, context: RefusalContext): Message {
  const name = OWN_NAMES[messageId]?.[0] ?? messageId;
  if (!isMessageName(name)) return vendorMessage(name, context);
  const { uri, property, value } = context;
  switch (name) {
    case 'ServiceTemporarilyUnavailable':
      return message(name, [String(Math.ceil((retryAfterMs ?? RETRY_AFTER_MS) / 1000))]);
    case 'ResourceMissingAtURI':
      return message(name, [uri]);
    case 'ResourceAtUriUnauthorized':
      return message(name, [uri, 'after too many wrong passwords nobody is let in for a while']);
    case 'ActionParameterValueConflict':
      return message(name, [property, value]);
    case 'ActionParameterValueNotInList':
      return message(name, [value, property, 'Reset']);
    case 'PropertyValueNotInList':
    case 'PropertyValueFormatError':
      return message(name, [value, property], property);
    case 'ResourceAlreadyExists':
      return message(name, ['ManagerAccount', property, value], property);
    case 'PropertyNotWritable':
    case 'PropertyUnknown':
    case 'PropertyMissing':
      return message(name, [property], property);
    default:
      return message(name, [value, property, uri].slice(0, argumentsOf(name)));
  }
}

/** Assumption: what a controller says that does not know how long it will be busy. */
const RETRY_AFTER_MS = 10_000;

function vendorMessage(messageId: string, { uri }: RefusalContext): Message {
  const last = messageId.slice(messageId.lastIndexOf('.') + 1);
  return {
    id: DELL_NAME.test(messageId) ? `${DELL_REGISTRY}.${messageId}` : messageId,
    args: last === 'InvalidOperationForSystemState' ? ['Power is off'] : [],
    text: VENDOR_TEXTS[last] ?? `The controller refuses the request at ${uri}.`,
    severity: 'Warning',
    resolution: 'Wait, and send the request again.',
  };
}

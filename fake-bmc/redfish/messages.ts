// What the service says to a client, in the terms of DMTF's Base Message Registry: names, severities and numbers of arguments are the
// registry's, the sentences are ours.
// Source: DMTF Base Message Registry 1.19.0.

import type { JsonObject } from './json.ts';

export const REGISTRY_PREFIX = 'Base.1.19.0';

type Severity = 'OK' | 'Warning' | 'Critical';

interface MessageEntry {
  /** HTTP status of an answer that consists of it. */
  readonly status: number;
  readonly severity: Severity;
  readonly text: string;
  readonly resolution: string;
}

const CORRECT = 'Correct the request and send it again.';
const NONE = 'None.';

function entry(status: number, severity: Severity, text: string, resolution: string = CORRECT): MessageEntry {
  return { status, severity, text, resolution };
}

export const MESSAGES = {
  NoOperation: entry(400, 'Warning', 'The request names nothing that could be changed.'),
  GeneralError: entry(500, 'Critical', 'Something went wrong; the extended information says what.', NONE),
  InternalError: entry(
    500,
    'Critical',
    'The service failed.',
    'Send the request again; if it fails again, reset the service.',
  ),
  MalformedJSON: entry(400, 'Critical', 'The body is not JSON.'),
  EmptyJSON: entry(400, 'Warning', 'The body has no properties.'),
  UnrecognizedRequestBody: entry(400, 'Warning', 'The body is not of the form that this request takes.'),
  PayloadTooLarge: entry(413, 'Critical', 'The body is larger than the service takes.'),
  HeaderInvalid: entry(400, 'Critical', 'The header %1 has a value that is not accepted.'),

  PropertyUnknown: entry(400, 'Warning', 'The resource has no property %1.'),
  PropertyNotWritable: entry(400, 'Warning', 'The property %1 cannot be written.'),
  PropertyMissing: entry(400, 'Warning', 'The property %1 is required and missing.'),
  PropertyValueTypeError: entry(400, 'Warning', "The value '%1' of the property %2 is of another type."),
  PropertyValueNotInList: entry(400, 'Warning', "The value '%1' of the property %2 is not among those allowed."),
  PropertyValueFormatError: entry(400, 'Warning', "The value '%1' of the property %2 has another format."),
  PropertyValueOutOfRange: entry(400, 'Warning', "The value '%1' of the property %2 is out of range."),
  StringValueTooLong: entry(400, 'Warning', "The string '%1' has more than %2 characters."),
  ArraySizeTooLong: entry(400, 'Warning', 'The array %1 has more than %2 elements.'),

  ActionParameterMissing: entry(400, 'Critical', 'The action %1 requires the parameter %2.'),
  ActionParameterUnknown: entry(400, 'Warning', 'The action %1 has no parameter %2.'),
  ActionParameterValueTypeError: entry(
    400,
    'Warning',
    "The value '%1' of the parameter %2 of the action %3 is of another type.",
  ),
  ActionParameterValueNotInList: entry(
    400,
    'Warning',
    "The value '%1' of the parameter %2 of the action %3 is not among those allowed.",
  ),
  ActionParameterValueFormatError: entry(
    400,
    'Warning',
    "The value '%1' of the parameter %2 of the action %3 has another format.",
  ),
  ActionParameterValueConflict: entry(
    409,
    'Warning',
    "The parameter %1 cannot have the value '%2' in the present state.",
    'Wait until the state has changed, and send the request again.',
  ),

  NoValidSession: entry(401, 'Critical', 'The request needs a valid session, or a valid name and password.', 'Log in.'),
  InsufficientPrivilege: entry(
    403,
    'Critical',
    'The account has not the privileges that the request needs.',
    'Use an account with the privileges, or have them granted.',
  ),
  ResourceAtUriUnauthorized: entry(
    401,
    'Critical',
    "The service was not let in at %1: '%2'.",
    'Give valid credentials.',
  ),
  PasswordChangeRequired: entry(
    403,
    'Critical',
    'The password of the account has to be changed before anything else, by a PATCH at %1.',
    'Change the password.',
  ),
  SessionLimitExceeded: entry(
    503,
    'Critical',
    'There are as many sessions as the service takes.',
    'End a session, or wait until one has timed out.',
  ),

  ResourceMissingAtURI: entry(404, 'Critical', 'There is no resource at %1.', 'Correct the URI.'),
  ResourceAlreadyExists: entry(400, 'Critical', "There is a %1 already whose %2 is '%3'.", 'Choose another value.'),
  ResourceCannotBeDeleted: entry(405, 'Critical', 'The resource cannot be deleted.', NONE),
  CreateLimitReachedForResource: entry(
    503,
    'Critical',
    'There are as many resources of this type as the service takes.',
    'Delete one that is not needed.',
  ),
  EventSubscriptionLimitExceeded: entry(
    503,
    'Critical',
    'There are as many subscriptions as the service takes.',
    'Delete one that is not needed.',
  ),
  EventBufferExceeded: entry(
    500,
    'Warning',
    'Events may have been lost: there were more than the service keeps.',
    NONE,
  ),
  OperationNotAllowed: entry(405, 'Critical', 'The resource does not take this method.', 'See the Allow header.'),
  OperationTimeout: entry(504, 'Warning', 'The operation did not end in time.', 'Send the request again.'),
  ServiceTemporarilyUnavailable: entry(
    503,
    'Critical',
    'The service is unavailable. Try again in %1 seconds.',
    'Wait, and send the request again.',
  ),

  ResourceInUse: entry(
    409,
    'Warning',
    'The resource is in use or changes already.',
    'Wait until it is free, and send the request again.',
  ),

  PreconditionFailed: entry(
    412,
    'Critical',
    'The resource is not as the If-Match header says.',
    'Read the resource, and send the request with its entity tag.',
  ),
  PreconditionRequired: entry(
    428,
    'Critical',
    'The request needs an If-Match header.',
    'Read the resource, and send the request with its entity tag.',
  ),

  QueryNotSupportedOnOperation: entry(400, 'Warning', 'Query parameters are taken with GET only.'),
  QueryNotSupportedOnResource: entry(400, 'Warning', 'The resource does not take this query parameter.'),
  QueryParameterUnsupported: entry(501, 'Warning', 'The service does not support the query parameter %1.'),
  QueryParameterValueTypeError: entry(400, 'Warning', "The value '%1' of the query parameter %2 is of another type."),
  QueryParameterValueFormatError: entry(400, 'Warning', "The value '%1' of the query parameter %2 has another format."),
  QueryParameterValueError: entry(400, 'Warning', 'The value of the query parameter %1 is not valid.'),
  QueryParameterOutOfRange: entry(400, 'Warning', "The value '%1' of the query parameter %2 is out of the range %3."),
  QueryCombinationInvalid: entry(400, 'Warning', 'These query parameters cannot be used together.'),
} as const satisfies Readonly<Record<string, MessageEntry>>;

export type MessageName = keyof typeof MESSAGES;

/** One thing said to a client. */
export interface Message {
  readonly id: string;
  readonly args: readonly string[];
  readonly text: string;
  readonly severity: Severity;
  readonly resolution: string;
  /** JSON pointer to the property that it is about. */
  readonly about?: string;
}

/** How many arguments a message takes: as many as its sentence names. */
export function argumentsOf(name: MessageName): number {
  return new Set(MESSAGES[name].text.match(/%\d/g)).size;
}

/** @throws RangeError when there are fewer or more arguments than the message takes. */
export function message(name: MessageName, args: readonly string[] = [], about?: string): Message {
  const { text, severity, resolution } = MESSAGES[name];
  if (args.length !== argumentsOf(name)) throw new RangeError(`${name} takes ${argumentsOf(name)} arguments`);
  return {
    id: `${REGISTRY_PREFIX}.${name}`,
    args,
    text: text.replaceAll(/%(\d)/g, (_, place: string) => args[Number(place) - 1] ?? ''),
    severity,
    resolution,
    ...(about === undefined ? {} : { about }),
  };
}

export function isMessageName(name: string): name is MessageName {
  return Object.hasOwn(MESSAGES, name);
}

/** The registry as it is served: each message that the service can say. */
export function registryDocument(): JsonObject {
  const entries = Object.entries(MESSAGES).map(([name, { severity, text, resolution }]) => [
    name,
    {
      Description: text,
      Message: text,
      MessageSeverity: severity,
      NumberOfArgs: argumentsOf(name as MessageName),
      Resolution: resolution,
    },
  ]);
  return {
    '@odata.type': '#MessageRegistry.v1_6_2.MessageRegistry',
    Id: REGISTRY_PREFIX,
    Name: 'Base Message Registry',
    Language: 'en',
    Description: 'The messages of the Base registry that this service uses, in its own words.',
    RegistryPrefix: 'Base',
    RegistryVersion: '1.19.0',
    OwningEntity: 'DMTF',
    Messages: Object.fromEntries(entries),
  };
}

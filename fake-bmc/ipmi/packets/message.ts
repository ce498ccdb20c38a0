// A request or a response of IPMI as it is spoken over a LAN: two addresses, a number that tells requests apart, a command of a
// network function, data, and two checksums. A response is of the next network function and begins with its completion code.
// Source: IPMI 2.0 specification 13.8, table 13-9.

import { joined, sum, zeroSum } from './bytes.ts';

export interface IpmiRequest {
  readonly networkFunction: number;
  readonly command: number;
  readonly data: Uint8Array;
  /** Who asks whom, and which of the asker's requests it is: comes back with the response. */
  readonly envelope: Envelope;
}

export interface Envelope {
  readonly responder: number;
  readonly responderUnit: number;
  readonly requester: number;
  readonly requesterUnit: number;
  readonly sequence: number;
}

export interface IpmiResponse {
  readonly networkFunction: number;
  readonly command: number;
  readonly envelope: Envelope;
  readonly completion: number;
  readonly data: Uint8Array;
}

const LENGTH_MIN = 7;
const RESPONSE_LENGTH_MIN = 8;
const UNIT_MASK = 0x03;

/** Undefined: too short, a checksum is wrong, or a response. */
export function parseRequest(message: Uint8Array): IpmiRequest | undefined {
  const parsed = parse(message, LENGTH_MIN);
  if (parsed === undefined || parsed.networkFunction % 2 !== 0) return undefined;
  const [responder = 0, , , requester = 0] = message;
  const envelope = {
    responder,
    responderUnit: parsed.firstUnit,
    requester,
    requesterUnit: parsed.secondUnit,
    sequence: parsed.sequence,
  };
  const { networkFunction, command } = parsed;
  return { networkFunction, command, data: message.subarray(6, message.length - 1), envelope };
}

/** Undefined: too short, a checksum is wrong, or a request. */
export function parseResponse(message: Uint8Array): IpmiResponse | undefined {
  const parsed = parse(message, RESPONSE_LENGTH_MIN);
  if (parsed === undefined || parsed.networkFunction % 2 === 0) return undefined;
  const [requester = 0, , , responder = 0] = message;
  const envelope = {
    responder,
    responderUnit: parsed.secondUnit,
    requester,
    requesterUnit: parsed.firstUnit,
    sequence: parsed.sequence,
  };
  const { networkFunction, command } = parsed;
  const data = message.subarray(7, message.length - 1);
  return { networkFunction, command, envelope, completion: message[6] ?? 0, data };
}

function parse(message: Uint8Array, lengthMin: number) {
  if (message.length < lengthMin || sum(message, 0, 3) !== 0 || sum(message, 3, message.length) !== 0) return undefined;
  const [, first = 0, , , second = 0, command = 0] = message;
  const networkFunction = first >> 2;
  return {
    networkFunction,
    firstUnit: first & UNIT_MASK,
    secondUnit: second & UNIT_MASK,
    sequence: second >> 2,
    command,
  };
}

export function formatRequest({ networkFunction, command, data, envelope }: IpmiRequest): Uint8Array {
  const { responder, responderUnit, requester, requesterUnit, sequence } = envelope;
  const head = [responder, (networkFunction << 2) | responderUnit];
  return format(head, joined([requester, (sequence << 2) | requesterUnit, command], data));
}

/** @param data what follows the completion code. */
export function formatResponse(request: IpmiRequest, completion: number, data: ArrayLike<number>): Uint8Array {
  const { responder, responderUnit, requester, requesterUnit, sequence } = request.envelope;
  const head = [requester, ((request.networkFunction | 1) << 2) | requesterUnit];
  return format(head, joined([responder, (sequence << 2) | responderUnit, request.command, completion], data));
}

function format(head: readonly number[], body: Uint8Array): Uint8Array {
  return joined(head, [zeroSum(head)], body, [zeroSum(body)]);
}

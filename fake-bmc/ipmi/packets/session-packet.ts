// What lies between RMCP and a message: the session header of IPMI 1.5, here only for packets without a session, and that of
// IPMI 2.0 (RMCP+), whose payload may be encrypted and whose trailer says that it was not changed.
// Source: IPMI 2.0 specification 13.6, tables 13-8 and 13-15.

import { bytes16, bytes32, joined, uint16, uint32 } from './bytes.ts';

const NO_AUTHENTICATION = 0x00;
const RMCP_PLUS = 0x06;
const ENCRYPTED = 0x80;
const AUTHENTICATED = 0x40;
const TYPE_MASK = 0x3f;
const OEM_EXPLICIT = 0x02;
const NEXT_HEADER = 0x07;
const PLAIN_HEADER_LENGTH = 10;
const PLUS_HEADER_LENGTH = 12;
/** The authentication code covers whole words. */
const WORD = 4;

export const PAYLOAD = {
  ipmi: 0x00,
  serialOverLan: 0x01,
  openSessionRequest: 0x10,
  openSessionResponse: 0x11,
  rakp1: 0x12,
  rakp2: 0x13,
  rakp3: 0x14,
  rakp4: 0x15,
} as const;

/** A message of IPMI 1.5 that belongs to no session. */
export interface SessionlessPacket {
  readonly format: 'ipmi15';
  readonly message: Uint8Array;
}

export interface PlusPacket {
  readonly format: 'rmcpPlus';
  readonly payloadType: number;
  readonly isEncrypted: boolean;
  readonly isAuthenticated: boolean;
  /** 0 outside of a session. */
  readonly sessionId: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
  /** All that the authentication code covers, and the code; empty where the packet has none. */
  readonly covered: Uint8Array;
  readonly authenticationCode: Uint8Array;
}

/** Undefined: malformed, or in a session of IPMI 1.5, which this service does not offer. */
export function parseSessionPacket(
  data: Uint8Array,
  authenticationCodeLength: (sessionId: number) => number,
): SessionlessPacket | PlusPacket | undefined {
  if (data[0] === NO_AUTHENTICATION) return parseSessionless(data);
  return data[0] === RMCP_PLUS ? parsePlus(data, authenticationCodeLength) : undefined;
}

function parseSessionless(data: Uint8Array): SessionlessPacket | undefined {
  if (data.length < PLAIN_HEADER_LENGTH || uint32(data, 5) !== 0) return undefined;
  const length = data[PLAIN_HEADER_LENGTH - 1] ?? 0;
  if (data.length < PLAIN_HEADER_LENGTH + length) return undefined;
  return { format: 'ipmi15', message: data.subarray(PLAIN_HEADER_LENGTH, PLAIN_HEADER_LENGTH + length) };
}

function parsePlus(data: Uint8Array, authenticationCodeLength: (sessionId: number) => number): PlusPacket | undefined {
  const flags = data[1] ?? 0;
  const payloadType = flags & TYPE_MASK;
  if (data.length < PLUS_HEADER_LENGTH || payloadType === OEM_EXPLICIT) return undefined;
  const sessionId = uint32(data, 2);
  const end = PLUS_HEADER_LENGTH + uint16(data, 10);
  if (data.length < end) return undefined;
  const isAuthenticated = (flags & AUTHENTICATED) !== 0;
  const codeLength = isAuthenticated ? authenticationCodeLength(sessionId) : 0;
  const codeAt = data.length - codeLength;
  if (isAuthenticated && !isTrailer(data, end, codeAt)) return undefined;
  return {
    format: 'rmcpPlus',
    payloadType,
    isEncrypted: (flags & ENCRYPTED) !== 0,
    isAuthenticated,
    sessionId,
    sequence: uint32(data, 6),
    payload: data.subarray(PLUS_HEADER_LENGTH, end),
    covered: isAuthenticated ? data.subarray(0, codeAt) : data.subarray(0, 0),
    authenticationCode: isAuthenticated ? data.subarray(codeAt) : data.subarray(0, 0),
  };
}

/** Padding of its own length, that length, and the next header, which is always the same. */
function isTrailer(data: Uint8Array, end: number, codeAt: number): boolean {
  return codeAt >= end + 2 && data[codeAt - 1] === NEXT_HEADER && data[codeAt - 2] === codeAt - 2 - end;
}

export function formatSessionless(message: Uint8Array): Uint8Array {
  return joined([NO_AUTHENTICATION, 0, 0, 0, 0, 0, 0, 0, 0, message.length], message);
}

export interface PlusContent {
  readonly payloadType: number;
  readonly sessionId: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
  readonly isEncrypted: boolean;
  /** Absent: the packet is not authenticated. */
  readonly codeOf?: (covered: Uint8Array) => Uint8Array;
}

export function formatPlus({
  payloadType,
  sessionId,
  sequence,
  payload,
  isEncrypted,
  codeOf,
}: PlusContent): Uint8Array {
  const flags = payloadType | (isEncrypted ? ENCRYPTED : 0) | (codeOf === undefined ? 0 : AUTHENTICATED);
  const length = bytes16(payload.length);
  const plain = joined([RMCP_PLUS, flags], bytes32(sessionId), bytes32(sequence), length, payload);
  if (codeOf === undefined) return plain;
  const padLength = (WORD - ((plain.length + 2) % WORD)) % WORD;
  const covered = joined(plain, new Uint8Array(padLength).fill(0xff), [padLength, NEXT_HEADER]);
  return joined(covered, codeOf(covered));
}

// The four messages by which console and managed system prove to each other that they know the password, without saying it.
// Source: IPMI 2.0 specification 13.20 to 13.23.

import { bytes32, joined, latinBytes, latinText, uint32 } from './bytes.ts';

export const RANDOM_LENGTH = 16;
const GUID_LENGTH = 16;
const NAME_LENGTH_MAX = 16;
const RAKP1_LENGTH_MIN = 28;
const RAKP2_LENGTH_MIN = 40;
const SHORT_LENGTH = 8;

/** Why a step failed. Source: IPMI 2.0 specification table 13-15. */
export const STATUS = {
  success: 0x00,
  insufficientResources: 0x01,
  invalidSession: 0x02,
  invalidAuthentication: 0x04,
  invalidIntegrity: 0x05,
  inactiveSession: 0x08,
  invalidPrivilege: 0x09,
  unauthorizedPrivilege: 0x0a,
  invalidNameLength: 0x0c,
  unauthorizedName: 0x0d,
  invalidIntegrityCheck: 0x0f,
  invalidConfidentiality: 0x10,
  noSuchCipherSuite: 0x11,
} as const;

export interface Rakp1 {
  readonly tag: number;
  readonly managedId: number;
  readonly consoleRandom: Uint8Array;
  /** As sent: privilege, and whether the name alone finds the user. All codes cover it. */
  readonly role: number;
  readonly name: string;
}

/** `nameLength`: the name is longer than any may be, or than the message. */
export function parseRakp1(payload: Uint8Array): Rakp1 | 'nameLength' | undefined {
  if (payload.length < RAKP1_LENGTH_MIN) return undefined;
  const nameLength = payload[27] ?? 0;
  if (nameLength > NAME_LENGTH_MAX || payload.length < RAKP1_LENGTH_MIN + nameLength) return 'nameLength';
  return {
    tag: payload[0] ?? 0,
    managedId: uint32(payload, 4),
    consoleRandom: payload.slice(8, 8 + RANDOM_LENGTH),
    role: payload[24] ?? 0,
    name: latinText(payload.subarray(RAKP1_LENGTH_MIN, RAKP1_LENGTH_MIN + nameLength)),
  };
}

export function formatRakp1({ tag, managedId, consoleRandom, role, name }: Rakp1): Uint8Array {
  const nameBytes = latinBytes(name);
  return joined([tag, 0, 0, 0], bytes32(managedId), consoleRandom, [role, 0, 0, nameBytes.length], nameBytes);
}

export interface Rakp2 {
  readonly tag: number;
  readonly consoleId: number;
  readonly managedRandom: Uint8Array;
  readonly managedGuid: Uint8Array;
  /** Empty where the cipher suite has no authentication. */
  readonly code: Uint8Array;
}

export function formatRakp2({ tag, consoleId, managedRandom, managedGuid, code }: Rakp2): Uint8Array {
  return joined([tag, STATUS.success, 0, 0], bytes32(consoleId), managedRandom, managedGuid, code);
}

export function parseRakp2(payload: Uint8Array): Rakp2 | { readonly tag: number; readonly status: number } | undefined {
  const [tag = 0, status = 0] = payload;
  if (payload.length < SHORT_LENGTH) return undefined;
  if (status !== STATUS.success) return { tag, status };
  if (payload.length < RAKP2_LENGTH_MIN) return undefined;
  return {
    tag,
    consoleId: uint32(payload, 4),
    managedRandom: payload.slice(8, 8 + RANDOM_LENGTH),
    managedGuid: payload.slice(24, 24 + GUID_LENGTH),
    code: payload.slice(RAKP2_LENGTH_MIN),
  };
}

/** RAKP 3, to the managed system, and RAKP 4, to the console, have one shape. */
export interface RakpProof {
  readonly tag: number;
  readonly status: number;
  readonly sessionId: number;
  readonly code: Uint8Array;
}

export function formatRakpProof({ tag, status, sessionId, code }: RakpProof): Uint8Array {
  return joined([tag, status, 0, 0], bytes32(sessionId), code);
}

export function parseRakpProof(payload: Uint8Array): RakpProof | undefined {
  if (payload.length < SHORT_LENGTH) return undefined;
  const [tag = 0, status = 0] = payload;
  return { tag, status, sessionId: uint32(payload, 4), code: payload.slice(SHORT_LENGTH) };
}

/** A step that failed ends the exchange. */
export function formatRakpRefusal(tag: number, status: number, consoleId: number): Uint8Array {
  return formatRakpProof({ tag, status, sessionId: consoleId, code: new Uint8Array(0) });
}

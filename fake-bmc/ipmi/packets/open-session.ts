// The first exchange of RMCP+: a console names a session of its own and the algorithms that it would have, the managed system
// answers with its session and those that it takes. Source: IPMI 2.0 specification 13.17 and 13.18.

import { bytes32, joined, uint32 } from './bytes.ts';

export interface Algorithms {
  readonly authentication: number;
  readonly integrity: number;
  readonly confidentiality: number;
}

/** Of an algorithm: a null payload leaves the choice to the managed system. */
type Offered = { readonly [Algorithm in keyof Algorithms]: number | 'any' };

export interface OpenSessionRequest {
  readonly tag: number;
  /** 0 asks for the highest that the algorithms allow. */
  readonly privilege: number;
  readonly consoleId: number;
  readonly algorithms: Offered;
}

export type OpenSessionResponse =
  | { readonly tag: number; readonly status: number; readonly consoleId: number }
  | {
      readonly tag: number;
      readonly status: 0;
      readonly privilege: number;
      readonly consoleId: number;
      readonly managedId: number;
      readonly algorithms: Algorithms;
    };

const REQUEST_LENGTH = 32;
const RESPONSE_LENGTH = 36;
const ALGORITHM_LENGTH = 8;
const PRIVILEGE_MASK = 0x0f;
const ALGORITHM_MASK = 0x3f;
const KINDS = ['authentication', 'integrity', 'confidentiality'] as const;

/** Undefined: too short, or the algorithms are not in their places. */
export function parseOpenSessionRequest(payload: Uint8Array): OpenSessionRequest | undefined {
  if (payload.length < REQUEST_LENGTH) return undefined;
  const [authentication, integrity, confidentiality] = KINDS.map((_, kind) => offeredAt(payload, kind));
  if (authentication === undefined || integrity === undefined || confidentiality === undefined) return undefined;
  return {
    tag: payload[0] ?? 0,
    privilege: (payload[1] ?? 0) & PRIVILEGE_MASK,
    consoleId: uint32(payload, 4),
    algorithms: { authentication, integrity, confidentiality },
  };
}

function offeredAt(payload: Uint8Array, kind: number): number | 'any' | undefined {
  const at = 8 + kind * ALGORITHM_LENGTH;
  const length = payload[at + 3];
  if (payload[at] !== kind) return undefined;
  if (length === 0) return 'any';
  return length === ALGORITHM_LENGTH ? (payload[at + 4] ?? 0) & ALGORITHM_MASK : undefined;
}

export function formatOpenSessionRequest({ tag, privilege, consoleId, algorithms }: OpenSessionRequest): Uint8Array {
  return joined([tag, privilege, 0, 0], bytes32(consoleId), ...algorithmPayloads(algorithms));
}

export function formatOpenSessionResponse(response: OpenSessionResponse): Uint8Array {
  const { tag, status, consoleId } = response;
  if (!('managedId' in response)) return joined([tag, status, 0, 0], bytes32(consoleId));
  const { privilege, managedId, algorithms } = response;
  const ids = joined(bytes32(consoleId), bytes32(managedId));
  return joined([tag, status, privilege, 0], ids, ...algorithmPayloads(algorithms));
}

export function parseOpenSessionResponse(payload: Uint8Array): OpenSessionResponse | undefined {
  const [tag = 0, status = 0, privilege = 0] = payload;
  const consoleId = uint32(payload, 4);
  if (status !== 0) return payload.length < 8 ? undefined : { tag, status, consoleId };
  if (payload.length < RESPONSE_LENGTH) return undefined;
  const [authentication = 0, integrity = 0, confidentiality = 0] = KINDS.map((_, kind) => payload[16 + kind * 8] ?? 0);
  const algorithms = { authentication, integrity, confidentiality };
  return { tag, status: 0, privilege, consoleId, managedId: uint32(payload, 8), algorithms };
}

function algorithmPayloads(algorithms: Offered): readonly (readonly number[])[] {
  return KINDS.map((kind, index) => {
    const algorithm = algorithms[kind];
    return algorithm === 'any' ? [index, 0, 0, 0, 0, 0, 0, 0] : [index, 0, 0, ALGORITHM_LENGTH, algorithm, 0, 0, 0];
  });
}

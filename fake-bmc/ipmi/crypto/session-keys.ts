// What console and managed system compute from the password, two random numbers and the names of their sessions: the codes of RAKP
// and the keys of the session. Source: IPMI 2.0 specification 13.28 to 13.32.

import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { bytes32, joined, latinBytes, padded } from '../packets/bytes.ts';
import type { Authentication } from './cipher-suites.ts';

/** Passwords of IPMI 2.0 are at most so long, and filled with zeros. */
const PASSWORD_LENGTH_MAX = 20;
/** From which the further keys of a session are made. Source: IPMI 2.0 specification 13.32. */
const CONSTANT_LENGTH = 20;
/** Of AES-128; the rest of the key is not used. */
const CIPHER_KEY_LENGTH = 16;

/** All that the messages of one exchange said. */
export interface Exchange {
  readonly consoleId: number;
  readonly managedId: number;
  readonly consoleRandom: Uint8Array;
  readonly managedRandom: Uint8Array;
  readonly managedGuid: Uint8Array;
  /** As sent in RAKP 1. */
  readonly role: number;
  readonly name: string;
}

export function passwordKey(password: string): Uint8Array {
  return padded(latinBytes(password), PASSWORD_LENGTH_MAX);
}

/** Proves to the console that the managed system knows the password. */
export function rakp2Code({ digest }: Authentication, key: Uint8Array, exchange: Exchange): Uint8Array {
  const { consoleId, managedId, consoleRandom, managedRandom, managedGuid } = exchange;
  const ids = joined(bytes32(consoleId), bytes32(managedId));
  return keyed(digest, key, joined(ids, consoleRandom, managedRandom, managedGuid, roleAndName(exchange)));
}

/** Proves to the managed system that the console does. */
export function rakp3Code({ digest }: Authentication, key: Uint8Array, exchange: Exchange): Uint8Array {
  return keyed(digest, key, joined(exchange.managedRandom, bytes32(exchange.consoleId), roleAndName(exchange)));
}

/** @param key of the channel (Kg), or that of the password where the channel has none. */
export function sessionIntegrityKey({ digest }: Authentication, key: Uint8Array, exchange: Exchange): Uint8Array {
  return keyed(digest, key, joined(exchange.consoleRandom, exchange.managedRandom, roleAndName(exchange)));
}

export function rakp4Code(
  { digest, proofLength }: Authentication,
  integrityKey: Uint8Array,
  { consoleRandom, managedId, managedGuid }: Exchange,
): Uint8Array {
  return keyed(digest, integrityKey, joined(consoleRandom, bytes32(managedId), managedGuid)).subarray(0, proofLength);
}

export interface SessionKeys {
  readonly integrity: KeyObject;
  readonly confidentiality: KeyObject;
}

/** As objects: every packet of the session uses them, and bytes would be made into such objects each time. */
export function sessionKeys(authentication: Authentication, integrityKey: Uint8Array): SessionKeys {
  const further = (which: 1 | 2): Uint8Array =>
    keyed(authentication.digest, integrityKey, new Uint8Array(CONSTANT_LENGTH).fill(which));
  return {
    integrity: createSecretKey(further(1)),
    confidentiality: createSecretKey(further(2).subarray(0, CIPHER_KEY_LENGTH)),
  };
}

/** Of a session that has none. */
export const NO_SESSION_KEYS: SessionKeys = {
  integrity: createSecretKey(new Uint8Array(CONSTANT_LENGTH)),
  confidentiality: createSecretKey(new Uint8Array(CIPHER_KEY_LENGTH)),
};

export function keyed(digest: Authentication['digest'], key: Uint8Array | KeyObject, content: Uint8Array): Uint8Array {
  return createHmac(digest, key).update(content).digest();
}

/** Takes as long for codes that are nearly right as for others. */
export function isSameCode(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function roleAndName({ role, name }: Exchange): Uint8Array {
  const nameBytes = latinBytes(name);
  return joined([role, nameBytes.length], nameBytes);
}

// AES-CBC-128 of a payload: a fresh first block, the payload, a padding that counts up from 1, and its length.
// Source: IPMI 2.0 specification 13.29, table 13-20.

import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { joined } from '../packets/bytes.ts';

const ALGORITHM = 'aes-128-cbc';
const BLOCK = 16;

/**
 * @param key of 16 bytes.
 * @param firstBlock 16 bytes, never the same twice.
 */
export function encrypted(key: KeyObject, firstBlock: Uint8Array, payload: Uint8Array): Uint8Array {
  const padLength = (BLOCK - ((payload.length + 1) % BLOCK)) % BLOCK;
  const padding = Uint8Array.from({ length: padLength }, (_, at) => at + 1);
  const cipher = createCipheriv(ALGORITHM, key, firstBlock);
  cipher.setAutoPadding(false);
  const content = joined(payload, padding, [padLength]);
  return joined(firstBlock, cipher.update(content), cipher.final());
}

/** Undefined: not whole blocks, or its padding is not one. */
export function decrypted(key: KeyObject, payload: Uint8Array): Uint8Array | undefined {
  if (payload.length < 2 * BLOCK || payload.length % BLOCK !== 0) return undefined;
  const decipher = createDecipheriv(ALGORITHM, key, payload.subarray(0, BLOCK));
  decipher.setAutoPadding(false);
  const content = joined(decipher.update(payload.subarray(BLOCK)), decipher.final());
  const padLength = content.at(-1) ?? 0;
  const end = content.length - 1 - padLength;
  if (padLength >= BLOCK || end < 0) return undefined;
  for (let at = 0; at < padLength; at++) {
    if (content[end + at] !== at + 1) return undefined;
  }
  return content.subarray(0, end);
}

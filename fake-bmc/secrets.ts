// The one place of the servers that draws by chance: tokens, passwords and nonces have to be guessed by nobody, so they come from the
// operating system and not from the seed.

import { randomBytes, timingSafeEqual } from 'node:crypto';

/** Bytes that nobody can guess: session keys, nonces. */
export function secretBytes(count: number): Buffer {
  return randomBytes(count);
}

/** Text of letters, digits, `-` and `_`, with 6 bits a character. */
export function secretText(characters: number): string {
  return randomBytes(Math.ceil((characters * 3) / 4))
    .toString('base64url')
    .slice(0, characters);
}

/** Letters and digits alone, so that it can follow a flag on a command line: nearly 6 bits a character. */
export function secretWord(characters: number): string {
  let word = '';
  while (word.length < characters) word += secretText(characters).replace(/[-_]/g, '');
  return word.slice(0, characters);
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
export function sameSecret(one: string, other: string): boolean {
  const a = Buffer.from(one);
  const b = Buffer.from(other);
  return a.length === b.length && timingSafeEqual(a, b);
}

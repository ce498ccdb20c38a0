// Named streams of random numbers. A draw is a pure function of (root, replication, entity, purpose, index): Threefry-2x32
// with 20 rounds as a counter-based generator, so that adding an entity, a purpose or a draw never shifts another's numbers.
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11; constants as in Random123.

import seedrandom from 'seedrandom';

/** 64 bits that stand for the user's seed string. */
export interface RootKey {
  readonly low: number;
  readonly high: number;
}

/** One sequence of uniform numbers in [0, 1) with 53 bits. `at` is stateless; `next` walks from index 0. */
export interface Stream {
  /** The number at an index: an integer from 0 to 2^53 - 1. */
  at(index: number): number;
  next(): number;
}

/** Turns a seed string into a root key by seedrandom's alea; once per run. The number 1 and the string '1' are one seed. */
export function rootKey(seed: string): RootKey {
  const generator = seedrandom.alea(seed);
  return { low: generator.int32(), high: generator.int32() };
}

/** Hands out the streams of one replication. Equal names give equal streams, whenever and however often they are asked for. */
export class Draws {
  private readonly block = new Int32Array(2);
  private readonly keyLow: number;
  private readonly keyHigh: number;

  /** @param replication integer from 0. */
  constructor(root: RootKey, replication: number) {
    threefry(this.block, root.low, root.high, replication | 0, 0);
    this.keyLow = this.block[0] as number;
    this.keyHigh = this.block[1] as number;
  }

  /** The stream of one purpose of one entity; any strings. Costs a hash of both, so keep the stream rather than ask again. */
  stream(entity: string, purpose: string): Stream {
    const block = this.block;
    this.keyInto(block, entity, purpose);
    return new KeyedStream(block);
  }

  /** One number of a stream that is not worth keeping: one of many of which few are ever drawn from, and those seldom. */
  at(entity: string, purpose: string, index: number): number {
    const block = this.block;
    this.keyInto(block, entity, purpose);
    return numberAt(block, block[0] as number, block[1] as number, index);
  }

  private keyInto(block: Int32Array, entity: string, purpose: string): void {
    threefry(block, this.keyLow, this.keyHigh, textHash(entity, FIRST), textHash(entity, SECOND));
    const entityLow = block[0] as number;
    const entityHigh = block[1] as number;
    threefry(block, entityLow, entityHigh, textHash(purpose, FIRST), textHash(purpose, SECOND));
  }
}

class KeyedStream implements Stream {
  private readonly block: Int32Array;
  private readonly keyLow: number;
  private readonly keyHigh: number;
  private index = 0;

  /** @param block holds the key on entry; afterwards it is scratch shared by all streams of one Draws. */
  constructor(block: Int32Array) {
    this.block = block;
    this.keyLow = block[0] as number;
    this.keyHigh = block[1] as number;
  }

  at(index: number): number {
    return numberAt(this.block, this.keyLow, this.keyHigh, index);
  }

  next(): number {
    const drawn = this.at(this.index);
    this.index += 1;
    return drawn;
  }
}

function numberAt(block: Int32Array, keyLow: number, keyHigh: number, index: number): number {
  threefry(block, keyLow, keyHigh, index | 0, (index / 4294967296) | 0);
  return (((block[0] as number) >>> 5) * 67108864 + ((block[1] as number) >>> 6)) / 9007199254740992;
}

/** Bases and odd multipliers of the two hashes that make the 64 bits of a name: FNV's pair, and one of Knuth's kind. */
const FIRST = { basis: 0x811c9dc5, multiplier: 0x01000193 } as const;
const SECOND = { basis: 0x1b873593, multiplier: 0x9e3779b1 } as const;

/** 32-bit hash of a string: xor and multiply over UTF-16 units (FNV-1a's scheme), then the finaliser of MurmurHash3. */
function textHash(
  text: string,
  { basis, multiplier }: { readonly basis: number; readonly multiplier: number },
): number {
  let hash = basis ^ text.length;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), multiplier);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Threefry's key-schedule parity (Skein's C240, low half for 32-bit words). */
const PARITY = 0x1bd11bda;

/** Threefry-2x32-20: enciphers the counter (c0, c1) under the key (k0, k1) into `out`. Exported for its known answers. */
export function threefry(out: Int32Array, k0: number, k1: number, c0: number, c1: number): void {
  const k2 = PARITY ^ k0 ^ k1;
  let x = (c0 + k0) | 0;
  let y = (c1 + k1) | 0;
  // Four rounds with rotations 13, 15, 26, 6, a key injection, four with 17, 29, 16, 24, an injection, and so on.
  x = (x + y) | 0;
  y = ((y << 13) | (y >>> 19)) ^ x;
  x = (x + y) | 0;
  y = ((y << 15) | (y >>> 17)) ^ x;
  x = (x + y) | 0;
  y = ((y << 26) | (y >>> 6)) ^ x;
  x = (x + y) | 0;
  y = ((y << 6) | (y >>> 26)) ^ x;
  x = (x + k1) | 0;
  y = (y + k2 + 1) | 0;
  x = (x + y) | 0;
  y = ((y << 17) | (y >>> 15)) ^ x;
  x = (x + y) | 0;
  y = ((y << 29) | (y >>> 3)) ^ x;
  x = (x + y) | 0;
  y = ((y << 16) | (y >>> 16)) ^ x;
  x = (x + y) | 0;
  y = ((y << 24) | (y >>> 8)) ^ x;
  x = (x + k2) | 0;
  y = (y + k0 + 2) | 0;
  x = (x + y) | 0;
  y = ((y << 13) | (y >>> 19)) ^ x;
  x = (x + y) | 0;
  y = ((y << 15) | (y >>> 17)) ^ x;
  x = (x + y) | 0;
  y = ((y << 26) | (y >>> 6)) ^ x;
  x = (x + y) | 0;
  y = ((y << 6) | (y >>> 26)) ^ x;
  x = (x + k0) | 0;
  y = (y + k1 + 3) | 0;
  x = (x + y) | 0;
  y = ((y << 17) | (y >>> 15)) ^ x;
  x = (x + y) | 0;
  y = ((y << 29) | (y >>> 3)) ^ x;
  x = (x + y) | 0;
  y = ((y << 16) | (y >>> 16)) ^ x;
  x = (x + y) | 0;
  y = ((y << 24) | (y >>> 8)) ^ x;
  x = (x + k1) | 0;
  y = (y + k2 + 4) | 0;
  x = (x + y) | 0;
  y = ((y << 13) | (y >>> 19)) ^ x;
  x = (x + y) | 0;
  y = ((y << 15) | (y >>> 17)) ^ x;
  x = (x + y) | 0;
  y = ((y << 26) | (y >>> 6)) ^ x;
  x = (x + y) | 0;
  y = ((y << 6) | (y >>> 26)) ^ x;
  out[0] = x + k2;
  out[1] = y + k0 + 5;
}

// The hash of CRUSH, "rjenkins1": Robert Jenkins' 32-bit mix (1996, public domain) over two or three integers. It decides where
// every object of a Ceph cluster lies, so it is an interoperability constant: the same numbers in, the same numbers out.
// Source: Jenkins, "Hash functions for hash table lookup" (evahash); the seed and the two fillers are Ceph's. Checked against
// crushtool 16.2.15 (test/sim/storage/crush/golden).

/** Ceph's start value. */
const SEED = 1_315_423_911;

/** What Ceph mixes in where the hash has fewer than six operands. */
const FILLER_X = 231_232;
const FILLER_Y = 1_232;

// Both functions write the mix out, once per round: they are the innermost loop of every placement, and a mix changes three
// variables at once. A subtraction of three 32-bit integers is exact in a double; the exclusive or folds it back to 32 bits.

/** Hash of two 32-bit integers; a signed 32-bit integer. */
export function hashOfTwo(first: number, second: number): number {
  let a = first | 0;
  let b = second | 0;
  let x = FILLER_X;
  let y = FILLER_Y;
  let hash = SEED ^ a ^ b;

  a = (a - b - hash) ^ (hash >>> 13);
  b = (b - hash - a) ^ (a << 8);
  hash = (hash - a - b) ^ (b >>> 13);
  a = (a - b - hash) ^ (hash >>> 12);
  b = (b - hash - a) ^ (a << 16);
  hash = (hash - a - b) ^ (b >>> 5);
  a = (a - b - hash) ^ (hash >>> 3);
  b = (b - hash - a) ^ (a << 10);
  hash = (hash - a - b) ^ (b >>> 15);

  x = (x - a - hash) ^ (hash >>> 13);
  a = (a - hash - x) ^ (x << 8);
  hash = (hash - x - a) ^ (a >>> 13);
  x = (x - a - hash) ^ (hash >>> 12);
  a = (a - hash - x) ^ (x << 16);
  hash = (hash - x - a) ^ (a >>> 5);
  x = (x - a - hash) ^ (hash >>> 3);
  a = (a - hash - x) ^ (x << 10);
  hash = (hash - x - a) ^ (a >>> 15);

  b = (b - y - hash) ^ (hash >>> 13);
  y = (y - hash - b) ^ (b << 8);
  hash = (hash - b - y) ^ (y >>> 13);
  b = (b - y - hash) ^ (hash >>> 12);
  y = (y - hash - b) ^ (b << 16);
  hash = (hash - b - y) ^ (y >>> 5);
  b = (b - y - hash) ^ (hash >>> 3);
  y = (y - hash - b) ^ (b << 10);
  return (hash - b - y) ^ (y >>> 15);
}

/** Hash of three 32-bit integers; a signed 32-bit integer. */
export function hashOfThree(first: number, second: number, third: number): number {
  let a = first | 0;
  let b = second | 0;
  let c = third | 0;
  let x = FILLER_X;
  let y = FILLER_Y;
  let hash = SEED ^ a ^ b ^ c;

  a = (a - b - hash) ^ (hash >>> 13);
  b = (b - hash - a) ^ (a << 8);
  hash = (hash - a - b) ^ (b >>> 13);
  a = (a - b - hash) ^ (hash >>> 12);
  b = (b - hash - a) ^ (a << 16);
  hash = (hash - a - b) ^ (b >>> 5);
  a = (a - b - hash) ^ (hash >>> 3);
  b = (b - hash - a) ^ (a << 10);
  hash = (hash - a - b) ^ (b >>> 15);

  c = (c - x - hash) ^ (hash >>> 13);
  x = (x - hash - c) ^ (c << 8);
  hash = (hash - c - x) ^ (x >>> 13);
  c = (c - x - hash) ^ (hash >>> 12);
  x = (x - hash - c) ^ (c << 16);
  hash = (hash - c - x) ^ (x >>> 5);
  c = (c - x - hash) ^ (hash >>> 3);
  x = (x - hash - c) ^ (c << 10);
  hash = (hash - c - x) ^ (x >>> 15);

  y = (y - a - hash) ^ (hash >>> 13);
  a = (a - hash - y) ^ (y << 8);
  hash = (hash - y - a) ^ (a >>> 13);
  y = (y - a - hash) ^ (hash >>> 12);
  a = (a - hash - y) ^ (y << 16);
  hash = (hash - y - a) ^ (a >>> 5);
  y = (y - a - hash) ^ (hash >>> 3);
  a = (a - hash - y) ^ (y << 10);
  hash = (hash - y - a) ^ (a >>> 15);

  b = (b - x - hash) ^ (hash >>> 13);
  x = (x - hash - b) ^ (b << 8);
  hash = (hash - b - x) ^ (x >>> 13);
  b = (b - x - hash) ^ (hash >>> 12);
  x = (x - hash - b) ^ (b << 16);
  hash = (hash - b - x) ^ (x >>> 5);
  b = (b - x - hash) ^ (hash >>> 3);
  x = (x - hash - b) ^ (b << 10);
  hash = (hash - b - x) ^ (x >>> 15);

  y = (y - c - hash) ^ (hash >>> 13);
  c = (c - hash - y) ^ (y << 8);
  hash = (hash - y - c) ^ (c >>> 13);
  y = (y - c - hash) ^ (hash >>> 12);
  c = (c - hash - y) ^ (y << 16);
  hash = (hash - y - c) ^ (c >>> 5);
  y = (y - c - hash) ^ (hash >>> 3);
  c = (c - hash - y) ^ (y << 10);
  return (hash - y - c) ^ (c >>> 15);
}

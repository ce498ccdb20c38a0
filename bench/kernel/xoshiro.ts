// The generator of the reference programs (xoshiro128**, fixed seed), so that end times can be compared to the last digit.
// For benchmarks only: the product draws from sim/kernel/rng.ts.

let s0 = 0x9e3779b9 | 0;
let s1 = 0x243f6a88 | 0;
let s2 = 0xb7e15162 | 0;
let s3 = 0xdeadbeef | 0;

/** A 32-bit unsigned integer. */
export function next32(): number {
  let result = Math.imul(s1, 5);
  result = Math.imul((result << 7) | (result >>> 25), 9);
  const t = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= t;
  s3 = (s3 << 11) | (s3 >>> 21);
  return result >>> 0;
}

/** Exponential with mean 1. */
export function exponential(): number {
  return -Math.log(1 - next32() * 2.3283064365386963e-10);
}

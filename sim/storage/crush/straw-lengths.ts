// The logarithm by which straw2 draws lots: for each 16-bit number u about 2^44 · log2((u + 1) / 2^16), negative, in integers as
// Ceph computes it. Everything here runs once; a placement only looks up.
//
// Ceph takes the logarithm apart by two tables, a coarse one over 128 intervals and a fine one within an interval, and states a
// formula for each. The coarse table follows its formulas but for one entry. The fine one does so in 21 of its 256 entries only:
// 212 lie above it by one and the same amount and 23 by an amount of their own. All data in Ceph clusters lies where these numbers
// say, so they are constants of interoperability, and they are written here as what they are: formula and departure.
// docs/adr/0012 says where they come from.

import { once } from '../../../core/once.ts';

/** All tables are fixed-point numbers with 48 binary digits after the point. */
const POINT = 48n;

/** Intervals of the coarse table between 1 and 2. */
const INTERVALS = 128;

/** Entries of the fine table; one lies 2^-15 above the other. */
const FINE_ENTRIES = 256;

/** Source: libceph-common 16.2.15: the logarithm of 2 is short of 1 by 2^-16. */
const LOGARITHM_OF_TWO = 0xffff_0000_0000;

/** Source: libceph-common 16.2.15: what most entries of the fine table lie above their formula. */
const USUAL_EXCESS = 5_493_489_664;

/** Source: libceph-common 16.2.15: entries of the fine table that follow their formula, and those with an excess of their own. */
const EXCESS: ReadonlyMap<number, number> = new Map([
  ...[0, 1, 203, 216, 222, 233, 237, 238, 239, 243, 244, 245, 246, 248, 249, 250, 251, 252, 253, 254, 255].map(
    (entry): [number, number] => [entry, 0],
  ),
  [56, 5_349_423_536],
  [127, 978_272_901],
  [134, 3_588_789_669],
  [181, 4_007_963_589],
  [184, 5_423_282_367],
  [188, 2_201_924_427],
  [193, 3_829_329_171],
  [198, 2_511_158_322],
  [199, 2_670_353_280],
  [200, 3_807_665_765],
  [207, 5_045_407_031],
  [210, 4_635_559_696],
  [212, 3_670_382_108],
  [225, 3_209_098_745],
  [227, 1_514_328_394],
  [228, 2_662_093_655],
  [229, 561_838_844],
  [231, 3_537_203_772],
  [235, 4_861_921_003],
  [236, 5_281_046_906],
  [240, 2_650_193_885],
  [241, 4_203_558_265],
  [247, 362_109_528],
]);

/** The three tables, for those who compare them with Ceph's own. */
export interface LogarithmTables {
  /** 2^48 / (1 + k/128), rounded up. */
  readonly reciprocals: readonly number[];
  /** 2^48 · log2(1 + k/128), rounded down; the last one departs. */
  readonly coarse: readonly number[];
  /** 2^48 · log2(1 + k/2^15), rounded down, and its excess. */
  readonly fine: readonly number[];
}

export function logarithmTables(): LogarithmTables {
  const each = <T>(count: number, entry: (index: number) => T): readonly T[] =>
    Array.from({ length: count }, (_, k) => entry(k));
  const intervals = BigInt(INTERVALS);
  return {
    reciprocals: each(INTERVALS + 1, (k) => {
      const divisor = intervals + BigInt(k);
      return Number(((intervals << POINT) + divisor - 1n) / divisor);
    }),
    coarse: each(INTERVALS + 1, (k) => (k === INTERVALS ? LOGARITHM_OF_TWO : binaryLogarithm(INTERVALS + k, 7n))),
    fine: each(FINE_ENTRIES, (k) => binaryLogarithm(2 ** 15 + k, 15n) + (EXCESS.get(k) ?? USUAL_EXCESS)),
  };
}

/** 2^48 · log2(value / 2^scale) for a quotient from 1 to below 2, rounded down: one binary digit per squaring. */
function binaryLogarithm(value: number, scale: bigint): number {
  // Each squaring doubles the error of what is cut off: 48 digits of result leave this many correct ones beyond them.
  const precision = 128n;
  const two = 2n << precision;
  let rest = BigInt(value) << (precision - scale);
  let result = 0;
  for (let digit = 0n; digit < POINT; digit++) {
    rest = (rest * rest) >> precision;
    result *= 2;
    if (rest >= two) {
      rest >>= 1n;
      result += 1;
    }
  }
  return result;
}

/**
 * For every u from 0 to 65,535 the numerator of a straw: divided by the weight, the greatest one wins. Integers from -2^48 to below 0,
 * which doubles hold exactly. Made for the first straw: it takes 10 ms, and most commands draw none.
 */
export const strawLengths = once(() => lengthsFrom(logarithmTables()));

function lengthsFrom({ reciprocals, coarse, fine }: LogarithmTables): Float64Array {
  const lengths = new Float64Array(2 ** 16);
  for (let u = 0; u < lengths.length; u++) {
    // A number from 2^15 to 2^16, and how often it was doubled to get there.
    const doublings = Math.max(0, Math.clz32(u + 1) - 16);
    const mantissa = (u + 1) * 2 ** doublings;
    const interval = Math.floor(mantissa / 2 ** 8) - INTERVALS;
    const within = Math.floor(timesFraction(mantissa, reciprocals[interval] as number)) % FINE_ENTRIES;
    const fraction = (coarse[interval] as number) + (fine[within] as number);
    lengths[u] = (15 - doublings) * 2 ** 44 + Math.floor(fraction / 2 ** 4) - 2 ** 48;
  }
  return lengths;
}

/** factor · fraction / 2^48, rounded down, for a factor of 17 and a fraction of 49 bits: by halves, since the product has 66. */
function timesFraction(factor: number, fraction: number): number {
  const high = Math.floor(fraction / 2 ** 24);
  const low = fraction - high * 2 ** 24;
  return Math.floor((factor * high + Math.floor((factor * low) / 2 ** 24)) / 2 ** 24);
}

// The numbers that decide about every placement, against formulas that do not share code with them, and single hashes.

import { expect, test } from 'vitest';
import { hashOfThree, hashOfTwo } from '../../../../sim/storage/crush/hash.ts';
import { logarithmTables, strawLengths } from '../../../../sim/storage/crush/straw-lengths.ts';

test('the tables are their formulas, and as often as that they are not', () => {
  const { reciprocals, coarse, fine } = logarithmTables();
  const scale = 2 ** 48;
  // A double has 53 digits: the formula is right to within one of 48.
  expect(reciprocals.filter((value, k) => Math.abs(value - scale / (1 + k / 128)) > 1)).toEqual([]);
  expect(coarse.slice(0, -1).filter((value, k) => Math.abs(value - scale * Math.log2(1 + k / 128)) > 1)).toEqual([]);
  expect(coarse.at(-1)).toBe(0xffff_0000_0000);
  const excess = fine.map((value, k) => Math.round(value - (scale * Math.log1p(k / 2 ** 15)) / Math.LN2));
  const near = (wanted: number) => excess.filter((each) => Math.abs(each - wanted) <= 1).length;
  expect({ entries: fine.length, exact: near(0), usual: near(5_493_489_664) }).toEqual({
    entries: 256,
    exact: 21,
    usual: 212,
  });
});

/** As Ceph's own table has them. Source: bytes of libceph-common 16.2.15. */
test('single entries of the tables', () => {
  const { reciprocals, coarse, fine } = logarithmTables();
  expect([reciprocals[1], coarse[1], reciprocals[127], coarse[127]]).toEqual([
    0xfe03_f80f_e040, 0x02df_ca16_dde1, 0x8080_8080_8081, 0xfe8d_f263_f957,
  ]);
  expect([fine[1], fine[2], fine[56], fine[127], fine[255]]).toEqual([
    0x2_e2a6_0a00, 0x7_0cb6_4ec5, 0xa2_b07f_3458, 0x16d_f6ca_19bd, 0x2dc_ed24_f814,
  ]);
});

test('straws are negative integers, and logarithms to within a step of the fine table', () => {
  const lengths = [...strawLengths()];
  expect(lengths.filter((length) => !Number.isInteger(length) || length >= 0 || length < -(2 ** 48))).toEqual([]);
  // The fine table steps by 2^-15, which is 4.4e-5 of a logarithm, and exceeds by less.
  const expected = lengths.map((_, u) => 2 ** 44 * (Math.log2(u + 1) - 16));
  const worst = Math.max(...lengths.map((length, u) => Math.abs(length - (expected[u] ?? 0))));
  expect(worst / 2 ** 44).toBeLessThan(5e-5);
});

test.each([
  { operands: [1, 2], hash: -1_215_435_108 },
  { operands: [2, 1], hash: -477_168_060 },
  { operands: [-1, 7], hash: -1_419_981_538 },
  { operands: [1, 2, 3], hash: 1_935_332_395 },
  { operands: [3, 2, 1], hash: 45_950_229 },
  { operands: [123_456_789, -1, 50], hash: 715_139_171 },
] as const)('the hash of $operands is what libceph-common 16.2.15 makes of it', ({ operands: [a, b, c], hash }) => {
  expect(c === undefined ? hashOfTwo(a, b) : hashOfThree(a, b, c)).toBe(hash);
});

// Known answers of the generator, and the independence of derived streams.

import { describe, expect, test } from 'vitest';
import { Draws, rootKey, type Stream, threefry } from '../../../sim/kernel/rng.ts';

describe('Threefry-2x32-20', () => {
  // Source: Random123, tests/kat_vectors (counter, key, result).
  test.each([
    { counter: [0, 0], key: [0, 0], result: [0x6b200159, 0x99ba4efe] },
    {
      counter: [0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      result: [0x1cb996fc, 0xbb002be7],
    },
    {
      counter: [0x243f6a88, 0x85a308d3],
      key: [0x13198a2e, 0x03707344],
      result: [0xc4923a9c, 0x483df7a0],
    },
  ])('gives the published result for counter $counter', ({ counter, key, result }) => {
    const out = new Int32Array(2);
    threefry(out, key[0] as number, key[1] as number, counter[0] as number, counter[1] as number);
    expect([...out].map((word) => word >>> 0)).toEqual(result);
  });
});

describe('streams', () => {
  const draws = (seed: string, replication = 0): Draws => new Draws(rootKey(seed), replication);
  const first = (stream: Stream, count: number): number[] => Array.from({ length: count }, () => stream.next());

  test('a name gives these numbers for ever, whatever else was drawn', () => {
    const stream = draws('reference').stream('host-07', 'fault/osHang');
    expect(first(stream, 4)).toEqual([
      0.9484557844059026, 0.23736598225037087, 0.25105787830097415, 0.28350272538413124,
    ]);
  });

  test('at(i) is the i-th next(), in any order and beyond 2^32', () => {
    const one = draws('s').stream('e', 'p');
    const walked = first(one, 5);
    const other = draws('s').stream('e', 'p');
    expect([4, 2, 0, 3, 1].map((i) => other.at(i))).toEqual([4, 2, 0, 3, 1].map((i) => walked[i]));
    expect(new Set([0, 2 ** 32, 2 ** 33, 2 ** 52].map((i) => other.at(i))).size).toBe(4);
  });

  test('a number that is drawn without keeping its stream is the same number', () => {
    const world = draws('s', 3);
    const stream = world.stream('host-07', 'boot');
    const kept = [7, 0, 2 ** 33].map((i) => stream.at(i));
    expect([7, 0, 2 ** 33].map((i) => world.at('host-07', 'boot', i))).toEqual(kept);
    expect(stream.next()).toBe(kept[1]);
  });

  test('drawing from one stream leaves another where it was', () => {
    const world = draws('s');
    const a = world.stream('a', 'x');
    const b = world.stream('b', 'x');
    const interleaved = [a.next(), b.next(), a.next(), b.next()];
    const alone = first(draws('s').stream('b', 'x'), 2);
    expect([interleaved[1], interleaved[3]]).toEqual(alone);
  });

  test('seed, replication, entity and purpose each change the numbers', () => {
    const heads = [
      draws('s', 0).stream('ab', 'c'),
      draws('t', 0).stream('ab', 'c'),
      draws('s', 1).stream('ab', 'c'),
      draws('s', 0).stream('a', 'bc'),
      draws('s', 0).stream('c', 'ab'),
      draws('s', 0).stream('ab', ''),
      draws('s', 0).stream('', 'ab'),
    ].map((stream) => stream.next());
    expect(new Set(heads).size).toBe(heads.length);
  });

  test('numbers are multiples of 2^-53 from 0 to below 1, the finest bit in use', () => {
    const numbers = first(draws('s').stream('e', 'p'), 1000);
    expect(numbers.every((u) => u >= 0 && u < 1 && Number.isInteger(u * 2 ** 53))).toBe(true);
    expect(numbers.filter((u) => (u * 2 ** 53) % 2 === 1).length).toBeGreaterThan(430);
  });
});

describe('independence of 10,000 adjacent streams', () => {
  const STREAMS = 10_000;
  const LAGS = 64;
  const world = new Draws(rootKey('correlation'), 0);
  const styles: readonly [style: string, stream: (i: number) => Stream][] = [
    ['numbered hosts', (i) => world.stream(`host-${i}`, 'fault')],
    ['padded hosts', (i) => world.stream(`worker-${String(i).padStart(5, '0')}.example.net`, 'fault')],
    ['purposes of one host', (i) => world.stream('host-1', `fault/${i}`)],
    ['single characters', (i) => world.stream(String.fromCharCode(i + 32), 'x')],
    ['replications', (i) => new Draws(rootKey('correlation'), i).stream('host-1', 'fault')],
  ];

  test.each(styles)('%s', (_, stream) => {
    const rows: Float64Array[] = [];
    const heads = new Set<string>();
    const bins = new Float64Array(64);
    for (let i = 0; i < STREAMS; i++) {
      const one = stream(i);
      const row = Float64Array.from({ length: LAGS }, (_unused, index) => one.at(index));
      rows.push(row);
      heads.add(row.subarray(0, 4).join());
      bins[Math.floor((row[0] as number) * 64)] = (bins[Math.floor((row[0] as number) * 64)] as number) + 1;
    }
    expect(heads.size).toBe(STREAMS);
    expect(chiSquare(bins)).toBeLessThan(110);
    // Neighbour's draw at each lag against one's own first draw.
    const own = Float64Array.from(rows.slice(0, -1), (row) => row[0] as number);
    for (let lag = 0; lag < LAGS; lag++) {
      const neighbour = Float64Array.from(rows.slice(1), (row) => row[lag] as number);
      expect(Math.abs(correlation(own, neighbour))).toBeLessThan(0.04);
    }
  });

  test('one long stream fills 64 bins evenly', () => {
    const stream = world.stream('long', 'stream');
    const bins = new Float64Array(64);
    for (let i = 0; i < 640_000; i++) {
      const bin = Math.floor(stream.next() * 64);
      bins[bin] = (bins[bin] as number) + 1;
    }
    expect(chiSquare(bins)).toBeLessThan(110);
  });
});

function chiSquare(bins: Float64Array): number {
  const expected = bins.reduce((sum, count) => sum + count, 0) / bins.length;
  return bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function correlation(x: Float64Array, y: Float64Array): number {
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(x);
  const meanY = mean(y);
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = (x[i] as number) - meanX;
    const dy = (y[i] as number) - meanY;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
}

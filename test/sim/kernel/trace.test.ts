// Trace and fingerprint: what was written is what is read, and equal histories are equal words.

import { describe, expect, test } from 'vitest';
import { Fingerprint } from '../../../sim/kernel/fingerprint.ts';
import { formatRecord, Trace } from '../../../sim/kernel/trace.ts';
import { fc } from '../../kit/property.ts';

describe('Trace', () => {
  test('records come back in order with their words', () => {
    const trace = new Trace();
    const off = trace.intern('off');
    const on = trace.intern('on');
    const a = trace.intern('host-a');
    trace.add(5, off, a, 1, 2.5);
    trace.add(7, on, trace.intern('host-a'));
    expect([...trace.records()]).toEqual([
      { atMs: 5, kind: 'off', subject: 'host-a', a: 1, b: 2.5 },
      { atMs: 7, kind: 'on', subject: 'host-a', a: 0, b: 0 },
    ]);
    expect(formatRecord(trace.record(0))).toBe(
      '             5  off                   host-a                    1  2.5',
    );
  });

  test('it grows past its first capacity and forgets on clear', () => {
    const trace = new Trace();
    const kind = trace.intern('k');
    for (let i = 0; i < 5000; i++) trace.add(i, kind, trace.intern(`s${i % 3}`), i * 2, -i);
    expect(trace.length).toBe(5000);
    expect(trace.record(4999)).toEqual({ atMs: 4999, kind: 'k', subject: 's1', a: 9998, b: -4999 });
    expect(trace.record(7)).toEqual({ atMs: 7, kind: 'k', subject: 's1', a: 14, b: -7 });
    trace.clear();
    expect([...trace.records()]).toEqual([]);
    expect(() => trace.record(0)).toThrow('no trace record 0 of 0');
  });
});

describe('Fingerprint', () => {
  const of = (...values: (number | string)[]): string => {
    const fingerprint = new Fingerprint();
    for (const value of values) {
      if (typeof value === 'string') fingerprint.addText(value);
      else fingerprint.add(value);
    }
    return fingerprint.digest();
  };

  test('a history has this word for ever', () => {
    expect([of(), of(1, 2, 'three', 4.5)]).toEqual(['b4aac724106a6939', '6ddf98eb1bae864c']);
  });

  test('value, order, and where one text ends all matter', () => {
    const words = [of(), of(0), of(1), of(1, 0), of(0, 1), of(0.5), of(2 ** 40), of('ab', 'c'), of('a', 'bc'), of('')];
    expect(new Set(words).size).toBe(words.length);
    expect(of(-0)).toBe(of(0));
  });

  test('a digest does not end the history', () => {
    const fingerprint = new Fingerprint();
    fingerprint.add(1);
    fingerprint.digest();
    fingerprint.add(2);
    expect(fingerprint.digest()).toBe(of(1, 2));
  });

  test('a hundred thousand short histories have a hundred thousand words', () => {
    const words = new Set<string>();
    for (let i = 0; i < 100_000; i++) words.add(of(i >> 8, i & 255));
    expect(words.size).toBe(100_000);
  });

  test('histories that differ in one number differ', () => {
    const numbers = fc.array(fc.oneof(fc.integer(), fc.double({ noNaN: true })), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(numbers, fc.nat(), fc.integer(), (history, where, other) => {
        const changed = [...history];
        changed[where % history.length] = other;
        const same = changed.every((value, i) => value === history[i]);
        expect(of(...changed) === of(...history)).toBe(same);
      }),
    );
  });
});

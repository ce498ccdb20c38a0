// Every case has a row, every row is about a case that exists, and the closing line of a run says how many pass.

import { describe, expect, test } from 'vitest';
import { conformanceLine } from '../kit/closing-line.ts';
import { sourcesUnder } from '../tidy/sources.ts';
import { CASE_IDS, caseIdOf } from './case-ids.ts';
import { DEVIATIONS } from './deviations.ts';

/** Ids in the rows (`id: 'C002'`) and in names of tests (`case C002: …`) of this folder. */
const IN_ROWS = new Set(
  sourcesUnder('test/conformance')
    .filter(({ path }) => path.endsWith('.test.ts') && !path.endsWith('case-ids.test.ts'))
    .flatMap(({ text }) =>
      [...text.matchAll(/'(C\d{3})'|\bcase (C\d{3}):/g)].map(([, id, named]) => id ?? named ?? ''),
    ),
);

describe('conformance cases', () => {
  test('no id is there twice', () => {
    expect(CASE_IDS).toHaveLength(193);
    expect(new Set(CASE_IDS).size).toBe(193);
  });

  test('every case has a row', () => {
    expect(CASE_IDS.filter((id) => !IN_ROWS.has(id))).toEqual([]);
  });

  test('every row is about a case that exists', () => {
    expect([...IN_ROWS].filter((id) => !CASE_IDS.includes(id))).toEqual([]);
  });

  test('every deviation is of cases that exist', () => {
    expect(DEVIATIONS.flatMap(({ cases }) => cases).filter((id) => !CASE_IDS.includes(id))).toEqual([]);
  });
});

describe('the closing line', () => {
  test.each([
    ['case C002: 5 of 10 unhealthy', 'C002'],
    ['case C062 (corrected): the rest is not forgotten', 'C062'],
    ['museum R9: case C002', undefined],
  ])('the name %s is about %s', (name, id) => {
    expect(caseIdOf(name)).toBe(id);
  });

  test('says how many pass', () => {
    const all = new Map(CASE_IDS.map((id) => [id, true]));
    expect(conformanceLine(all)).toBe('Conformance: 193 of 193 cases pass');
    expect(conformanceLine(new Map(all).set('C062', false))).toBe('Conformance: 192 of 193 cases pass, failing: C062');
    expect(conformanceLine(new Map([['C001', true]]))).toBe('Conformance: 1 of 193 cases pass, 192 not run');
  });
});

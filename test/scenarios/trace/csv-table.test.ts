// CSV by RFC 4180, strictly: what is read, and what is refused at which place.

import { describe, expect, test } from 'vitest';
import { readCsv } from '../../../scenarios/trace/csv-table.ts';
import { fc } from '../../kit/property.ts';

describe('what is read', () => {
  test.each([
    ['bare fields', 'a,b\n1,2\n', [['1', '2']]],
    ['no line end at the end', 'a,b\n1,2', [['1', '2']]],
    ['CRLF', 'a,b\r\n1,2\r\n', [['1', '2']]],
    ['empty fields', 'a,b\n,\n', [['', '']]],
    [
      'quotes, commas and line ends in quotes',
      'a,b\n"1,""x""\n2",3\n4,5\n',
      [
        ['1,"x"\n2', '3'],
        ['4', '5'],
      ],
    ],
    ['a byte order mark', '\uFEFFa,b\n1,2\n', [['1', '2']]],
  ])('%s', (_, text, expected) => {
    const { header, records, problems } = readCsv('t.csv', text);
    expect({ header, rows: records.map(({ fields }) => fields), problems }).toEqual({
      header: ['a', 'b'],
      rows: expected,
      problems: [],
    });
  });

  test('every table comes back as it was written', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é') });
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field, field)), (rows) => {
        const text = [['x', 'y', 'z'], ...rows]
          .map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(','))
          .join('\r\n');
        const { records, problems } = readCsv('t.csv', text);
        expect({ rows: records.map(({ fields }) => fields), problems }).toEqual({ rows, problems: [] });
      }),
    );
  });

  test('the place of a field, also behind one of several lines', () => {
    const table = readCsv('t.csv', 'a,b,c\n1,"2\n2",33\n4,5,6\n');
    const [first, second] = table.records;
    expect(first === undefined ? undefined : table.placeOf(first, 'c')).toEqual({
      file: 't.csv',
      line: 3,
      column: 4,
      endColumn: 6,
      source: '2",33',
    });
    expect(second === undefined ? undefined : table.placeOf(second, 'b')).toEqual({
      file: 't.csv',
      line: 4,
      column: 3,
      endColumn: 4,
      source: '4,5,6',
    });
  });
});

describe('what is refused', () => {
  test.each([
    ['an empty file', '', [[1, 1, 't.csv is empty']]],
    ['a short record', 'a,b\n1\n2,3\n', [[2, 1, 'the record has 1 field, the header 2']]],
    ['an empty line', 'a,b\n\n2,3\n', [[2, 1, 'an empty line is no record']]],
    ['a quote in a bare field', 'a,b\n1,x"y\n', [[2, 4, 'a quote inside of a field that is not in quotes']]],
    ['text after a quote', 'a,b\n"1"x,2\n', [[2, 4, 'text after a closing quote']]],
    ['an open quote', 'a,b\n1,2\n3,"4\n', [[3, 3, 'a quote is not closed']]],
    [
      'two of them',
      'a,b\n1\n1,2,3\n',
      [
        [2, 1, 'the record has 1 field, the header 2'],
        [3, 1, 'the record has 3 fields, the header 2'],
      ],
    ],
  ])('%s', (_, text, expected) => {
    const { problems } = readCsv('t.csv', text);
    expect(problems.map(({ line, column, message }) => [line, column, message])).toEqual(expected);
    expect(problems.every(({ code, file }) => code === 'MT170' && file === 't.csv')).toBe(true);
  });
});

// The fast reader of printed YAML: equal to the full parser on everything that it accepts, and it gives up on the rest.

import { describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { parsePrintedYaml } from '../../twin/printed-yaml.ts';
import { fc } from '../kit/property.ts';

const fully = (text: string): readonly unknown[] => {
  const parsed = parseAllDocuments(text, { uniqueKeys: false });
  return (Array.isArray(parsed) ? parsed : [])
    .map((document): unknown => document.toJS())
    .filter((value) => value !== null);
};

const READ: readonly (readonly [given: string, text: string])[] = [
  ['nested mappings and lists in the column of their key', 'a:\n  b: 1\nc:\n- d: x\n  e:\n  - y\n- z\n'],
  ['lists that are indented', 'a:\n  - b\n  - c: d\n    e: f\n'],
  ['lists in lists', 'a:\n- - 1\n  - 2\n- - 3\n'],
  ['several documents', '---\na: 1\n---\nb: 2\n'],
  [
    'the scalars of the core schema',
    'a: true\nb: "true"\nc: 12\nd: "12"\ne: 1.5\nf: null\ng: ~\nh:\ni: -3\nj: 0x8086 0x1593\nk: 1e3\nl: 300s\nm: 2026-11-22\nn: yes\n',
  ],
  ['empty collections', 'a: {}\nb: []\n'],
  ['quotes', "a: 'it''s'\nb: \"say \\\"so\\\"\\n\"\nc: 'a: b # c'\n'd e': 1\n\"f\": 2\n"],
  ['keys with colons inside', 'a:\n  k:{"type":"Ready"}: 1\n  f:status: {}\n  b/c.d: 2\n'],
  ['literal blocks', 'a: |\n  one\n    two\n\n  three\nb: |-\n  x\nc: 1\n'],
  ['long texts folded over lines', "a: one two\n  three four\nb: 'five\n  six'\nc: 1\n"],
  ['comments and blank lines', '# first\n\na: 1\n\n  # second\nb: 2\n'],
];

const GIVEN_UP: readonly (readonly [given: string, text: string])[] = [
  ['flow collections', 'a: {b: 1}\n'],
  ['anchors', 'a: &x 1\nb: *x\n'],
  ['folded blocks', 'a: >\n  b\n'],
  ['tags', 'a: !!str 1\n'],
  ['tabs', 'a:\t1\n'],
  ['keys given twice', 'a: 1\na: 2\n'],
  ['comments behind a value', 'a: 1 # one\n'],
  ['broken indentation', 'a: 1\n   b: 2\n'],
  ['hexadecimal numbers', 'a: 0x1f\n'],
  ['a paragraph inside of a text', 'a: one\n\n  two\n'],
];

describe('printed YAML', () => {
  test.each(READ)('reads %s', (_, text) => {
    expect(parsePrintedYaml(text)).toEqual(fully(text));
  });

  test('leaves managedFields out, wherever they stand', () => {
    const text =
      'metadata:\n  managedFields:\n  - a: 1\n    b:\n      c: 2\n  - d: 3\n  name: x\nitems:\n- managedFields:\n    - e\n  kind: y\n';
    expect(parsePrintedYaml(text)).toEqual([{ metadata: { name: 'x' }, items: [{ kind: 'y' }] }]);
  });

  test.each(GIVEN_UP)('gives up on %s', (_, text) => {
    expect(parsePrintedYaml(text)).toBeUndefined();
  });

  test('equals the full parser on whatever it accepts', () => {
    const key = fc
      .stringMatching(/^[a-zA-Z][a-zA-Z0-9./:_-]{0,8}$/)
      .filter((text) => !text.endsWith(':') && text !== 'managedFields');
    const scalar = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', ':', '#', '\n', '-', '1', '\\', '{'), maxLength: 12 }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    let accepted = 0;
    fc.assert(
      fc.property(fc.dictionary(key, tree, { minKeys: 1, maxKeys: 4 }), fc.boolean(), (value, indentSeq) => {
        const text = stringify(value, { indentSeq, lineWidth: 60 });
        const fast = parsePrintedYaml(text);
        if (fast === undefined) return;
        accepted++;
        expect(fast).toEqual(fully(text));
      }),
      { numRuns: 500, seed: 20200207 },
    );
    // Otherwise the property would hold by giving up on everything.
    expect(accepted).toBeGreaterThan(100);
  });
});

// metaltwin crush test: the lines of crushtool for the same flags, and everything that is wrong with a line at once.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import type { CrushGolden } from '../kit/crush-golden.ts';
import { metaltwin } from './captured-console.ts';

const GOLDEN = 'test/sim/storage/crush/golden';
const MAP = `${GOLDEN}/map-0.txt`;

/** crushtool's answers for rule 0 and x from 0 to 999, the first of which is without weights. */
const PRINTED = gunzipSync(readFileSync(`${GOLDEN}/map-0.mappings.gz`))
  .toString()
  .split('\n');

test('prints what crushtool prints', async () => {
  const { code, out, err } = await metaltwin(
    ...['crush', 'test', '--map', MAP, '--rule', '0', '--num-rep', '3', '--min-x', '0', '--max-x', '4'],
  );
  const through4 = PRINTED.findIndex((line) => line.startsWith('CRUSH rule 0 x 5 '));
  expect({ code, out: out.split('\n').slice(0, -1), err }).toEqual({
    code: EXIT.ok,
    out: PRINTED.slice(0, through4),
    err: '',
  });
});

test('a rule by its name, as JSON', async () => {
  const line = ['crush', 'test', '--map', MAP, '--num-rep', '3', '--min-x', '7', '--max-x', '7', '-o', 'json'];
  const byName = await metaltwin(...line, '--rule', 'rule0');
  const byId = await metaltwin(...line, '--rule', '0');
  const [, osds = ''] = /CRUSH rule 0 x 7 \[(.*)\]/.exec(PRINTED.join('\n')) ?? [];
  expect(byName).toEqual(byId);
  expect(JSON.parse(byId.out)).toEqual({
    rule: 0,
    size: 3,
    mappings: [{ x: 7, osds: osds.split(',').map(Number) }],
  });
});

test('an OSD that is out, by number and by name, is in no mapping', async () => {
  const line = ['crush', 'test', '--map', MAP, '--rule', '0', '--num-rep', '3', '--max-x', '99', '-o', 'json'];
  const [first = 0] = (JSON.parse((await metaltwin(...line)).out) as Answer).mappings[0]?.osds ?? [];
  const byNumber = await metaltwin(...line, '--weight', String(first), '0');
  const byName = await metaltwin(...line, '--weight', `osd.${first}`, '0', '--weight', '2', '1');
  expect(byName).toEqual(byNumber);
  expect((JSON.parse(byName.out) as Answer).mappings.flatMap(({ osds }) => osds)).not.toContain(first);
});

test('groups of a pool lie where osdmaptool says', async () => {
  const line = ['crush', 'test', '--map', MAP, '--rule', '0', '--num-rep', '3', '--pool-id', '1', '--max-x', '191'];
  const { pools } = JSON.parse(gunzipSync(readFileSync(`${GOLDEN}/maps.json.gz`)).toString()) as CrushGolden;
  const lines = (pools[0]?.groups ?? []).map((osds, x) => `CRUSH rule 0 x ${x} [${osds.join(',')}]\n`);
  expect((await metaltwin(...line)).out).toBe(lines.join(''));
  const asJson = JSON.parse((await metaltwin(...line, '-o', 'json')).out) as Answer;
  expect(asJson.mappings.map(({ osds }) => osds)).toEqual(pools[0]?.groups);
});

interface Answer {
  readonly mappings: readonly { readonly x: number; readonly osds: readonly number[] }[];
}

test.each([
  {
    title: 'nothing but the command',
    given: ['crush'],
    expected: ['crush what?', 'no --map', 'no --num-rep', 'no --rule'],
  },
  {
    title: 'bad values',
    given: ['crush', 'tets', '--num-rep', '0', '--min-x', '9', '--max-x', '3', '--weight', '1', '2', '--weight', '4'],
    expected: [
      'crush accepts test, not "tets"',
      '--num-rep accepts a whole number from 1 to 1000, not "0"',
      '--max-x is 3 and --min-x is 9: there is nothing between',
      '--weight accepts a number from 0 to 1, not "2"',
      'no --map',
      'no --rule',
      'no weight for OSD "4"',
    ],
  },
  {
    title: 'names that the map does not have',
    given: ['crush', 'test', '--map', MAP, '--rule', 'rule77', '--num-rep', '3', '--weight', '4444', '0'],
    expected: ['there is no rule "rule77"', 'there is no OSD "4444"'],
  },
  {
    title: 'no such file',
    given: ['crush', 'test', '--map', 'none.txt', '--rule', '0', '--num-rep', '3'],
    expected: ['cannot read none.txt: it does not exist'],
  },
])('wrong: $title', async ({ given, expected }) => {
  const { code, out } = await metaltwin(...given, '-o', 'json');
  const messages = (JSON.parse(out) as readonly { readonly message: string }[]).map(({ message }) => message);
  expect({ code, messages: messages.toSorted() }).toEqual({ code: EXIT.usage, messages: expected.toSorted() });
});

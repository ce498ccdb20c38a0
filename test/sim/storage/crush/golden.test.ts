// Every mapping of 60 random CRUSH maps is the one that Debian's crushtool computed, and the text and the JSON of a map are one map.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { crushTestLines } from '../../../../cli/crush-test.ts';
import { readCrushMap } from '../../../../scenarios/crush/read-crush-map.ts';
import { type CrushMap, fixedPoint, NO_ITEM, WHOLE_WEIGHT } from '../../../../sim/storage/crush/crush-map.ts';
import { CrushPlacement } from '../../../../sim/storage/crush/crush-placement.ts';
import { placementInput } from '../../../../sim/storage/crush/placement-group.ts';
import { type CrushGolden, digestsOf, INPUTS } from '../../../kit/crush-golden.ts';
import type { CrushCase } from '../../../kit/random-crush-map.ts';

const GOLDEN = join(import.meta.dirname, 'golden');
const OSDS = 1_000;

const { maps, pools, ties } = JSON.parse(
  gunzipSync(readFileSync(join(GOLDEN, 'maps.json.gz'))).toString(),
) as CrushGolden;

function mapOf(text: string): CrushMap {
  const { map, problems } = readCrushMap('map', text);
  expect(problems).toEqual([]);
  if (map === undefined) throw new Error('no map');
  return map;
}

/** What texts and JSON have in common: JSON names devices that are not there, and has the weights of choose_args in six digits. */
function roughly({ chooseArgs, devices, ...map }: CrushMap): unknown {
  const told = [...chooseArgs].filter(([, { weightSets, ids }]) => weightSets.length > 0 || ids !== undefined);
  const rough = told.map(([id, { weightSets, ids }]) => ({
    id,
    ids,
    weightSets: weightSets.map((set) => set.map((weight) => (weight / WHOLE_WEIGHT).toPrecision(4))),
  }));
  const there = [...devices.values()].filter(({ id, name }) => name !== `device${id}`);
  return { ...map, devices: there, chooseArgs: rough.toSorted((a, b) => a.id - b.id) };
}

function reweightsOf(weights: CrushCase['weights']): Float64Array {
  const reweights = new Float64Array(OSDS).fill(WHOLE_WEIGHT);
  for (const [osd, weight] of weights) reweights[osd] = fixedPoint(Number(weight));
  return reweights;
}

function linesOf(placement: CrushPlacement, { rule, size, weights }: CrushCase): string {
  const range = { min: 0, max: INPUTS - 1, pool: undefined };
  return [...crushTestLines(placement, { rule, size, reweights: reweightsOf(weights) }, range)].join('\n');
}

describe('mappings are those of crushtool 16.2.15', () => {
  test('there are at least 50 maps, and rules and OSDs of every sort in them', () => {
    const answers = maps.flatMap((map) => map.answers);
    const texts = maps.map(({ text }) => text).join('\n');
    expect(maps.length).toBeGreaterThanOrEqual(50);
    expect(answers.filter(({ weights }) => weights.length > 0).length).toBeGreaterThan(100);
    for (const part of [
      'chooseleaf firstn',
      'chooseleaf indep',
      ' class ssd',
      'weight_set',
      '\n    ids [',
      'stable 0',
    ]) {
      expect(texts).toContain(part);
    }
  });

  test.each(maps.map((map) => [map.seed, map] as const))('%s', (_, { text, dump, answers }) => {
    const map = mapOf(text);
    expect(roughly(mapOf(dump))).toEqual(roughly(map));
    const placement = new CrushPlacement(map);
    for (const { digests, ...question } of answers) {
      expect({ ...question, digests: digestsOf(linesOf(placement, question)) }).toEqual({ ...question, digests });
    }
  });

  test('all lines of one map, as they were printed', () => {
    const [map] = maps;
    const placement = new CrushPlacement(mapOf(readFileSync(join(GOLDEN, 'map-0.txt'), 'utf8')));
    const printed = gunzipSync(readFileSync(join(GOLDEN, 'map-0.mappings.gz'))).toString();
    expect((map?.answers ?? []).map((question) => `${linesOf(placement, question)}\n`).join('')).toBe(printed);
  });
});

test('of straws of one length the earlier wins', () => {
  const placement = new CrushPlacement(mapOf(ties.text));
  const request = { rule: 0, size: 1, reweights: reweightsOf([]) };
  const lines = [...crushTestLines(placement, request, { min: 0, max: ties.inputs - 1, pool: undefined })];
  expect(digestsOf(lines.join('\n'), ties.inputs / 10)).toEqual(ties.digests);
});

test('placement groups lie where osdmaptool says, also while a pool is placed as fewer groups than it has', () => {
  const placement = new CrushPlacement(mapOf(maps[0]?.text ?? ''));
  const found = pools.map(({ pool, placedAs, groups }) => {
    const inputs = groups.map((_, group) => placementInput(group, { pool, placedAs }));
    return {
      pool,
      placedAs,
      groups: inputs.map((x) => placement.osdsOf(x, { rule: 0, size: 3, reweights: reweightsOf([]) })),
    };
  });
  expect(found).toEqual(pools);
  expect(found.map(({ placedAs, groups }) => [groups.length, placedAs])).toEqual([
    [192, 192],
    [192, 96],
    [192, 24],
  ]);
});

test('what moves when an OSD or a host is out is what moves in the mappings of crushtool', () => {
  const inputs = Array.from({ length: INPUTS }, (_, x) => x);
  const moves = maps.flatMap(({ seed, text, movements }) => movements.map((movement) => ({ seed, text, ...movement })));
  const found = moves.map(({ text, rule, size, out, ...known }) => {
    const placement = new CrushPlacement(mapOf(text));
    const allIn = { rule, size, reweights: reweightsOf([]) };
    const someOut = { rule, size, reweights: reweightsOf(out.map((osd) => [osd, '0'])) };
    let changed = 0;
    let placements = 0;
    for (const x of inputs) {
      const before = placement.osdsOf(x, allIn);
      const after = placement.osdsOf(x, someOut);
      if (after.length === before.length && after.every((osd, index) => osd === before[index])) continue;
      changed += 1;
      placements += after.filter((osd) => osd !== NO_ITEM && !before.includes(osd)).length;
    }
    return { ...known, text, rule, size, out, changed, placements };
  });
  expect(found).toEqual(moves);
  expect(found.length).toBe(60);
  expect(found.reduce((sum, { placements }) => sum + placements, 0)).toBeGreaterThan(5_000);
});

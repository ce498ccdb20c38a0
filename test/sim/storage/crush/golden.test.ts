// Every mapping of 60 random CRUSH maps is the one that Debian's crushtool computed, from the text and from the JSON of each map.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { crushTestLines } from '../../../../cli/crush-test.ts';
import { readCrushMap } from '../../../../scenarios/crush/read-crush-map.ts';
import { fixedPoint, WHOLE_WEIGHT } from '../../../../sim/storage/crush/crush-map.ts';
import { CrushPlacement } from '../../../../sim/storage/crush/crush-placement.ts';
import { dataMovement } from '../../../../sim/storage/crush/data-movement.ts';
import { type CrushGolden, digestsOf, INPUTS } from '../../../kit/crush-golden.ts';
import type { CrushCase } from '../../../kit/random-crush-map.ts';

const GOLDEN = join(import.meta.dirname, 'golden');
const OSDS = 1_000;

const { maps } = JSON.parse(gunzipSync(readFileSync(join(GOLDEN, 'maps.json.gz'))).toString()) as CrushGolden;

function placementOf(text: string): CrushPlacement {
  const { map, problems } = readCrushMap('map', text);
  expect(problems).toEqual([]);
  if (map === undefined) throw new Error('no map');
  return new CrushPlacement(map);
}

function reweightsOf(weights: CrushCase['weights']): Float64Array {
  const reweights = new Float64Array(OSDS).fill(WHOLE_WEIGHT);
  for (const [osd, weight] of weights) reweights[osd] = fixedPoint(Number(weight));
  return reweights;
}

function linesOf(placement: CrushPlacement, { rule, size, weights }: CrushCase): string {
  const range = { min: 0, max: INPUTS - 1 };
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
    for (const placement of [placementOf(text), placementOf(dump)]) {
      for (const { digests, ...question } of answers) {
        expect({ ...question, digests: digestsOf(linesOf(placement, question)) }).toEqual({ ...question, digests });
      }
    }
  });

  test('all lines of one map, as they were printed', () => {
    const [map] = maps;
    const placement = placementOf(readFileSync(join(GOLDEN, 'map-0.txt'), 'utf8'));
    const printed = gunzipSync(readFileSync(join(GOLDEN, 'map-0.mappings.gz'))).toString();
    expect((map?.answers ?? []).map((question) => `${linesOf(placement, question)}\n`).join('')).toBe(printed);
  });
});

test('what moves when an OSD or a host is out is what moves in the mappings of crushtool', () => {
  const inputs = Array.from({ length: INPUTS }, (_, x) => x);
  for (const { seed, text, movements } of maps) {
    const placement = placementOf(text);
    for (const { rule, size, out, ...expected } of movements) {
      const { changed, arrivals } = dataMovement(
        inputs,
        { placement, rule, size, reweights: reweightsOf([]) },
        { placement, rule, size, reweights: reweightsOf(out.map((osd) => [osd, '0'])) },
      );
      const placements = [...arrivals.values()].reduce((sum, count) => sum + count, 0);
      expect({ seed, rule, out, changed, placements }).toEqual({ seed, rule, out, ...expected });
    }
  }
  const total = maps.flatMap((map) => map.movements).reduce((sum, { placements }) => sum + placements, 0);
  expect(total).toBeGreaterThan(10_000);
});

import { expect, test } from 'vitest';
import { latinHypercube } from '../../../lab/statistics/latin-hypercube.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { fc } from '../../kit/property.ts';

const drawsOf = (seed: string): Draws => new Draws(rootKey(seed), 0);

test('every axis has one point in every slice', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (seed, points) => {
      for (const axis of latinHypercube(['a', 'b'], points, drawsOf(seed))) {
        const slices = axis.map((u) => Math.floor(u * points)).sort((x, y) => x - y);
        expect(slices).toEqual(Array.from({ length: points }, (_, slice) => slice));
      }
    }),
  );
});

test('another axis does not move the points of the others', () => {
  const [a, b] = latinHypercube(['a', 'b'], 20, drawsOf('seed'));
  const [, a2] = latinHypercube(['new', 'a'], 20, drawsOf('seed'));
  expect(a2).toEqual(a);
  expect(b).not.toEqual(a);
});

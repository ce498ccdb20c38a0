// Latin hypercube: n points in the unit cube whose projection on every axis has one point in each of n equal slices, so that
// few draws already cover every prior evenly. Axes are named; another axis does not move the points of the others.
// Source: McKay, Beckman and Conover, Technometrics 21 (1979).

import type { Draws, Stream } from '../../sim/kernel/rng.ts';

/** Per axis its n coordinates in [0, 1); the i-th coordinates of all axes make point i. */
export function latinHypercube(axes: readonly string[], points: number, draws: Draws): readonly (readonly number[])[] {
  return axes.map((axis) => {
    const order = permutation(points, draws.stream('lab', `latin-hypercube/order/${axis}`));
    const within = draws.stream('lab', `latin-hypercube/within/${axis}`);
    return order.map((slice, point) => (slice + within.at(point)) / points);
  });
}

/** Uniform permutation of 0 .. n - 1: sorted by one draw each, ties by number. */
function permutation(n: number, stream: Stream): readonly number[] {
  const keys = Array.from({ length: n }, (_, i) => stream.at(i));
  return keys.map((_, i) => i).sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
}

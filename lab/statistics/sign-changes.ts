// Where a curve given by points crosses zero: linear between neighbours. Finds the break-even value of a swept input.
// Does not smooth: a curve that is noise around zero has many crossings, and its reader should see them.

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/**
 * Values of x at which y changes its sign, ascending; points are in ascending order of x. A stretch of zeros between
 * opposite signs counts once, at its middle; a curve that touches zero and turns back does not cross.
 */
export function signChanges(points: readonly CurvePoint[]): readonly number[] {
  const crossings: number[] = [];
  let last: CurvePoint | undefined;
  let zeros: CurvePoint[] = [];
  for (const point of points) {
    if (point.y === 0) {
      zeros.push(point);
      continue;
    }
    if (last !== undefined && last.y > 0 !== point.y > 0) crossings.push(crossing(last, zeros, point));
    last = point;
    zeros = [];
  }
  return crossings;
}

function crossing(before: CurvePoint, zeros: readonly CurvePoint[], after: CurvePoint): number {
  const first = zeros.at(0);
  const final = zeros.at(-1);
  if (first !== undefined && final !== undefined) return (first.x + final.x) / 2;
  return before.x + ((after.x - before.x) * before.y) / (before.y - after.y);
}

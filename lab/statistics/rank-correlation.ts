// Spearman's rank correlation, equal values sharing their mean rank: how far one number rises with another, whatever the shape.
// Source: Spearman, American Journal of Psychology 15 (1904); as a measure of influence on a simulation's output, Saltelli
// et al., Sensitivity Analysis in Practice (2004), section 2.

import { assert } from '../../core/assert.ts';

/** From -1 to 1; 0 where either side does not vary, since then nothing can be said. */
export function rankCorrelation(x: readonly number[], y: readonly number[]): number {
  assert(x.length === y.length, 'correlated samples are equally long');
  const rx = ranks(x);
  const ry = ranks(y);
  const middle = (x.length + 1) / 2;
  let together = 0;
  let spreadX = 0;
  let spreadY = 0;
  for (let i = 0; i < rx.length; i++) {
    const dx = (rx[i] as number) - middle;
    const dy = (ry[i] as number) - middle;
    together += dx * dy;
    spreadX += dx * dx;
    spreadY += dy * dy;
  }
  return spreadX === 0 || spreadY === 0 ? 0 : together / Math.sqrt(spreadX * spreadY);
}

/** Ranks from 1; ties get the mean of the ranks that they take up. */
function ranks(values: readonly number[]): Float64Array {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value || a.index - b.index);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && order[end]?.value === order[start]?.value) end++;
    for (const { index } of order.slice(start, end)) result[index] = (start + 1 + end) / 2;
    start = end;
  }
  return result;
}

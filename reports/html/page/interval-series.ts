// Dots with interval whiskers, lying: the one mark with which all estimates of the page are drawn.

import type { CustomSeriesOption } from 'echarts/charts';
import type { Point } from '../page-data.ts';

export interface IntervalSeriesOptions {
  readonly name: string;
  readonly color: string | ((index: number) => string);
  /** Pixels below the middle of the row, so that several series share rows. */
  readonly offset: number;
  /** Drawn limits of the axis: whiskers and dots beyond them stop there, a whisker with an arrowhead in place of its cap. */
  readonly from: number;
  readonly to: number;
}

const CAP = 5;
const RADIUS = 6;

/** Row `i` of the category axis gets point `i`. */
export function intervalSeries(points: readonly Point[], options: IntervalSeriesOptions): CustomSeriesOption {
  const clip = (value: number): number => Math.min(options.to, Math.max(options.from, value));
  return {
    type: 'custom',
    name: options.name,
    data: points.map((point, row) => ({ value: [clip(point.low), clip(point.high), clip(point.mean), row] })),
    encode: { x: [0, 1, 2], y: 3 },
    itemStyle: { color: typeof options.color === 'string' ? options.color : options.color(0) },
    renderItem: (_params, api) => {
      const row = Number(api.value(3));
      if (Number.isNaN(Number(api.value(2)))) return { type: 'group', children: [] };
      const [x0 = 0, y0 = 0] = api.coord([api.value(0), row]);
      const [x1 = 0] = api.coord([api.value(1), row]);
      const [x = 0] = api.coord([api.value(2), row]);
      const y = y0 + options.offset;
      const color = typeof options.color === 'string' ? options.color : options.color(row);
      const line = (fromX: number, fromY: number, toX: number, toY: number) => ({
        type: 'line' as const,
        shape: { x1: fromX, y1: fromY, x2: toX, y2: toY },
        style: { stroke: color, lineWidth: 2 },
      });
      const { low = 0, high = 0 } = points[row] ?? {};
      const end = (endX: number, goesOn: boolean, outward: number) => {
        if (!goesOn) return [line(endX, y - CAP, endX, y + CAP)];
        const behind = endX - outward * CAP;
        return [line(behind, y - CAP, endX, y), line(behind, y + CAP, endX, y)];
      };
      return {
        type: 'group',
        children: [
          line(x0, y, x1, y),
          ...end(x0, low < options.from, -1),
          ...end(x1, high > options.to, 1),
          { type: 'circle', shape: { cx: x, cy: y, r: RADIUS }, style: { fill: color } },
        ],
      };
    },
  };
}

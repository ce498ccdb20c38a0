// The primary metric of each policy with its interval, on a logarithmic scale: availability differs by factors, not by points.

import type { PageData } from '../page-data.ts';
import { labelWidthFor, rowAxis, tooltip, valueAxis } from './chart-axes.ts';
import { policyColor } from './chart-theme.ts';
import { intervalSeries } from './interval-series.ts';
import type { Drawing } from './main.ts';

const ROW = 56;
const FRAME = 70;

export function primaryChart(data: PageData): Drawing {
  const { points, axis } = data.primary;
  const { from, to } = decades(points.flatMap((point) => [point.low, point.mean, point.high]));
  return {
    height: FRAME + ROW * points.length,
    option: (theme, width) => ({
      grid: { left: labelWidthFor(width) + 16, right: 24, top: 8, bottom: 52 },
      tooltip: tooltip(theme, ({ dataIndex }) => `${points[dataIndex]?.name}: ${points[dataIndex]?.text}`),
      xAxis: { ...valueAxis(theme, axis), type: 'log', min: from, max: to },
      yAxis: {
        ...rowAxis(
          theme,
          points.map((point) => point.name),
          labelWidthFor(width),
        ),
        axisLabel: {
          interval: 0,
          align: 'right',
          formatter: (name: string, row: number) => `{name|${name}}\n{text|${points[row]?.text ?? ''}}`,
          rich: {
            name: { color: theme.ink, fontSize: 13, fontWeight: 600, lineHeight: 18, align: 'right' },
            text: { color: theme.quiet, fontSize: 12, lineHeight: 16, align: 'right' },
          },
        },
      },
      series: [
        {
          ...intervalSeries(points, { name: axis, color: policyColor, offset: 0, from, to }),
          ...(points.some((point) => point.mean <= 0) ? { clip: false } : {}),
        },
      ],
    }),
  };
}

/** Whole decades around the positive values; what is 0 stands at the lower end. */
function decades(values: readonly number[]): { readonly from: number; readonly to: number } {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return { from: 0.1, to: 10 };
  const from = 10 ** Math.floor(Math.log10(Math.min(...positive)));
  const to = 10 ** Math.ceil(Math.log10(Math.max(...positive)));
  return { from, to: to > from ? to : from * 10 };
}

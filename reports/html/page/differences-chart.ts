// Paired differences of all metrics on one axis: shares of the worse policy's mean, zero line, and the band of differences
// that are too small to count.

import type { PageData } from '../page-data.ts';
import { labelWidthFor, legend, rowAxis, tooltip, valueAxis } from './chart-axes.ts';
import { policyColor } from './chart-theme.ts';
import { intervalSeries } from './interval-series.ts';
import type { Drawing } from './main.ts';

const PAIR_HEIGHT = 18;
const ROW_GAP = 14;
const FRAME = 100;
const LIMIT = 120;

export function differencesChart(data: PageData): Drawing {
  const { pairs, minimumEffect } = data.differences;
  const names = [...new Set(pairs.flatMap(({ points }) => points.map((point) => point.name)))];
  const offset = (index: number): number => (index - (pairs.length - 1) / 2) * PAIR_HEIGHT;
  return {
    height: FRAME + names.length * (pairs.length * PAIR_HEIGHT + ROW_GAP),
    option: (theme, width) => ({
      legend: legend(theme),
      grid: { left: labelWidthFor(width) + 16, right: 24, top: 24 + 22 * (width < 600 ? pairs.length : 1), bottom: 48 },
      tooltip: tooltip(theme, ({ seriesIndex, dataIndex }) => {
        const pair = pairs[seriesIndex];
        const point = rows(pair?.points ?? [], names)[dataIndex];
        return `${pair?.label}\n${point?.name}: ${point?.text}`;
      }),
      xAxis: {
        ...valueAxis(
          theme,
          width < 600
            ? 'share of the worse mean, %'
            : 'less for the first  ←   share of the worse policy’s mean, %   →  more for the first',
        ),
        min: -LIMIT,
        max: LIMIT,
        interval: 20,
        axisLabel: {
          color: theme.quiet,
          fontSize: 12,
          hideOverlap: true,
          formatter: (value: number) => (Math.abs(value) > 100 ? '' : `${value}`),
        },
      },
      yAxis: rowAxis(theme, names, labelWidthFor(width)),
      series: pairs.map((pair, index) => ({
        ...intervalSeries(rows(pair.points, names), {
          name: pair.label,
          color: policyColor(index),
          offset: offset(index),
          from: -LIMIT,
          to: LIMIT,
        }),
        ...(index === 0 ? { markLine: zeroLine(theme.ink), markArea: smallBand(theme.shade, minimumEffect) } : {}),
      })),
    }),
  };
}

/** Points in the order of the rows; a metric that this pair lacks is not drawn. */
function rows(
  points: PageData['differences']['pairs'][number]['points'],
  names: readonly string[],
): PageData['differences']['pairs'][number]['points'] {
  const nothing = { mean: Number.NaN, low: Number.NaN, high: Number.NaN, text: '' };
  return names.map((name) => points.find((point) => point.name === name) ?? { name, ...nothing });
}

function zeroLine(color: string): object {
  return {
    silent: true,
    symbol: 'none',
    label: { show: false },
    lineStyle: { color, type: 'solid', width: 1.5 },
    data: [{ xAxis: 0 }],
  };
}

function smallBand(color: string, minimumEffect: number): object {
  return { silent: true, itemStyle: { color }, data: [[{ xAxis: -minimumEffect }, { xAxis: minimumEffect }]] };
}

// Difference of the primary metric over one assumed input: where the curve crosses zero, the verdict flips.

import type { BreakEvenData } from '../page-data.ts';
import { tooltip, valueAxis } from './chart-axes.ts';
import { type ChartTheme, POLICY_COLORS } from './chart-theme.ts';
import type { Drawing } from './main.ts';

const [CURVE, , , FLIP] = POLICY_COLORS;

export function breakEvenChart(data: BreakEvenData): Drawing {
  const { points } = data;
  const first = points[0]?.value ?? 0;
  const last = points.at(-1)?.value ?? 1;
  return {
    height: 340,
    option: (theme, width) => ({
      grid: { left: width < 600 ? 52 : 72, right: 32, top: 36, bottom: 52 },
      tooltip: {
        ...tooltip(theme, ({ dataIndex }) => `${data.meaning} ${points[dataIndex]?.value}\n${points[dataIndex]?.text}`),
      },
      xAxis: { ...valueAxis(theme, data.meaning), min: first, max: last },
      yAxis: { ...valueAxis(theme, data.axis), nameGap: width < 600 ? 36 : 52 },
      series: [
        {
          type: 'line',
          name: data.axis,
          data: points.map(({ value, mean }) => [value, mean]),
          symbol: 'circle',
          symbolSize: 9,
          lineStyle: { color: CURVE, width: 2 },
          itemStyle: { color: CURVE },
          markLine: marks(data, theme),
          z: 3,
        },
        bandEdge(
          points.map(({ value, low }) => [value, low]),
          'transparent',
        ),
        bandEdge(
          points.map(({ value, low, high }) => [value, high - low]),
          CURVE,
        ),
      ],
    }),
  };
}

/** The interval as a band: an invisible lower edge, and the width stacked on it. */
function bandEdge(data: readonly (readonly number[])[], fill: string): object {
  return {
    type: 'line',
    data,
    stack: 'interval',
    stackStrategy: 'all',
    symbol: 'none',
    silent: true,
    lineStyle: { opacity: 0 },
    areaStyle: { color: fill, opacity: fill === 'transparent' ? 0 : 0.18, decal: { symbol: 'none' } },
    tooltip: { show: false },
    z: 1,
  };
}

function marks(data: BreakEvenData, theme: ChartTheme): object {
  const vertical = (value: number, text: string, color: string): object => ({
    xAxis: value,
    lineStyle: { color, type: 'dashed', width: 1.5 },
    label: { formatter: text, color, position: 'end', fontSize: 12 },
  });
  return {
    silent: true,
    symbol: 'none',
    data: [
      { yAxis: 0, lineStyle: { color: theme.ink, type: 'solid', width: 1.5 }, label: { show: false } },
      vertical(data.defaultValue, `assumed ${round(data.defaultValue)}`, theme.quiet),
      ...data.flipsAt.map((value) => vertical(value, `flips at ${round(value)}`, FLIP)),
    ],
  };
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}

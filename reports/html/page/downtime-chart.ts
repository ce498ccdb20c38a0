// Where node downtime goes: one stacked bar per policy, parts in the order in which they happen, patterns beside colours.

import type { PageData } from '../page-data.ts';
import { labelWidthFor, legend, rowAxis, tooltip, valueAxis } from './chart-axes.ts';
import type { Drawing } from './main.ts';

/** One colour per part, from detect to planned. */
const PART_COLORS = ['#e69f00', '#f0e442', '#d55e00', '#56b4e9', '#cc79a7', '#009e73', '#0072b2', '#8a8f98'] as const;
const ROW = 52;
const FRAME = 130;

export function downtimeChart(data: PageData): Drawing {
  const { parts, axis } = data.downtime;
  return {
    height: FRAME + ROW * data.policies.length,
    option: (theme, width) => ({
      aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
      legend: { ...legend(theme), icon: 'roundRect' },
      grid: { left: labelWidthFor(width) + 16, right: 24, top: width < 900 ? 72 : 44, bottom: 48 },
      tooltip: tooltip(theme, ({ seriesIndex, dataIndex }) => {
        const part = parts[seriesIndex];
        return `${data.policies[dataIndex]}\n${part?.name}: ${Number((part?.values[dataIndex] ?? 0).toPrecision(3))}`;
      }),
      xAxis: valueAxis(theme, axis),
      yAxis: rowAxis(theme, data.policies, labelWidthFor(width)),
      series: parts.map((part, index) => ({
        type: 'bar',
        name: part.name,
        stack: 'downtime',
        data: part.values,
        barMaxWidth: 28,
        itemStyle: { color: PART_COLORS[index % PART_COLORS.length], borderColor: theme.ground, borderWidth: 1 },
      })),
    }),
  };
}

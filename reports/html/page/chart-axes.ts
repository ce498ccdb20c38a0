// Axes, legend and tooltip as all charts of the page have them. Tooltips are drawn as text, never as HTML.

import type { ChartTheme } from './chart-theme.ts';

/** Name of the axis under its middle, in the quiet colour. */
export function valueAxis(theme: ChartTheme, name: string): object {
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap: 30,
    nameTextStyle: { color: theme.quiet, fontSize: 13 },
    axisLabel: { color: theme.quiet, fontSize: 12, hideOverlap: true },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: theme.grid } },
    minorSplitLine: { show: false },
  };
}

/** Rows from top to bottom; long names are cut by the width that is left. */
export function rowAxis(theme: ChartTheme, names: readonly string[], labelWidth: number): object {
  return {
    type: 'category',
    data: names,
    inverse: true,
    axisLabel: { color: theme.ink, fontSize: 13, width: labelWidth, overflow: 'truncate', interval: 0 },
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { show: false },
  };
}

export function tooltip(
  theme: ChartTheme,
  formatter: (params: { seriesIndex: number; dataIndex: number }) => string,
): object {
  return {
    trigger: 'item',
    renderMode: 'richText',
    confine: true,
    backgroundColor: theme.panel,
    borderColor: theme.line,
    textStyle: { color: theme.ink, fontSize: 13 },
    formatter,
  };
}

export function legend(theme: ChartTheme): object {
  return {
    type: 'plain',
    top: 0,
    left: 0,
    icon: 'circle',
    textStyle: { color: theme.ink, fontSize: 13 },
    inactiveColor: theme.quiet,
  };
}

/** Room for row labels: a share of narrow pages, a fixed width on wide ones. */
export function labelWidthFor(width: number): number {
  return Math.round(Math.min(220, width * 0.32));
}

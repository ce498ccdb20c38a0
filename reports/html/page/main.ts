/// <reference lib="dom" />
// Script of the report page: draws the charts from the embedded data when they come into view, in the theme of the reader.
// It fetches nothing and computes nothing; without it the page still has every number.

import type { EChartsCoreOption } from 'echarts/core';
import type { PageData } from '../page-data.ts';
import { breakEvenChart } from './break-even-chart.ts';
import { ChartFrame } from './chart-frame.ts';
import type { ChartTheme } from './chart-theme.ts';
import { currentTheme, installThemeToggle } from './chart-theme.ts';
import { differencesChart } from './differences-chart.ts';
import { downtimeChart } from './downtime-chart.ts';
import { primaryChart } from './primary-chart.ts';
import { timelineChart } from './timeline-chart.ts';

/** What a chart wants to be drawn: its height in px and its option in a theme. */
export interface Drawing {
  readonly height: number;
  option(theme: ChartTheme, width: number): EChartsCoreOption;
}

const source = document.getElementById('report-data');
if (source !== null) draw(JSON.parse(source.textContent ?? '') as PageData);

function draw(data: PageData): void {
  const frames: ChartFrame[] = [];
  for (const place of document.querySelectorAll<HTMLElement>('[data-chart]')) {
    const drawing = drawingFor(place.dataset.chart ?? '', data);
    if (drawing !== undefined) frames.push(new ChartFrame(place, drawing));
  }
  installThemeToggle(() => {
    const theme = currentTheme();
    for (const frame of frames) frame.repaint(theme);
  });
}

function drawingFor(chart: string, data: PageData): Drawing | undefined {
  switch (chart) {
    case 'primary':
      return primaryChart(data);
    case 'differences':
      return differencesChart(data);
    case 'break-even':
      return data.breakEven === null ? undefined : breakEvenChart(data.breakEven);
    case 'downtime':
      return downtimeChart(data);
    default: {
      const timeline = data.timelines[Number(chart.replace('timeline-', ''))];
      return timeline === undefined ? undefined : timelineChart(timeline);
    }
  }
}

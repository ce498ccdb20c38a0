// A place on the page with one chart in it: drawn when it comes near the view, redrawn on resize and change of theme, usable by
// keyboard (arrows move through the data, Escape leaves), and downloadable as SVG and CSV.

import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import {
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type ChartTheme, currentTheme } from './chart-theme.ts';
import type { Drawing } from './main.ts';

use([
  BarChart,
  CustomChart,
  LineChart,
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  SVGRenderer,
]);

const NEAR_VIEW = '400px';

export class ChartFrame {
  private readonly place: HTMLElement;
  private readonly drawing: Drawing;
  private chart: EChartsType | undefined;
  private focused = -1;

  constructor(place: HTMLElement, drawing: Drawing) {
    this.place = place;
    this.drawing = drawing;
    place.style.height = `${drawing.height}px`;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        this.open();
      },
      { rootMargin: NEAR_VIEW },
    );
    observer.observe(place);
    addEventListener('beforeprint', () => this.open());
    this.addTools();
  }

  repaint(theme: ChartTheme): void {
    this.chart?.setOption(this.option(theme), true);
  }

  private open(): void {
    if (this.chart !== undefined) return;
    const chart = init(this.place, null, { renderer: 'svg' });
    this.chart = chart;
    this.repaint(currentTheme());
    let width = this.place.clientWidth;
    new ResizeObserver(() => {
      if (this.place.clientWidth === width) return;
      width = this.place.clientWidth;
      chart.resize();
      this.repaint(currentTheme());
    }).observe(this.place);
    this.place.addEventListener('keydown', (event) => this.onKey(event, chart));
  }

  private option(theme: ChartTheme): EChartsCoreOption {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    return {
      animation: !still,
      animationDuration: 300,
      textStyle: { color: theme.ink, fontFamily: 'system-ui, sans-serif' },
      ...this.drawing.option(theme, this.place.clientWidth),
    };
  }

  private onKey(event: KeyboardEvent, chart: EChartsType): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') {
      chart.dispatchAction({ type: 'hideTip' });
    } else if (step !== undefined) {
      event.preventDefault();
      this.focused = Math.max(0, this.focused + step);
      chart.dispatchAction({ type: 'showTip', seriesIndex: 0, dataIndex: this.focused });
    }
  }

  private addTools(): void {
    const tools = document.createElement('div');
    tools.className = 'tools';
    tools.append(
      toolButton('Save SVG', () => {
        this.open();
        const svg = this.chart?.renderToSVGString();
        if (svg !== undefined) save(`${this.place.id}.svg`, svg, 'image/svg+xml');
      }),
      toolButton('Save CSV', () => {
        const table = this.place.parentElement?.querySelector('table');
        if (table !== null && table !== undefined) save(`${this.place.id}.csv`, csvOf(table), 'text/csv');
      }),
    );
    this.place.after(tools);
  }
}

function toolButton(label: string, act: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  button.addEventListener('click', act);
  return button;
}

function save(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}

/** Every cell quoted: a name that starts with `=` must not become a formula, nor a comma a column. */
function csvOf(table: HTMLTableElement): string {
  const cell = (text: string): string => `"${(/^[=+@]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  return [...table.rows]
    .map((row) => [...row.cells].map((each) => cell(each.textContent ?? '')).join(','))
    .join('\r\n');
}

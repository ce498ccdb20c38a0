// Hosts by state over time, one row per host in rack order. A state is a colour and a letter; serving is the empty row.

import { DRAWN_STATES, STATE_LOOKS, type TimelineData } from '../timeline-data.ts';
import { labelWidthFor, rowAxis, tooltip, valueAxis } from './chart-axes.ts';
import type { ChartTheme } from './chart-theme.ts';
import type { Drawing } from './main.ts';

const ROW = 15;
const FRAME = 120;
const DAY = 86_400;
const HOUR = 3_600;
/** Seconds shown at first: a fortnight, the one with the most starts of spans. */
const FIRST_WINDOW = 14 * DAY;
const LETTER_FITS = 12;

export function timelineChart(timeline: TimelineData): Drawing {
  const spans = unflattened(timeline.spans);
  const window = firstWindow(spans, timeline.endSeconds);
  return {
    height: FRAME + ROW * timeline.hosts.length,
    option: (theme, width) => ({
      animation: false,
      grid: { left: labelWidthFor(width) + 16, right: 24, top: 8, bottom: 96 },
      tooltip: tooltip(theme, ({ dataIndex }) => spanWords(timeline, spans[dataIndex])),
      dataZoom: [
        {
          type: 'slider',
          startValue: window.from,
          endValue: window.to,
          bottom: 8,
          height: 28,
          labelFormatter: instant,
          filterMode: 'weakFilter',
          textStyle: { color: theme.quiet },
        },
        {
          type: 'inside',
          startValue: window.from,
          endValue: window.to,
          zoomOnMouseWheel: 'ctrl',
          filterMode: 'weakFilter',
        },
      ],
      xAxis: {
        ...valueAxis(theme, ''),
        min: 0,
        max: timeline.endSeconds,
        axisLabel: { color: theme.quiet, fontSize: 12, hideOverlap: true, formatter: instant },
      },
      yAxis: hostAxis(theme, timeline, labelWidthFor(width)),
      series: [spanSeries(spans), rackSeries(timeline, theme)],
    }),
  };
}

interface Span {
  readonly row: number;
  readonly state: number;
  readonly from: number;
  readonly to: number;
}

function unflattened(numbers: readonly number[]): readonly Span[] {
  const spans: Span[] = [];
  for (let i = 0; i < numbers.length; i += 4) {
    spans.push({
      row: numbers[i] ?? 0,
      state: numbers[i + 1] ?? 0,
      from: numbers[i + 2] ?? 0,
      to: numbers[i + 3] ?? 0,
    });
  }
  return spans;
}

/** Everything for short runs, else the window in which most happens. */
function firstWindow(spans: readonly Span[], end: number): { readonly from: number; readonly to: number } {
  if (end <= 2 * FIRST_WINDOW) return { from: 0, to: end };
  const perWindow = new Array<number>(Math.ceil(end / FIRST_WINDOW)).fill(0);
  for (const { from } of spans) {
    const index = Math.min(perWindow.length - 1, Math.floor(from / FIRST_WINDOW));
    perWindow[index] = (perWindow[index] ?? 0) + 1;
  }
  const busiest = perWindow.indexOf(Math.max(...perWindow));
  const from = Math.min(busiest * FIRST_WINDOW, end - FIRST_WINDOW);
  return { from, to: from + FIRST_WINDOW };
}

/** Rack names stand beside the first host of each rack. */
function hostAxis(theme: ChartTheme, timeline: TimelineData, labelWidth: number): object {
  return {
    ...rowAxis(theme, timeline.hosts, labelWidth),
    axisLabel: {
      color: theme.ink,
      fontSize: 11,
      width: labelWidth,
      overflow: 'truncate',
      interval: 0,
      formatter: (host: string, row: number) =>
        startsRack(timeline, row) ? `${timeline.rackOfHost[row] ?? ''}  ${host}` : host,
    },
  };
}

function startsRack(timeline: TimelineData, row: number): boolean {
  return timeline.rackOfHost[row] !== timeline.rackOfHost[row - 1];
}

function spanSeries(spans: readonly Span[]): object {
  return {
    type: 'custom',
    clip: true,
    encode: { x: [1, 2], y: 0 },
    data: spans.map(({ row, state, from, to }) => [row, from, to, state]),
    renderItem: (_params: unknown, api: RenderApi) => {
      const row = api.value(0);
      const [x0 = 0, y = 0] = api.coord([api.value(1), row]);
      const [x1 = 0] = api.coord([api.value(2), row]);
      const state = api.value(3);
      const { fill, letter, ink } = STATE_LOOKS[DRAWN_STATES[state] ?? 'silent'];
      const width = Math.max(1.5, x1 - x0);
      const height = ROW - 3;
      const box = { type: 'rect', shape: { x: x0, y: y - height / 2, width, height, r: 2 }, style: { fill } };
      if (width < LETTER_FITS) return box;
      const text = {
        text: letter,
        x: x0 + width / 2,
        y,
        fill: ink,
        font: '600 10px system-ui',
        align: 'center',
        verticalAlign: 'middle',
      };
      return { type: 'group', children: [box, { type: 'text', style: text, silent: true }] };
    },
  };
}

/** A band behind every second rack. */
function rackSeries(timeline: TimelineData, theme: ChartTheme): object {
  const starts = timeline.hosts.map((_, row) => row).filter((row) => startsRack(timeline, row));
  const bands = starts.map((first, i) => [first, (starts[i + 1] ?? timeline.hosts.length) - 1]);
  return {
    type: 'custom',
    silent: true,
    z: 0,
    tooltip: { show: false },
    encode: { x: [], y: [0, 1] },
    data: bands.filter((_, i) => i % 2 === 1),
    renderItem: (params: { coordSys: { x: number; width: number } }, api: RenderApi) => {
      const [, top = 0] = api.coord([0, api.value(0)]);
      const [, bottom = 0] = api.coord([0, api.value(1)]);
      const { x, width } = params.coordSys;
      const shape = { x, width, y: top - ROW / 2, height: bottom - top + ROW };
      return { type: 'rect', shape, style: { fill: theme.shade } };
    },
  };
}

/** What a custom series offers to its items; the library's own type depends on its whole option tree. */
interface RenderApi {
  value(dimension: number): number;
  coord(point: readonly number[]): readonly number[];
}

function spanWords(timeline: TimelineData, span: Span | undefined): string {
  if (span === undefined) return '';
  const minutes = (span.to - span.from) / 60;
  const length = minutes < 120 ? `${Number(minutes.toPrecision(3))} min` : `${Number((minutes / 60).toPrecision(3))} h`;
  return `${timeline.hosts[span.row]} (${timeline.rackOfHost[span.row]})\n${DRAWN_STATES[span.state]} for ${length}\nfrom ${instant(span.from)}`;
}

/** `day 10 06:31`. */
function instant(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `day ${Math.floor(seconds / DAY)} ${two((seconds % DAY) / HOUR)}:${two((seconds % HOUR) / 60)}`;
}

// Timelines of hosts in a form that is small in the file and quick to draw: three numbers per span, serving left out.

import type { StudySummary } from '../../lab/summary.ts';
import type { TimelineSpan, TimelineState } from '../../sim/result.ts';
import type { RackOrder } from './page-data.ts';

/** States that are drawn, in the order of the legend. `serving` is the empty row. */
export const DRAWN_STATES = [
  'silent',
  'off',
  'fencing',
  'booting',
  'provisioning',
  'joining',
  'maintenance',
  'repair',
  'spare',
] as const satisfies readonly TimelineState[];

const STATE_NAMES: readonly TimelineState[] = DRAWN_STATES;

export interface StateLook {
  readonly fill: string;
  /** Colour of the letter: contrast to `fill` of 4.5 or more. */
  readonly ink: string;
  readonly letter: string;
}

/** Colour and letter of the states: colour is never the only sign. `H` is a human at work. */
export const STATE_LOOKS: Readonly<Record<(typeof DRAWN_STATES)[number], StateLook>> = {
  silent: { letter: '?', fill: '#e69f00', ink: '#000000' },
  off: { letter: 'X', fill: '#5f6670', ink: '#ffffff' },
  fencing: { letter: 'F', fill: '#d55e00', ink: '#000000' },
  booting: { letter: 'B', fill: '#56b4e9', ink: '#000000' },
  provisioning: { letter: 'P', fill: '#cc79a7', ink: '#000000' },
  joining: { letter: 'J', fill: '#009e73', ink: '#000000' },
  maintenance: { letter: 'M', fill: '#f0e442', ink: '#000000' },
  repair: { letter: 'H', fill: '#0072b2', ink: '#ffffff' },
  spare: { letter: 'S', fill: '#b9bec6', ink: '#000000' },
};

export interface TimelineData {
  readonly policy: string;
  readonly replication: number;
  /** Rows from top to bottom. */
  readonly hosts: readonly string[];
  readonly rackOfHost: readonly string[];
  /** Row, index into DRAWN_STATES, from and to in seconds since the start; flattened four by four. */
  readonly spans: readonly number[];
  readonly endSeconds: number;
  /** Hosts that were left out because the file would grow too large. */
  readonly hostsLeftOut: number;
}

/** Assumption: what a browser draws as SVG without a noticeable wait; a year of 60 hosts has about 6,000. */
const SPANS_MOST = 20_000;

export function timelineData(timeline: StudySummary['timelines'][number], racks: RackOrder): TimelineData {
  const spansOf = new Map<string, TimelineSpan[]>();
  let endMs = 0;
  for (const span of timeline.spans) {
    endMs = Math.max(endMs, span.toMs);
    const spans = spansOf.get(span.host) ?? [];
    if (span.state !== 'serving') spans.push(span);
    spansOf.set(span.host, spans);
  }
  const rows: { host: string; rack: string; spans: readonly TimelineSpan[] }[] = [];
  let total = 0;
  let leftOut = 0;
  for (const { host, rack } of rowOrder([...spansOf.keys()], racks)) {
    const spans = spansOf.get(host) ?? [];
    total += spans.length;
    if (total > SPANS_MOST) leftOut += 1;
    else rows.push({ host, rack, spans });
  }
  return {
    policy: timeline.policy,
    replication: timeline.replication,
    hosts: rows.map(({ host }) => host),
    rackOfHost: rows.map(({ rack }) => rack),
    spans: rows.flatMap(({ spans }, row) =>
      spans.flatMap(({ state, fromMs, toMs }) => [
        row,
        STATE_NAMES.indexOf(state),
        Math.round(fromMs / 1000),
        Math.round(toMs / 1000),
      ]),
    ),
    endSeconds: Math.round(endMs / 1000),
    hostsLeftOut: leftOut,
  };
}

/** Hosts in rack order; those that no rack names come last, by name. */
function rowOrder(hosts: readonly string[], racks: RackOrder): readonly { host: string; rack: string }[] {
  const present = new Set(hosts);
  const placed = racks.flatMap(({ rack, hosts: members }) => members.map((host) => ({ host, rack })));
  const known = new Set(placed.map(({ host }) => host));
  return [
    ...placed.filter(({ host }) => present.has(host)),
    ...hosts
      .filter((host) => !known.has(host))
      .toSorted()
      .map((host) => ({ host, rack: '' })),
  ];
}

// Why a run fenced, and why it refused: for each, what was known, what was true, which rule and budget decided.

import type { StoryEntry } from '../sim/result.ts';
import type { Fencing, Refusal } from './fencings.ts';
import { formatSpan } from './format.ts';
import type { StoryIndex } from './story-index.ts';
import { type Clock, spanText, timeText } from './story-lines.ts';
import { asShown, paint, printable, type TextStyle, wrap } from './text-style.ts';

const LABEL_WIDTH = 10;
const HOSTS_NAMED_MOST = 6;
/** No span in a run is this long (30 years); instants since 1970 are longer. */
const INSTANTS_FROM_MS = 1e12;

/** One block, ending in a newline. */
export function fencingText(fencing: Fencing, index: StoryIndex, clock: Clock, style: TextStyle): string {
  const { effect, known, chosen, steps, faults, needless } = fencing;
  const heading = `${timeText(fencing.atMs, clock)}  ${index.shown(fencing.host)} ${fencing.what}`;
  return block(heading, style, [
    [
      'known',
      known === undefined
        ? 'nothing that changed since the start'
        : `${known.text} since ${timeText(known.atMs, clock)}`,
    ],
    ['true', effect.truth ?? 'not recorded'],
    ...faults.map((fault): Row => ['fault', `${timeText(fault.atMs, clock)} ${fault.text}`]),
    ...(effect.effect === 'reset' ? [['because', effect.text] as const] : []),
    ['decided', chosen === undefined ? 'no health check chose this host on record' : decisionWords(chosen, clock)],
    ...steps.map((step): Row => ['then', decisionWords(step, clock)]),
    ...(needless === undefined ? [] : [['needless', needless.text] as const]),
  ]);
}

/** One block, ending in a newline. */
export function refusalText(refusal: Refusal, index: StoryIndex, clock: Clock, style: TextStyle): string {
  const { atMs, untilMs, entry, hosts } = refusal;
  return block(`${spanText(atMs, untilMs, clock)}  refused: ${hostList(hosts, index)}`, style, [
    ['by', entry.subject],
    ['decided', decisionWords(entry, clock)],
  ]);
}

export function hostList(hosts: readonly number[], index: StoryIndex): string {
  if (hosts.length === 0) return 'nobody in particular';
  const named = hosts.slice(0, HOSTS_NAMED_MOST).map((host) => index.shown(host));
  const more = hosts.length - named.length;
  return `${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

/** `+4m9s machine-health-check.openshift: ... [remediate: expected 12]`; values that the words already say are left out. */
function decisionWords(entry: StoryEntry, clock: Clock): string {
  const values = Object.entries(entry.values ?? {}).filter(([, value]) => !entry.text.includes(String(value)));
  const compared = values.map(([name, value]) => valueWords(name, value)).join(', ');
  const rule = entry.rule === undefined ? '' : ` [${entry.rule}${compared === '' ? '' : `: ${compared}`}]`;
  return `${timeText(entry.atMs, clock)} ${entry.text}${rule}`;
}

/** Milliseconds as a span, or as a time of day where they are an instant of the cluster's own clock. */
function valueWords(name: string, value: string | number | boolean): string {
  if (typeof value !== 'number' || !name.endsWith('Ms')) return `${name} ${String(value)}`;
  const plain = name.slice(0, -2);
  return value > INSTANTS_FROM_MS ? `${plain} ${new Date(value).toISOString()}` : `${plain} ${formatSpan(value)}`;
}

type Row = readonly [label: string, text: string];

function block(heading: string, style: TextStyle, rows: readonly Row[]): string {
  const shown = (text: string): string => asShown(printable(text), style);
  const hang = ' '.repeat(LABEL_WIDTH + 2);
  const lines = [
    ...wrap(` ${shown(heading)}`, style, '   ').map((line) => paint(line, 'strong', style)),
    ...rows.flatMap(([label, text]) => wrap(`  ${label.padEnd(LABEL_WIDTH)}${shown(text)}`, style, hang)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

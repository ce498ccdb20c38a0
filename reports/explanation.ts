// Why a run fenced, and why it refused: for each, what was known, what was true, which rule and budget decided.

import type { StoryEntry } from '../sim/result.ts';
import type { Fencing, Handover, Refusal, SplitBrain } from './fencings.ts';
import { formatSpan } from './format.ts';
import type { StoryIndex } from './story-index.ts';
import { type Clock, inSpans, spanText, timeText } from './story-lines.ts';
import { decisive, type Row, surroundingRows } from './surroundings.ts';
import { asShown, paint, printable, type TextStyle, wrap } from './text-style.ts';

const LABEL_WIDTH = 10;
const HOSTS_NAMED_MOST = 6;
/** No span in a run is this long (30 years); instants since 1970 are longer. */
const INSTANTS_FROM_MS = 1e12;

/** Who decided, where no decision on record chose the host. */
const NOBODY_CHOSE = {
  reset: 'the node itself; no health check had chosen it by then',
  other: 'no health check chose this host on record',
} as const;

/** ` 3 hosts: powered off 6 times, deprovisioned once; 4 times needless; 29 refusals`: what follows, where it is more than one. */
export function explanationCounts(told: {
  readonly fencings: readonly Fencing[];
  readonly splitBrains: readonly SplitBrain[];
  readonly handovers: readonly Handover[];
  readonly refusals: readonly Refusal[];
}): string | undefined {
  const { fencings, splitBrains, handovers, refusals } = told;
  if (fencings.length + splitBrains.length + handovers.length + refusals.length < 2) return undefined;
  const hosts = counted(new Set(fencings.map(({ host }) => host)).size, 'host');
  const kinds = [...new Set(fencings.map(({ what }) => what))].map(
    (what) => `${what} ${times(fencings.filter((fencing) => fencing.what === what).length)}`,
  );
  const needless = fencings.filter((fencing) => fencing.needless !== undefined).length;
  const parts = [
    ...(fencings.length === 0 ? [] : [`${hosts}: ${kinds.join(', ')}`]),
    ...(needless === 0 ? [] : [`${times(needless)} needless`]),
    ...(splitBrains.length === 0 ? [] : [counted(splitBrains.length, 'split brain')]),
    ...(handovers.length === 0 ? [] : [`${counted(handovers.length, 'host')} given to a person`]),
    ...(refusals.length === 0 ? [] : [counted(refusals.length, 'refusal')]),
  ];
  return ` ${parts.join('; ')}\n`;
}

function times(n: number): string {
  return n === 1 ? 'once' : `${n} times`;
}

function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** One block, ending in a newline. */
export function fencingText(fencing: Fencing, index: StoryIndex, clock: Clock, style: TextStyle): string {
  const { effect, known, chosen, steps, faults, needless } = fencing;
  const told = decisive(fencing);
  const surroundings = (entry: StoryEntry): readonly Row[] => (told.has(entry) ? surroundingRows(entry) : []);
  const heading = `${timeText(fencing.atMs, clock)}  ${index.shown(fencing.host)} ${fencing.what}`;
  return block(heading, style, [
    ...(effect.meant === undefined ? [] : [['meant', meantWords(effect.meant)] as const]),
    [
      'known',
      known === undefined
        ? 'nothing that changed since the start'
        : `${known.text} since ${timeText(known.atMs, clock)}`,
    ],
    ['true', effect.truth ?? 'not recorded'],
    ...faults.map((fault): Row => ['fault', `${timeText(fault.atMs, clock)} ${fault.text}`]),
    ...(effect.effect === 'reset' ? [['because', effect.text] as const] : []),
    [
      'decided',
      chosen === undefined ? NOBODY_CHOSE[effect.effect === 'reset' ? 'reset' : 'other'] : decisionWords(chosen, clock),
    ],
    ...(chosen === undefined ? [] : surroundings(chosen)),
    ...steps.flatMap((step): readonly Row[] => [['then', decisionWords(step, clock)], ...surroundings(step)]),
    ...(needless === undefined ? [] : [['needless', needless.text] as const]),
  ]);
}

/** What `known`, `fault` and `decided` speak of, where the power of another host was cut. */
export function meantWords(meant: string): string {
  return `${meant}, whose BMC address leads here`;
}

/** One block, ending in a newline. */
export function refusalText(refusal: Refusal, index: StoryIndex, clock: Clock, style: TextStyle): string {
  const { atMs, untilMs, entry, hosts } = refusal;
  return block(`${spanText(atMs, untilMs, clock)}  refused: ${hostList(hosts, index)}`, style, [
    ['by', entry.subject],
    ['decided', decisionWords(entry, clock)],
    ...surroundingRows(entry),
  ]);
}

/** One block, ending in a newline. */
export function handoverText({ host, entry }: Handover, index: StoryIndex, clock: Clock, style: TextStyle): string {
  return block(`${timeText(entry.atMs, clock)}  ${index.shown(host)} given to a person`, style, [
    ['decided', decisionWords(entry, clock)],
    ...surroundingRows(entry),
    ['true', entry.truth ?? 'not recorded'],
  ]);
}

/** One block, ending in a newline. */
export function splitBrainText({ host, entry }: SplitBrain, index: StoryIndex, clock: Clock, style: TextStyle): string {
  return block(`${timeText(entry.atMs, clock)}  ${index.shown(host)} in a split brain`, style, [
    ['because', entry.text],
    ['true', entry.truth ?? 'not recorded'],
  ]);
}

/** One block, ending in a newline. */
export function policyChangeText(change: StoryEntry, clock: Clock, style: TextStyle): string {
  return block(`${timeText(change.atMs, clock)}  policy: ${change.text}`, style, []);
}

export function hostList(hosts: readonly number[], index: StoryIndex): string {
  if (hosts.length === 0) return 'nobody in particular';
  const named = hosts.slice(0, HOSTS_NAMED_MOST).map((host) => index.shown(host));
  const more = hosts.length - named.length;
  return `${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

/**
 * `+4m9s machine-health-check.openshift: ... [remediate: expected 12]`; values that the words already say are left out, and all of
 * them where what surrounds the decision says more.
 */
function decisionWords(entry: StoryEntry, clock: Clock): string {
  const told = entry.surroundings === undefined ? Object.entries(entry.values ?? {}) : [];
  const values = told.map(([name, value]) => ({ value, ...namedWords(name, value) }));
  const compared = values
    .filter(({ value, words }) => !isAbsent(value) && !says(entry.text, String(value)) && !says(entry.text, words))
    .map(({ name, words }) => `${name} ${words}`)
    .join(', ');
  const rule = entry.rule === undefined ? '' : ` [${entry.rule}${compared === '' ? '' : `: ${compared}`}]`;
  return `${timeText(entry.atMs, clock)} ${inSpans(entry.text)}${rule}`;
}

/** Whether the words have the value by itself: `5` is not said by `worker-5`. */
function says(text: string, value: string): boolean {
  const inName = /[\w-]/;
  for (let at = text.indexOf(value); at >= 0 && value !== ''; at = text.indexOf(value, at + 1)) {
    const [before = '', after = ''] = [text.charAt(at - 1), text.charAt(at + value.length)];
    if (!inName.test(before) && !inName.test(after)) return true;
  }
  return false;
}

/** A time or number that there is none of is -1 in the values of a decision. */
function isAbsent(value: string | number | boolean): boolean {
  return typeof value === 'number' && value < 0;
}

/** Milliseconds as a span, or as a time of day where they are an instant of the cluster's own clock. */
function namedWords(name: string, value: string | number | boolean): { readonly name: string; readonly words: string } {
  if (typeof value !== 'number' || !name.endsWith('Ms')) return { name, words: String(value) };
  const words = value > INSTANTS_FROM_MS ? new Date(value).toISOString() : formatSpan(value);
  return { name: name.slice(0, -2), words };
}

function block(heading: string, style: TextStyle, rows: readonly Row[]): string {
  const shown = (text: string): string => asShown(printable(text), style);
  const hang = ' '.repeat(LABEL_WIDTH + 2);
  const lines = [
    ...wrap(` ${shown(heading)}`, style, '   ').map((line) => paint(line, 'strong', style)),
    ...rows.flatMap(([label, text]) => wrap(`  ${label.padEnd(LABEL_WIDTH)}${shown(text)}`, style, hang)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

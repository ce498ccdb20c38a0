// The story of a recorded run in lines: when, about what, in words.

import type { StoryEntry } from '../sim/result.ts';
import { formatInstant, formatSpan } from './format.ts';
import { asShown, paint, printable, type TextStyle, wrap } from './text-style.ts';

/** `since`: `+5m10s` from the start, for short looks ahead; `day`: `day 10 06:31:05`, for long runs. */
export type Clock = 'since' | 'day';

const TOPIC_WIDTH = 8;
const AT_ONCE_MS = 1000;

/** One line per entry, ending in a newline; empty for none. */
export function storyText(story: readonly StoryEntry[], clock: Clock, style: TextStyle): string {
  const times = story.map((entry) => timeText(entry.atMs, clock));
  const timeWidth = times.reduce((most, time) => Math.max(most, time.length), 0);
  const hang = ' '.repeat(timeWidth + TOPIC_WIDTH + 4);
  return story
    .flatMap((entry, index) => {
      const time = (times[index] ?? '').padEnd(timeWidth);
      const text = asShown(printable(entryWords(entry)), style);
      const lines = wrap(` ${time}  ${entry.topic.padEnd(TOPIC_WIDTH)} ${text}`, style, hang);
      return isHeadline(entry) ? lines.map((line) => paint(line, 'strong', style)) : lines;
    })
    .map((line) => `${line}\n`)
    .join('');
}

export function timeText(atMs: number, clock: Clock): string {
  if (clock === 'day') return formatInstant(atMs);
  return atMs < 1000 ? '+0s' : `+${formatSpan(atMs)}`;
}

/** `+3m to +8m1s`; one time where both read the same. */
export function spanText(fromMs: number, toMs: number, clock: Clock): string {
  const [from, to] = [timeText(fromMs, clock), timeText(toMs, clock)];
  return from === to ? from : `${from} to ${to}`;
}

/** `openshift-worker-5: boots (remediation)`; the subject is left out where the text names it, truth stands beside effects only. */
function entryWords(entry: StoryEntry): string {
  const truth = entry.truth === undefined || entry.topic !== 'effect' ? '' : ` (truth: ${entry.truth})`;
  const short = entry.subject.split('/').at(-1) ?? entry.subject;
  const subject = entry.text.includes(short) ? '' : `${short}: `;
  return `${subject}${inSpans(entry.text)}${truth}`;
}

/** What a product tells in milliseconds, as the rest of a story has it: `no power-off in 3m`. */
export function inSpans(text: string): string {
  return text.replace(/\b(\d{4,}) ms\b/g, (_, ms: string) => formatSpan(Number(ms)));
}

/**
 * Left out of a story for people: writes and events, which repeat the decision behind them, the BMC's side of effects, and a
 * decision that is taken again at once, as a controller looks several times until it has done everything.
 */
export function forPeople(story: readonly StoryEntry[]): readonly StoryEntry[] {
  const last = new Map<string, StoryEntry>();
  return story.filter((entry) => {
    const { topic, subject } = entry;
    if (topic === 'action' || topic === 'event' || topic === 'power') return false;
    if (topic !== 'decision') return true;
    const before = last.get(subject);
    last.set(subject, entry);
    return before === undefined || before.text !== entry.text || entry.atMs - before.atMs >= AT_ONCE_MS;
  });
}

function isHeadline(entry: StoryEntry): boolean {
  return entry.topic === 'fault' || entry.topic === 'effect' || entry.rule === 'split-brain';
}

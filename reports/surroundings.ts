// What surrounded a decision, in words: what else its state table or its steps allowed and why that was not taken, what the limits
// said, and what would have come next. Made from what the story has as data.

import type { StoryEntry } from '../sim/result.ts';
import type { Fencing } from './fencings.ts';
import { formatSpan } from './format.ts';

export type Row = readonly [label: string, text: string];

/** Rows for people: edges that stay where they are are left out, and of those behind the one taken all that a guard stood against. */
export function surroundingRows(entry: StoryEntry): readonly Row[] {
  const { weighed, surroundings, atMs, looksAgainAtMs } = entry;
  const instead = weighed === undefined ? [] : passedOver(weighed);
  const next = [
    ...(surroundings?.next.map(({ text }) => text) ?? []),
    ...(surroundings !== undefined || weighed === undefined || looksAgainAtMs === undefined
      ? []
      : [`looks again in ${formatSpan(looksAgainAtMs - atMs)} at the latest`]),
  ];
  return [
    ['instead', instead.join('; ')],
    ['choices', joined(surroundings?.alternatives)],
    ['limits', joined(surroundings?.limits)],
    ['next', next.join('; ')],
  ].filter((row): row is [string, string] => row[1] !== '');
}

/**
 * Of the decisions behind a fencing the last one of each object: where one was decided about several times until it acted, what
 * it knew when it did is what counts. The host operator, who only did what others asked for, is not among them.
 */
export function decisive({ chosen, steps, effect }: Fencing): ReadonlySet<StoryEntry> {
  const all = [...(chosen === undefined ? [] : [chosen]), ...steps].filter(({ subject }) => subject !== effect.subject);
  return new Set(new Map(all.map((entry) => [entry.subject, entry])).values());
}

function joined(lines: readonly { readonly text: string }[] | undefined): string {
  return lines?.map(({ text }) => text).join('; ') ?? '';
}

/** `recovered-before-start (not healthy)`: what it would have led elsewhere for, and what stood against that. */
function passedOver({ state, edges }: NonNullable<StoryEntry['weighed']>): readonly string[] {
  return edges
    .filter(({ verdict, to }) => verdict === 'refused' && to !== state)
    .map(({ rule, to, against }) => {
      const why = Object.entries(against).map(([guard, holds]) => (holds ? guard : `not ${guard}`));
      return `${rule} to ${to} (${why.join(', ')})`;
    });
}

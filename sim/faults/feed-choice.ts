// Which of a place's feeds a fault takes: a parameter of the faults of power.

import type { FaultParameter } from './fault-parameter.ts';

export const FEED_CHOICE = {
  kind: 'choice',
  field: 'feed',
  says: 'which feed: the first or the second of `cluster.power.feeds`, or all of them',
  of: ['all', 'first', 'second'],
  default: 'all',
  source: 'Assumption: what takes one feed of a room or a site takes both.',
} as const satisfies FaultParameter;

/** Names of the feeds that are meant; a second feed that does not exist is none. */
export function feedsOf(choice: 'all' | 'first' | 'second', feeds: readonly string[]): readonly string[] {
  if (choice === 'all') return feeds;
  return feeds.slice(choice === 'first' ? 0 : 1, choice === 'first' ? 1 : 2);
}

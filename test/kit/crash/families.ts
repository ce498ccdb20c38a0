// The ways in which a flow is struck: what each family is, and every strike of it at the points that a run has passed.

import { kindsRead } from '../../../core/view/kinds-read.ts';
import { controllersOf } from '../../../sim/controllers.ts';
import type { Points, Strike } from './strike.ts';
import type { StruckWorld } from './struck-run.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** How old reads are where they are stale. */
export const STALE_MS = MINUTE_MS;

/** What each family means, in the order in which they are shown. */
export const FAMILIES = {
  'killed for 1 s':
    'The process dies before the first action of a decision, between two, or after the last; its successor starts.',
  'killed for 5 min': 'The same, and nobody acts for five minutes.',
  'leader dies': 'The same with an election: a standby takes the lease when it has run out.',
  'reply lost': 'A request to the API server is handled, fresh reads included, and its answer never comes.',
  'reply lost and killed': 'A write is handled, and the process dies before the answer.',
  'request lost': 'A write is not handled, and nobody says so.',
  'late request of a former leader':
    'A write arrives 20 s late, its sender stands still for 45 s, and meanwhile the standby has become the leader.',
  'two actors': 'Without any election a second process acts beside the first for 15 s, and then alone.',
  'reading lost': 'The management controller does not answer one question.',
  'event lost': 'One event of a watch never comes; the next list, at most ten minutes later, shows what it was about.',
  'event doubled': 'One event of a watch comes twice.',
  'stale by 60 s':
    'Every read of a cache is a minute old from the start to the end: of all kinds, and of each kind alone.',
  'no memory': 'Every decision is taken with empty memory.',
} as const;

/** The last are of the flow: what somebody may do at any moment, by name. */
export type Family = keyof typeof FAMILIES | `meanwhile ${string}`;

export const COMMON_FAMILIES = Object.keys(FAMILIES) as readonly (keyof typeof FAMILIES)[];

/** All families of a flow. */
export function familiesOf({ meanwhile }: StruckWorld): readonly Family[] {
  return [...COMMON_FAMILIES, ...Object.keys(meanwhile).map((what): Family => `meanwhile ${what}`)];
}

/** Every strike of a family. */
export function strikesOf(
  family: Family,
  { boundaries, requests, readings, events }: Points,
  flow: StruckWorld,
): readonly Strike[] {
  const loud = boundaries.flatMap(({ isQuiet }, i) => (isQuiet ? [] : [i + 1]));
  const writes = requests.flatMap(({ isWrite }, i) => (isWrite ? [i + 1] : []));
  const each = (list: readonly unknown[]): readonly number[] => list.map((_, i) => i + 1);
  switch (family) {
    case 'killed for 1 s':
      return loud.map((boundary) => ({ strike: 'kill', boundary, downMs: SECOND_MS }));
    case 'killed for 5 min':
      return loud.map((boundary) => ({ strike: 'kill', boundary, downMs: 5 * MINUTE_MS }));
    case 'leader dies':
      return loud.map((boundary) => ({ strike: 'leaderDies', boundary }));
    case 'reply lost':
      return each(requests).map((request) => ({ strike: 'lostReply', request }));
    case 'reply lost and killed':
      return writes.map((request) => ({ strike: 'lostReplyAndKill', request, downMs: SECOND_MS }));
    case 'request lost':
      return writes.map((request) => ({ strike: 'lostRequest', request }));
    case 'reading lost':
      return each(readings).map((reading) => ({ strike: 'lostReading', reading }));
    case 'event lost':
      return each(events).map((event) => ({ strike: 'lostEvent', event }));
    case 'event doubled':
      return each(events).map((event) => ({ strike: 'doubledEvent', event }));
    case 'two actors':
      return loud.map((boundary) => ({ strike: 'twoActors', boundary, overlapMs: 15 * SECOND_MS }));
    case 'late request of a former leader':
      return writes.map((request) => ({
        strike: 'lateRequest',
        request,
        byMs: 20 * SECOND_MS,
        awakeAfterMs: 45 * SECOND_MS,
      }));
    case 'stale by 60 s':
      return [undefined, ...kindKeysRead(flow)].map((kindKey) => ({ strike: 'stale', kindKey, byMs: STALE_MS }));
    case 'no memory':
      return [{ strike: 'forgetful' }];
    default:
      return loud.map((boundary) => ({ strike: 'meanwhile', boundary, what: family.slice('meanwhile '.length) }));
  }
}

function kindKeysRead({ config, policy, underTest }: StruckWorld): readonly string[] {
  return kindsRead(controllersOf(config, policy).filter(({ name }) => underTest.has(name))).map(({ key }) => key);
}

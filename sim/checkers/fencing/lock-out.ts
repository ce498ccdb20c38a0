// S18: nobody knocks until the lock breaks.

import type { Invariant } from '../invariant.ts';

/** Assumption: the first try and three more stay below the usual five of a lock-out. */
const TRIES_MAX = 4;

export const LOCK_OUT: Invariant = {
  id: 'S18',
  name: 'lock-out',
  words: 'After a refused login at most three tries follow with the same credentials; then somebody has to look.',
  kind: 'step',
  severity: 1,
  source: 'management controllers lock accounts',
  unknownWhen: 'Never.',
  watch: (findings) => {
    const refused = new Map<string, number>();
    return {
      saw: (seen) => {
        if (seen.seen !== 'loginRefused') return;
        const place = `${seen.host} ${seen.credentials}`;
        const count = (refused.get(place) ?? 0) + 1;
        refused.set(place, count);
        findings.expect(count <= TRIES_MAX, {
          atMs: seen.atMs,
          host: seen.host,
          says: `login ${count} with credentials that were refused`,
        });
      },
    };
  },
};

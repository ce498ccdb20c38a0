// B6: not faster than that.

import { parseDuration } from '../../../core/api/duration.ts';
import type { Invariant } from '../invariant.ts';
import { onStarts } from './starts.ts';

/** Tokens are counted in fractions. */
const TOLERANCE = 1e-6;

export const RATE: Invariant = {
  id: 'B6',
  name: 'rate',
  words:
    'In no window are there more starts than the token bucket or the sliding window allows, over restarts and changes of leader; a start is when it was decided, for its write may be slow.',
  kind: 'history',
  severity: 2,
  source: 'floods of fencings; metastable failures',
  unknownWhen: 'No budget is declared, and an attempt strikes.',
  watch: (findings) => {
    const starts = new Map<string, number[]>();
    return onStarts(findings, ({ atMs, budget, granted }, { stalenessMs }) => {
      const { tokenBucket, slidingWindow } = budget.spec.rate ?? {};
      const all = starts.get(budget.name) ?? [];
      starts.set(budget.name, all);
      // Another limit counts from the instant at which it was written.
      const known = all.filter((startMs) => startMs >= budget.specAtMs);
      for (const { grantedAtMs = atMs } of granted) {
        const startMs = atMs - grantedAtMs > stalenessMs ? atMs : grantedAtMs;
        all.push(startMs);
        known.push(startMs);
      }
      const lastMs = Math.max(...known);
      if (slidingWindow !== undefined) {
        const perMs = parseDuration(slidingWindow.per) ?? 0;
        const within = known.filter((startMs) => startMs > lastMs - perMs).length;
        findings.expect(within <= slidingWindow.starts, {
          atMs,
          says: `${within} starts within ${slidingWindow.per}, and ${budget.name} allows ${slidingWindow.starts}`,
        });
      }
      if (tokenBucket === undefined) return;
      const refillMs = parseDuration(tokenBucket.refillEvery) ?? 0;
      known.forEach((fromMs, index) => {
        const count = known.length - index;
        const allowed = tokenBucket.burst + (refillMs === 0 ? count : (lastMs - fromMs) / refillMs);
        findings.expect(count <= allowed + TOLERANCE, {
          atMs,
          says: `${count} starts since ${lastMs - fromMs} ms ago, and the bucket of ${budget.name} holds ${allowed}`,
        });
      });
    });
  },
};

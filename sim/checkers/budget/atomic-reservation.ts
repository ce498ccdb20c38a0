// B11: of two leaders one wins.

import type { Invariant } from '../invariant.ts';
import { onStarts } from './starts.ts';

export const ATOMIC_RESERVATION: Invariant = {
  id: 'B11',
  name: 'atomic reservation',
  words: 'Every write that adds a place compares the version of the whole ledger, so that two leaders cannot both win.',
  kind: 'step',
  severity: 3,
  source: 'our judgement; compare-and-swap on resourceVersion',
  unknownWhen: 'No budget is declared, and an attempt strikes.',
  watch: (findings) =>
    onStarts(
      findings,
      () => undefined,
      (seen) => {
        if (seen.seen !== 'write' || !seen.addsGrant) return;
        findings.expect(seen.exact, {
          atMs: seen.atMs,
          says: `${seen.by} adds a place to ${seen.object} whatever its version`,
        });
      },
    ),
};

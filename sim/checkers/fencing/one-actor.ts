// S16: one at a time.

import type { Invariant } from '../invariant.ts';

export const ONE_ACTOR: Invariant = {
  id: 'S16',
  name: 'one actor',
  words: 'A host is struck by one remediator at a time, whatever policy it serves.',
  kind: 'state',
  severity: 2,
  source: 'self-node-remediation known issue 1; the leases of NodeHealthCheck',
  unknownWhen: 'Never.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen !== 'attemptStruck') return;
      const attempt = scene.lastAttempt;
      if (attempt === undefined || attempt.struckAtMs !== seen.atMs) return;
      const other = scene
        .attemptsOn(attempt.host)
        .find(({ request, struckAtMs }) => request !== attempt.request && struckAtMs !== undefined);
      findings.expect(other === undefined, {
        atMs: seen.atMs,
        host: attempt.host,
        says: `${attempt.remediator} strikes while ${other?.remediator ?? ''} is at work`,
      });
    },
  }),
};

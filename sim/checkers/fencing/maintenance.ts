// S5: who works on a host has it for himself.

import type { Invariant } from '../invariant.ts';

export const MAINTENANCE: Invariant = {
  id: 'S5',
  name: 'maintenance',
  words:
    'No attempt is opened, and none strikes first, while its host is under maintenance; an attempt that was under way before may finish.',
  kind: 'step',
  severity: 2,
  source: 'the rule of the slides; Pacemaker fences a lost host in maintenance, measured',
  unknownWhen: 'Never.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen === 'attemptOpened') {
        const sinceMs = scene.host(seen.host).intents.get('maintenance');
        const known = sinceMs !== undefined && seen.atMs - sinceMs > scene.stalenessMs;
        findings.expect(!known, {
          atMs: seen.atMs,
          host: seen.host,
          says: `${seen.remediator} begins on a host under maintenance`,
        });
      }
      if (seen.seen !== 'attemptStruck') return;
      const attempt = scene.lastAttempt;
      if (attempt === undefined || attempt.struckAtMs !== seen.atMs) return;
      const sinceMs = scene.host(attempt.host).intents.get('maintenance');
      findings.expect(sinceMs === undefined || sinceMs >= seen.atMs, {
        atMs: seen.atMs,
        host: attempt.host,
        says: `${attempt.remediator} strikes a host under maintenance`,
      });
    },
  }),
};

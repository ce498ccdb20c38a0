// S12: the healthy are spared.

import type { Invariant } from '../invariant.ts';

export const HEALTHY_SPARED: Invariant = {
  id: 'S12',
  name: 'no fence of the healthy',
  words:
    'Nothing harmful is done to a host whose Node has been Ready for longer than caches are old, unless a person asks for it.',
  kind: 'step',
  severity: 2,
  source: 'medik8s self-node-remediation issue 159; kubernetes 59848, 60478',
  unknownWhen: 'Never; conditions other than Ready that a policy declares do not occur in a trace.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen !== 'attemptStruck') return;
      const attempt = scene.lastAttempt;
      if (attempt === undefined || attempt.struckAtMs !== seen.atMs) return;
      const { ready, readySinceMs, intents } = scene.host(attempt.host);
      const isAskedFor = intents.has('remediate');
      findings.expect(ready !== 'True' || isAskedFor || seen.atMs - readySinceMs <= scene.stalenessMs, {
        atMs: seen.atMs,
        host: attempt.host,
        says: `${attempt.remediator} strikes though its Node has been Ready for ${seen.atMs - readySinceMs} ms`,
      });
    },
  }),
};

// S17: what is wiped must be somewhere else.

import type { Invariant } from '../invariant.ts';

export const WIPE_GATE: Invariant = {
  id: 'S17',
  name: 'destructive gate',
  words:
    'Disks are wiped only where the policy allows it, after its softer steps, and while other hosts have whole copies of everything on them.',
  kind: 'step',
  severity: 3,
  source: 'the slides: reprovisioning only as the last resort; D1 and D2',
  unknownWhen: 'Never; where there are no data the copies do not matter.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen !== 'wiped') return;
      const { atMs, host } = seen;
      const { cleanElsewhere, required = 1 } = seen;
      findings.expect(cleanElsewhere === undefined || cleanElsewhere >= required, {
        atMs,
        host,
        says: `wiped, and some of its data have ${cleanElsewhere ?? 0} of ${required} whole copies elsewhere`,
      });
      for (const { wipe, remediator } of scene.attemptsOn(host)) {
        if (wipe === undefined) continue;
        findings.expect(wipe.allowed && wipe.softerMade >= wipe.softerWanted, {
          atMs,
          host,
          says: wipe.allowed
            ? `${remediator} wipes after ${wipe.softerMade} of ${wipe.softerWanted} softer attempts`
            : `${remediator} wipes, which its policy does not allow`,
        });
      }
    },
  }),
};

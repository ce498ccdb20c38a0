// S4: nobody is fenced whom no policy watches.

import type { Invariant } from '../invariant.ts';

export const SCOPE: Invariant = {
  id: 'S4',
  name: 'scope',
  words: 'No attempt on a host that no policy in force selects.',
  kind: 'step',
  severity: 3,
  source: 'safety of the live world',
  unknownWhen: 'No policy was seen to select anything.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen !== 'attemptOpened') return;
      const finding = { atMs: seen.atMs, host: seen.host, says: `${seen.remediator} is not asked for this host` };
      if (scene.scope === undefined) findings.doubt(finding);
      else findings.expect(scene.scope.has(seen.host), finding);
    },
  }),
};

// L2: in the end everything serves.

import type { Invariant } from '../invariant.ts';

export const CONVERGENCE: Invariant = {
  id: 'L2',
  name: 'eventually stable',
  words:
    'When faults have stopped and the healing is done, every host of a Machine serves, its Node is Ready, and no attempt is open.',
  kind: 'end',
  severity: 2,
  source: 'Anvil, OSDI 2024: eventually stable reconciliation',
  unknownWhen: 'The trace does not say that faults have stopped.',
  watch: (findings) => ({
    ended: (atMs, scene) => {
      if (scene.healedAtMs === undefined) {
        findings.doubt({ atMs, says: 'nothing says that faults have stopped' });
        return;
      }
      for (const { host, serves, ready, claimed } of scene.hosts.values()) {
        if (!claimed) continue;
        findings.expect(serves && ready === 'True', {
          atMs,
          host,
          says: serves ? `it serves, and its Node is Ready ${ready}` : 'it does not serve',
        });
      }
      for (const { host, remediator } of scene.attempts.values()) {
        findings.expect(false, { atMs, host, says: `an attempt of ${remediator} is still open` });
      }
    },
  }),
};

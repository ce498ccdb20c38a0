// L4: whoever leaves tidies up.

import type { Invariant } from '../invariant.ts';

export const NO_LITTER: Invariant = {
  id: 'L4',
  name: 'no litter',
  words:
    'When no attempt is open, none of the taints, annotations, finalizers, leases and requests are there that attempts put anywhere; closed requests that serve as memory are none.',
  kind: 'end',
  severity: 1,
  source: 'self-node-remediation issue 258: a taint that stayed',
  unknownWhen: 'Attempts are still open.',
  watch: (findings) => ({
    ended: (atMs, scene) => {
      findings.exercise();
      for (const [what, host] of scene.litter) {
        const finding = { atMs, host, says: `${what} is left` };
        if (scene.attemptsOn(host).length > 0) findings.doubt(finding);
        else findings.break(finding);
      }
    },
  }),
};

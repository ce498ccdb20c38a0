// L4: whoever leaves tidies up.

import type { Invariant } from '../invariant.ts';
import type { Scene } from '../scene.ts';

export const NO_LITTER: Invariant = {
  id: 'L4',
  name: 'no litter',
  words:
    'When no attempt is open, none of the taints, annotations, finalizers, leases and requests are there that attempts put anywhere; closed requests that serve as memory are none.',
  kind: 'end',
  severity: 1,
  source: 'self-node-remediation issue 258: a taint that stayed',
  unknownWhen: 'Attempts are still open, or a person has the host in hands.',
  watch: (findings) => ({
    ended: (atMs, scene) => {
      findings.exercise();
      for (const [what, host] of scene.litter) {
        const finding = { atMs, host, says: `${what} is left` };
        if (scene.attemptsOn(host).length > 0 || isWithPerson(host, scene)) findings.doubt(finding);
        else findings.break(finding);
      }
    },
  }),
};

/** Its request is open: whoever is called sees it, and what is left ends with it. */
function isWithPerson(host: string, { requests }: Scene): boolean {
  return [...requests.values()].some((request) => request.host === host && request.phase === 'Person');
}

// L3: who switches off switches on again.

import type { Invariant } from '../invariant.ts';

export const NOT_LEFT_OFF: Invariant = {
  id: 'L3',
  name: 'not left off',
  words: 'No host that a remediation switched off is off in the end, unless somebody else wants it off.',
  kind: 'end',
  severity: 2,
  source: 'kubevirt/machine-remediation PR 84',
  unknownWhen: 'The trace does not say that faults have stopped.',
  watch: (findings) => ({
    ended: (atMs, scene) => {
      for (const { host, on, switchedBy, switchedAtMs, intents } of scene.hosts.values()) {
        if (switchedBy !== 'remediation') continue;
        const isWanted = intents.has('adminOff') || intents.has('detached');
        const finding = { atMs, host, says: `off since ${atMs - switchedAtMs} ms, by a remediation` };
        if (on || isWanted || scene.healedAtMs !== undefined) findings.expect(on || isWanted, finding);
        else findings.doubt(finding);
      }
    },
  }),
};

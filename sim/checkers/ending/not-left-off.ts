// L3: who switches off switches on again.

import type { Invariant } from '../invariant.ts';

export const NOT_LEFT_OFF: Invariant = {
  id: 'L3',
  name: 'not left off',
  words:
    'No host that a remediation switched off is off in the end, unless somebody else wants it off or no Machine has it.',
  kind: 'end',
  severity: 2,
  source: 'kubevirt/machine-remediation PR 84',
  unknownWhen: 'The trace does not say that faults have stopped.',
  watch: (findings) => ({
    ended: (atMs, scene) => {
      for (const { host, on, switchedBy, switchedAtMs, intents, claimed } of scene.hosts.values()) {
        if (switchedBy !== 'remediation') continue;
        // What no Machine has is kept off by its operator: also where somebody's wrong address had switched it on.
        const isWanted = !claimed || intents.has('adminOff') || intents.has('detached');
        const finding = { atMs, host, says: `off since ${atMs - switchedAtMs} ms, by a remediation` };
        if (on || isWanted || scene.healedAtMs !== undefined) findings.expect(on || isWanted, finding);
        else findings.doubt(finding);
      }
    },
  }),
};

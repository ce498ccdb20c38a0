// S7: hands off what is not yours.

import type { Invariant } from '../invariant.ts';
import { isHandedTo } from '../mark-contracts.ts';

export const OWN_MARKS: Invariant = {
  id: 'S7',
  name: 'own marks only',
  words:
    'A controller changes or removes only those annotations, taints and finalizers that it put there, or that a contract hands to it.',
  kind: 'step',
  severity: 2,
  source: 'metal3 reboot-interface.md, Drawbacks: clients delete only their own',
  unknownWhen: 'The mark is older than the trace: nobody saw who put it there.',
  watch: (findings) => {
    const known = new Map<string, string>();
    return {
      saw: (seen) => {
        if (seen.seen !== 'mark') return;
        const place = `${seen.object} ${seen.mark}`;
        const by = known.get(place);
        if (seen.change === 'added') known.set(place, seen.by);
        else if (seen.change === 'removed') known.delete(place);
        if (seen.change === 'added' || seen.by === '') return;
        const finding = {
          atMs: seen.atMs,
          says: `${seen.by} ${seen.change} ${seen.mark} of ${by ?? 'nobody known'} on ${seen.object}`,
        };
        if (isHandedTo(seen.by, seen.mark)) findings.exercise();
        else if (by === undefined) findings.doubt(finding);
        else findings.expect(by === seen.by, finding);
      },
    };
  },
};

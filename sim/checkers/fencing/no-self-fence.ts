// S15: nobody saws off his own branch.

import type { Invariant } from '../invariant.ts';

export const NO_SELF_FENCE: Invariant = {
  id: 'S15',
  name: 'no self-fence',
  words: 'The leader that acts never strikes the host on which it runs.',
  kind: 'step',
  severity: 2,
  source: 'kubevirt/machine-remediation PR 84; fence-agents-remediation known issue 2',
  unknownWhen: 'Nobody says where the controllers run.',
  watch: (findings) => {
    const runsOn = new Map<string, string>();
    return {
      saw: (seen, scene) => {
        if (seen.seen === 'leader') runsOn.set(seen.controller, seen.host);
        if (seen.seen !== 'attemptStruck') return;
        const attempt = scene.lastAttempt;
        if (attempt === undefined || attempt.struckAtMs !== seen.atMs) return;
        const { remediator, host } = attempt;
        const finding = { atMs: seen.atMs, host, says: `${remediator} strikes the host on which it runs` };
        const place = runsOn.get(remediator);
        if (place === undefined) findings.doubt({ ...finding, says: `nobody knows where ${remediator} runs` });
        else findings.expect(place !== host, finding);
      },
    };
  },
};

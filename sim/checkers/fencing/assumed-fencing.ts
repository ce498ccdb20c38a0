// S20: an assumption is named, and watched.

import type { Invariant } from '../invariant.ts';

export const ASSUMED_FENCING: Invariant = {
  id: 'S20',
  name: 'assumed fencing',
  words:
    'Where a timer stands for a proof, it waits as long as the agent may need at worst; and a run in which the host went on all the same is no pass.',
  kind: 'step',
  severity: 3,
  source: 'self-node-remediation internal/reboot/calculator.go',
  unknownWhen: 'The assumption was broken: the timer was long enough, and the host executed when it was over.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen !== 'takenForRebooted') return;
      const { atMs, host, waitedMs, requiredMs } = seen;
      findings.expect(waitedMs >= requiredMs, {
        atMs,
        host,
        says: `held for rebooted after ${waitedMs} ms, and its agent may need ${requiredMs} ms`,
      });
      const truth = scene.host(host);
      const attempt = scene.attemptsOn(host).find(({ means }) => means === 'timer');
      const isSameBoot = attempt !== undefined && truth.epoch === attempt.openedEpoch;
      if (truth.runs && isSameBoot && truth.processes.size > 0) {
        findings.doubt({ atMs, host, says: 'assumption broken: it goes on with the same boot' });
      }
    },
  }),
};

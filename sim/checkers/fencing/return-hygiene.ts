// S21: old mounts are not let back in.

import type { Invariant } from '../invariant.ts';

export const RETURN_HYGIENE: Invariant = {
  id: 'S21',
  name: 'return hygiene',
  words: 'The out-of-service taint is lifted only from a Ready Node whose host has booted since.',
  kind: 'step',
  severity: 3,
  source: 'rook PR 17790: not before a full power cycle',
  unknownWhen:
    'The host rests on a timer, after which its own agent lifts the fence: S20 says what became of that assumption.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen !== 'fenceLifted') return;
      const host = scene.host(seen.host);
      if (host.lifted === undefined) return;
      const isBooted = host.epoch > host.lifted.epoch;
      const finding = {
        atMs: seen.atMs,
        host: seen.host,
        says: `${seen.by === '' ? 'somebody' : seen.by} lifts the fence ${isBooted ? `while Ready is ${host.ready}` : 'before another boot'}`,
      };
      const attempts = scene.attemptsOn(seen.host);
      const restsOnTimer = attempts.length > 0 && attempts.every(({ means }) => means === 'timer');
      // The boot that was shut out executes no more: what was assumed is so.
      const isOver = isBooted || !host.runs;
      if (restsOnTimer && isOver && !(isBooted && host.ready === 'True')) {
        findings.exercise();
        findings.doubt({ ...finding, says: `${finding.says}: a timer was trusted` });
      } else findings.expect(isBooted && host.ready === 'True', finding);
    },
  }),
};

// S21: old mounts are not let back in.

import type { Invariant } from '../invariant.ts';

export const RETURN_HYGIENE: Invariant = {
  id: 'S21',
  name: 'return hygiene',
  words: 'The out-of-service taint is lifted only from a Ready Node whose host has booted since.',
  kind: 'step',
  severity: 3,
  source: 'rook PR 17790: not before a full power cycle',
  unknownWhen: 'Never.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen !== 'fenceLifted') return;
      const host = scene.host(seen.host);
      if (host.lifted === undefined) return;
      const isBooted = host.epoch > host.lifted.epoch;
      findings.expect(isBooted && host.ready === 'True', {
        atMs: seen.atMs,
        host: seen.host,
        says: `${seen.by === '' ? 'somebody' : seen.by} lifts the fence ${isBooted ? `while Ready is ${host.ready}` : 'before another boot'}`,
      });
    },
  }),
};

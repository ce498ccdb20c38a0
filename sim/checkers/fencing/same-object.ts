// S19: a new object of an old name is somebody else.

import type { Invariant } from '../invariant.ts';

export const SAME_OBJECT: Invariant = {
  id: 'S19',
  name: 'same object',
  words: 'What an attempt lets go belongs to the Node that it was opened for: the same uid, not the same name.',
  kind: 'step',
  severity: 3,
  source: 'names are used again; Sieve, stale states',
  unknownWhen: 'The attempt was opened when there was no Node.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen !== 'released' || seen.by === '') return;
      for (const attempt of scene.attemptsOn(seen.host)) {
        if (attempt.releasedAtMs !== seen.atMs) continue;
        const finding = {
          atMs: seen.atMs,
          host: seen.host,
          says: `${attempt.remediator} was for Node ${attempt.nodeUid}, and ${seen.how} met ${seen.uid}`,
        };
        if (attempt.nodeUid === '') findings.doubt(finding);
        else findings.expect(attempt.nodeUid === seen.uid, finding);
      }
    },
  }),
};

// S22: a dry run stays dry.

import type { Invariant } from '../invariant.ts';

export const DRY_RUN: Invariant = {
  id: 'S22',
  name: 'dry run',
  words: 'In a dry run nothing is changed in the API, and no power is switched.',
  kind: 'history',
  severity: 3,
  source: 'safety of the live world',
  unknownWhen: 'Never.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (!scene.dryRun) return;
      if (seen.seen === 'write') {
        findings.expect(false, { atMs: seen.atMs, says: `${seen.by} sends ${seen.verb} ${seen.object}` });
      } else if (seen.seen === 'commandStarted') {
        findings.expect(false, { atMs: seen.atMs, host: seen.host, says: `power ${seen.power} in a dry run` });
      } else findings.exercise();
    },
  }),
};

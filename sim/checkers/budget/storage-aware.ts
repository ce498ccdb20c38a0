// B12: the data of others are not taken away.

import type { Invariant } from '../invariant.ts';

export const STORAGE_AWARE: Invariant = {
  id: 'B12',
  name: 'storage aware',
  words: 'No start takes a host away whose data then have fewer serving replicas than they need.',
  kind: 'step',
  severity: 3,
  source: 'the slides: faults during a resync',
  unknownWhen: 'An attempt of our own policy whose budget has no storage guard.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen !== 'attemptStruck' || seen.blocks === undefined) return;
      const attempt = scene.lastAttempt;
      if (attempt === undefined || attempt.struckAtMs !== seen.atMs) return;
      const finding = {
        atMs: seen.atMs,
        host: attempt.host,
        says: `${attempt.remediator} takes it away, and ${seen.blocks} groups of data lose their last allowed replica`,
      };
      const request = scene.requests.get(attempt.request);
      const budget = request === undefined ? undefined : scene.budgets.get(request.budget);
      const isGuarded = budget === undefined || budget.spec.storage !== undefined;
      if (isGuarded || seen.blocks === 0) findings.expect(seen.blocks === 0, finding);
      else findings.doubt({ ...finding, says: `${finding.says}; ${budget.name} has no storage guard` });
    },
  }),
};

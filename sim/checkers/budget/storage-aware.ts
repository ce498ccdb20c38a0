// B12: the data of others are not taken away.

import { parseDuration } from '../../../core/api/duration.ts';
import { STORAGE_GUARD_DEFAULTS } from '../../../core/api/remediation-defaults.ts';
import type { Invariant } from '../invariant.ts';
import type { BudgetScene } from '../scene.ts';

/** What happens to the storage shows within one look of its operator. Source: Rook, healthCheck.daemonHealth.status.interval 60 s. */
const SHOWN_WITHIN_MS = 60_000;

export const STORAGE_AWARE: Invariant = {
  id: 'B12',
  name: 'storage aware',
  words: 'No start takes a host away whose data then have fewer serving replicas than they need.',
  kind: 'step',
  severity: 3,
  source: 'the slides: faults during a resync',
  unknownWhen:
    'An attempt of our own policy whose budget has no storage guard; or the storage lost something so short a time ago that no status accepted by the guard can show it.',
  watch: (findings) => {
    let lacks = 0;
    let lostAtMs = Number.NEGATIVE_INFINITY;
    return {
      saw: (seen, scene) => {
        if (seen.seen === 'storage') {
          if (seen.lacks > lacks) lostAtMs = seen.atMs;
          lacks = seen.lacks;
        }
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
        if (!isGuarded && seen.blocks > 0) {
          findings.doubt({ ...finding, says: `${finding.says}; ${budget.name} has no storage guard` });
        } else if (seen.blocks > 0 && seen.atMs - lostAtMs <= shownWithinMs(budget, scene.stalenessMs)) {
          findings.doubt({ ...finding, says: `${finding.says}, of ${seen.atMs - lostAtMs} ms ago` });
        } else findings.expect(seen.blocks === 0, finding);
      },
    };
  },
};

/** A status that is older than the guard accepts is no status. */
function shownWithinMs(budget: BudgetScene | undefined, stalenessMs: number): number {
  const guard = budget?.spec.storage;
  const staleAfterMs = parseDuration(guard?.staleAfter ?? STORAGE_GUARD_DEFAULTS.staleAfter) ?? 0;
  return Math.min(staleAfterMs, SHOWN_WITHIN_MS + stalenessMs);
}

// S10: only another boot ends what a reset was to end.

import type { Invariant } from '../invariant.ts';

export const RESET_IS_NOT_OFF: Invariant = {
  id: 'S10',
  name: 'reset is not off',
  words:
    'An attempt that cycles or resets a host releases its workloads only after the power was cut, or another boot began.',
  kind: 'step',
  severity: 3,
  source: 'fa-dev-guide.md and metadata of fence_ipmilan: cycle may report success before the node is off',
  unknownWhen: 'Never.',
  watch: (findings) => {
    /** Boots and cuts of a host when an attempt was opened. */
    const before = new Map<string, number>();
    return {
      saw: (seen, scene) => {
        if (seen.seen === 'attemptOpened') before.set(seen.attempt, scene.host(seen.host).boots);
        if (seen.seen !== 'released') return;
        for (const attempt of scene.attemptsOn(seen.host)) {
          if (attempt.means !== 'cycle' || attempt.releasedAtMs !== seen.atMs) continue;
          const host = scene.host(seen.host);
          const holds = attempt.cutAtMs !== undefined || !host.on || host.boots > (before.get(attempt.id) ?? 0);
          findings.expect(holds, {
            atMs: seen.atMs,
            host: seen.host,
            says: `${attempt.remediator} released, and the host still is in the boot that was to be ended`,
          });
        }
      },
    };
  },
};

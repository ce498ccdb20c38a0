// S9: a memory of off is no proof of off.

import type { Invariant } from '../invariant.ts';

export const FRESH_PROOF: Invariant = {
  id: 'S9',
  name: 'fresh proof',
  words:
    'Before an attempt that works by power releases anything, a reading of exactly off was asked of the right management controller after the power was really cut; nothing else proves off.',
  kind: 'step',
  severity: 3,
  source: 'baremetal-operator polls every 60 s; FenceAgentAPI.md: verify after off',
  unknownWhen: 'Never.',
  watch: (findings) => {
    /** When the last reading of off was asked, by host. */
    const offAskedAtMs = new Map<string, number>();
    return {
      saw: (seen, scene) => {
        if (seen.seen === 'reading' && seen.power === 'off' && seen.reaches === seen.host) {
          offAskedAtMs.set(seen.host, Math.max(seen.askedAtMs, offAskedAtMs.get(seen.host) ?? 0));
        }
        if (seen.seen !== 'released') return;
        for (const attempt of scene.attemptsOn(seen.host)) {
          if (attempt.means !== 'power' || attempt.releasedAtMs !== seen.atMs) continue;
          const sinceMs = attempt.cutAtMs ?? attempt.openedAtMs;
          findings.expect((offAskedAtMs.get(seen.host) ?? Number.NEGATIVE_INFINITY) >= sinceMs, {
            atMs: seen.atMs,
            host: seen.host,
            says: `${attempt.remediator} released without a reading of off that is younger than its command`,
          });
        }
      },
    };
  },
};

// S13: whoever sees everybody fail looks at himself first.

import type { Invariant } from '../invariant.ts';

/** Assumption: hosts that fall silent within one minute of each other did so for one reason. */
const WINDOW_MS = 60_000;
/** Assumption: more than half of those that policies watch, and not just one or two, are most. */
const SHARE = 0.5;
const AT_LEAST = 3;

export const BLIND_OBSERVER: Invariant = {
  id: 'S13',
  name: 'blind observer',
  words:
    'While the observer has lost its own link, or most of the hosts that policies watch stopped being Ready within one window though they run, nothing harmful starts unless a person asks for it.',
  kind: 'history',
  severity: 3,
  source: 'self-node-remediation how-it-works.md: failure of the API server must not cause a storm of reboots',
  unknownWhen: 'Nobody says how the observer is connected, and few hosts failed.',
  watch: (findings) => {
    /** Instants at which hosts that run stopped being Ready. */
    const lost = new Map<string, number>();
    return {
      saw: (seen, scene) => {
        if (seen.seen === 'ready') {
          if (seen.ready === 'True') lost.delete(seen.host);
          else if (scene.host(seen.host).runs && !lost.has(seen.host)) lost.set(seen.host, seen.atMs);
        }
        if (seen.seen === 'state' && !seen.runs) lost.delete(seen.host);
        if (seen.seen !== 'attemptStruck') return;
        const attempt = scene.lastAttempt;
        if (attempt === undefined || attempt.struckAtMs !== seen.atMs) return;
        const own = lost.get(attempt.host) ?? Number.NEGATIVE_INFINITY;
        const watched = [...(scene.scope ?? scene.hosts.keys())];
        const together = watched.filter((host) => Math.abs((lost.get(host) ?? Number.NaN) - own) <= WINDOW_MS).length;
        const isMass = together >= AT_LEAST && together > SHARE * watched.length;
        const isAskedFor = scene.host(attempt.host).intents.has('remediate');
        findings.expect(isAskedFor || (scene.observerLinkUp && !isMass), {
          atMs: seen.atMs,
          host: attempt.host,
          says: scene.observerLinkUp
            ? `${attempt.remediator} strikes though ${together} of ${watched.length} hosts that run fell silent together`
            : `${attempt.remediator} strikes while the observer sees nothing`,
        });
      },
    };
  },
};

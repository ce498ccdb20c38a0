// S13: whoever sees everybody fail looks at himself first.

import type { Invariant } from '../invariant.ts';

/** Assumption: hosts that fall silent within one minute of each other did so for one reason. */
const WINDOW_MS = 60_000;
/** Assumption: more than half of those that policies watch, and not just one or two, are most. */
const SHARE = 0.5;
const AT_LEAST = 3;
/** Assumption: two renewals of a node's lease (kubelet: every 10 s), and a while for a slow one: before that, silence is no news. */
const SILENCE_SHOWS_AFTER_MS = 25_000;

export const BLIND_OBSERVER: Invariant = {
  id: 'S13',
  name: 'blind observer',
  words:
    'While the observer has lost its own link, or most of the hosts that policies watch stopped being Ready within one window though they run, nothing harmful starts unless a person asks for it.',
  kind: 'history',
  severity: 3,
  source: 'self-node-remediation how-it-works.md: failure of the API server must not cause a storm of reboots',
  unknownWhen:
    'Nobody says how the observer is connected, and few hosts failed; or the link was lost so short a time ago that no lease of a node is old.',
  watch: (findings) => {
    /** Instants at which hosts that run stopped being Ready. */
    const lost = new Map<string, number>();
    let linkLostAtMs = Number.NEGATIVE_INFINITY;
    return {
      saw: (seen, scene) => {
        if (seen.seen === 'observerLink' && !seen.up) linkLostAtMs = seen.atMs;
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
        const finding = {
          atMs: seen.atMs,
          host: attempt.host,
          says: isMass
            ? `${attempt.remediator} strikes though ${together} of ${watched.length} hosts that run fell silent together`
            : `${attempt.remediator} strikes while the observer sees nothing`,
        };
        const holds = isAskedFor || (scene.observerLinkUp && !isMass);
        const isTooSoon = !isMass && seen.atMs - linkLostAtMs <= SILENCE_SHOWS_AFTER_MS;
        if (!holds && isTooSoon) findings.doubt(finding);
        else findings.expect(holds, finding);
      },
    };
  },
};

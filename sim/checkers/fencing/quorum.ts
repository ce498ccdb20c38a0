// S14: the control plane keeps its majority.

import type { Invariant } from '../invariant.ts';

/** A silent Node shows after this. Source: kube-controller-manager, node-monitor-grace-period 50 s, node-monitor-period 5 s. */
const DETECTED_WITHIN_MS = 60_000;

export const QUORUM: Invariant = {
  id: 'S14',
  name: 'quorum',
  words:
    'A control-plane host is struck only while the members that are up without it are a majority, and never two at a time.',
  kind: 'step',
  severity: 3,
  source: 'NodeHealthCheck isControlPlaneRemediationAllowed',
  unknownWhen: 'No member list was seen; or a member was lost so short a time ago that nobody can know.',
  watch: (findings) => {
    /** When members that are down went down. */
    const lostAtMs = new Map<string, number>();
    return {
      saw: (seen, scene) => {
        if (seen.seen === 'etcd') {
          for (const member of seen.up) lostAtMs.delete(member);
          for (const member of seen.voters) {
            if (!seen.up.includes(member) && !lostAtMs.has(member)) lostAtMs.set(member, seen.atMs);
          }
        }
        if (seen.seen !== 'attemptStruck') return;
        const attempt = scene.lastAttempt;
        if (attempt === undefined || attempt.struckAtMs !== seen.atMs || !scene.host(attempt.host).controlPlane) return;
        const { host, remediator } = attempt;
        const { atMs } = seen;
        if (scene.etcd === undefined) {
          findings.doubt({ atMs, host, says: 'nobody knows the members of etcd' });
          return;
        }
        const { voters, up } = scene.etcd;
        const others = voters.filter((member) => member !== host);
        const stay = others.filter((member) => up.includes(member)).length;
        const fresh = others.filter((member) => atMs - (lostAtMs.get(member) ?? 0) <= DETECTED_WITHIN_MS).length;
        const majority = Math.floor(voters.length / 2) + 1;
        const finding = { atMs, host, says: `${remediator} strikes, and ${stay} of ${voters.length} members stay` };
        if (stay < majority && stay + fresh >= majority) findings.doubt(finding);
        else findings.expect(stay >= majority, finding);
        const second = [...scene.attempts.values()].find(
          (other) => other.host !== host && other.struckAtMs !== undefined && scene.host(other.host).controlPlane,
        );
        findings.expect(second === undefined, {
          atMs,
          host,
          says: `${remediator} strikes beside ${second?.host ?? ''}`,
        });
      },
    };
  },
};

// S14: the control plane keeps its majority.

import type { Invariant } from '../invariant.ts';

export const QUORUM: Invariant = {
  id: 'S14',
  name: 'quorum',
  words:
    'A control-plane host is struck only while the members that are up without it are a majority, and never two at a time.',
  kind: 'step',
  severity: 3,
  source: 'NodeHealthCheck isControlPlaneRemediationAllowed',
  unknownWhen: 'No member list was seen.',
  watch: (findings) => ({
    saw: (seen, scene) => {
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
      const others = up.filter((member) => member !== host && voters.includes(member)).length;
      findings.expect(others >= Math.floor(voters.length / 2) + 1, {
        atMs,
        host,
        says: `${remediator} strikes, and ${others} of ${voters.length} members stay`,
      });
      const second = [...scene.attempts.values()].find(
        (other) => other.host !== host && other.struckAtMs !== undefined && scene.host(other.host).controlPlane,
      );
      findings.expect(second === undefined, { atMs, host, says: `${remediator} strikes beside ${second?.host ?? ''}` });
    },
  }),
};

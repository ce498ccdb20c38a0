// S8: what runs elsewhere must not meet itself coming back.

import type { Invariant } from '../invariant.ts';

export const RELEASE_BEFORE_RETURN: Invariant = {
  id: 'S8',
  name: 'release before return',
  words:
    'Where an attempt reboots a host by its power, it has released the workloads, or somebody before it did, before power-on takes effect; where there is no Node, there is nothing to release, and an attempt whose request is deleted only gives the host back.',
  kind: 'step',
  severity: 2,
  source: 'metal3 reboot-interface.md, goal 3',
  unknownWhen:
    'Never; a person, a returning feed, or a command for another host that a wrong address brought to this one, is no attempt.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen !== 'power' || !seen.on || seen.by !== 'remediation') return;
      const { fenced, ready, onMeantFor } = scene.host(seen.host);
      // No attempt on this host asked for it: what a wrong address does to another host is told by S3.
      if (onMeantFor !== seen.host) return;
      for (const attempt of scene.attemptsOn(seen.host)) {
        if (attempt.means !== 'power' || attempt.cutAtMs === undefined) continue;
        const isReleased = attempt.releasedAtMs !== undefined || fenced !== undefined;
        const isWithdrawn = scene.requests.get(attempt.request)?.withdrawn === true;
        findings.expect(isReleased || isWithdrawn || ready === 'missing', {
          atMs: seen.atMs,
          host: seen.host,
          says: `${attempt.remediator} powers it on, and its workloads were not released`,
        });
      }
    },
  }),
};

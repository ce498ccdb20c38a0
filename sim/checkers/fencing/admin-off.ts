// S6: off stays off when somebody wants it so.

import type { Invariant } from '../invariant.ts';

export const ADMIN_OFF: Invariant = {
  id: 'S6',
  name: 'admin-off respected',
  words:
    'A host that is off by the wish of somebody else (online false, detached, held off by a foreign key) is never powered on.',
  kind: 'step',
  severity: 2,
  source: 'MRO skips hosts that are offline; metal3 reboot-interface.md',
  unknownWhen: 'Never.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen !== 'power' || !seen.on || seen.by !== 'remediation') return;
      const { intents, onMeantFor } = scene.host(seen.host);
      // What a wrong address does to another host is told by S3.
      if (onMeantFor !== seen.host) return;
      const wish = (['adminOff', 'detached'] as const).find((intent) => (intents.get(intent) ?? seen.atMs) < seen.atMs);
      findings.expect(wish === undefined, {
        atMs: seen.atMs,
        host: seen.host,
        says: `powered on though it is ${wish === 'detached' ? 'detached' : 'wanted off'}`,
      });
    },
  }),
};

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
  watch: (findings) => {
    /** Whom the last command to switch a host on was meant for: what a wrong address does to another host is told by S3. */
    const meant = new Map<string, string>();
    return {
      saw: (seen, scene) => {
        if (seen.seen === 'commandStarted' && seen.power === 'on') meant.set(seen.reaches, seen.host);
        if (seen.seen !== 'power' || !seen.on || seen.by !== 'remediation') return;
        if ((meant.get(seen.host) ?? seen.host) !== seen.host) return;
        const { intents } = scene.host(seen.host);
        const wish = (['adminOff', 'detached'] as const).find(
          (intent) => (intents.get(intent) ?? seen.atMs) < seen.atMs,
        );
        findings.expect(wish === undefined, {
          atMs: seen.atMs,
          host: seen.host,
          says: `powered on though it is ${wish === 'detached' ? 'detached' : 'wanted off'}`,
        });
      },
    };
  },
};

// S11: dead is dead.

import type { Invariant } from '../invariant.ts';

export const NO_DOUBLE_KILL: Invariant = {
  id: 'S11',
  name: 'no double kill',
  words:
    'One attempt harms one boot of a host at most once, and a command that was decided for one boot does not take effect in a later one.',
  kind: 'history',
  severity: 2,
  source: 'fence races and death matches of clusters',
  unknownWhen: 'The host booted by itself while the command was on its way: one call in flight cannot be called back.',
  watch: (findings) => {
    const harmed = new Set<string>();
    return {
      saw: (seen, scene) => {
        if (seen.seen === 'power' && !seen.on && seen.by === 'remediation') {
          const { boots } = scene.host(seen.host);
          for (const attempt of scene.attemptsOn(seen.host)) {
            const place = `${attempt.id} ${boots}`;
            findings.expect(!harmed.has(place), {
              atMs: seen.atMs,
              host: seen.host,
              says: `${attempt.remediator} cuts the power of one boot twice`,
            });
            harmed.add(place);
          }
        }
        if (seen.seen !== 'commandEnded' || seen.how !== 'succeeded') return;
        const command = scene.commands.get(seen.id);
        if (command?.power !== 'off') return;
        const since = scene.host(command.reaches).boots - command.boots;
        if (since > 0) {
          findings.doubt({
            atMs: seen.atMs,
            host: command.host,
            says: 'it booted while the command was on its way',
          });
        }
      },
    };
  },
};

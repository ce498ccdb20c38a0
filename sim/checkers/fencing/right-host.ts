// S3: a wrong wire must not cut another host.

import type { Invariant } from '../invariant.ts';

export const RIGHT_HOST: Invariant = {
  id: 'S3',
  name: 'right host',
  words: 'Every command of an attempt on a host goes to the management controller that really switches that host.',
  kind: 'step',
  severity: 3,
  source: 'rook issue 14832: the wrong address fenced; STONITH guides on wrong mappings',
  unknownWhen: 'The command got no answer, and nobody can tell whether it took effect.',
  watch: (findings) => {
    /** Commands for which an attempt is to answer: of a host operator that keeps its hosts as it is told, nobody is asked. */
    const ofAttempts = new Set<string>();
    return {
      saw: (seen, scene) => {
        if (seen.seen === 'commandStarted') {
          const { on, switchedBy } = scene.host(seen.host);
          if (scene.attemptsOn(seen.host).length > 0 || (!on && switchedBy === 'remediation')) ofAttempts.add(seen.id);
        }
        if (seen.seen !== 'commandEnded' || !ofAttempts.has(seen.id)) return;
        const command = scene.commands.get(seen.id);
        if (command === undefined) return;
        findings.exercise();
        if (command.host === command.reaches) return;
        const finding = {
          atMs: seen.atMs,
          host: command.host,
          says: `power ${command.power} for it reached ${command.reaches}`,
        };
        if (seen.how === 'succeeded') findings.break(finding);
        else if (seen.how === 'unknown') findings.doubt(finding);
      },
    };
  },
};

// S3: a wrong wire must not cut another host.

import type { Invariant } from '../invariant.ts';
import type { Scene } from '../scene.ts';

export const RIGHT_HOST: Invariant = {
  id: 'S3',
  name: 'right host',
  words: 'Every command of an attempt on a host goes to the management controller that really switches that host.',
  kind: 'step',
  severity: 3,
  source: 'rook issue 14832: the wrong address fenced; STONITH guides on wrong mappings',
  unknownWhen:
    'The command got no answer, and nobody can tell whether it took effect; or the address had been right, at the last reading or at an earlier command of the attempt, and has changed since; or the Machine had been deleted, and its provisioner met an address that has changed since.',
  watch: (findings) => {
    /** Commands for which an attempt is to answer: of a host operator that keeps its hosts as it is told, nobody is asked. */
    const ofAttempts = new Set<string>();
    /** Given when the address had been right; or the Machine had been deleted, and what is done since is up to the provisioner. */
    const afterwards = new Set<string>();
    /** Hosts whose own management controller answered when it was asked last in their present attempt. */
    const foundRight = new Set<string>();
    /** Hosts that a command of their present attempt has reached: what the operator does later, to keep to it, nobody asks anew. */
    const reachedRight = new Set<string>();
    return {
      saw: (seen, scene) => {
        if (seen.seen === 'attemptOpened') {
          foundRight.delete(seen.host);
          reachedRight.delete(seen.host);
        }
        if (seen.seen === 'reading' && seen.power !== 'unreachable') {
          if (seen.reaches !== seen.host) foundRight.delete(seen.host);
          else if (scene.attemptsOn(seen.host).length > 0) foundRight.add(seen.host);
        }
        if (seen.seen === 'commandStarted') {
          const { on, switchedBy } = scene.host(seen.host);
          if (scene.attemptsOn(seen.host).length > 0 || (!on && switchedBy === 'remediation')) ofAttempts.add(seen.id);
          const wasRight = foundRight.has(seen.host) || reachedRight.has(seen.host);
          if (wasRight || isDeprovisioned(seen.host, scene)) afterwards.add(seen.id);
          if (seen.host === seen.reaches && scene.attemptsOn(seen.host).length > 0) reachedRight.add(seen.host);
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
        if (seen.how === 'failed') return;
        if (seen.how === 'unknown' || afterwards.has(seen.id)) findings.doubt(finding);
        else findings.break(finding);
      },
    };
  },
};

function isDeprovisioned(host: string, { requests }: Scene): boolean {
  return [...requests.values()].some((request) => request.host === host && request.phase === 'AwaitingReplacement');
}

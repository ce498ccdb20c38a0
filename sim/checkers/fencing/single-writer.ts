// S1: at most one.

import type { Invariant } from '../invariant.ts';
import type { HostScene } from '../scene.ts';

/** Its containers execute, and its storage hears it. */
function writes(host: HostScene): boolean {
  return host.runs && host.reachable && host.processes.size > 0;
}

export const SINGLE_WRITER: Invariant = {
  id: 'S1',
  name: 'single writer',
  words:
    'For every exclusive identity (ordinal of a StatefulSet, volume of one writer) at most one host executes its pod and can write its volume.',
  kind: 'state',
  severity: 3,
  source: 'design-proposals-archive storage/pod-safety.md',
  unknownWhen: 'Never: the truth of every host is known.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen !== 'processStarted' && seen.seen !== 'state') return;
      const host = scene.host(seen.host);
      if (!writes(host)) return;
      const own = seen.seen === 'processStarted' ? seen.exclusive : [...host.processes.values()].flat();
      if (own.length === 0) return;
      findings.exercise();
      for (const other of scene.hosts.values()) {
        if (other === host || !writes(other)) continue;
        const both = [...other.processes.values()].flat().find((identity) => own.includes(identity));
        if (both === undefined) continue;
        findings.break({ atMs: seen.atMs, host: seen.host, says: `${both} is written by ${other.host} too` });
      }
    },
  }),
};

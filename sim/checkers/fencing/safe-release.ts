// S2: workloads go only when nothing of theirs executes.

import type { Invariant } from '../invariant.ts';

export const SAFE_RELEASE: Invariant = {
  id: 'S2',
  name: 'release only when safe',
  words:
    'When an attempt first lets others have the workloads of a host, nothing executes on it; and no process of that host writes afterwards that was there before.',
  kind: 'history',
  severity: 3,
  source: 'KEP-2268: the taint only after the shutdown is verified; medik8s remediation.md, definitely dead',
  unknownWhen: 'The host rests on a timer: S20 says what became of that assumption.',
  watch: (findings) => ({
    saw: (seen, scene) => {
      if (seen.seen !== 'released') return;
      const attempts = scene.attemptsOn(seen.host).filter(({ releasedAtMs }) => releasedAtMs === seen.atMs);
      // Whoever is no party to an attempt, as Kubernetes with its own time limits, promises nothing.
      if (attempts.length === 0) return;
      const host = scene.host(seen.host);
      const isSafe = !host.runs || host.processes.size === 0;
      const finding = {
        atMs: seen.atMs,
        host: seen.host,
        says: `${seen.how} while pods execute: ${host.processes.size} (${seen.by === '' ? 'the cluster' : seen.by})`,
      };
      if (!isSafe && attempts.every(({ means }) => means === 'timer')) {
        findings.exercise();
        findings.doubt({ ...finding, says: `${finding.says}: a timer was trusted` });
      } else findings.expect(isSafe, finding);
    },
  }),
};

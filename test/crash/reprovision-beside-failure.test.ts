// A host is reprovisioned, and another one of the same owner fails while that goes on: the owner has no more Ready Nodes than before,
// and yet the attempt is over when its own host serves again, and its place goes to the other. Found by oracle D7 in one pool.

import { expect, test } from 'vitest';
import { oraclePolicy, oracleRun, oracleStudy } from '../kit/oracle-run.ts';

test('a reprovisioned host ends its remediation though another one of its owner is down', () => {
  const ENDS_BY_REPROVISION = '{ itself: 0, reboot: 0, powerCycle: 0, reprovision: 1 }';
  const { remediations, outages, broken } = oracleRun(
    oracleStudy({
      groups: [['w', 3]],
      duration: '5h',
      hardware: { imageWrite: '20m' },
      cures: { kubeletDead: ENDS_BY_REPROVISION },
      script: [
        '{ at: 10m, fault: kubeletDead, target: { host: w-0 } }',
        '{ at: 20m, fault: kubeletDead, target: { host: w-1 } }',
      ],
      policy: oraclePolicy(
        `
  unhealthyConditions: [{ type: Ready, status: Unknown, duration: 5s }]
  steps: [{ action: ReprovisionInPlace, timeout: 1h }]
`,
        'maxInFlight: { count: 1 }',
      ),
      checked: true,
    }),
  );
  const [first, second] = outages.map(({ fromMs, forMs }) => fromMs + forMs);
  expect(
    remediations.map(({ node, attempts, grantedAtMs, closedAtMs }) => ({ node, attempts, grantedAtMs, closedAtMs })),
  ).toEqual([
    { node: 'w-0', attempts: ['ReprovisionInPlace Succeeded'], grantedAtMs: [645_000], closedAtMs: first },
    { node: 'w-1', attempts: ['ReprovisionInPlace Succeeded'], grantedAtMs: [first], closedAtMs: second },
  ]);
  expect(broken).toEqual([]);
});

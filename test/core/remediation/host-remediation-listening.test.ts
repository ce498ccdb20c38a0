// An observer that loses its own link between the grant and the strike: the leases of others are old before any Node is Unknown
// (invariant S13).

import { expect, test } from 'vitest';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { LEASE, type Lease, NODE_LEASE_NAMESPACE } from '../../../core/api/lease.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { ANNOTATION_REMEDIATE } from '../../../core/api/remediation-policy.ts';
import { formatMicroTime } from '../../../core/api/time.ts';
import type { CoreBench } from '../../kit/core-bench.ts';
import { HOST_KEY, hostRemediationWorld, REMEDIATION, told } from '../../kit/host-remediation-world.ts';
import { aNode, meta, NOW_MS } from '../../kit/machine-objects.ts';

const SECOND = 1_000;
const OTHERS = ['node-1', 'node-2', 'node-3', 'node-4', 'node-5', 'node-6', 'node-7'];

function aLease(name: string): Lease {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: meta(name, { namespace: NODE_LEASE_NAMESPACE }),
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: formatMicroTime(NOW_MS) },
  };
}

function renew(bench: CoreBench, names: readonly string[]): void {
  for (const name of names) {
    bench.update(LEASE, `${NODE_LEASE_NAMESPACE}/${name}`, 'main', (lease) => ({
      ...lease,
      spec: { ...lease.spec, renewTime: formatMicroTime(bench.nowMs) },
    }));
  }
}

/** Granted at once; the BMC is silent for half a minute, in which only the leases of some nodes are renewed. */
function cutOff(live: readonly string[], world: { readonly node?: object; readonly leases?: boolean } = {}): CoreBench {
  const others: readonly KubeObject[] = [
    ...OTHERS.map((name) => aNode(name, 'True', 3_600_000)),
    ...(world.leases === false ? [] : OTHERS.map(aLease)),
  ];
  const bench = hostRemediationWorld({ grantsInMs: 0, objects: others, node: world.node ?? {} });
  bench.bmc.setReachable(HOST_KEY, false);
  bench.runFor(33 * SECOND);
  renew(bench, live);
  bench.bmc.setReachable(HOST_KEY, true);
  bench.runFor(10 * SECOND);
  return bench;
}

function outcome(bench: CoreBench) {
  const { attempts, conditions = [] } = bench.the(HOST_REMEDIATION, REMEDIATION).status ?? {};
  const granted = conditions.find(({ type }) => type === 'Granted');
  return { outcome: attempts?.[0]?.outcome, reason: granted?.reason, commands: told(bench).commands.slice(0, 1) };
}

const STRUCK = { outcome: undefined, reason: 'Reboot', commands: ['off hard'] };

test.each<{ readonly given: string; readonly bench: () => CoreBench; readonly expected: object }>([
  { given: 'all others are heard', bench: () => cutOff(OTHERS), expected: STRUCK },
  { given: 'two of the five that are asked for are silent', bench: () => cutOff(OTHERS.slice(2)), expected: STRUCK },
  {
    given: 'nobody is heard any more, and every Node is still Ready',
    bench: () => cutOff([]),
    expected: { outcome: 'Refused', reason: 'BackingOff', commands: [] },
  },
  {
    given: 'most are silent',
    bench: () => cutOff(OTHERS.slice(0, 2)),
    expected: { outcome: 'Refused', reason: 'BackingOff', commands: [] },
  },
  { given: 'a cluster without leases', bench: () => cutOff([], { leases: false }), expected: STRUCK },
  {
    given: 'nobody is heard, and a person asks for it',
    bench: () => cutOff([], { node: { annotations: { [ANNOTATION_REMEDIATE]: 'it is dead' } } }),
    expected: STRUCK,
  },
])('at the strike: $given', ({ bench, expected }) => {
  expect(outcome(bench())).toEqual(expected);
});

test('the attempt is decided anew when others are heard again', () => {
  const bench = cutOff([]);
  bench.runFor(50 * SECOND);
  renew(bench, OTHERS);
  bench.runFor(20 * SECOND);
  const { attempts = [] } = bench.the(HOST_REMEDIATION, REMEDIATION).status ?? {};
  expect([attempts.map(({ outcome }) => outcome), told(bench).commands]).toEqual([
    ['Refused', undefined],
    ['off hard', 'on hard'],
  ]);
});

test.each<{ readonly silent: readonly string[]; readonly asked: readonly string[] }>([
  { silent: [], asked: ['node-1', 'node-3', 'node-4', 'node-5', 'node-7'] },
  { silent: ['node-2'], asked: ['node-1', 'node-3', 'node-5', 'node-6', 'node-7'] },
  { silent: ['node-1', 'node-7'], asked: ['node-2', 'node-3', 'node-4', 'node-5', 'node-6'] },
  { silent: ['node-2', 'node-3', 'node-4', 'node-5', 'node-6'], asked: ['node-1', 'node-7'] },
  { silent: OTHERS, asked: [] },
])('five leases are read, of Ready nodes all over the cluster: not of $silent', ({ silent, asked }) => {
  const objects = OTHERS.flatMap((name) => [
    aNode(name, silent.includes(name) ? 'Unknown' : 'True', 3_600_000),
    aLease(name),
  ]);
  const bench = hostRemediationWorld({ grantsInMs: 0, objects });
  bench.runFor(5 * SECOND);
  const leases = bench.performed.flatMap(({ action }) =>
    action.do === 'readFresh' && action.kind === LEASE ? [action.key.name] : [],
  );
  expect(leases).toEqual(asked);
});

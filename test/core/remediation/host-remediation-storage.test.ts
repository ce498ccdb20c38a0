// The storage between the grant and the strike: what the budget saw when it granted may be minutes old where a BMC is silent or a
// host boots (invariant B12).

import { expect, test } from 'vitest';
import { CEPH_CLUSTER, type CephCluster } from '../../../core/api/ceph-cluster.ts';
import { HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { REMEDIATION_BUDGET } from '../../../core/api/remediation-budget.ts';
import { formatTime } from '../../../core/api/time.ts';
import { isOf } from '../../../sim/api-server/typed-change.ts';
import type { CoreBench } from '../../kit/core-bench.ts';
import { HOST_KEY, hostRemediationWorld, POLICY, REMEDIATION, told } from '../../kit/host-remediation-world.ts';
import { meta, NOW_MS } from '../../kit/machine-objects.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const KEY = { namespace: 'rook-ceph', name: 'ceph' };
const CEPH: CephCluster = { apiVersion: 'ceph.rook.io/v1', kind: 'CephCluster', metadata: meta(KEY.name, KEY) };

/** Ceph's words by code, as of now. */
type Details = Readonly<Record<string, string>>;

const DISK_DEAD: Details = { OSD_DOWN: '1 osds down', PG_DEGRADED: 'Degraded data redundancy: 9 pgs degraded' };
const HOST_DOWN: Details = { ...DISK_DEAD, OSD_DOWN: '2 osds down', OSD_HOST_DOWN: '1 host (2 osds) down' };

function cephSays(bench: CoreBench, details: Details): void {
  const ceph = {
    health: Object.keys(details).length === 0 ? ('HEALTH_OK' as const) : ('HEALTH_WARN' as const),
    details: Object.fromEntries(
      Object.entries(details).map(([code, message]) => [code, { severity: 'HEALTH_WARN' as const, message }]),
    ),
    lastChecked: formatTime(bench.nowMs),
    lastChanged: formatTime(bench.nowMs),
  };
  bench.update(CEPH_CLUSTER, 'rook-ceph/ceph', 'status', (cluster) => ({ ...cluster, status: { ceph } }));
}

/** Granted at once by a guarded budget, with a BMC that is silent for the first minute. */
function silentBmc(atGrant: Details, busySinceMs?: number): CoreBench {
  const bench = hostRemediationWorld({ grantsInMs: 0, objects: [CEPH] });
  cephSays(bench, atGrant);
  bench.update(REMEDIATION_BUDGET, POLICY, 'main', (budget) => ({
    ...budget,
    spec: { ...budget.spec, storage: { cephClusters: [KEY] } },
  }));
  if (busySinceMs !== undefined) {
    const lastTransitionTime = formatTime(busySinceMs);
    bench.update(REMEDIATION_BUDGET, POLICY, 'status', (budget) => ({
      ...budget,
      status: { ...budget.status, conditions: [{ type: 'StorageBusy', status: 'True' as const, lastTransitionTime }] },
    }));
  }
  bench.bmc.setReachable(HOST_KEY, false);
  bench.kernel.call(NOW_MS + MINUTE, () => bench.bmc.setReachable(HOST_KEY, true));
  return bench;
}

test.each<{
  readonly given: string;
  readonly atGrant: Details;
  readonly busySinceMs?: number;
  readonly atStrike: Details;
  readonly struck: boolean;
}>([
  { given: 'it stays clean', atGrant: {}, atStrike: {}, struck: true },
  { given: 'a disk of another host dies after the grant', atGrant: {}, atStrike: DISK_DEAD, struck: false },
  { given: 'a host is missed only since the grant', atGrant: {}, atStrike: HOST_DOWN, struck: false },
  {
    given: 'a host was missed already when it was granted, which was taken for this one',
    atGrant: HOST_DOWN,
    busySinceMs: NOW_MS - MINUTE,
    atStrike: HOST_DOWN,
    struck: true,
  },
  {
    given: 'a host was missed already, and its daemons are out by now',
    atGrant: HOST_DOWN,
    busySinceMs: NOW_MS - MINUTE,
    atStrike: { PG_DEGRADED: DISK_DEAD.PG_DEGRADED ?? '' },
    struck: true,
  },
  {
    given: 'a host was missed already, and by now something else is, too',
    atGrant: HOST_DOWN,
    busySinceMs: NOW_MS - MINUTE,
    atStrike: DISK_DEAD,
    struck: false,
  },
])('before the strike: $given', ({ atGrant, busySinceMs, atStrike, struck }) => {
  const bench = silentBmc(atGrant, busySinceMs);
  bench.runFor(30 * SECOND);
  cephSays(bench, atStrike);
  bench.runFor(35 * SECOND);
  const [first] = bench.the(HOST_REMEDIATION, REMEDIATION).status?.attempts ?? [];
  expect({ outcome: first?.outcome, commands: told(bench).commands.slice(0, 1) }).toEqual(
    struck ? { outcome: undefined, commands: ['off hard'] } : { outcome: 'Refused', commands: [] },
  );
});

test('a status that has grown old since the grant proves nothing, by time alone', () => {
  const bench = silentBmc({});
  bench.bmc.setReachable(HOST_KEY, false);
  bench.update(REMEDIATION_BUDGET, POLICY, 'main', (budget) => ({
    ...budget,
    spec: { ...budget.spec, storage: { cephClusters: [KEY], staleAfter: '50s' } },
  }));
  bench.runFor(50 * SECOND - 1);
  const before = bench.the(HOST_REMEDIATION, REMEDIATION).status?.phase;
  bench.runFor(1);
  const [first] = bench.the(HOST_REMEDIATION, REMEDIATION).status?.attempts ?? [];
  expect([before, first?.outcome]).toEqual(['Verifying', 'Refused']);
});

test('a disk that dies between the decision and the hold keeps the hold off the host', () => {
  const bench = silentBmc({});
  bench.bmc.setReachable(HOST_KEY, true);
  bench.store.tap((change) => {
    if (!isOf(change, HOST_REMEDIATION) || change.after?.status?.phase !== 'PoweringOff') return;
    if (change.before?.status?.phase !== 'PoweringOff') cephSays(bench, DISK_DEAD);
  });
  bench.runFor(5 * SECOND);
  expect(told(bench).commands).toEqual([]);
});

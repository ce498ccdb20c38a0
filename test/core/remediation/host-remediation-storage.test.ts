// The storage between the grant and the strike: what the budget saw when it granted may be minutes old where a BMC is silent or a
// host boots (invariant B12).

import { expect, test } from 'vitest';
import { CEPH_CLUSTER, type CephCluster } from '../../../core/api/ceph-cluster.ts';
import { type Attempt, HOST_REMEDIATION } from '../../../core/api/host-remediation.ts';
import { REMEDIATION_BUDGET, type StorageGuard } from '../../../core/api/remediation-budget.ts';
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

interface Guarded {
  readonly atGrant: Details;
  /** The budget took what was busy then for the doing of this host. */
  readonly sameHost?: true;
  readonly storage?: StorageGuard;
  readonly attempts?: readonly Attempt[];
}

/** Granted at once by a guarded budget, with a BMC that is silent for the first minute. */
function silentBmc({ atGrant, sameHost, storage, attempts }: Guarded): CoreBench {
  const bench = hostRemediationWorld({
    grantsInMs: 0,
    objects: [CEPH],
    ...(sameHost === undefined ? {} : { grants: { sameHost } }),
    ...(attempts === undefined
      ? {}
      : {
          remediation: {
            status: { phase: 'Waiting', step: 0, attempt: 1, attempts, host: { ...HOST_KEY, uid: 'uid-host-0' } },
          },
        }),
  });
  cephSays(bench, atGrant);
  bench.update(REMEDIATION_BUDGET, POLICY, 'main', (budget) => ({
    ...budget,
    spec: { ...budget.spec, storage: { cephClusters: [KEY], ...storage } },
  }));
  unavailable(bench, 1);
  bench.bmc.setReachable(HOST_KEY, false);
  bench.kernel.call(NOW_MS + MINUTE, () => bench.bmc.setReachable(HOST_KEY, true));
  return bench;
}

/** So many hosts of the pool are out of service, as its budget says: this one among them. */
function unavailable(bench: CoreBench, unavailableHosts: number): void {
  bench.update(REMEDIATION_BUDGET, POLICY, 'status', (budget) => ({
    ...budget,
    status: { ...budget.status, unavailableHosts },
  }));
}

function endedAs(outcome: 'TimedOut' | 'Refused', struckAgoMs: number): readonly Attempt[] {
  const struckAt = formatTime(NOW_MS - struckAgoMs);
  return [{ step: 0, action: 'Reboot', attempt: 1, grantedAt: struckAt, struckAt, endedAt: struckAt, outcome }];
}

/** Of the Node: it was heard of last an hour ago. */
const SINCE_IT_WAS_HEARD = 60 * MINUTE;

const OUT_BY_NOW: Details = { PG_DEGRADED: DISK_DEAD.PG_DEGRADED ?? '' };
const TWO_HOSTS_DOWN: Details = { ...HOST_DOWN, OSD_DOWN: '4 osds down', OSD_HOST_DOWN: '2 hosts (4 osds) down' };

test.each<
  Guarded & { readonly given: string; readonly atStrike: Details; readonly out?: number; readonly struck: boolean }
>([
  { given: 'it stays clean', atGrant: {}, atStrike: {}, struck: true },
  { given: 'it stays clean, and another host is out', atGrant: {}, atStrike: {}, out: 2, struck: true },
  { given: 'a disk of another host dies after the grant', atGrant: {}, atStrike: DISK_DEAD, struck: false },
  { given: 'a host is missed only since the grant', atGrant: {}, atStrike: HOST_DOWN, struck: false },
  {
    given: 'a host was missed when it was granted by a budget without a guard, which has got one since',
    atGrant: HOST_DOWN,
    atStrike: HOST_DOWN,
    struck: false,
  },
  {
    given: 'a host was missed already when it was granted, which was taken for this one',
    atGrant: HOST_DOWN,
    sameHost: true,
    atStrike: HOST_DOWN,
    struck: true,
  },
  {
    given: 'the same, and the guard does not spare its own any more',
    atGrant: HOST_DOWN,
    sameHost: true,
    storage: { allowSameHost: false },
    atStrike: HOST_DOWN,
    struck: false,
  },
  {
    given: 'a host was missed already, and its daemons are out by now',
    atGrant: HOST_DOWN,
    sameHost: true,
    atStrike: OUT_BY_NOW,
    struck: true,
  },
  {
    given: 'a host was missed already, and by now something else is, too',
    atGrant: HOST_DOWN,
    sameHost: true,
    atStrike: DISK_DEAD,
    struck: false,
  },
  {
    given: 'a second host has failed meanwhile, and the daemons of both are missed',
    atGrant: HOST_DOWN,
    sameHost: true,
    atStrike: TWO_HOSTS_DOWN,
    out: 2,
    struck: false,
  },
  {
    given:
      'a second host has failed meanwhile: the one that is missed may be that one, where the first is out or runs again',
    atGrant: HOST_DOWN,
    sameHost: true,
    atStrike: HOST_DOWN,
    out: 2,
    struck: false,
  },
  {
    given: 'a second host has failed meanwhile, and the daemons of both are out',
    atGrant: HOST_DOWN,
    sameHost: true,
    atStrike: OUT_BY_NOW,
    out: 2,
    struck: false,
  },
  {
    given: 'an attempt has taken it away before and it was not heard of since: nothing more is taken',
    atGrant: TWO_HOSTS_DOWN,
    attempts: endedAs('TimedOut', SINCE_IT_WAS_HEARD - MINUTE),
    atStrike: TWO_HOSTS_DOWN,
    out: 2,
    struck: true,
  },
  {
    given: 'an attempt has taken it away before, and it was back since',
    atGrant: HOST_DOWN,
    sameHost: true,
    attempts: endedAs('TimedOut', SINCE_IT_WAS_HEARD + MINUTE),
    atStrike: DISK_DEAD,
    struck: false,
  },
  {
    given: 'an attempt was refused before: it took nothing away',
    atGrant: HOST_DOWN,
    sameHost: true,
    attempts: endedAs('Refused', SINCE_IT_WAS_HEARD - MINUTE),
    atStrike: DISK_DEAD,
    struck: false,
  },
])('before the strike: $given', ({ atStrike, out = 1, struck, ...guarded }) => {
  const bench = silentBmc(guarded);
  const before = guarded.attempts?.length ?? 0;
  bench.runFor(30 * SECOND);
  cephSays(bench, atStrike);
  unavailable(bench, out);
  bench.runFor(35 * SECOND);
  const last = bench.the(HOST_REMEDIATION, REMEDIATION).status?.attempts?.[before];
  expect({ outcome: last?.outcome, commands: told(bench).commands.slice(0, 1) }).toEqual(
    struck ? { outcome: undefined, commands: ['off hard'] } : { outcome: 'Refused', commands: [] },
  );
});

test('a guard that cannot be read believes no status', () => {
  const bench = silentBmc({ atGrant: {}, storage: { staleAfter: 'soon' } });
  bench.runFor(MINUTE + 5 * SECOND);
  const [first] = bench.the(HOST_REMEDIATION, REMEDIATION).status?.attempts ?? [];
  expect([first?.outcome, told(bench).commands]).toEqual(['Refused', []]);
});

test('a status that has grown old since the grant proves nothing, by time alone', () => {
  const bench = silentBmc({ atGrant: {} });
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

test.each<Guarded & { readonly given: string; readonly meanwhile: (bench: CoreBench) => void; readonly held: boolean }>(
  [
    { given: 'nothing happens', atGrant: {}, meanwhile: () => undefined, held: true },
    { given: 'a disk dies', atGrant: {}, meanwhile: (bench) => cephSays(bench, DISK_DEAD), held: false },
    {
      given: 'the storage stays as busy as it was',
      atGrant: HOST_DOWN,
      sameHost: true,
      meanwhile: () => undefined,
      held: true,
    },
    {
      given: 'a disk of another host dies beside those of this one',
      atGrant: HOST_DOWN,
      sameHost: true,
      meanwhile: (bench) => cephSays(bench, { ...HOST_DOWN, OSD_DOWN: '3 osds down' }),
      held: false,
    },
    {
      given: 'another host of the pool goes out of service',
      atGrant: HOST_DOWN,
      sameHost: true,
      meanwhile: (bench) => unavailable(bench, 2),
      held: false,
    },
  ],
)('between the decision and the hold: $given', ({ meanwhile, held, ...guarded }) => {
  const bench = silentBmc(guarded);
  bench.bmc.setReachable(HOST_KEY, true);
  bench.store.tap((change) => {
    if (!isOf(change, HOST_REMEDIATION) || change.after?.status?.phase !== 'PoweringOff') return;
    if (change.before?.status?.phase !== 'PoweringOff') meanwhile(bench);
  });
  bench.runFor(5 * SECOND);
  expect(told(bench).commands).toEqual(held ? ['off hard'] : []);
});

// Rook's operator: at every interval it asks Ceph how it is and writes what it heard into the status of the CephCluster. It works
// only where somebody reads that, for then it is a tenth of all that happens in a cluster. A look that hears the same is no event and no write; when it was last is made when someone reads the object.
// Source: rook/rook pkg/operator/ceph/cluster/cephstatus.go (defaultStatusCheckInterval 60 s, toCustomResourceStatus); Ceph
// src/mon/PGMap.cc and OSDMap.cc (texts of health checks).
//
// Divergence from reality
// - One Ceph cluster holds all pools. Health checks about anything but placement groups, OSDs and how full those are do not exist; of
//   limits Ceph warns only where nearfull is given; groups that wait for room (PG_BACKFILL_FULL) are degraded, and nothing more.
// - The operator always runs, and the monitors always have their quorum: a status that grows old by itself does not exist.
// - A daemon counts as down at once, without the monitors' grace of 20 s; a look takes no time.

import {
  CEPH_CLUSTER,
  CEPH_OSD_DOWN,
  CEPH_OSD_HOST_DOWN,
  CEPH_PG_AVAILABILITY,
  CEPH_PG_DEGRADED,
  type CephCluster,
  type CephHealth,
  type CephHealthMessage,
} from '../../core/api/ceph-cluster.ts';
import { parseDuration } from '../../core/api/duration.ts';
import { keyOf, keyString, type ObjectKey } from '../../core/api/object.ts';
import { formatTime, parseTime } from '../../core/api/time.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { sameValue } from '../api-server/same-value.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import { FILL_LEVELS } from './fill-limits.ts';
import type { HostPools, PoolsHealth } from './host-pools.ts';

/** Source: Rook documentation, CephCluster CRD, `healthCheck.daemonHealth.status.interval`: 60 s. */
const CHECK_INTERVAL_MS = 60_000;

type Details = Readonly<Record<string, CephHealthMessage>>;

export interface RookParts {
  readonly kernel: Kernel;
  readonly store: ObjectStore;
  readonly pools: HostPools;
  readonly draws: Draws;
}

interface StatusCheck {
  readonly key: ObjectKey;
  readonly intervalMs: number;
  readonly phaseMs: number;
  awaited: boolean;
  /** The object as it was read last, with its fresh instant: the same reading is the same object. */
  read: { readonly stored: CephCluster; readonly atMs: number; readonly made: CephCluster } | undefined;
}

export class RookHealthChecks {
  private readonly parts: RookParts;
  private readonly checks: readonly StatusCheck[];
  private readonly byKey: ReadonlyMap<string, StatusCheck>;
  private readonly look: Opcode;
  private follows = false;

  /** For the CephClusters that there are now; one whose check is switched off is left alone. */
  constructor(parts: RookParts) {
    this.parts = parts;
    const { kernel, store, draws } = parts;
    this.checks = store.list(CEPH_CLUSTER).flatMap((cluster): readonly StatusCheck[] => {
      const { disabled = false, interval = '' } = cluster.spec?.healthCheck?.daemonHealth?.status ?? {};
      if (disabled) return [];
      const intervalMs = Math.max(1000, parseDuration(interval) ?? CHECK_INTERVAL_MS);
      const key = keyOf(cluster);
      const draw = draws.stream(`ceph/${keyString(key)}`, 'status check').at(0);
      // Whole seconds, as its stamps are.
      const phaseMs = Math.floor((draw * intervalMs) / 1000) * 1000;
      return [{ key, intervalMs, phaseMs, awaited: false, read: undefined }];
    });
    this.byKey = new Map(this.checks.map((check) => [keyString(check.key), check]));
    this.look = kernel.register('Rook asks Ceph', (index) => this.looks(index));
  }

  /** Somebody reads what it writes. After the storage has taken the hosts' truth over; a second call changes nothing. */
  follow(): void {
    if (this.follows || this.checks.length === 0) return;
    this.follows = true;
    const { store, pools } = this.parts;
    store.keepAlive(CEPH_CLUSTER, (cluster, asOfMs) => this.asOf(cluster, asOfMs));
    pools.onHealth(() => this.awaitAll());
    this.awaitAll();
  }

  private awaitAll(): void {
    this.checks.forEach((check, index) => {
      if (check.awaited) return;
      check.awaited = true;
      const { kernel } = this.parts;
      kernel.schedule(lastLookMs(check, kernel.nowMs - 1) + check.intervalMs, this.look, index);
    });
  }

  private looks(index: number): void {
    const check = this.checks[index];
    if (check === undefined) return;
    check.awaited = false;
    const { kernel, store, pools } = this.parts;
    const details = detailsOf(pools.health());
    const health = worstOf(details);
    store.update(CEPH_CLUSTER, check.key, 'status', (cluster) => heard(cluster, { health, details }, kernel.nowMs));
  }

  /** What the operator would have written at its last look by then. */
  private asOf(cluster: CephCluster, asOfMs: number): CephCluster {
    const check = this.byKey.get(keyString(keyOf(cluster)));
    const { ceph } = cluster.status ?? {};
    if (check === undefined || ceph === undefined) return cluster;
    const atMs = lastLookMs(check, asOfMs);
    if (atMs <= (ceph.lastChecked === undefined ? 0 : parseTime(ceph.lastChecked))) return cluster;
    if (check.read?.stored === cluster && check.read.atMs === atMs) return check.read.made;
    const made = { ...cluster, status: { ...cluster.status, ceph: { ...ceph, lastChecked: formatTime(atMs) } } };
    check.read = { stored: cluster, atMs, made };
    return made;
  }
}

function lastLookMs({ intervalMs, phaseMs }: StatusCheck, nowMs: number): number {
  return phaseMs + Math.floor((nowMs - phaseMs) / intervalMs) * intervalMs;
}

/** The same object where Ceph says what it said. */
function heard(
  cluster: CephCluster,
  said: { readonly health: CephHealth; readonly details: Details },
  nowMs: number,
): CephCluster {
  const { ceph = {} } = cluster.status ?? {};
  if (ceph.health === said.health && sameValue(ceph.details ?? {}, said.details)) return cluster;
  const lastChecked = formatTime(nowMs);
  const turned = ceph.health === undefined || ceph.health === said.health;
  const change = turned ? {} : { previousHealth: ceph.health, lastChanged: lastChecked };
  return { ...cluster, status: { ...cluster.status, ceph: { ...ceph, ...change, ...said, lastChecked } } };
}

function worstOf(details: Details): CephHealth {
  const severities = Object.values(details).map(({ severity }) => severity);
  if (severities.length === 0) return 'HEALTH_OK';
  return severities.includes('HEALTH_ERR') ? 'HEALTH_ERR' : 'HEALTH_WARN';
}

function detailsOf(health: PoolsHealth): Details {
  const { inactive, degraded, undersized, daemonsDown, hostsDown, daemonsOfThem, tooFull } = health;
  const details: Record<string, CephHealthMessage> = {};
  const warn = (code: string, message: string): void => {
    details[code] = { severity: 'HEALTH_WARN', message };
  };
  for (const level of FILL_LEVELS) {
    const { daemons, pools } = tooFull[level];
    const [code, word] = [level.toUpperCase(), level.toLowerCase()];
    const severity = level === 'full' ? 'HEALTH_ERR' : 'HEALTH_WARN';
    if (daemons > 0) details[`OSD_${code}`] = { severity, message: `${daemons} ${word} osd(s)` };
    if (pools > 0) warn(`POOL_${code}`, `${pools} pool(s) ${word}`);
  }
  if (daemonsDown > 0) warn(CEPH_OSD_DOWN, `${daemonsDown} osds down`);
  if (hostsDown > 0) warn(CEPH_OSD_HOST_DOWN, `${counted(hostsDown, 'host')} (${daemonsOfThem} osds) down`);
  if (inactive > 0) warn(CEPH_PG_AVAILABILITY, `Reduced data availability: ${counted(inactive, 'pg')} inactive`);
  const lacking = [
    ...(degraded > 0 ? [`${counted(degraded, 'pg')} degraded`] : []),
    ...(undersized > 0 ? [`${counted(undersized, 'pg')} undersized`] : []),
  ];
  if (lacking.length > 0) warn(CEPH_PG_DEGRADED, `Degraded data redundancy: ${lacking.join(', ')}`);
  return details;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

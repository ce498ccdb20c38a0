// What a scenario says about a pool beyond what was found in the cluster: how full it is, how recovery goes, what is measured. Everything is
// absent from the config where nobody asks for it.

import type { HostConfig, PoolConfig, RecoveryConfig } from '../sim/config.ts';
import { DEFAULT_USED_SHARE } from '../sim/defaults.ts';
import { DEFAULT_FILL_LIMITS, DEFAULT_RECOVERY } from '../sim/storage/defaults.ts';
import { etcdPool, SYSTEM_DEFAULTS } from '../sim/storage/storage-systems.ts';
import type { ScenarioSpec } from './schema.ts';

type StorageSection = ScenarioSpec['storage'];

/** Bytes stored on each host: as found, or as the scenario says for all. */
export function storedBytes(found: PoolConfig, section: StorageSection): PoolConfig['usedBytes'] {
  const perHost = section?.fill === undefined ? section?.usedPerHost : section.fill * capacityPerHost(found, section);
  if (perHost === undefined) return found.usedBytes;
  return Object.fromEntries(Object.keys(found.usedBytes).map((host) => [host, perHost]));
}

/** Assumption: what was found stored fills the default share of the disks; unequal hosts are taken for their mean. */
function capacityPerHost(found: PoolConfig, section: StorageSection): number {
  if (section?.capacityPerHost !== undefined) return section.capacityPerHost;
  const used = Object.values(found.usedBytes);
  return used.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, used.length) / DEFAULT_USED_SHARE;
}

type Dynamics = Pick<PoolConfig, 'system' | 'resyncSlowness' | 'writes' | 'measures' | 'recovery' | 'fillLimits'>;

/** What a pool does only where the scenario asks for it. */
export function dynamicsOf(found: PoolConfig, section: StorageSection): Dynamics {
  const isLimited = [section?.fill, section?.capacityPerHost, section?.fillLimits].some((value) => value !== undefined);
  return {
    ...(found.system === undefined ? {} : { system: found.system }),
    ...(section?.resyncSlowness === undefined ? {} : { resyncSlowness: section.resyncSlowness }),
    ...(section?.writes === 'drawn' ? { writes: section.writes } : {}),
    ...(section?.measures === 'full' ? { measures: section.measures } : {}),
    ...(section?.recovery === undefined ? {} : { recovery: recoveryConfig(section.recovery) }),
    ...(isLimited
      ? {
          fillLimits: {
            bytesPerHost: capacityPerHost(found, section),
            ...(section?.fillLimits?.nearFull === undefined ? {} : { nearFull: section.fillLimits.nearFull }),
            backfillFull: section?.fillLimits?.backfillFull ?? DEFAULT_FILL_LIMITS.backfillFull,
            full: section?.fillLimits?.full ?? DEFAULT_FILL_LIMITS.full,
          },
        }
      : {}),
  };
}

function recoveryConfig(section: NonNullable<NonNullable<StorageSection>['recovery']>): RecoveryConfig {
  return {
    profile: section.profile ?? DEFAULT_RECOVERY.profile,
    diskBytesPerSecondPerHost: section.diskRatePerHost ?? DEFAULT_RECOVERY.diskBytesPerSecondPerHost,
    clientLoad: section.clientLoad ?? DEFAULT_RECOVERY.clientLoad,
    ...(section.coupling === undefined ? {} : { coupling: section.coupling }),
  };
}

/** The pool as the storage system that the scenario names has it by default. */
export function bySystem(found: PoolConfig, section: StorageSection): PoolConfig {
  const system = section?.system;
  if (system === undefined || system === 'ceph') return found;
  return { ...found, ...SYSTEM_DEFAULTS[system], system };
}

/** The members of etcd as a pool, where the scenario asks for it and there is more than one. */
export function etcdPools(hosts: readonly HostConfig[], section: StorageSection): readonly PoolConfig[] {
  if (section?.etcd === undefined) return [];
  const members = hosts.filter(({ controlPlane }) => controlPlane).map(({ name }) => name);
  if (members.length < 2) return [];
  const { size: bytes, writesPerSecond } = section.etcd;
  const pool = etcdPool(members, { bytes, writesPerSecond });
  return [section.measures === 'full' ? { ...pool, measures: 'full' } : pool];
}

// Storage that lives on the hosts' own disks, found in the objects: Ceph by its CSI driver and local volumes, Longhorn by
// its driver and node label. A pool's name is the StorageClass of the volumes on it.
//
// Divergence from reality: one pool per system; pools, CRUSH rules and replica placement inside it are not in these objects.

import { NODE } from '../../core/api/node.ts';
import { type KubeObject, kindOf } from '../../core/api/object.ts';
import { PERSISTENT_VOLUME, type PersistentVolume } from '../../core/api/workload.ts';
import type { PoolConfig } from '../../sim/config.ts';
import { DEFAULT_LOG_WRITES_PER_DISK, DEFAULT_POOL, DEFAULT_USED_SHARE } from '../../sim/defaults.ts';
import { formatBytes, parseQuantity } from '../quantities.ts';
import type { Assumption } from './assumption.ts';
import { hardwareDetails, spareDisks } from './hardware-data.ts';
import type { LinkedHost } from './host-links.ts';
import type { ObjectSet } from './object-set.ts';

interface StorageClass extends KubeObject {
  readonly provisioner?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

export const STORAGE_CLASS_KIND = kindOf<StorageClass>('storage.k8s.io', 'StorageClass', 'Cluster');

const CEPH = /(^|\.)(rbd|cephfs)\.csi\.ceph\.com$/;
const LONGHORN = 'driver.longhorn.io';
const LONGHORN_NODE = 'node.longhorn.io/create-default-disk';

/** A host with what decides about its storage. */
export interface RackedHost extends LinkedHost {
  readonly rack: string;
}

export interface StorageFinding {
  readonly pools: readonly PoolConfig[];
  /** BareMetalHost name to the number of its disks in a pool. */
  readonly dataDisks: ReadonlyMap<string, number>;
  readonly assumptions: readonly Assumption[];
}

export function storagePools(objects: ObjectSet, hosts: readonly RackedHost[]): StorageFinding {
  const classes = objects.list(STORAGE_CLASS_KIND);
  const drivers = driversInUse(objects);
  const ceph = classes.find(({ provisioner }) => CEPH.test(provisioner ?? '') && !/cephfs/.test(provisioner ?? ''));
  if (ceph !== undefined || drivers.some((driver) => CEPH.test(driver))) {
    return cephPool(ceph?.metadata.name ?? 'ceph', objects, hosts);
  }
  const longhorn = classes.find(({ provisioner }) => provisioner === LONGHORN);
  if (longhorn !== undefined || drivers.includes(LONGHORN)) return longhornPool(longhorn, objects, hosts);
  return { pools: [], dataDisks: new Map(), assumptions: [] };
}

function driversInUse(objects: ObjectSet): readonly string[] {
  return [...new Set(objects.list(PERSISTENT_VOLUME).flatMap(({ spec }) => spec?.csi?.driver ?? []))];
}

/** Hosts with local volumes carry the pool; each local volume is one disk. */
function cephPool(name: string, objects: ObjectSet, hosts: readonly RackedHost[]): StorageFinding {
  const disksOfNode = new Map<string, { count: number; bytes: number }>();
  for (const volume of objects.list(PERSISTENT_VOLUME)) {
    const node = volume.spec?.local === undefined ? undefined : nodeOfLocalVolume(volume);
    if (node === undefined) continue;
    const disks = disksOfNode.get(node) ?? { count: 0, bytes: 0 };
    disks.count++;
    disks.bytes += parseQuantity(volume.spec?.capacity?.storage ?? '') ?? 0;
    disksOfNode.set(node, disks);
  }
  const carrying = hosts.flatMap((host) => {
    const disks = host.node === undefined ? undefined : disksOfNode.get(hostnameOf(host));
    return disks === undefined ? [] : [{ host, ...disks }];
  });
  if (carrying.length === 0) {
    return {
      pools: [],
      dataDisks: new Map(),
      assumptions: [
        {
          name: `storage class ${name}`,
          value: 'taken for storage outside the hosts',
          source: 'the input has Ceph volumes but no local PersistentVolumes, so which hosts carry the data is unknown',
        },
      ],
    };
  }
  const racks = new Set(carrying.map(({ host }) => host.rack));
  const failureDomain = racks.size >= DEFAULT_POOL.replicas ? 'rack' : 'host';
  const disksPerHost = Math.max(...carrying.map(({ count }) => count));
  const total = carrying.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    pools: [
      {
        ...DEFAULT_POOL,
        name,
        failureDomain,
        usedBytes: usedBytes(carrying.map(({ host, bytes }) => [host, bytes * DEFAULT_USED_SHARE])),
        logWrites: DEFAULT_LOG_WRITES_PER_DISK * disksPerHost,
      },
    ],
    dataDisks: new Map(carrying.map(({ host, count }) => [host.host.metadata.name, count])),
    assumptions: [
      {
        name: `pool ${name}: bytes stored`,
        value: `${DEFAULT_USED_SHARE * 100} % of ${formatBytes(total)} on ${carrying.length} hosts`,
        source: 'Assumption: local PersistentVolumes say how large the disks are, not how full',
      },
      {
        name: `pool ${name}: replicas and failure domain`,
        value: `${DEFAULT_POOL.replicas} replicas over ${failureDomain}s, needs ${DEFAULT_POOL.minSize}`,
        source: `Assumption: Ceph's defaults; the storage hosts stand in ${racks.size} racks`,
      },
    ],
  };
}

function nodeOfLocalVolume(volume: PersistentVolume): string | undefined {
  const affinity = (volume.spec as LocalAffinity | undefined)?.nodeAffinity;
  const expressions = affinity?.required?.nodeSelectorTerms?.flatMap((term) => term.matchExpressions ?? []);
  const byAffinity = expressions?.find(({ key }) => key === 'kubernetes.io/hostname')?.values?.[0];
  return byAffinity ?? volume.metadata.labels?.['kubernetes.io/hostname'];
}

interface LocalAffinity {
  readonly nodeAffinity?: {
    readonly required?: {
      readonly nodeSelectorTerms?: readonly {
        readonly matchExpressions?: readonly { readonly key: string; readonly values?: readonly string[] }[];
      }[];
    };
  };
}

function hostnameOf(host: RackedHost): string {
  return host.node?.metadata.labels?.['kubernetes.io/hostname'] ?? host.node?.metadata.name ?? '';
}

/** Of a parameter that nobody checks before a volume is made. Assumption: Longhorn takes 1 to 20. */
function replicasOf(written: unknown): number {
  const most = 20;
  const replicas = typeof written === 'string' ? Number(written) : Number.NaN;
  return Number.isInteger(replicas) && replicas >= 1 && replicas <= most ? replicas : DEFAULT_POOL.replicas;
}

/** Nodes with Longhorn's disk label, or all workers; volumes with their replicas are spread evenly over them. */
function longhornPool(
  storageClass: StorageClass | undefined,
  objects: ObjectSet,
  hosts: readonly RackedHost[],
): StorageFinding {
  const labelled = objects.list(NODE).filter(({ metadata }) => metadata.labels?.[LONGHORN_NODE] !== undefined);
  const names = new Set(labelled.map(({ metadata }) => metadata.name));
  const carrying = hosts.filter(
    ({ node }) => node !== undefined && (names.size === 0 || names.has(node.metadata.name)),
  );
  const replicas = replicasOf(storageClass?.parameters?.numberOfReplicas);
  const name = storageClass?.metadata.name ?? 'longhorn';
  const volumes = objects.list(PERSISTENT_VOLUME).filter(({ spec }) => spec?.csi?.driver === LONGHORN);
  const provisioned = volumes.reduce((sum, { spec }) => sum + (parseQuantity(spec?.capacity?.storage ?? '') ?? 0), 0);
  const perHost = Math.round((provisioned * replicas * DEFAULT_USED_SHARE) / Math.max(1, carrying.length));
  return {
    pools: [
      {
        ...DEFAULT_POOL,
        name,
        replicas,
        // Source: Longhorn serves from any one healthy replica.
        minSize: 1,
        // Source: Longhorn keeps replicas on different nodes; zones only as a soft wish.
        failureDomain: 'host',
        // Each volume is a group of its own.
        placementGroups: Math.max(1, volumes.length),
        usedBytes: usedBytes(carrying.map((host) => [host, perHost])),
        // Source: Longhorn compares snapshots by block and keeps no write log that could overflow.
        logWrites: Number.MAX_SAFE_INTEGER,
        // Source: Longhorn blocks of 2 MiB.
        trackingUnitBytes: 2 * 2 ** 20,
      },
    ],
    dataDisks: new Map(
      carrying.map((host) => [
        host.host.metadata.name,
        Math.max(1, spareDisks(hardwareDetails(objects, host.host), host.host).count),
      ]),
    ),
    assumptions: [
      {
        name: `pool ${name}: bytes stored`,
        value: `${DEFAULT_USED_SHARE * 100} % of ${formatBytes(provisioned)} in ${volumes.length} volumes, times ${replicas} replicas, evenly on ${carrying.length} hosts`,
        source: 'Assumption: PersistentVolumes say how large volumes are, not how full, nor where their replicas lie',
      },
    ],
  };
}

function usedBytes(entries: readonly (readonly [RackedHost, number])[]): PoolConfig['usedBytes'] {
  return Object.fromEntries(entries.map(([host, bytes]) => [host.host.metadata.name, Math.round(bytes)]));
}

// Which host carries an OSD: the Node that Rook's Deployment of the OSD is bound to, else the host whose name the OSD's host bucket
// has. Ceph and Rook write names without domains, or with dashes in place of dots.

import { DEPLOYMENT } from '../../core/api/workload.ts';
import type { HostConfig } from '../../sim/config.ts';
import type { CrushBucket, CrushMap } from '../../sim/storage/crush/crush-map.ts';
import type { ObjectSet } from '../cluster/object-set.ts';

/** An OSD with the bucket that it lies in, and its host where one was found. */
export interface JoinedOsd {
  readonly id: number;
  readonly bucket: CrushBucket;
  readonly host: HostConfig | undefined;
}

export interface OsdHosts {
  readonly osds: readonly JoinedOsd[];
  /** OSDs that Rook runs elsewhere than the map has them. */
  readonly contradictions: readonly { readonly osd: number; readonly bucket: string; readonly host: string }[];
}

const HOSTNAME = 'kubernetes.io/hostname';

export function osdHosts(map: CrushMap, hosts: readonly HostConfig[], objects: ObjectSet): OsdHosts {
  const byName = new Map<string, HostConfig>();
  for (const host of hosts) for (const name of namesOf(host)) if (!byName.has(name)) byName.set(name, host);
  const byRook = rookHosts(objects, byName);
  const contradictions: { osd: number; bucket: string; host: string }[] = [];
  const osds = osdsIn(map).map(({ id, bucket }): JoinedOsd => {
    const named = byName.get(bucket.name);
    const run = byRook.get(id);
    if (run !== undefined && run !== named) contradictions.push({ osd: id, bucket: bucket.name, host: run.name });
    return { id, bucket, host: run ?? named };
  });
  return { osds, contradictions: contradictions.filter(({ bucket }) => byName.has(bucket)) };
}

/** Every OSD of the map once, by id, with its own bucket: shadow trees hold it again. */
function osdsIn(map: CrushMap): readonly { readonly id: number; readonly bucket: CrushBucket }[] {
  const found = new Map<number, CrushBucket>();
  for (const bucket of map.buckets.values()) {
    if (bucket.name.includes('~')) continue;
    for (const { id } of bucket.items) if (id >= 0 && !found.has(id)) found.set(id, bucket);
  }
  return [...found].map(([id, bucket]) => ({ id, bucket })).sort((a, b) => a.id - b.id);
}

function namesOf({ name, nodeName }: HostConfig): readonly string[] {
  return [nodeName, name].flatMap((each) => [each, each.split('.')[0] ?? each, each.replaceAll('.', '-')]);
}

/** Source: rook/rook pkg/operator/ceph/cluster/osd: Deployments of OSDs carry `ceph-osd-id` and are bound to a host name. */
function rookHosts(objects: ObjectSet, byName: ReadonlyMap<string, HostConfig>): ReadonlyMap<number, HostConfig> {
  const hosts = new Map<number, HostConfig>();
  for (const { metadata, spec } of objects.list(DEPLOYMENT)) {
    const id = metadata.labels?.['ceph-osd-id'];
    const hostname = spec?.template?.spec?.nodeSelector?.[HOSTNAME];
    const host = hostname === undefined ? undefined : byName.get(hostname);
    if (id !== undefined && host !== undefined) hosts.set(Number(id), host);
  }
  return hosts;
}

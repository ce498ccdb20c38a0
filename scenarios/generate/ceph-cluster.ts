// The CephCluster behind the generated volumes: one for all disks of the hosts, as Rook's operator leaves it when all is well.

import { CEPH_CLUSTER } from '../../core/api/ceph-cluster.ts';
import type { KubeObject } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import type { GeneratedHost } from './generated-host.ts';
import { GENERATED_START_MS, metaOf, SETTLED } from './names.ts';

/** Namespace and name of Rook's own examples, and of the driver of the generated volumes. */
const NAME = 'rook-ceph';

/** None where no host has disks for it. */
export function cephClusterObjects(hosts: readonly GeneratedHost[]): readonly KubeObject[] {
  if (!hosts.some(({ role, dataDisks }) => role === 'worker' && dataDisks > 0)) return [];
  return [
    {
      apiVersion: 'ceph.rook.io/v1',
      kind: CEPH_CLUSTER.kind,
      metadata: metaOf(CEPH_CLUSTER.kind, NAME, { namespace: NAME, finalizers: ['cephcluster.ceph.rook.io'] }),
      spec: {
        cephVersion: { image: 'quay.io/ceph/ceph:v19' },
        dataDirHostPath: '/var/lib/rook',
        healthCheck: { daemonHealth: { status: { interval: '60s' } } },
        mon: { count: 3 },
      },
      status: {
        phase: 'Ready',
        state: 'Created',
        message: 'Cluster created successfully',
        ceph: { health: 'HEALTH_OK', details: {}, lastChecked: formatTime(GENERATED_START_MS), lastChanged: SETTLED },
      },
    },
  ];
}

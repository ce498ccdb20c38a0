// What the KubeVirt object of a cluster says about evictions and migrations, with KubeVirt's own defaults where it is silent.
// Source: kubevirt staging/src/kubevirt.io/api/core/v1/types.go (KubeVirtConfiguration, MigrationConfiguration),
// pkg/virt-config/configuration.go and virt-config.go for the defaults.
//
// Divergence from reality: the limit of bandwidth is one of the link as well, so what is unlimited takes the assumed rate.

import { type EvictionStrategy, KUBEVIRT } from '../../core/api/virtual-machine.ts';
import type { ClusterView } from '../../core/ports/cluster-view.ts';
import { MIGRATION_BYTES_PER_SECOND, MIGRATIONS_PER_CLUSTER, MIGRATIONS_PER_SOURCE_NODE } from './defaults.ts';
import { bytesOf } from './quantity.ts';

export interface MigrationSettings {
  /** Of instances that name none. */
  readonly evictionStrategy: EvictionStrategy;
  /** Migrations at once in the cluster. */
  readonly perCluster: number;
  /** Migrations at once away from one node. */
  readonly perSourceNode: number;
  readonly bytesPerSecond: number;
}

/** Of the cluster's KubeVirt object; of several, the first by name. */
export function migrationSettings(view: ClusterView): MigrationSettings {
  const configuration = view.list(KUBEVIRT)[0]?.spec?.configuration;
  const migrations = configuration?.migrations;
  const limit = bytesOf(migrations?.bandwidthPerMigration);
  return {
    evictionStrategy: configuration?.evictionStrategy ?? 'None',
    perCluster: migrations?.parallelMigrationsPerCluster ?? MIGRATIONS_PER_CLUSTER,
    perSourceNode: migrations?.parallelOutboundMigrationsPerNode ?? MIGRATIONS_PER_SOURCE_NODE,
    bytesPerSecond: limit > 0 ? Math.min(limit, MIGRATION_BYTES_PER_SECOND) : MIGRATION_BYTES_PER_SECOND,
  };
}

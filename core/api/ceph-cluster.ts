// CephCluster (ceph.rook.io/v1): a Ceph cluster as Rook runs it, and what its operator last saw of its health. It is read
// only: whoever remediates asks it whether the storage can spare a host.
// Source: rook/rook pkg/apis/ceph.rook.io/v1/types.go (ClusterStatus, CephStatus, CephHealthMessage).

import { type KubeObject, kindOf } from './object.ts';

export type CephHealth = 'HEALTH_OK' | 'HEALTH_WARN' | 'HEALTH_ERR';

/** One health check of Ceph that is raised; its code is the key: `PG_DEGRADED`, `OSD_DOWN`. */
export interface CephHealthMessage {
  readonly severity: 'HEALTH_WARN' | 'HEALTH_ERR';
  readonly message: string;
}

export interface CephCluster extends KubeObject {
  readonly spec?: {
    readonly healthCheck?: {
      readonly daemonHealth?: { readonly status?: { readonly disabled?: boolean; readonly interval?: string } };
    };
  };
  readonly status?: {
    readonly phase?: string;
    readonly state?: string;
    readonly message?: string;
    readonly ceph?: {
      readonly health?: CephHealth;
      readonly details?: Readonly<Record<string, CephHealthMessage>>;
      /** When the operator asked Ceph last. */
      readonly lastChecked?: string;
      /** When the health became another, and what it was before. */
      readonly lastChanged?: string;
      readonly previousHealth?: CephHealth;
    };
  };
}

export const CEPH_CLUSTER = kindOf<CephCluster>('ceph.rook.io', 'CephCluster', 'Namespaced');

/** Health checks of Ceph that say how many copies of the data there are. Source: Ceph documentation, Health checks. */
export const CEPH_PG_AVAILABILITY = 'PG_AVAILABILITY';
export const CEPH_PG_DEGRADED = 'PG_DEGRADED';
export const CEPH_OSD_DOWN = 'OSD_DOWN';
export const CEPH_OSD_HOST_DOWN = 'OSD_HOST_DOWN';

// Data disks of generated hosts as local PersistentVolumes, the way storage operators publish them.

import type { KubeObject } from '../../core/api/object.ts';
import type { GeneratedHost } from './generated-host.ts';
import { metaOf } from './names.ts';

const LOCAL_CLASS = 'localblock';

/** One volume per disk of every worker; spares get theirs when they become nodes. */
export function dataDiskObjects(hosts: readonly GeneratedHost[]): readonly KubeObject[] {
  return hosts
    .filter(({ role }) => role === 'worker')
    .flatMap((host) =>
      Array.from(
        { length: host.dataDisks },
        (_, disk): KubeObject => ({
          apiVersion: 'v1',
          kind: 'PersistentVolume',
          metadata: metaOf('PersistentVolume', `local-pv-${host.name}-${disk}`, {
            labels: { 'kubernetes.io/hostname': host.name },
          }),
          spec: {
            capacity: { storage: `${host.diskBytes}` },
            accessModes: ['ReadWriteOnce'],
            storageClassName: LOCAL_CLASS,
            volumeMode: 'Block',
            local: { path: `/mnt/local-storage/${LOCAL_CLASS}/data-${disk}` },
            nodeAffinity: {
              required: {
                nodeSelectorTerms: [
                  { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [host.name] }] },
                ],
              },
            },
          },
          status: { phase: 'Bound' },
        }),
      ),
    );
}

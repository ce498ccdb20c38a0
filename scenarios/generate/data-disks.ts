// Data disks of generated hosts as local PersistentVolumes, the way storage operators publish them.

import type { KubeObject } from '../../core/api/object.ts';
import type { GeneratedHost } from './generated-host.ts';
import { kept, metaOf } from './names.ts';
import { shared } from './shared-parts.ts';

const LOCAL_CLASS = 'localblock';

const BOUND = { phase: 'Bound' };

/** One volume per disk of every worker; spares get theirs when they become nodes. Disks of one size and place share what they have in common. */
export function dataDiskObjects(hosts: readonly GeneratedHost[]): readonly KubeObject[] {
  const partsOf = shared(
    ({ diskBytes, disk }: { readonly diskBytes: number; readonly disk: number }) => `${diskBytes} ${disk}`,
    ({ diskBytes, disk }) => ({
      capacity: { storage: `${diskBytes}` },
      accessModes: ['ReadWriteOnce'],
      storageClassName: LOCAL_CLASS,
      volumeMode: 'Block',
      local: { path: kept`/mnt/local-storage/${LOCAL_CLASS}/data-${`${disk}`}` },
    }),
  );
  return hosts
    .filter(({ role }) => role === 'worker')
    .flatMap((host) => {
      const { diskBytes } = host;
      const labels = { 'kubernetes.io/hostname': host.name };
      const nodeAffinity = onNode(host.name);
      return Array.from({ length: host.dataDisks }, (_, disk): KubeObject => {
        const { capacity, accessModes, storageClassName, volumeMode, local } = partsOf({ diskBytes, disk });
        const name = kept`local-pv-${host.name}-${`${disk}`}`;
        return {
          apiVersion: 'v1',
          kind: 'PersistentVolume',
          metadata: metaOf('PersistentVolume', name, { labels }),
          spec: { capacity, accessModes, storageClassName, volumeMode, local, nodeAffinity },
          status: BOUND,
        };
      });
    });
}

/** Said once for all disks of a host. */
function onNode(name: string) {
  const matchExpressions = [{ key: 'kubernetes.io/hostname', operator: 'In', values: [name] }];
  return { required: { nodeSelectorTerms: [{ matchExpressions }] } };
}

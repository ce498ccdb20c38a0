// Volumes of a generated cluster: the storage class, and for each claim its volume and attachment. Local to the cluster's
// own Ceph, or of a provider outside.

import type { KubeObject } from '../../core/api/object.ts';
import { metaOf, uidOf } from './names.ts';

const STORAGE_CLASS = 'ceph-rbd';
const EXTERNAL_STORAGE_CLASS = 'external-disk';
const CSI_DRIVER = 'rook-ceph.rbd.csi.ceph.com';
const EXTERNAL_CSI_DRIVER = 'external.csi.example.com';

export interface WorkloadOptions {
  /** Whether volumes live on the hosts' own disks. */
  readonly externalStorage: boolean;
}

export function storageClassObject(options: WorkloadOptions): KubeObject & { readonly provisioner: string } {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: metaOf('StorageClass', options.externalStorage ? EXTERNAL_STORAGE_CLASS : STORAGE_CLASS, {}),
    provisioner: options.externalStorage ? EXTERNAL_CSI_DRIVER : CSI_DRIVER,
  };
}

export function classOf(options: WorkloadOptions): string {
  return options.externalStorage ? EXTERNAL_STORAGE_CLASS : STORAGE_CLASS;
}

export function volumeObjects(
  claim: string,
  namespace: string,
  bytes: number,
  nodeName: string | undefined,
  options: WorkloadOptions,
): readonly KubeObject[] {
  const claimUid = uidOf(`PersistentVolumeClaim/${namespace}/${claim}`);
  const volume = `pvc-${claimUid}`;
  const driver = options.externalStorage ? EXTERNAL_CSI_DRIVER : CSI_DRIVER;
  const shape = { accessModes: ['ReadWriteOnce'], storageClassName: classOf(options), volumeMode: 'Filesystem' };
  const objects: KubeObject[] = [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: metaOf('PersistentVolumeClaim', claim, { namespace }),
      spec: { ...shape, volumeName: volume, resources: { requests: { storage: `${bytes}` } } },
      status: { phase: 'Bound' },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: metaOf('PersistentVolume', volume, {}),
      spec: {
        ...shape,
        capacity: { storage: `${bytes}` },
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim, uid: claimUid },
        csi: { driver, volumeHandle: volume },
        persistentVolumeReclaimPolicy: 'Delete',
      },
      status: { phase: 'Bound' },
    },
  ];
  if (nodeName !== undefined) {
    objects.push({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: metaOf('VolumeAttachment', `csi-${uidOf(`${volume}@${nodeName}`)}`, {}),
      spec: { attacher: driver, nodeName, source: { persistentVolumeName: volume } },
      status: { attached: true },
    });
  }
  return objects;
}

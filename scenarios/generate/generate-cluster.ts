// A cluster generated from groups, as the Kubernetes objects that `kubectl get` would print of it. From here on it takes the
// same way as an imported one: objects to inventory, so that nothing is known about it that a dump would not say.

import type { KubeObject } from '../../core/api/object.ts';
import type { GenerateSpec } from '../schema-cluster.ts';
import { cephClusterObjects } from './ceph-cluster.ts';
import { dataDiskObjects } from './data-disks.ts';
import { etcdGuards } from './etcd-guards.ts';
import { hostsOf } from './generated-host.ts';
import { machineObjects } from './machines.ts';
import type { WorkloadOptions } from './volumes.ts';
import { workloadObjects } from './workloads.ts';

/** Deterministic: the same spec gives the same objects, names and uids. */
export function generateCluster(spec: GenerateSpec, options: WorkloadOptions): readonly KubeObject[] {
  const hosts = hostsOf(spec);
  const machineApi = spec.machineApi ?? 'openshift';
  const objects = [
    ...machineObjects(hosts, machineApi),
    ...(machineApi === 'openshift' ? etcdGuards(hosts) : []),
    ...(options.externalStorage ? [] : dataDiskObjects(hosts)),
    ...workloadObjects(spec.workloads ?? [], hosts, options),
    ...(options.externalStorage ? [] : cephClusterObjects(hosts)),
  ];
  // Written into the objects that were made here, and that nobody holds yet: there are several for every host.
  objects.forEach(({ metadata }, index) => {
    const numbered: { resourceVersion?: string | undefined } = metadata;
    numbered.resourceVersion = String(index + 1);
  });
  return objects;
}

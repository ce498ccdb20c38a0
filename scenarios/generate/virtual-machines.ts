// Virtual machines of a generated cluster as objects: the machine, and unless it is Halted its instance and launcher pod, with
// its disk. The launcher is the one that the simulator itself would make.

import type { KubeObject } from '../../core/api/object.ts';
import type { VirtualMachineInstance, VirtualMachineInstanceSpec } from '../../core/api/virtual-machine.ts';
import { DEFAULT_KUBERNETES } from '../../sim/defaults.ts';
import { launcherOf, launcherRequests } from '../../sim/workload/launcher-pods.ts';
import { WORKLOAD_DEFAULTS } from '../defaults.ts';
import type { VirtualMachineSpec } from '../schema-cluster.ts';
import { metaOf, numbered, ownedBy, SETTLED, suffixOf } from './names.ts';
import type { Places } from './places.ts';
import { RUNNING } from './running-status.ts';
import { volumeObjects, type WorkloadOptions } from './volumes.ts';

/** All machines of one entry, each on the next rack. */
export function virtualMachineObjects(
  spec: VirtualMachineSpec,
  places: Places,
  options: WorkloadOptions,
): readonly KubeObject[] {
  const copies = spec.count ?? 1;
  return Array.from({ length: copies }, (_, copy) =>
    machineObjects(copies === 1 ? spec.name : numbered(spec.name, copy, copies), spec, places, options),
  ).flat();
}

function machineObjects(
  name: string,
  spec: VirtualMachineSpec,
  places: Places,
  options: WorkloadOptions,
): readonly KubeObject[] {
  const namespace = spec.namespace ?? WORKLOAD_DEFAULTS.namespace;
  const claim = `disk-${name}`;
  const template = templateOf(spec, claim);
  const machine: KubeObject = {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachine',
    metadata: metaOf('VirtualMachine', name, { namespace }),
    spec: {
      runStrategy: spec.runStrategy ?? 'Always',
      template: { metadata: { labels: { app: name } }, spec: template },
    },
  };
  const halted = spec.runStrategy === 'Halted';
  const { cpuMilli, bytes } = launcherRequests(template);
  const nodeName = halted ? undefined : places.take(0, { cpu: cpuMilli / 1000, memoryBytes: bytes });
  const disk =
    spec.volume === undefined
      ? []
      : volumeObjects(claim, namespace, spec.volume, nodeName, {
          ...options,
          accessMode: spec.sharedDisk === true ? 'ReadWriteMany' : 'ReadWriteOnce',
        });
  if (halted) return [machine, ...disk];
  const instance = instanceOf(machine, template, nodeName, spec.volume === undefined || spec.sharedDisk === true);
  return [machine, instance, launcherPod(instance, nodeName), ...disk];
}

function templateOf(spec: VirtualMachineSpec, claimName: string): VirtualMachineInstanceSpec {
  return {
    ...(spec.evictionStrategy === undefined ? {} : { evictionStrategy: spec.evictionStrategy }),
    domain: {
      cpu: { cores: spec.cpu ?? WORKLOAD_DEFAULTS.cpu },
      memory: { guest: `${spec.memory ?? WORKLOAD_DEFAULTS.memoryBytes}` },
    },
    ...(spec.volume === undefined ? {} : { volumes: [{ name: 'root', persistentVolumeClaim: { claimName } }] }),
  };
}

function instanceOf(
  machine: KubeObject,
  spec: VirtualMachineInstanceSpec,
  nodeName: string | undefined,
  shared: boolean,
): VirtualMachineInstance {
  const { name, namespace = '' } = machine.metadata;
  const condition = (type: string, holds: boolean) =>
    ({ type, status: holds ? 'True' : 'False', lastTransitionTime: SETTLED }) as const;
  return {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachineInstance',
    metadata: metaOf('VirtualMachineInstance', name, {
      namespace,
      labels: { app: name },
      finalizers: ['kubevirt.io/foregroundDeleteVirtualMachine'],
      owners: ownedBy(machine),
    }),
    spec,
    status:
      nodeName === undefined
        ? { phase: 'Scheduling', conditions: [condition('Ready', false)] }
        : {
            phase: 'Running',
            nodeName,
            conditions: [condition('Ready', true), condition('LiveMigratable', shared)],
            phaseTransitionTimestamps: [{ phase: 'Running', phaseTransitionTimestamp: SETTLED }],
          },
  };
}

function launcherPod(instance: VirtualMachineInstance, nodeName: string | undefined): KubeObject {
  const { metadata, spec } = launcherOf(instance, DEFAULT_KUBERNETES.tolerationMs);
  const { name, namespace = '' } = instance.metadata;
  const podName = `virt-launcher-${name}-${suffixOf(`launcher/${namespace}/${name}`)}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metaOf('Pod', podName, { namespace, owners: ownedBy(instance) }),
      labels: metadata.labels ?? {},
      annotations: metadata.annotations ?? {},
    },
    spec: { ...spec, ...(nodeName === undefined ? {} : { nodeName }) },
    status: nodeName === undefined ? { phase: 'Pending' } : RUNNING,
  };
}

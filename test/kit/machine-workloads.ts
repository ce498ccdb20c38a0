// Virtual machines as rows of workload tests need them: the machine, its running instance, the launcher pod, its disk.

import type { KubeObject } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import { type EvictionStrategy, LABEL_KUBEVIRT_APP, type RunStrategy } from '../../core/api/virtual-machine.ts';
import { uidOf, WORLD_START_MS } from './workload-objects.ts';

const SETTLED = formatTime(WORLD_START_MS - 86_400_000);
const NAMESPACE = 'app';

export interface MachineShape {
  readonly name: string;
  /** Node of its launcher; undefined: it has no instance. */
  readonly on: string | undefined;
  readonly runStrategy?: RunStrategy;
  /** Written as the older `running: true`. */
  readonly running?: boolean;
  readonly evictionStrategy?: EvictionStrategy;
  readonly disk?: 'ReadWriteOnce' | 'ReadWriteMany';
  /** Of the guest. */
  readonly memory?: string;
}

/** Of a launcher that was there from the start. */
export const launcherName = (machine: string): string => `virt-launcher-${machine}-old`;

/** The machine with what belongs to it while it runs. */
export function virtualMachine(shape: MachineShape): readonly KubeObject[] {
  const { name, on, disk } = shape;
  const claim = `disk-${name}`;
  const spec = {
    ...(shape.evictionStrategy === undefined ? {} : { evictionStrategy: shape.evictionStrategy }),
    domain: { cpu: { cores: 2 }, memory: { guest: shape.memory ?? '1Gi' } },
    volumes: disk === undefined ? [] : [{ name: 'root', persistentVolumeClaim: { claimName: claim } }],
  };
  const strategy =
    shape.running === undefined ? { runStrategy: shape.runStrategy ?? 'Always' } : { running: shape.running };
  const objects: KubeObject[] = [
    {
      apiVersion: 'kubevirt.io/v1',
      kind: 'VirtualMachine',
      metadata: { name, namespace: NAMESPACE, uid: uidOf('vm', name), resourceVersion: '' },
      spec: { ...strategy, template: { spec } },
    },
    ...(disk === undefined ? [] : diskObjects(claim, disk, on)),
  ];
  return on === undefined ? objects : [...objects, instance(name, spec, on, disk), launcher(name, claim, on, disk)];
}

function instance(name: string, spec: object, on: string, disk: MachineShape['disk']): KubeObject {
  return {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachineInstance',
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: uidOf('vmi', name),
      resourceVersion: '',
      finalizers: ['kubevirt.io/foregroundDeleteVirtualMachine'],
      ownerReferences: [
        { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachine', name, uid: uidOf('vm', name), controller: true },
      ],
    },
    spec,
    status: {
      phase: 'Running',
      nodeName: on,
      conditions: [
        { type: 'Ready', status: 'True', lastTransitionTime: SETTLED },
        {
          type: 'LiveMigratable',
          status: disk === 'ReadWriteOnce' ? 'False' : 'True',
          lastTransitionTime: SETTLED,
        },
      ],
      phaseTransitionTimestamps: [{ phase: 'Running', phaseTransitionTimestamp: SETTLED }],
    },
  };
}

function launcher(name: string, claim: string, on: string, disk: MachineShape['disk']): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: launcherName(name),
      namespace: NAMESPACE,
      uid: uidOf('launcher', name),
      resourceVersion: '',
      labels: { [LABEL_KUBEVIRT_APP]: 'virt-launcher', 'kubevirt.io/created-by': uidOf('vmi', name) },
      annotations: { 'kubevirt.io/domain': name },
      ownerReferences: [
        {
          apiVersion: 'kubevirt.io/v1',
          kind: 'VirtualMachineInstance',
          name,
          uid: uidOf('vmi', name),
          controller: true,
        },
      ],
    },
    spec: {
      nodeName: on,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 60,
      containers: [{ name: 'compute', resources: { requests: { cpu: '200m', memory: '1280Mi' } } }],
      volumes: disk === undefined ? [] : [{ name: 'root', persistentVolumeClaim: { claimName: claim } }],
    },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: SETTLED }] },
  };
}

function diskObjects(claim: string, mode: string, on: string | undefined): readonly KubeObject[] {
  const volume = `pv-${claim}`;
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claim, namespace: NAMESPACE, uid: uidOf('claim', claim), resourceVersion: '' },
      spec: { accessModes: [mode], volumeName: volume },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volume, uid: uidOf('volume', volume), resourceVersion: '' },
      spec: { accessModes: [mode], csi: { driver: 'rbd.example.com', volumeHandle: volume } },
    },
    ...(on === undefined
      ? []
      : [
          {
            apiVersion: 'storage.k8s.io/v1',
            kind: 'VolumeAttachment',
            metadata: { name: `csi-${volume}`, uid: uidOf('attachment', volume), resourceVersion: '' },
            spec: { attacher: 'rbd.example.com', nodeName: on, source: { persistentVolumeName: volume } },
            status: { attached: true },
          },
        ]),
  ];
}

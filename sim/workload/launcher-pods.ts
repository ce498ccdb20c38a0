// Launcher pods: the pod in which a virtual machine's guest executes, made for an instance or for the target of a migration.
// Source: kubevirt pkg/virt-controller/services/template.go (RenderLaunchManifest), migration.go (createTargetPod).
//
// Divergence from reality: one container, no probes; the request for memory is the guest's and a constant overhead; a request
// that the machine itself declares wins. Disks are claims, DataVolumes stand for the claim of their name; other volumes are
// left out. The anti-affinity that keeps a migration's target off its source node is written, and held by the source's cordon.

import { keyOf, type NewObject } from '../../core/api/object.ts';
import {
  ANNOTATION_DOMAIN,
  LABEL_CREATED_BY,
  LABEL_KUBEVIRT_APP,
  LABEL_MIGRATION_JOB,
  type VirtualMachineInstance,
  type VirtualMachineInstanceSpec,
} from '../../core/api/virtual-machine.ts';
import type { Pod, PodSpec } from '../../core/api/workload.ts';
import {
  CPU_ALLOCATION_RATIO,
  DEFAULT_GRACE_SECONDS,
  LAUNCHER_GRACE_PADDING_SECONDS,
  LAUNCHER_OVERHEAD_BYTES,
} from './defaults.ts';
import { withDefaultTolerations } from './pod-template.ts';
import { bytesOf, milliCores } from './quantity.ts';

const HOSTNAME = 'kubernetes.io/hostname';

/** Memory of the guest in bytes; 0 where nothing says it. */
export function guestBytes(spec: VirtualMachineInstanceSpec | undefined): number {
  const { memory, resources } = spec?.domain ?? {};
  return bytesOf(memory?.guest ?? resources?.requests?.memory);
}

/** Names of the claims behind the disks, in their order. */
export function diskClaims(spec: VirtualMachineInstanceSpec | undefined): readonly string[] {
  return (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim, dataVolume }) => {
    const claim = persistentVolumeClaim?.claimName ?? dataVolume?.name;
    return claim === undefined ? [] : [claim];
  });
}

/** What a launcher of this machine asks of a node. */
export function launcherRequests(spec: VirtualMachineInstanceSpec | undefined) {
  const { cpu, resources } = spec?.domain ?? {};
  const processors = (cpu?.cores ?? 1) * (cpu?.sockets ?? 1) * (cpu?.threads ?? 1);
  const own = resources?.requests?.cpu;
  return {
    cpuMilli: own === undefined ? Math.ceil((processors * 1000) / CPU_ALLOCATION_RATIO) : milliCores(own),
    bytes: guestBytes(spec) + LAUNCHER_OVERHEAD_BYTES,
  };
}

/** @param migrationUid of the migration for which it is the target; undefined for the first pod of an instance. */
export function launcherOf(
  instance: VirtualMachineInstance,
  tolerationMs: number,
  migrationUid?: string,
): NewObject<Pod> {
  const { metadata, spec } = instance;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      generateName: `virt-launcher-${metadata.name}-`,
      namespace: keyOf(instance).namespace,
      labels: {
        ...metadata.labels,
        [LABEL_KUBEVIRT_APP]: 'virt-launcher',
        [LABEL_CREATED_BY]: metadata.uid,
        ...(migrationUid === undefined ? {} : { [LABEL_MIGRATION_JOB]: migrationUid }),
      },
      annotations: { [ANNOTATION_DOMAIN]: metadata.name },
      ownerReferences: [
        {
          apiVersion: 'kubevirt.io/v1',
          kind: 'VirtualMachineInstance',
          name: metadata.name,
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec:
      migrationUid === undefined
        ? podSpec(spec, tolerationMs)
        : awayFromSource(podSpec(spec, tolerationMs), metadata.uid),
  };
}

function podSpec(spec: VirtualMachineInstanceSpec | undefined, tolerationMs: number): PodSpec {
  const { cpuMilli, bytes } = launcherRequests(spec);
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds:
      (spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) + LAUNCHER_GRACE_PADDING_SECONDS,
    ...(spec?.nodeSelector === undefined ? {} : { nodeSelector: spec.nodeSelector }),
    tolerations: withDefaultTolerations(spec?.tolerations, tolerationMs),
    containers: [{ name: 'compute', resources: { requests: { cpu: `${cpuMilli}m`, memory: `${bytes}` } } }],
    volumes: diskClaims(spec).map((claimName, index) => ({
      name: `disk-${index}`,
      persistentVolumeClaim: { claimName },
    })),
  };
}

/** As the real target pod: not on a node that has a launcher of the same instance. */
function awayFromSource(spec: PodSpec, uid: string) {
  return {
    ...spec,
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { [LABEL_CREATED_BY]: uid } }, topologyKey: HOSTNAME },
        ],
      },
    },
  };
}

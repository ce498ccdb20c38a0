// One generated host as the objects that stand for it alone: its BareMetalHost and its Node.

import type { KubeObject } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import type { Lineage } from '../../sim/config.ts';
import type { GeneratedHost } from './generated-host.ts';
import { GENERATED_START_MS, metaOf, RACK_LABEL, SETTLED, uidOf, ZONE_LABEL } from './names.ts';

export const OPENSHIFT_NAMESPACE = 'openshift-machine-api';
export const CAPI_NAMESPACE = 'metal3';

export function bareMetalHost(host: GeneratedHost, lineage: Lineage, consumer: KubeObject | undefined): KubeObject {
  const namespace = lineage === 'openshift' ? OPENSHIFT_NAMESPACE : CAPI_NAMESPACE;
  const fixed = host.role === 'control-plane' && lineage === 'openshift';
  const state = consumer === undefined ? 'available' : fixed ? 'externally provisioned' : 'provisioned';
  const disks = Array.from({ length: host.dataDisks }, (_, disk) => ({
    name: `/dev/disk/by-path/data-${disk}`,
    sizeBytes: host.diskBytes,
    rotational: false,
    type: 'NVME',
  }));
  return {
    apiVersion: 'metal3.io/v1alpha1',
    kind: 'BareMetalHost',
    metadata: metaOf('BareMetalHost', host.name, {
      namespace,
      labels: { [RACK_LABEL]: host.rack, [ZONE_LABEL]: host.zone, role: host.role === 'spare' ? 'worker' : host.role },
      finalizers: ['baremetalhost.metal3.io'],
    }),
    spec: {
      online: true,
      automatedCleaningMode: 'metadata',
      bmc: {
        address: `redfish-virtualmedia://${host.name}.bmc.example.com/redfish/v1/Systems/1`,
        credentialsName: `${host.name}-bmc`,
      },
      ...(fixed ? { externallyProvisioned: true } : {}),
      ...(consumer === undefined ? {} : provisionedSpec(consumer, lineage)),
    },
    status: {
      operationalStatus: 'OK',
      errorCount: 0,
      errorMessage: '',
      poweredOn: true,
      lastUpdated: SETTLED,
      hardware: {
        cpu: { arch: 'x86_64', count: host.cpu },
        ramMebibytes: Math.round(host.memoryBytes / 2 ** 20),
        storage: [
          { name: '/dev/disk/by-path/root', sizeBytes: 480_000_000_000, rotational: false, type: 'SSD' },
          ...disks,
        ],
        systemVendor: { manufacturer: 'Generated', productName: host.hardware },
      },
      provisioning: { state },
    },
  };
}

function provisionedSpec(consumer: KubeObject, lineage: Lineage) {
  const { apiVersion, kind, metadata } = consumer;
  return {
    consumerRef: { apiVersion, kind, name: metadata.name, namespace: metadata.namespace },
    ...(lineage === 'openshift'
      ? { customDeploy: { method: 'install_coreos' } }
      : { image: { url: 'http://images.example.com/node.qcow2' } }),
  };
}

export function nodeObject(
  host: GeneratedHost,
  providerID: string,
  annotations: Readonly<Record<string, string>>,
): KubeObject {
  const controlPlane = host.role === 'control-plane';
  const heartbeat = formatTime(GENERATED_START_MS);
  const quiet = (type: string, reason: string) => ({
    type,
    status: 'False',
    reason,
    lastHeartbeatTime: heartbeat,
    lastTransitionTime: SETTLED,
  });
  // Assumption: kubelet and system keep half a core and 1 GiB.
  const allocatable = {
    cpu: `${host.cpu * 1000 - 500}m`,
    memory: `${Math.round(host.memoryBytes / 2 ** 10) - 2 ** 20}Ki`,
    pods: '250',
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: metaOf('Node', host.name, {
      labels: {
        'kubernetes.io/hostname': host.name,
        'kubernetes.io/os': 'linux',
        [controlPlane ? 'node-role.kubernetes.io/control-plane' : 'node-role.kubernetes.io/worker']: '',
        [RACK_LABEL]: host.rack,
        [ZONE_LABEL]: host.zone,
        ...host.labels,
      },
      annotations,
    }),
    spec: {
      providerID,
      ...(controlPlane ? { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] } : {}),
    },
    status: {
      capacity: { cpu: `${host.cpu}`, memory: `${Math.round(host.memoryBytes / 2 ** 10)}Ki`, pods: '250' },
      allocatable,
      conditions: [
        quiet('MemoryPressure', 'KubeletHasSufficientMemory'),
        quiet('DiskPressure', 'KubeletHasNoDiskPressure'),
        quiet('PIDPressure', 'KubeletHasSufficientPID'),
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
          lastHeartbeatTime: heartbeat,
          lastTransitionTime: SETTLED,
        },
      ],
      nodeInfo: { bootID: uidOf(`boot/${host.name}`), machineID: uidOf(`machine/${host.name}`) },
    },
  };
}

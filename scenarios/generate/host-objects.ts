// One generated host as the objects that stand for it alone: its BareMetalHost and its Node.

import { type MachineApi, OPENSHIFT_MACHINE_NAMESPACE } from '../../core/api/machine.ts';
import { LABEL_ZONE } from '../../core/api/node.ts';
import type { KubeObject, StringMap } from '../../core/api/object.ts';
import { formatTime, parseTime } from '../../core/api/time.ts';
import { hostConditions } from '../../core/host/host-conditions.ts';
import { NODE_CONDITION_MESSAGES } from '../../sim/node/node-conditions.ts';
import { systemUuidOf } from '../../sim/printed/identity.ts';
import type { GeneratedHost } from './generated-host.ts';
import { GENERATED_START_MS, kept, metaOf, RACK_LABEL, SETTLED, uidOf } from './names.ts';
import { shared } from './shared-parts.ts';

const HOST_FINALIZERS = ['baremetalhost.metal3.io'];
const CONTROL_PLANE_TAINTS = [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }];

export const CAPI_NAMESPACE = 'metal3';

/** The builders of one generated cluster: parts are shared by the hosts that they fit. */
export class HostObjects {
  private readonly machineApi: MachineApi;
  private readonly hostLabels = shared(
    ({ rack, zone, role }: GeneratedHost) => `${rack} ${zone} ${role}`,
    ({ rack, zone, role }): StringMap => ({
      [RACK_LABEL]: rack,
      [LABEL_ZONE]: zone,
      role: role === 'spare' ? 'worker' : role,
    }),
  );
  private readonly hostStatus = shared(hardwareKey, hostStatus);
  private readonly nodeStatus = shared(({ cpu, memoryBytes }: GeneratedHost) => `${cpu} ${memoryBytes}`, nodeStatus);

  constructor(machineApi: MachineApi) {
    this.machineApi = machineApi;
  }

  bareMetalHost(host: GeneratedHost, consumer: KubeObject | undefined): KubeObject {
    const machineApi = this.machineApi;
    const fixed = host.role === 'control-plane' && machineApi === 'openshift';
    const state = consumer === undefined ? 'available' : fixed ? 'externally provisioned' : 'provisioned';
    return {
      apiVersion: 'metal3.io/v1alpha1',
      kind: 'BareMetalHost',
      metadata: metaOf('BareMetalHost', host.name, {
        namespace: machineApi === 'openshift' ? OPENSHIFT_MACHINE_NAMESPACE : CAPI_NAMESPACE,
        labels: this.hostLabels(host),
        finalizers: HOST_FINALIZERS,
      }),
      spec: {
        online: true,
        automatedCleaningMode: 'metadata',
        bmc: {
          address: kept`redfish://${host.name}.bmc.example.com/redfish/v1/Systems/1`,
          credentialsName: kept`${host.name}-bmc`,
        },
        ...(fixed ? { externallyProvisioned: true } : {}),
        ...(consumer === undefined ? {} : provisionedSpec(consumer, machineApi)),
      },
      status: this.hostStatus({ host, state }),
    };
  }

  node(host: GeneratedHost, providerID: string, annotations: StringMap): KubeObject {
    const { capacity, allocatable, conditions } = this.nodeStatus(host);
    const controlPlane = host.role === 'control-plane';
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: metaOf('Node', host.name, {
        labels: {
          'kubernetes.io/hostname': host.name,
          'kubernetes.io/os': 'linux',
          [controlPlane ? 'node-role.kubernetes.io/control-plane' : 'node-role.kubernetes.io/worker']: '',
          [RACK_LABEL]: host.rack,
          [LABEL_ZONE]: host.zone,
          ...host.labels,
        },
        annotations,
      }),
      spec: {
        providerID,
        ...(controlPlane ? { taints: CONTROL_PLANE_TAINTS } : {}),
      },
      // Written out, not spread: an object that grows while it is made takes more room, and there is one for every host.
      status: {
        capacity,
        allocatable,
        conditions,
        nodeInfo: { bootID: uidOf(`boot/${host.name}`), systemUUID: systemUuidOf(host.name) },
      },
    };
  }
}

interface DeployedHost {
  readonly host: GeneratedHost;
  readonly state: 'available' | 'provisioned' | 'externally provisioned';
}

function hardwareKey({ host, state }: DeployedHost): string {
  return `${state} ${host.cpu} ${host.memoryBytes} ${host.dataDisks} ${host.diskBytes} ${host.hardware}`;
}

function hostStatus({ host, state }: DeployedHost) {
  const disks = Array.from({ length: host.dataDisks }, (_, disk) => ({
    name: `/dev/disk/by-path/data-${disk}`,
    sizeBytes: host.diskBytes,
    rotational: false,
    type: 'NVME',
  }));
  return {
    operationalStatus: 'OK',
    errorCount: 0,
    errorMessage: '',
    poweredOn: true,
    lastUpdated: SETTLED,
    conditions: hostConditions(undefined, { state, operationalStatus: 'OK', powerFailure: false }, parseTime(SETTLED)),
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
  };
}

const CUSTOM_DEPLOY = { customDeploy: { method: 'install_coreos' } };
const IMAGE = {
  image: {
    url: 'http://images.example.com/node.qcow2',
    checksum: 'http://images.example.com/node.qcow2.sha256sum',
    checksumType: 'sha256',
    format: 'qcow2',
  },
};

function provisionedSpec(consumer: KubeObject, machineApi: MachineApi) {
  const { apiVersion, kind, metadata } = consumer;
  return {
    consumerRef: { apiVersion, kind, name: metadata.name, namespace: metadata.namespace },
    ...(machineApi === 'openshift' ? CUSTOM_DEPLOY : IMAGE),
  };
}

const HEARTBEAT = formatTime(GENERATED_START_MS);

const CONDITIONS = [
  quiet('MemoryPressure', 'KubeletHasSufficientMemory'),
  quiet('DiskPressure', 'KubeletHasNoDiskPressure'),
  quiet('PIDPressure', 'KubeletHasSufficientPID'),
  {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: NODE_CONDITION_MESSAGES.KubeletReady,
    lastHeartbeatTime: HEARTBEAT,
    lastTransitionTime: SETTLED,
  },
];

function quiet(type: string, reason: string) {
  return { type, status: 'False', reason, lastHeartbeatTime: HEARTBEAT, lastTransitionTime: SETTLED };
}

function nodeStatus(host: GeneratedHost) {
  // Assumption: kubelet and system keep half a core and 1 GiB.
  const allocatable = {
    cpu: `${host.cpu * 1000 - 500}m`,
    memory: `${Math.round(host.memoryBytes / 2 ** 10) - 2 ** 20}Ki`,
    pods: '250',
  };
  return {
    capacity: { cpu: `${host.cpu}`, memory: `${Math.round(host.memoryBytes / 2 ** 10)}Ki`, pods: '250' },
    allocatable,
    conditions: CONDITIONS,
  };
}

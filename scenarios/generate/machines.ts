// Hosts of a generated cluster as the objects of their lineage: BareMetalHosts, Machines with their sets, Nodes. The fields
// are those that the product's controllers write; nothing else reads them.

import type { KubeObject } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import type { Lineage } from '../../sim/config.ts';
import type { GeneratedHost } from './generated-host.ts';
import { GENERATED_START_MS, metaOf, numbered, RACK_LABEL, SETTLED, suffixOf, uidOf, ZONE_LABEL } from './names.ts';

export const OPENSHIFT_NAMESPACE = 'openshift-machine-api';
export const CAPI_NAMESPACE = 'metal3';
const CLUSTER = 'generated';

export function machineObjects(hosts: readonly GeneratedHost[], lineage: Lineage): readonly KubeObject[] {
  const sets = new Map<string, KubeObject>();
  const perHost = hosts.flatMap((host) => {
    if (host.role === 'spare') return [bareMetalHost(host, lineage, undefined)];
    const setName = host.role === 'worker' ? setNameOf(host, lineage) : undefined;
    const set = setName === undefined ? undefined : (sets.get(setName) ?? machineSet(setName, host, hosts, lineage));
    if (setName !== undefined && set !== undefined) sets.set(setName, set);
    const name =
      setName === undefined ? numberedControlPlane(host, hosts) : `${setName}-${suffixOf(`machine/${host.name}`)}`;
    return lineage === 'openshift' ? openshiftHost(host, name, set) : capiHost(host, name, set);
  });
  return [...sets.values(), ...perHost];
}

function setNameOf(host: GeneratedHost, lineage: Lineage): string {
  return lineage === 'openshift' ? `${CLUSTER}-${host.group}-${host.rack}` : `${CLUSTER}-${host.group}`;
}

function numberedControlPlane(host: GeneratedHost, hosts: readonly GeneratedHost[]): string {
  const group = hosts.filter((other) => other.role === 'control-plane');
  return numbered(`${CLUSTER}-control-plane`, group.indexOf(host), group.length);
}

function openshiftRoleLabels(host: GeneratedHost) {
  const role = host.role === 'control-plane' ? 'master' : 'worker';
  return {
    'machine.openshift.io/cluster-api-cluster': CLUSTER,
    'machine.openshift.io/cluster-api-machine-role': role,
    'machine.openshift.io/cluster-api-machine-type': role,
    ...(host.dataDisks > 0 ? { 'machine.openshift.io/ceph-storage': 'true' } : {}),
    ...host.labels,
  };
}

function capiLabels(host: GeneratedHost) {
  return host.role === 'control-plane'
    ? {
        'cluster.x-k8s.io/cluster-name': CLUSTER,
        'cluster.x-k8s.io/control-plane': '',
        'cluster.x-k8s.io/control-plane-name': CLUSTER,
      }
    : {
        'cluster.x-k8s.io/cluster-name': CLUSTER,
        'cluster.x-k8s.io/deployment-name': `${CLUSTER}-${host.group}`,
        'cluster.x-k8s.io/set-name': `${CLUSTER}-${host.group}`,
        nodepool: host.group,
        ...host.labels,
      };
}

/** OpenShift: one per rack, whose hostSelector keeps replacements in the rack. Cluster API: one per group. */
function machineSet(name: string, host: GeneratedHost, hosts: readonly GeneratedHost[], lineage: Lineage): KubeObject {
  const members = hosts.filter((other) => other.role === 'worker' && setNameOf(other, lineage) === name).length;
  const status = { replicas: members, readyReplicas: members, availableReplicas: members, observedGeneration: 1 };
  if (lineage === 'cluster-api') {
    const labels = capiLabels(host);
    return {
      apiVersion: 'cluster.x-k8s.io/v1beta2',
      kind: 'MachineSet',
      metadata: metaOf('CapiMachineSet', name, { namespace: CAPI_NAMESPACE, labels }),
      spec: {
        clusterName: CLUSTER,
        replicas: members,
        selector: { matchLabels: { 'cluster.x-k8s.io/set-name': name } },
        template: {
          metadata: { labels },
          spec: {
            clusterName: CLUSTER,
            infrastructureRef: {
              apiGroup: 'infrastructure.cluster.x-k8s.io',
              kind: 'Metal3MachineTemplate',
              name: `${CLUSTER}-${host.group}`,
            },
          },
        },
      },
      status,
    };
  }
  const setLabel = { 'machine.openshift.io/cluster-api-machineset': name };
  return {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'MachineSet',
    metadata: metaOf('MachineSet', name, { namespace: OPENSHIFT_NAMESPACE, labels: openshiftRoleLabels(host) }),
    spec: {
      replicas: members,
      selector: { matchLabels: setLabel },
      template: {
        metadata: { labels: { ...openshiftRoleLabels(host), ...setLabel } },
        spec: {
          metadata: { labels: { [RACK_LABEL]: host.rack } },
          providerSpec: { value: { hostSelector: { matchLabels: { [RACK_LABEL]: host.rack } } } },
        },
      },
    },
    status,
  };
}

function openshiftHost(host: GeneratedHost, machineName: string, set: KubeObject | undefined): readonly KubeObject[] {
  const namespace = OPENSHIFT_NAMESPACE;
  const providerID = `baremetalhost:///${namespace}/${host.name}/${uidOf(`BareMetalHost/${namespace}/${host.name}`)}`;
  const setLabel = set === undefined ? {} : { 'machine.openshift.io/cluster-api-machineset': set.metadata.name };
  const machine: KubeObject = {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'Machine',
    metadata: metaOf('Machine', machineName, {
      namespace,
      labels: { ...openshiftRoleLabels(host), ...setLabel },
      annotations: { 'metal3.io/BareMetalHost': `${namespace}/${host.name}` },
      finalizers: ['machine.machine.openshift.io'],
      ...(set === undefined ? {} : { owner: set }),
    }),
    spec: {
      providerID,
      providerSpec: {
        value: { hostSelector: set === undefined ? {} : { matchLabels: { [RACK_LABEL]: host.rack } } },
      },
    },
    status: {
      phase: 'Running',
      lastUpdated: SETTLED,
      nodeRef: { kind: 'Node', name: host.name, uid: uidOf(`Node//${host.name}`) },
    },
  };
  const node = nodeObject(host, providerID, { 'machine.openshift.io/machine': `${namespace}/${machineName}` });
  return [bareMetalHost(host, 'openshift', machine), machine, node];
}

function capiHost(host: GeneratedHost, machineName: string, set: KubeObject | undefined): readonly KubeObject[] {
  const namespace = CAPI_NAMESPACE;
  const providerID = `metal3://${namespace}/${host.name}/${machineName}`;
  const labels = capiLabels(host);
  const infrastructure = metaOf('Metal3Machine', machineName, {
    namespace,
    labels,
    annotations: { 'metal3.io/BareMetalHost': `${namespace}/${host.name}` },
    finalizers: ['metal3machine.infrastructure.cluster.x-k8s.io'],
  });
  const machine: KubeObject = {
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'Machine',
    metadata: metaOf('CapiMachine', machineName, {
      namespace,
      labels,
      finalizers: ['machine.cluster.x-k8s.io'],
      ...(set === undefined ? {} : { owner: set }),
    }),
    spec: {
      clusterName: CLUSTER,
      failureDomain: host.rack,
      infrastructureRef: {
        apiGroup: 'infrastructure.cluster.x-k8s.io',
        kind: 'Metal3Machine',
        name: machineName,
      },
      providerID,
    },
    status: {
      phase: 'Running',
      lastUpdated: SETTLED,
      nodeRef: { name: host.name },
      initialization: { infrastructureProvisioned: true, bootstrapDataSecretCreated: true },
    },
  };
  const metal3Machine: KubeObject = {
    apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2',
    kind: 'Metal3Machine',
    metadata: {
      ...infrastructure,
      ownerReferences: [
        {
          apiVersion: machine.apiVersion,
          kind: 'Machine',
          name: machineName,
          uid: machine.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: { providerID, hostSelector: { matchLabels: { role: host.role } } },
  };
  const node = nodeObject(host, providerID, {
    'cluster.x-k8s.io/machine': machineName,
    'cluster.x-k8s.io/cluster-namespace': namespace,
    'cluster.x-k8s.io/cluster-name': CLUSTER,
  });
  return [bareMetalHost(host, 'cluster-api', metal3Machine), machine, metal3Machine, node];
}

function bareMetalHost(host: GeneratedHost, lineage: Lineage, consumer: KubeObject | undefined): KubeObject {
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

function nodeObject(
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

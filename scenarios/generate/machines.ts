// Hosts of a generated cluster as the objects of their lineage: BareMetalHosts, Machines with their sets, Nodes. The fields
// are those that the product's controllers write; nothing else reads them.

import type { KubeObject } from '../../core/api/object.ts';
import type { Lineage } from '../../sim/config.ts';
import type { GeneratedHost } from './generated-host.ts';
import { bareMetalHost, CAPI_NAMESPACE, nodeObject, OPENSHIFT_NAMESPACE } from './host-objects.ts';
import { metaOf, numbered, RACK_LABEL, SETTLED, suffixOf, uidOf } from './names.ts';

const CLUSTER = 'generated';

export function machineObjects(hosts: readonly GeneratedHost[], lineage: Lineage): readonly KubeObject[] {
  const sets = new Map<string, KubeObject>();
  const controlPlane = lineage === 'cluster-api' ? kubeadmControlPlane(hosts) : undefined;
  const perHost = hosts.flatMap((host) => {
    if (host.role === 'spare') return [bareMetalHost(host, lineage, undefined)];
    const setName = host.role === 'worker' ? setNameOf(host, lineage) : undefined;
    const set = setName === undefined ? undefined : (sets.get(setName) ?? machineSet(setName, host, hosts, lineage));
    if (setName !== undefined && set !== undefined) sets.set(setName, set);
    const name =
      setName === undefined ? numberedControlPlane(host, hosts) : `${setName}-${suffixOf(`machine/${host.name}`)}`;
    return lineage === 'openshift' ? openshiftHost(host, name, set) : capiHost(host, name, set ?? controlPlane);
  });
  return [...sets.values(), ...(controlPlane === undefined ? [] : [controlPlane]), ...perHost];
}

/** Cluster API: the owner of the control plane Machines, where there are any. Its defaults are the product's. */
function kubeadmControlPlane(hosts: readonly GeneratedHost[]): KubeObject | undefined {
  const own = hosts.filter(({ role }) => role === 'control-plane');
  const [first] = own;
  if (first === undefined) return undefined;
  const replicas = own.length;
  return {
    apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
    kind: 'KubeadmControlPlane',
    metadata: metaOf('KubeadmControlPlane', CLUSTER, {
      namespace: CAPI_NAMESPACE,
      labels: { 'cluster.x-k8s.io/cluster-name': CLUSTER },
    }),
    spec: {
      replicas,
      machineTemplate: {
        spec: {
          infrastructureRef: {
            apiGroup: 'infrastructure.cluster.x-k8s.io',
            kind: 'Metal3MachineTemplate',
            name: `${CLUSTER}-${first.group}`,
          },
        },
      },
    },
    status: {
      initialization: { controlPlaneInitialized: true },
      replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      upToDateReplicas: replicas,
      observedGeneration: 1,
      conditions: [{ type: 'EtcdClusterHealthy', status: 'True', reason: 'Healthy', lastTransitionTime: SETTLED }],
    },
  };
}

/** What a KubeadmControlPlane says of a Machine that is well. */
const WELL = [
  { type: 'EtcdMemberHealthy', status: 'True', reason: 'Healthy', lastTransitionTime: SETTLED },
  ...['APIServerPodHealthy', 'ControllerManagerPodHealthy', 'SchedulerPodHealthy', 'EtcdPodHealthy'].map((type) => ({
    type,
    status: 'True',
    reason: 'Running',
    lastTransitionTime: SETTLED,
  })),
];
const KCP_HOOK = 'pre-terminate.delete.hook.machine.cluster.x-k8s.io/kcp-cleanup';

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

function capiHost(host: GeneratedHost, machineName: string, owner: KubeObject | undefined): readonly KubeObject[] {
  const namespace = CAPI_NAMESPACE;
  const providerID = `metal3://${namespace}/${host.name}/${machineName}`;
  const labels = capiLabels(host);
  const isControlPlane = host.role === 'control-plane';
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
      ...(isControlPlane ? { annotations: { [KCP_HOOK]: '' } } : {}),
      finalizers: ['machine.cluster.x-k8s.io'],
      ...(owner === undefined ? {} : { owner }),
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
      ...(isControlPlane ? { conditions: WELL } : {}),
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

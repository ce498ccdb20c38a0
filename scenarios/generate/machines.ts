// Hosts of a generated cluster as the objects of their Machine API: BareMetalHosts, Machines with their sets, Nodes. The fields
// are those that the product's controllers write; nothing else reads them.

import { KCP_HOOK } from '../../core/api/cluster.ts';
import { type MachineApi, OPENSHIFT_MACHINE_NAMESPACE } from '../../core/api/machine.ts';
import type { KubeObject, StringMap } from '../../core/api/object.ts';
import { CLUSTER, kubeadmControlPlane, WELL } from './control-plane.ts';
import type { GeneratedHost } from './generated-host.ts';
import { CAPI_NAMESPACE, HostObjects } from './host-objects.ts';
import { kept, metaOf, numbered, ownerReference, RACK_LABEL, SETTLED, suffixOf, uidOf } from './names.ts';
import { shared } from './shared-parts.ts';

const OPENSHIFT_FINALIZERS = ['machine.machine.openshift.io'];
const CAPI_FINALIZERS = ['machine.cluster.x-k8s.io'];
const METAL3_FINALIZERS = ['metal3machine.infrastructure.cluster.x-k8s.io'];

export function machineObjects(hosts: readonly GeneratedHost[], machineApi: MachineApi): readonly KubeObject[] {
  const parts = new MachineParts(hosts, machineApi);
  const sets = new Map<string, KubeObject>();
  const controlPlane = machineApi === 'cluster-api' ? kubeadmControlPlane(hosts) : undefined;
  const perHost = hosts.flatMap((host) => {
    if (host.role === 'spare') return [parts.hosts.bareMetalHost(host, undefined)];
    const setName = host.role === 'worker' ? setNameOf(host, machineApi) : undefined;
    const set = setName === undefined ? undefined : (sets.get(setName) ?? machineSet(setName, host, parts, machineApi));
    if (setName !== undefined && set !== undefined) sets.set(setName, set);
    const name =
      setName === undefined ? parts.controlPlaneName(host) : kept`${setName}-${suffixOf(`machine/${host.name}`)}`;
    return machineApi === 'openshift'
      ? openshiftHost(host, name, set, parts)
      : capiHost(host, name, set ?? controlPlane, parts);
  });
  return [...sets.values(), ...(controlPlane === undefined ? [] : [controlPlane]), ...perHost];
}

function setNameOf(host: GeneratedHost, machineApi: MachineApi): string {
  return machineApi === 'openshift' ? `${CLUSTER}-${host.group}-${host.rack}` : `${CLUSTER}-${host.group}`;
}

/** What the Machines of one set, or the hosts of one rack, have in common. */
class MachineParts {
  readonly hosts: HostObjects;
  readonly labels: (host: GeneratedHost) => StringMap;
  readonly openshiftSpec = shared(
    ({ rack, role }: GeneratedHost) => (role === 'control-plane' ? '' : rack),
    ({ rack, role }) => ({
      value: { hostSelector: role === 'control-plane' ? {} : { matchLabels: { [RACK_LABEL]: rack } } },
    }),
  );
  readonly owners = shared(
    ({ metadata }: KubeObject) => metadata.uid,
    (set) => [ownerReference(set)],
  );
  private readonly members = new Map<string, number>();
  private readonly controlPlane: ReadonlyMap<GeneratedHost, string>;

  constructor(hosts: readonly GeneratedHost[], machineApi: MachineApi) {
    this.hosts = new HostObjects(machineApi);
    this.labels = shared(
      ({ group, rack, role }) => `${group} ${rack} ${role}`,
      (host) => (machineApi === 'openshift' ? openshiftLabels(host) : capiLabels(host)),
    );
    for (const host of hosts) {
      if (host.role !== 'worker') continue;
      const name = setNameOf(host, machineApi);
      this.members.set(name, (this.members.get(name) ?? 0) + 1);
    }
    const masters = hosts.filter(({ role }) => role === 'control-plane');
    this.controlPlane = new Map(
      masters.map((host, index) => [host, numbered(`${CLUSTER}-control-plane`, index, masters.length)]),
    );
  }

  membersOf(setName: string): number {
    return this.members.get(setName) ?? 0;
  }

  controlPlaneName(host: GeneratedHost): string {
    return this.controlPlane.get(host) ?? host.name;
  }
}

function openshiftLabels(host: GeneratedHost): StringMap {
  const setLabel =
    host.role === 'worker' ? { 'machine.openshift.io/cluster-api-machineset': setNameOf(host, 'openshift') } : {};
  return { ...openshiftRoleLabels(host), ...setLabel };
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

function capiLabels(host: GeneratedHost): StringMap {
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
function machineSet(name: string, host: GeneratedHost, parts: MachineParts, machineApi: MachineApi): KubeObject {
  const members = parts.membersOf(name);
  const status = { replicas: members, readyReplicas: members, availableReplicas: members, observedGeneration: 1 };
  if (machineApi === 'cluster-api') {
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
    metadata: metaOf('MachineSet', name, { namespace: OPENSHIFT_MACHINE_NAMESPACE, labels: openshiftRoleLabels(host) }),
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

function openshiftHost(
  host: GeneratedHost,
  machineName: string,
  set: KubeObject | undefined,
  parts: MachineParts,
): readonly KubeObject[] {
  const namespace = OPENSHIFT_MACHINE_NAMESPACE;
  const providerID = kept`baremetalhost:///${namespace}/${host.name}/${uidOf(`BareMetalHost/${namespace}/${host.name}`)}`;
  const node = parts.hosts.node(host, providerID, {
    'machine.openshift.io/machine': kept`${namespace}/${machineName}`,
  });
  const machine: KubeObject = {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'Machine',
    metadata: metaOf('Machine', machineName, {
      namespace,
      labels: parts.labels(host),
      annotations: { 'metal3.io/BareMetalHost': kept`${namespace}/${host.name}` },
      finalizers: OPENSHIFT_FINALIZERS,
      ...(set === undefined ? {} : { owners: parts.owners(set) }),
    }),
    spec: {
      providerID,
      providerSpec: parts.openshiftSpec(host),
    },
    status: {
      phase: 'Running',
      lastUpdated: SETTLED,
      nodeRef: { kind: 'Node', name: host.name, uid: node.metadata.uid },
    },
  };
  return [parts.hosts.bareMetalHost(host, machine), machine, node];
}

function capiHost(
  host: GeneratedHost,
  machineName: string,
  owner: KubeObject | undefined,
  parts: MachineParts,
): readonly KubeObject[] {
  const namespace = CAPI_NAMESPACE;
  const providerID = kept`metal3://${namespace}/${host.name}/${machineName}`;
  const labels = parts.labels(host);
  const isControlPlane = host.role === 'control-plane';
  const infrastructure = metaOf('Metal3Machine', machineName, {
    namespace,
    labels,
    annotations: { 'metal3.io/BareMetalHost': kept`${namespace}/${host.name}` },
    finalizers: METAL3_FINALIZERS,
  });
  const machine: KubeObject = {
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'Machine',
    metadata: metaOf('CapiMachine', machineName, {
      namespace,
      labels,
      ...(isControlPlane ? { annotations: { [KCP_HOOK]: '' } } : {}),
      finalizers: CAPI_FINALIZERS,
      ...(owner === undefined ? {} : { owners: parts.owners(owner) }),
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
      ownerReferences: [ownerReference(machine)],
    },
    spec: { providerID, hostSelector: { matchLabels: { role: host.role } } },
  };
  const node = parts.hosts.node(host, providerID, {
    'cluster.x-k8s.io/machine': machineName,
    'cluster.x-k8s.io/cluster-namespace': namespace,
    'cluster.x-k8s.io/cluster-name': CLUSTER,
  });
  return [parts.hosts.bareMetalHost(host, metal3Machine), machine, metal3Machine, node];
}

// Machines, their sets and Metal3Machines with the fields that providers write and remediation never reads.
//
// Divergence from reality: bootstrap data, image and versions have one value for the whole cluster; conditions say that all
// is well as long as no loop of the simulator says otherwise.

import { ANNOTATION_HOST } from '../../core/api/machine.ts';
import { isJsonObject, type JsonObject } from '../api-server/same-value.ts';
import { EachItem, type Template } from './filling.ts';
import { internalIpOf } from './identity.ts';
import { KUBELET_VERSION, systemOf } from './node.ts';

const PROVIDER_SPEC = {
  value: {
    apiVersion: 'baremetal.cluster.k8s.io/v1alpha1',
    customDeploy: { method: 'install_coreos' },
    hostSelector: {},
    image: { checksum: '', url: '' },
    kind: 'BareMetalMachineProviderSpec',
    metadata: { creationTimestamp: null },
    userData: { name: 'worker-user-data-managed' },
  },
};

const IMAGE = {
  checksum: 'http://images.example.com/node.qcow2.sha256sum',
  checksumType: 'sha256',
  diskFormat: 'qcow2',
  url: 'http://images.example.com/node.qcow2',
};

const CAPI_MACHINE_CONDITIONS: readonly (readonly [type: string, reason: string])[] = [
  ['Available', 'Available'],
  ['Ready', 'Ready'],
  ['BootstrapConfigReady', 'Ready'],
  ['InfrastructureReady', 'Ready'],
  ['NodeHealthy', 'NodeHealthy'],
  ['NodeReady', 'NodeReady'],
];

export function openshiftMachineSetTemplate({ status }: JsonObject): Template {
  const { replicas = 0 } = isJsonObject(status) ? status : {};
  return {
    metadata: { annotations: {} },
    spec: { template: { spec: { lifecycleHooks: {}, metadata: {}, providerSpec: PROVIDER_SPEC } } },
    status: { fullyLabeledReplicas: replicas },
  };
}

export function openshiftMachineTemplate(machine: JsonObject): Template {
  const since = settledSince(machine);
  return {
    spec: { lifecycleHooks: {}, metadata: {}, providerSpec: PROVIDER_SPEC },
    status: {
      addresses: addressesOf(machine),
      conditions: ['Drainable', 'InstanceExists', 'Terminable'].map((type) => ({
        lastTransitionTime: since,
        status: 'True',
        type,
      })),
    },
  };
}

export function capiMachineSetTemplate(set: JsonObject): Template {
  const members = isJsonObject(set.status) ? set.status.replicas : 0;
  return {
    metadata: { annotations: {} },
    spec: { template: { spec: machineSpec('') } },
    status: { upToDateReplicas: members },
  };
}

export function capiMachineTemplate(machine: JsonObject): Template {
  const { name, generation } = metadataOf(machine);
  const node = nodeNameOf(machine);
  const since = settledSince(machine);
  return {
    spec: {
      ...machineSpec(String(name), { dataSecretName: name }),
      deletion: { nodeDeletionTimeoutSeconds: 10 },
    },
    status: {
      addresses: addressesOf(machine),
      conditions: CAPI_MACHINE_CONDITIONS.map(([type, reason]) => ({
        lastTransitionTime: since,
        message: '',
        observedGeneration: generation ?? 1,
        reason,
        status: 'True',
        type,
      })),
      ...(node === undefined ? {} : { nodeInfo: systemOf(node) }),
      observedGeneration: generation ?? 1,
    },
  };
}

export function controlPlaneTemplate(controlPlane: JsonObject): Template {
  const { name, generation } = metadataOf(controlPlane);
  const clusterLabel = `cluster.x-k8s.io/cluster-name=${String(name)},cluster.x-k8s.io/control-plane`;
  return {
    metadata: { finalizers: ['kubeadm.controlplane.cluster.x-k8s.io'] },
    spec: { kubeadmConfigSpec: {}, version: KUBELET_VERSION },
    status: {
      conditions: new EachItem(() => ({ message: '', observedGeneration: generation ?? 1 })),
      selector: clusterLabel,
      version: KUBELET_VERSION,
    },
  };
}

export function metal3MachineTemplate(machine: JsonObject): Template {
  const { name, namespace } = metadataOf(machine);
  const since = settledSince(machine);
  const host = hostNameOf(machine);
  return {
    spec: { automatedCleaningMode: 'metadata', failureDomain: '', image: IMAGE },
    status: {
      addresses: host === undefined ? [] : addressesOfHost(host).slice(0, 2),
      conditions: [
        { type: 'Ready', reason: 'Ready' },
        { type: 'AssociateBMH', reason: 'AssociateBMHSuccess' },
      ].map((condition) => ({
        ...condition,
        lastTransitionTime: since,
        message: '',
        observedGeneration: 1,
        status: 'True',
      })),
      initialization: { provisioned: true },
      lastUpdated: since,
      userData: { name, namespace },
    },
  };
}

function machineSpec(name: string, bootstrap: Template = {}): Template {
  return {
    bootstrap: { configRef: { apiGroup: 'bootstrap.cluster.x-k8s.io', kind: 'KubeadmConfig', name }, ...bootstrap },
    version: KUBELET_VERSION,
  };
}

function metadataOf(object: JsonObject): JsonObject {
  return isJsonObject(object.metadata) ? object.metadata : {};
}

function settledSince(object: JsonObject): unknown {
  return metadataOf(object).creationTimestamp;
}

/** Of the Node that it names; none before it has one. */
function addressesOf(machine: JsonObject): readonly JsonObject[] {
  const node = nodeNameOf(machine);
  return node === undefined ? [] : addressesOfHost(node);
}

function addressesOfHost(name: string): readonly JsonObject[] {
  return [
    { address: internalIpOf(name), type: 'InternalIP' },
    { address: name, type: 'Hostname' },
    { address: name, type: 'InternalDNS' },
  ];
}

/** The BareMetalHost that a Metal3Machine holds. */
function hostNameOf(machine: JsonObject): string | undefined {
  const { annotations } = metadataOf(machine);
  const held = isJsonObject(annotations) ? annotations[ANNOTATION_HOST] : undefined;
  return typeof held === 'string' ? held.slice(held.indexOf('/') + 1) : undefined;
}

function nodeNameOf({ status }: JsonObject): string | undefined {
  const name = isJsonObject(status) && isJsonObject(status.nodeRef) ? status.nodeRef.name : undefined;
  return typeof name === 'string' ? name : undefined;
}

// Documents of conformance rows as YAML: Nodes, Machines of both Machine APIs, and what owns them.

import { stringify } from 'yaml';
import type { ProvisioningState } from '../../core/api/bare-metal-host.ts';
import type { Condition, ConditionStatus } from '../../core/api/conditions.ts';
import type { MachineApi } from '../../core/api/machine.ts';
import type { StringMap } from '../../core/api/object.ts';
import { ago } from './conformance.ts';

export const OPENSHIFT_NAMESPACE = 'openshift-machine-api';
export const CAPI_NAMESPACE = 'metal3';
export const CLUSTER_NAME = 'prod-edge';

const OPENSHIFT_VERSION = 'machine.openshift.io/v1beta1';
const CAPI_VERSION = 'cluster.x-k8s.io/v1beta2';

interface NodeText {
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  /** In place of Ready. */
  readonly conditions?: readonly Condition[];
  readonly finalizers?: readonly string[];
  /** Version of its kubelet. */
  readonly kubelet?: string;
}

/** A Node whose Ready condition has been so for a while: `nodeText('a', 'Unknown', '400s')`. */
export function nodeText(name: string, ready: ConditionStatus = 'True', since = '24h', more: NodeText = {}): string {
  const {
    conditions = [{ type: 'Ready', status: ready, lastTransitionTime: ago(since) }],
    kubelet,
    ...metadata
  } = more;
  const nodeInfo = kubelet === undefined ? {} : { nodeInfo: { kubeletVersion: kubelet } };
  return stringify({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, ...metadata },
    status: { conditions, ...nodeInfo },
  });
}

interface MachineText {
  /** Name of its Node; `false`: none yet. Default: as the Machine. */
  readonly node?: string | false;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  /** False: nobody controls it. */
  readonly owned?: boolean;
  /** Somebody has deleted it, and its finalizer holds it. */
  readonly deleting?: boolean;
  readonly created?: string;
  /** OpenShift. */
  readonly phase?: string;
  readonly lastUpdated?: string;
  /** Cluster API. */
  readonly conditions?: readonly Condition[];
}

export function openshiftMachine(name: string, machine: MachineText = {}): string {
  const { phase = 'Running', lastUpdated } = machine;
  return stringify({
    ...head(OPENSHIFT_VERSION, OPENSHIFT_NAMESPACE, name, machine),
    spec: {},
    status: { phase, ...nodeRef(name, machine), ...(lastUpdated === undefined ? {} : { lastUpdated }) },
  });
}

export function capiMachine(name: string, machine: MachineText = {}): string {
  const { conditions } = machine;
  return stringify({
    ...head(CAPI_VERSION, CAPI_NAMESPACE, name, machine),
    spec: {
      clusterName: CLUSTER_NAME,
      bootstrap: { dataSecretName: 'bootstrap' },
      infrastructureRef: { apiGroup: 'infrastructure.cluster.x-k8s.io', kind: 'Metal3Machine', name },
    },
    status: { ...nodeRef(name, machine), ...(conditions === undefined ? {} : { conditions }) },
  });
}

function nodeRef(name: string, { node = name }: MachineText): object {
  return node === false ? {} : { nodeRef: { name: node } };
}

function head(apiVersion: string, namespace: string, name: string, machine: MachineText): object {
  const { labels = { pool: 'workers' }, annotations, owned = true, deleting = false, created } = machine;
  const ownerReferences = [{ apiVersion, kind: 'MachineSet', name: 'workers', controller: true }];
  return {
    apiVersion,
    kind: 'Machine',
    metadata: {
      name,
      namespace,
      labels,
      finalizers: ['machine/teardown'],
      ...(annotations === undefined ? {} : { annotations }),
      ...(owned ? { ownerReferences } : {}),
      ...(deleting ? { deletionTimestamp: ago('60s') } : {}),
      ...(created === undefined ? {} : { creationTimestamp: ago(created) }),
    },
  };
}

export function openshiftMachineSet(replicas: number, name = 'workers'): string {
  return stringify({
    apiVersion: OPENSHIFT_VERSION,
    kind: 'MachineSet',
    metadata: { name, namespace: OPENSHIFT_NAMESPACE },
    spec: { replicas },
  });
}

/** `worker-00`, `worker-01`, … */
export function workerNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `worker-${String(i).padStart(2, '0')}`);
}

/** A MachineSet with its Machines and their Nodes; the first `sick` are not Ready for an hour. */
export function openshiftFleet(of: number, sick: number): readonly string[] {
  return [openshiftMachineSet(of), ...fleet(of, sick, openshiftMachine)];
}

export function fleet(of: number, sick: number, machine: (name: string) => string): readonly string[] {
  return workerNames(of).flatMap((name, i) => [nodeText(name, i < sick ? 'Unknown' : 'True', '1h'), machine(name)]);
}

type ClusterStep = 'ControlPlaneInitialized' | 'InfrastructureReady';

/** The Cluster of all Cluster API rows: every step done for a day, unless one is not yet, or only since a while. */
export function clusterText(
  notYet: ClusterStep | 'none' = 'none',
  since: Readonly<Partial<Record<ClusterStep, string>>> = {},
): string {
  const conditions = (['InfrastructureReady', 'ControlPlaneInitialized'] as const).map((type) => ({
    type,
    status: type === notYet ? 'False' : 'True',
    reason: type,
    lastTransitionTime: ago(since[type] ?? '24h'),
  }));
  return stringify({
    apiVersion: CAPI_VERSION,
    kind: 'Cluster',
    metadata: { name: CLUSTER_NAME, namespace: CAPI_NAMESPACE },
    spec: { controlPlaneRef: { apiGroup: 'controlplane.cluster.x-k8s.io', kind: 'KubeadmControlPlane', name: 'cp' } },
    status: { conditions },
  });
}

interface HostText {
  readonly state?: ProvisioningState;
  readonly annotations?: StringMap;
  readonly spec?: object;
  readonly status?: object;
  readonly namespace?: string;
  /** False: as a user makes it, without the operator's finalizer and status. */
  readonly known?: boolean;
}

export const IMAGE = { url: 'http://images.example.com/node.qcow2', checksum: 'c1' };

/** A BareMetalHost: online, on, provisioned with IMAGE, unless `host` says otherwise. */
export function hostText(name: string, host: HostText = {}): string {
  const { state = 'provisioned', annotations, spec, status, namespace = OPENSHIFT_NAMESPACE, known = true } = host;
  const image = state === 'provisioned' || state === 'provisioning' ? { image: IMAGE } : {};
  const deployed = state === 'provisioned' || state === 'deprovisioning' ? { image: IMAGE } : {};
  return stringify({
    apiVersion: 'metal3.io/v1alpha1',
    kind: 'BareMetalHost',
    metadata: {
      name,
      namespace,
      ...(known ? { finalizers: ['baremetalhost.metal3.io'] } : {}),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      online: true,
      bootMACAddress: '52:54:00:00:00:01',
      bmc: { address: `redfish://192.0.2.1/redfish/v1/Systems/${name}`, credentialsName: `${name}-bmc` },
      ...image,
      ...spec,
    },
    ...(known
      ? {
          status: {
            poweredOn: true,
            operationalStatus: 'OK',
            errorMessage: '',
            errorCount: 0,
            ...status,
            provisioning: { state, ID: 'ironic', ...deployed, ...(status as HostStatus | undefined)?.provisioning },
          },
        }
      : {}),
  });
}

/** The Metal3Machine that links a Cluster API Machine of the same name and a host of the same name. */
export function metal3Machine(name: string): string {
  return stringify({
    apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2',
    kind: 'Metal3Machine',
    metadata: {
      name,
      namespace: CAPI_NAMESPACE,
      annotations: { 'metal3.io/BareMetalHost': `${CAPI_NAMESPACE}/${name}` },
      ownerReferences: [{ apiVersion: CAPI_VERSION, kind: 'Machine', name, controller: true }],
    },
    spec: {},
  });
}

/** The consumer of a host: the Machine in OpenShift, the Metal3Machine in Cluster API. */
export function consumedBy(kind: 'Machine' | 'Metal3Machine', name: string): object {
  const namespace = kind === 'Machine' ? OPENSHIFT_NAMESPACE : CAPI_NAMESPACE;
  const apiVersion = kind === 'Machine' ? OPENSHIFT_VERSION : 'infrastructure.cluster.x-k8s.io/v1beta2';
  return { consumerRef: { apiVersion, kind, name, namespace } };
}

interface RequestText {
  readonly strategy?: object;
  readonly status?: object;
  readonly annotations?: StringMap;
  readonly finalizers?: readonly string[];
}

/** A Metal3Remediation for the Machine of the same name. */
export function metal3Remediation(machineApi: MachineApi, name: string, request: RequestText = {}): string {
  const { strategy, status, ...metadata } = request;
  const isOpenshift = machineApi === 'openshift';
  return stringify({
    apiVersion: `infrastructure.cluster.x-k8s.io/${isOpenshift ? 'v1beta1' : 'v1beta2'}`,
    kind: 'Metal3Remediation',
    metadata: {
      name,
      namespace: isOpenshift ? OPENSHIFT_NAMESPACE : CAPI_NAMESPACE,
      ownerReferences: [{ apiVersion: isOpenshift ? OPENSHIFT_VERSION : CAPI_VERSION, kind: 'Machine', name }],
      ...metadata,
    },
    spec: {
      strategy: {
        type: 'Reboot',
        retryLimit: 1,
        ...(isOpenshift ? { timeout: '10m' } : { timeoutSeconds: 600 }),
        ...strategy,
      },
    },
    ...(status === undefined ? {} : { status }),
  });
}

interface HostStatus {
  readonly provisioning?: object;
}

/** OpenShift's health check `workers` with power-based remediation; `more`: a line of its spec. */
export function powerBasedCheck(more: string): string {
  return `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata:
  name: workers
  namespace: ${OPENSHIFT_NAMESPACE}
  annotations: { machine.openshift.io/remediation-strategy: external-baremetal }
spec:
  selector: { matchLabels: { pool: workers } }
  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: 300s }]
  ${more}
`;
}

/** These annotations on a Machine that is there, or must be. */
export function openshiftAnnotated(name: string, annotations: Readonly<Record<string, string | null>>): string {
  return `---\n${stringify({
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'Machine',
    metadata: { name, namespace: OPENSHIFT_NAMESPACE, annotations },
  })}`;
}

// The machine loops over the real kernel and store. The test plays the bare-metal operator (provisioning states) and the
// kubelet (Nodes that register), or lets `operate` do both with fixed durations.

import type { BareMetalHost, ProvisioningState } from '../../core/api/bare-metal-host.ts';
import type { Machine, MachineApi } from '../../core/api/machine.ts';
import { NODE, type Node } from '../../core/api/node.ts';
import { type Kind, type KubeObject, keyOf, keyString } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import { subjectOf } from '../../sim/api-server/change.ts';
import { KNOWN_KINDS } from '../../sim/api-server/known-kinds.ts';
import { ObjectStore } from '../../sim/api-server/object-store.ts';
import { isOf } from '../../sim/api-server/typed-change.ts';
import type { SimConfig } from '../../sim/config.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { MachineLoops } from '../../sim/machine/machine-loops.ts';
import { MACHINE_KINDS, STORED_HOST, type StoredHost } from '../../sim/machine/machine-objects.ts';
import { DrivenTruth } from './driven-truth.ts';
import { aHost, tinyWorld } from './tiny-world.ts';
import { node, WORLD_START_MS } from './workload-objects.ts';

/** From the claim to `provisioned`, from the release to `available`, from `provisioned` to the Node. */
export const PROVISION_S = 600;
export const DEPROVISION_S = 300;
export const BOOT_S = 100;

const NAMESPACE = 'metal';

export interface MachineWorldOptions {
  readonly machineApi: MachineApi;
  /** Hosts with a running Machine each, in one MachineSet. */
  readonly running: readonly string[];
  readonly spares: readonly string[];
  /** Hosts with a control plane Machine each: owned by KubeadmControlPlane `cp`, or in OpenShift by nobody. */
  readonly controlPlane?: readonly string[];
  readonly seed?: string;
  readonly config?: Partial<SimConfig>;
  /** Extra labels by host. */
  readonly labels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly hostSelector?: Readonly<Record<string, string>>;
  readonly objects?: readonly KubeObject[];
}

export class MachineWorld {
  readonly kernel = new Kernel(WORLD_START_MS);
  readonly store: ObjectStore;
  readonly loops: MachineLoops;
  readonly truth: DrivenTruth;
  /** Every write since the start. */
  readonly writes: string[] = [];
  /** `drain node`, answered by `drained`. */
  readonly drains: {
    readonly nodeName: string;
    readonly timeoutMs: number;
    readonly done: (drained: boolean) => void;
  }[] = [];
  private readonly machines: Kind<Machine>;

  constructor(options: MachineWorldOptions) {
    const { controlPlane = [] } = options;
    const names = [...controlPlane, ...options.running, ...options.spares];
    this.truth = new DrivenTruth(
      names.map((name) => ({ nodeName: `node-${name}`, bareMetalHost: `${NAMESPACE}/${name}`, rack: 'rack-a' })),
    );
    const config = tinyWorld({
      startMs: WORLD_START_MS,
      machineApi: options.machineApi,
      hosts: names.map((name) => aHost(name, 'rack-a', { controlPlane: controlPlane.includes(name) })),
      ...options.config,
    });
    const draws = new Draws(rootKey(options.seed ?? 'machines'), 0);
    this.store = new ObjectStore(this.kernel, draws.stream('api-server', 'names'));
    for (const kind of KNOWN_KINDS) this.store.register(kind, { statusSubresource: true });
    this.store.load([...initialObjects(options), ...(options.objects ?? [])]);
    this.machines = MACHINE_KINDS[options.machineApi].machine;
    const { kernel, store, truth } = this;
    const drain = (nodeName: string, given: { readonly timeoutMs: number }, done: (drained: boolean) => void): void => {
      this.drains.push({ nodeName, timeoutMs: given.timeoutMs, done });
    };
    this.loops = new MachineLoops({ store, kernel, config, draws, truth, drain });
    this.loops.start();
    this.store.tap((change) => {
      const object = subjectOf(change);
      this.writes.push(`+${this.seconds()} ${change.type} ${object.kind} ${keyString(keyOf(object))}`);
    });
  }

  until(seconds: number): void {
    this.kernel.runUntil(WORLD_START_MS + Math.round(seconds * 1000));
  }

  seconds(): number {
    return (this.kernel.nowMs - WORLD_START_MS) / 1000;
  }

  deleteMachine(name: string): void {
    this.store.delete(this.machines, { namespace: NAMESPACE, name });
  }

  /** Lets the last drain that was asked for succeed. */
  drained(): void {
    this.drains.at(-1)?.done(true);
  }

  setState(host: string, state: ProvisioningState): void {
    this.store.update<StoredHost>(STORED_HOST, { namespace: NAMESPACE, name: host }, 'status', (current) => ({
      ...current,
      status: { ...current.status, provisioning: { ...current.status?.provisioning, state } },
    }));
  }

  registerNode(host: string): void {
    const { metadata, status, ...rest } = node(`node-${host}`, 'a');
    const { name, labels = {} } = metadata;
    this.store.create(NODE, { ...rest, metadata: { name, labels } });
    this.store.update<Node>(NODE, { namespace: '', name }, 'status', (created) => ({
      ...created,
      status: status ?? {},
    }));
  }

  /** Plays operator and kubelet from now on. */
  operate(): void {
    this.store.tap((change) => {
      if (!isOf(change, STORED_HOST) || change.after === undefined) return;
      const { name } = change.after.metadata;
      const had = isDeployed(change.before);
      const has = isDeployed(change.after);
      if (had === has) return;
      this.setState(name, has ? 'provisioning' : 'deprovisioning');
      this.kernel.call(this.kernel.nowMs + (has ? PROVISION_S : DEPROVISION_S) * 1000, () => {
        this.setState(name, has ? 'provisioned' : 'available');
        if (has) this.kernel.call(this.kernel.nowMs + BOOT_S * 1000, () => this.registerNode(name));
      });
    });
  }

  /** `name phase host`, in key order; the host by consumerRef. */
  machineRows(): readonly string[] {
    return this.store.list(this.machines).map(({ metadata, status }) => {
      const host = this.store.list(STORED_HOST).find(({ spec }) => spec?.consumerRef?.name === metadata.name);
      return `${metadata.name} ${status?.phase ?? '-'} ${host?.metadata.name ?? '-'}`;
    });
  }

  /** `host state` and its consumer, in key order. */
  hostRows(): readonly string[] {
    return this.store.list(STORED_HOST).map(({ metadata, spec, status }) => {
      const deployed = spec?.image !== undefined || spec?.customDeploy !== undefined ? 'deployed' : 'empty';
      return `${metadata.name} ${status?.provisioning?.state ?? '-'} ${deployed} ${spec?.consumerRef?.name ?? 'free'}`;
    });
  }
}

function isDeployed(host: StoredHost | undefined): boolean {
  return host?.spec?.image !== undefined || host?.spec?.customDeploy !== undefined;
}

/** The MachineSet, its Machines with their hosts and Nodes, and spare hosts. */
function initialObjects({
  machineApi,
  running,
  spares,
  labels,
  hostSelector,
  controlPlane = [],
}: MachineWorldOptions): readonly KubeObject[] {
  const openshift = machineApi === 'openshift';
  const apiVersion = openshift ? 'machine.openshift.io/v1beta1' : 'cluster.x-k8s.io/v1beta2';
  const selector = hostSelector === undefined ? {} : { hostSelector: { matchLabels: hostSelector } };
  const set: KubeObject = {
    apiVersion,
    kind: 'MachineSet',
    metadata: { name: 'workers', namespace: NAMESPACE, uid: 'set', resourceVersion: '' },
    spec: {
      replicas: running.length,
      template: {
        metadata: { labels: { set: 'workers' } },
        spec: {
          ...(openshift
            ? {
                providerSpec: { value: { ...selector, customDeploy: { method: 'install_coreos' } } },
                metadata: { labels: { pool: 'blue' } },
              }
            : { clusterName: 'prod', infrastructureRef: { kind: 'Metal3MachineTemplate', name: 'template' } }),
        },
      },
    },
  };
  const objects: KubeObject[] = [set];
  if (!openshift) {
    objects.push({
      apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2',
      kind: 'Metal3MachineTemplate',
      metadata: { name: 'template', namespace: NAMESPACE, uid: 'template', resourceVersion: '' },
      spec: { template: { spec: { ...selector, image: { url: 'http://images.example.com/node', checksum: 'abc' } } } },
    });
  }
  const owner = openshift ? undefined : kubeadmControlPlane(controlPlane.length);
  if (owner !== undefined && controlPlane.length > 0) objects.push(owner);
  for (const host of controlPlane) objects.push(...runningMachine(host, owner, openshift));
  for (const host of running) objects.push(...runningMachine(host, set, openshift));
  const consumed = [...controlPlane, ...running];
  for (const host of [...consumed, ...spares]) {
    objects.push(hostObject(host, openshift, consumed.includes(host), labels?.[host]));
  }
  return objects;
}

export function kubeadmControlPlane(replicas: number): KubeObject {
  return {
    apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
    kind: 'KubeadmControlPlane',
    metadata: { name: 'cp', namespace: NAMESPACE, uid: 'cp', resourceVersion: '' },
    spec: {
      replicas,
      version: 'v1.33.1',
      machineTemplate: { spec: { infrastructureRef: { kind: 'Metal3MachineTemplate', name: 'template' } } },
    },
    status: { initialization: { controlPlaneInitialized: true }, version: 'v1.33.1' },
  };
}

/** Without owner: a control plane Machine of OpenShift. */
function runningMachine(host: string, set: KubeObject | undefined, openshift: boolean): readonly KubeObject[] {
  const name = `m-${host}`;
  const isWorker = set?.kind === 'MachineSet';
  const plain = node(`node-${host}`, 'a');
  const role = { 'node-role.kubernetes.io/control-plane': '' };
  const nodeObject: KubeObject = isWorker
    ? plain
    : { ...plain, metadata: { ...plain.metadata, labels: { ...plain.metadata.labels, ...role } } };
  const controlPlaneLabel = openshift
    ? { 'machine.openshift.io/cluster-api-machine-role': 'master' }
    : { 'cluster.x-k8s.io/control-plane': '' };
  const annotations = { 'metal3.io/BareMetalHost': `${NAMESPACE}/${host}` };
  const machine: KubeObject = {
    apiVersion: openshift ? 'machine.openshift.io/v1beta1' : 'cluster.x-k8s.io/v1beta2',
    kind: 'Machine',
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: `uid-${name}`,
      resourceVersion: '',
      finalizers: [openshift ? 'machine.machine.openshift.io' : 'machine.cluster.x-k8s.io'],
      ...(set === undefined ? {} : { ownerReferences: [ownerOf(set)] }),
      ...(isWorker ? {} : { labels: controlPlaneLabel }),
      ...(openshift ? { annotations } : {}),
    },
    spec: {
      providerID: `id-${host}`,
      ...(openshift ? {} : { clusterName: 'prod', infrastructureRef: { kind: 'Metal3Machine', name } }),
      ...(isWorker || openshift ? {} : { version: 'v1.33.1' }),
    },
    status: { phase: 'Running', lastUpdated: formatTime(WORLD_START_MS - 1), nodeRef: { name: `node-${host}` } },
  };
  if (openshift) return [nodeObject, machine];
  const machineOwner = { apiVersion: machine.apiVersion, kind: 'Machine', name, uid: `uid-${name}`, controller: true };
  return [
    nodeObject,
    machine,
    {
      apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2',
      kind: 'Metal3Machine',
      metadata: {
        name,
        namespace: NAMESPACE,
        uid: `uid-m3-${name}`,
        resourceVersion: '',
        annotations,
        finalizers: ['metal3machine.infrastructure.cluster.x-k8s.io'],
        ownerReferences: [machineOwner],
      },
      spec: { providerID: `id-${host}` },
    },
  ];
}

function ownerOf({ apiVersion, kind, metadata }: KubeObject) {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
}

function hostObject(
  name: string,
  openshift: boolean,
  consumed: boolean,
  labels: Readonly<Record<string, string>> | undefined,
): BareMetalHost {
  const kind = openshift ? 'Machine' : 'Metal3Machine';
  const deployed = openshift
    ? { customDeploy: { method: 'install_coreos' } }
    : { image: { url: 'http://images.example.com/node', checksum: 'abc' } };
  return {
    apiVersion: 'metal3.io/v1alpha1',
    kind: 'BareMetalHost',
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: `uid-${name}`,
      resourceVersion: '',
      ...(labels === undefined ? {} : { labels }),
    },
    spec: {
      online: consumed,
      ...(consumed ? { ...deployed, consumerRef: { kind, name: `m-${name}`, namespace: NAMESPACE } } : {}),
    },
    status: { poweredOn: consumed, provisioning: { state: consumed ? 'provisioned' : 'available' } },
  };
}

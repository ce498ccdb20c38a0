// The provider's side of a new Machine: it claims a host, waits until the operator has provisioned it, and links the Node that
// registers from it (CAPBM's actuator and OpenShift's node link controller; CAPM3's Metal3Machine and CAPI's Machine
// controllers).
// Source: CAPBM pkg/cloud/baremetal/actuators/machine/actuator.go (Create, Update, provisionHost), machine-api-operator
// pkg/controller/machine (phases; status.lastUpdated moves with each), CAPM3 baremetal/metal3machine_manager.go.
//
// Divergence from reality: addresses and most conditions are not written; a template that names neither image nor customDeploy
// (reduced manifests) deploys what the claimed hosts of the start run. Bootstrap data is always ready. Labels of a
// Node that registers again are those of its first object, kept by sim/node, plus spec.metadata.labels of the new Machine.

import { LABEL_CAPI_CLUSTER } from '../../core/api/cluster.ts';
import { withCondition } from '../../core/api/conditions.ts';
import {
  ANNOTATION_CAPI_MACHINE,
  ANNOTATION_CAPI_NAMESPACE,
  ANNOTATION_HOST,
  ANNOTATION_OPENSHIFT_MACHINE,
  LABEL_DEPLOYMENT_NAME,
  LABEL_NODE_REUSE,
} from '../../core/api/machine.ts';
import { NODE, type Node } from '../../core/api/node.ts';
import { controllerOwner, keyOf, keyString, type ObjectKey, type StringMap } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import { hostOfMachine } from '../../core/cluster/machine-links.ts';
import type { Stream } from '../kernel/rng.ts';
import { ControlPlaneMarks, isControlPlaneMachine } from './control-plane-join.ts';
import { chosenHost } from './host-choice.ts';
import type { MachineContext } from './machine-context.ts';
import {
  type Deploy,
  STORED_HOST,
  STORED_METAL3_MACHINE,
  type StoredHost,
  type StoredMachine,
  type StoredMetal3Machine,
} from './machine-objects.ts';
import { say } from './machine-status.ts';

const OWNER_KIND = 'cluster.x-k8s.io/owner-kind';
const OWNER_NAME = 'cluster.x-k8s.io/owner-name';

export class HostClaims {
  private readonly context: MachineContext;
  /** Owner of Machines to the `namespace/name` of the host that it gave back last. */
  private readonly lastReleased = new Map<string, string>();
  private readonly picks = new Map<string, Stream>();
  private readonly controlPlane = new ControlPlaneMarks();
  private fallback: Deploy = {};

  constructor(context: MachineContext) {
    this.context = context;
  }

  load(): void {
    this.controlPlane.load(this.context.store);
    for (const host of this.context.store.list(STORED_HOST)) {
      if (host.spec?.consumerRef === undefined) continue;
      const deploy = deployOf(host.spec);
      if (deploy === undefined) continue;
      this.fallback = deploy;
      return;
    }
  }

  /**
   * Brings a Machine that is not being deleted one step on. Returns what it waits for: a host that becomes available, the
   * deployment of its host, its Node, or nothing any more.
   */
  advance(machine: StoredMachine): 'host' | 'deployment' | 'node' | 'nothing' {
    const { store, kinds } = this.context;
    const known = hostOfMachine(kinds.machineApi, machine, store);
    if (known === undefined && machine.spec?.providerID !== undefined) {
      this.hostIsGone(machine);
      return 'nothing';
    }
    const host = known ?? this.claim(machine);
    if (host === undefined) return 'host';
    const state = host.status?.provisioning?.state;
    if (state !== 'provisioned' && state !== 'externally provisioned') return 'deployment';
    const providerID = this.providerId(machine, host);
    if (machine.spec?.providerID === undefined) this.markProvisioned(machine, providerID);
    const index = this.context.truth.indexOfHost(keyOf(host));
    const nodeName = index < 0 ? undefined : this.context.truth.nodeName(index);
    const node = nodeName === undefined ? undefined : store.get(NODE, { namespace: '', name: nodeName });
    if (node === undefined) return 'node';
    this.link(machine, node, machine.spec?.providerID ?? providerID);
    return 'nothing';
  }

  /** The owner of a deleted Machine gave this host back. */
  released(machine: StoredMachine, host: StoredHost): void {
    this.lastReleased.set(ownerText(machine), keyString(keyOf(host)));
  }

  private claim(machine: StoredMachine): StoredHost | undefined {
    const { store, config, kinds } = this.context;
    const infrastructure = this.infrastructureOf(machine);
    if (kinds.machineApi === 'cluster-api' && infrastructure === undefined) {
      say(this.context, machine, 'Pending');
      return undefined;
    }
    say(this.context, machine, 'Provisioning');
    const source = infrastructure?.spec ?? machine.spec?.providerSpec?.value;
    const owner = ownerText(machine);
    const host = chosenHost(store.list(STORED_HOST), {
      namespace: machine.metadata.namespace ?? '',
      selector: source?.hostSelector,
      machineApi: kinds.machineApi,
      deployment: machine.metadata.labels?.[LABEL_DEPLOYMENT_NAME],
      preferred: config.provisioning.hostPick === 'same-first' ? this.lastReleased.get(owner) : undefined,
      draw: () => this.pickStream(owner).next(),
    });
    if (host === undefined) return undefined;
    const consumer = infrastructure ?? machine;
    const hostKey = keyOf(host);
    const deploy = deployOf(source) ?? this.fallback;
    store.update(STORED_HOST, hostKey, 'main', (current) => ({
      ...current,
      metadata: withoutReuse(current.metadata),
      spec: {
        ...current.spec,
        ...deploy,
        consumerRef: { apiVersion: consumer.apiVersion, kind: consumer.kind, ...keyOf(consumer) },
        online: true,
      },
    }));
    this.annotateHost(machine, infrastructure, hostKey);
    return host;
  }

  /** On the Machine in OpenShift, on the Metal3Machine in Cluster API. */
  private annotateHost(machine: StoredMachine, infrastructure: StoredMetal3Machine | undefined, host: ObjectKey): void {
    const { store, kinds } = this.context;
    const annotations: StringMap = { [ANNOTATION_HOST]: keyString(host) };
    if (infrastructure === undefined) {
      store.update(kinds.machine, keyOf(machine), 'main', (current) => annotated(current, annotations));
    } else {
      store.update(STORED_METAL3_MACHINE, keyOf(infrastructure), 'main', (current) => annotated(current, annotations));
    }
  }

  private markProvisioned(machine: StoredMachine, providerID: string): void {
    const { store, kinds, kernel } = this.context;
    const infrastructure = this.infrastructureOf(machine);
    if (infrastructure !== undefined) {
      const key = keyOf(infrastructure);
      store.update(STORED_METAL3_MACHINE, key, 'main', (current) => ({
        ...current,
        spec: { ...current.spec, providerID },
      }));
      store.update(STORED_METAL3_MACHINE, key, 'status', (current) => ({
        ...current,
        status: { ...current.status, ready: true, initialization: { provisioned: true } },
      }));
    }
    const key = keyOf(machine);
    store.update(kinds.machine, key, 'main', (current) => ({ ...current, spec: { ...current.spec, providerID } }));
    store.update(kinds.machine, key, 'status', (current) => ({
      ...current,
      status: {
        ...current.status,
        phase: 'Provisioned',
        lastUpdated: formatTime(kernel.nowMs),
        ...(kinds.machineApi === 'openshift'
          ? {}
          : {
              initialization: { ...current.status?.initialization, infrastructureProvisioned: true },
              conditions: withCondition(
                current.status?.conditions,
                { type: 'InfrastructureReady', status: 'True', reason: 'Ready' },
                kernel.nowMs,
              ),
            }),
      },
    }));
  }

  /** Machine and Node point at each other; a Node that registered anew gets its marks again. */
  private link(machine: StoredMachine, node: Node, providerID: string): void {
    const { store, kinds, kernel } = this.context;
    if (machine.status?.nodeRef?.name !== node.metadata.name || machine.status.phase !== 'Running') {
      store.update(kinds.machine, keyOf(machine), 'status', (current) => ({
        ...current,
        status: {
          ...current.status,
          nodeRef: { kind: 'Node', name: node.metadata.name, uid: node.metadata.uid },
          phase: 'Running',
          lastUpdated: formatTime(kernel.nowMs),
        },
      }));
    }
    if (isControlPlaneMachine(machine)) {
      store.update(NODE, keyOf(node), 'main', (current) => this.controlPlane.marked(current));
    }
    const marks = this.nodeMarks(machine);
    const labels = machine.spec?.metadata?.labels ?? {};
    if (
      node.spec?.providerID === providerID &&
      holds(node.metadata.annotations, marks) &&
      holds(node.metadata.labels, labels)
    ) {
      return;
    }
    // A part that says what it said stays the same object: watches compare parts by identity.
    store.update(NODE, keyOf(node), 'main', (current) => ({
      ...current,
      metadata: {
        ...current.metadata,
        annotations: { ...current.metadata.annotations, ...marks },
        ...(holds(current.metadata.labels, labels) ? {} : { labels: { ...current.metadata.labels, ...labels } }),
      },
      ...(current.spec?.providerID === providerID ? {} : { spec: { ...current.spec, providerID } }),
    }));
  }

  private nodeMarks(machine: StoredMachine): StringMap {
    const { namespace, name } = keyOf(machine);
    if (this.context.kinds.machineApi === 'openshift')
      return { [ANNOTATION_OPENSHIFT_MACHINE]: `${namespace}/${name}` };
    const owner = controllerOwner(machine);
    return {
      [ANNOTATION_CAPI_MACHINE]: name,
      [ANNOTATION_CAPI_NAMESPACE]: namespace,
      ...(machine.spec?.clusterName === undefined ? {} : { [LABEL_CAPI_CLUSTER]: machine.spec.clusterName }),
      ...(owner === undefined ? {} : { [OWNER_KIND]: owner.kind, [OWNER_NAME]: owner.name }),
    };
  }

  /** OpenShift gives a Machine up whose host was deleted; Cluster API's provider asks for the host for ever. */
  private hostIsGone(machine: StoredMachine): void {
    const { store, kinds } = this.context;
    if (kinds.machineApi === 'cluster-api' || machine.status?.phase === 'Failed') return;
    const missing = { reason: 'InstanceMissing', severity: 'Warning', message: 'Instance not found on provider' };
    say(this.context, machine, 'Failed', [{ type: 'InstanceExists', status: 'False', ...missing }]);
    store.update(kinds.machine, keyOf(machine), 'status', (current) => ({
      ...current,
      status: { ...current.status, errorMessage: "can't find created instance" },
    }));
  }

  private infrastructureOf(machine: StoredMachine): StoredMetal3Machine | undefined {
    const { store, kinds } = this.context;
    const name = machine.spec?.infrastructureRef?.name;
    if (kinds.machineApi === 'openshift' || name === undefined) return undefined;
    return store.get(STORED_METAL3_MACHINE, { namespace: machine.metadata.namespace ?? '', name });
  }

  private providerId(machine: StoredMachine, host: StoredHost): string {
    const { namespace, name } = keyOf(host);
    return this.context.kinds.machineApi === 'openshift'
      ? `baremetalhost:///${namespace}/${name}/${host.metadata.uid}`
      : `metal3://${namespace}/${name}/${machine.spec?.infrastructureRef?.name ?? machine.metadata.name}`;
  }

  private pickStream(owner: string): Stream {
    let stream = this.picks.get(owner);
    if (stream === undefined) {
      stream = this.context.draws.stream(owner, 'host pick');
      this.picks.set(owner, stream);
    }
    return stream;
  }
}

/** `namespace/name` of the controlling owner, or of the Machine itself. */
function ownerText(machine: StoredMachine): string {
  return `${machine.metadata.namespace ?? ''}/${controllerOwner(machine)?.name ?? machine.metadata.name}`;
}

/** What is to be deployed, or undefined when neither an image nor a method is named. */
function deployOf(source: Deploy | undefined): Deploy | undefined {
  const hasImage = (source?.image?.url ?? '') !== '';
  const hasMethod = (source?.customDeploy?.method ?? '') !== '';
  if (source === undefined || (!hasImage && !hasMethod)) return undefined;
  return {
    ...(hasImage && source.image !== undefined ? { image: source.image } : {}),
    ...(hasMethod && source.customDeploy !== undefined ? { customDeploy: source.customDeploy } : {}),
    ...(source.userData === undefined ? {} : { userData: source.userData }),
  };
}

function annotated<T extends { readonly metadata: { readonly annotations?: StringMap } }>(
  object: T,
  add: StringMap,
): T {
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...add } } };
}

function holds(map: StringMap | undefined, wanted: StringMap): boolean {
  for (const [key, value] of Object.entries(wanted)) if (map?.[key] !== value) return false;
  return true;
}

/** Once a Machine has taken the host, its label of reuse has done its work. */
function withoutReuse(metadata: StoredHost['metadata']): StoredHost['metadata'] {
  if (metadata.labels?.[LABEL_NODE_REUSE] === undefined) return metadata;
  const { [LABEL_NODE_REUSE]: _, ...labels } = metadata.labels;
  return { ...metadata, labels };
}

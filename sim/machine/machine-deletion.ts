// A Machine that is being deleted, step by step: drain its Node, in Cluster API wait for its volumes, have its host
// deprovisioned and give it back, delete the Node, let the Machine go. The Node goes last: until then its pods stay bound.
// Source: machine-api-operator pkg/controller/machine (Reconcile, drainNode); CAPBM actuator.go (Delete); cluster-api
// core/reconcilers/machine (reconcileDelete, shouldWaitForNodeVolumes: unreachable nodes are not waited for); CAPM3
// baremetal/metal3machine_manager.go (Delete).
//
// Divergence from reality: lifecycle hooks, paused Machines and the node deletion timeout of 10 s are not modelled; the
// products drain in passes of 20 s every 20 s, here it is one drain; fast track of CAPM3 is off.

import { parseDuration } from '../../core/api/duration.ts';
import { NODE, type Node, readyCondition } from '../../core/api/node.ts';
import { keyOf, keyString } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import { VOLUME_ATTACHMENT, type VolumeAttachment } from '../../core/api/workload.ts';
import type { IndexSpec } from '../../core/ports/cluster-view.ts';
import { hostOfMachine } from '../../core/remediation/machine-links.ts';
import type { EventHandle } from '../kernel/kernel.ts';
import type { MachineContext } from './machine-context.ts';
import {
  METAL3_MACHINE_FINALIZER,
  STORED_HOST,
  STORED_METAL3_MACHINE,
  type StoredHost,
  type StoredMachine,
} from './machine-objects.ts';

const ATTACHMENTS_BY_NODE: IndexSpec<VolumeAttachment> = {
  name: 'volume-attachments-by-node',
  of: VOLUME_ATTACHMENT,
  values: (attachment) => (attachment.spec?.nodeName === undefined ? [] : [attachment.spec.nodeName]),
};

/** Source: the annotations of both lineages that leave the drain out. */
const NO_DRAIN = ['machine.openshift.io/exclude-node-draining', 'machine.cluster.x-k8s.io/exclude-node-draining'];
const NO_VOLUME_WAIT = 'machine.cluster.x-k8s.io/exclude-wait-for-node-volume-detach';

type Step = 'draining' | 'drained' | 'volumes' | 'release' | 'deprovisioning';

interface Deletion {
  readonly uid: string;
  step: Step;
  volumeTimeout: EventHandle | undefined;
}

export class MachineDeletions {
  private readonly context: MachineContext;
  private readonly again: (text: string) => void;
  private readonly released: (machine: StoredMachine, host: StoredHost) => void;
  private readonly running = new Map<string, Deletion>();
  /** Node to the Machines (`namespace/name`) that wait for its volumes. */
  private readonly waitingForVolumes = new Map<string, Set<string>>();

  /**
   * @param again puts a Machine back into the queue.
   * @param released called when a host was given back.
   */
  constructor(
    context: MachineContext,
    again: (text: string) => void,
    released: (machine: StoredMachine, host: StoredHost) => void,
  ) {
    this.context = context;
    this.again = again;
    this.released = released;
    context.store.addIndex(ATTACHMENTS_BY_NODE);
  }

  /** Brings the deletion as far as it goes now; true while it waits for its host to be deprovisioned. */
  advance(machine: StoredMachine): boolean {
    const text = keyString(keyOf(machine));
    let deletion = this.running.get(text);
    if (deletion === undefined || deletion.uid !== machine.metadata.uid) {
      deletion = { uid: machine.metadata.uid, step: 'drained', volumeTimeout: undefined };
      this.running.set(text, deletion);
      this.begin(machine, deletion, text);
    }
    if (deletion.step === 'draining') return false;
    if (deletion.step === 'drained') this.awaitVolumes(machine, deletion, text);
    if (deletion.step === 'volumes') this.checkVolumes(machine, deletion, text);
    if (deletion.step === 'release') this.release(machine, deletion);
    return deletion.step === 'deprovisioning' && !this.finishWhenFree(machine, text);
  }

  /** The Machine is gone, whoever did it. */
  forget(text: string): void {
    const deletion = this.running.get(text);
    if (deletion?.volumeTimeout !== undefined) this.context.kernel.cancel(deletion.volumeTimeout);
    this.running.delete(text);
  }

  attachmentGone(nodeName: string): void {
    for (const text of this.waitingForVolumes.get(nodeName) ?? []) this.again(text);
  }

  private begin(machine: StoredMachine, deletion: Deletion, text: string): void {
    const { store, kinds, kernel, drain } = this.context;
    store.update(kinds.machine, keyOf(machine), 'status', (current) => ({
      ...current,
      status: { ...current.status, phase: 'Deleting', lastUpdated: formatTime(kernel.nowMs) },
    }));
    const node = this.nodeOf(machine);
    if (node === undefined || NO_DRAIN.some((name) => machine.metadata.annotations?.[name] !== undefined)) return;
    deletion.step = 'draining';
    const options = { timeoutMs: drainTimeoutMs(machine), skipWhenUnreachable: true };
    drain(node.metadata.name, options, () => {
      if (this.running.get(text) !== deletion) return;
      deletion.step = 'drained';
      this.again(text);
    });
  }

  private awaitVolumes(machine: StoredMachine, deletion: Deletion, text: string): void {
    const { kinds, kernel } = this.context;
    deletion.step = 'release';
    if (kinds.lineage === 'openshift' || machine.metadata.annotations?.[NO_VOLUME_WAIT] !== undefined) return;
    const node = this.nodeOf(machine);
    if (node === undefined) return;
    deletion.step = 'volumes';
    const waiting = this.waitingForVolumes.get(node.metadata.name);
    if (waiting === undefined) this.waitingForVolumes.set(node.metadata.name, new Set([text]));
    else waiting.add(text);
    const timeoutMs = volumeTimeoutMs(machine);
    if (timeoutMs === Number.POSITIVE_INFINITY) return;
    deletion.volumeTimeout = kernel.call(kernel.nowMs + timeoutMs, () => {
      deletion.volumeTimeout = undefined;
      if (deletion.step === 'volumes') deletion.step = 'release';
      this.again(text);
    });
  }

  private checkVolumes(machine: StoredMachine, deletion: Deletion, text: string): void {
    const { store, kernel } = this.context;
    const node = this.nodeOf(machine);
    const waits =
      node !== undefined && !isUnreachable(node) && store.countByIndex(ATTACHMENTS_BY_NODE, node.metadata.name) > 0;
    if (waits) return;
    deletion.step = 'release';
    if (deletion.volumeTimeout !== undefined) kernel.cancel(deletion.volumeTimeout);
    deletion.volumeTimeout = undefined;
    this.waitingForVolumes.get(machine.status?.nodeRef?.name ?? '')?.delete(text);
  }

  /** Takes from the host what it was deployed with; the operator then deprovisions it. */
  private release(machine: StoredMachine, deletion: Deletion): void {
    const { store, kinds } = this.context;
    deletion.step = 'deprovisioning';
    const name = machine.spec?.infrastructureRef?.name;
    if (kinds.lineage === 'cluster-api' && name !== undefined) {
      store.delete(STORED_METAL3_MACHINE, { namespace: machine.metadata.namespace ?? '', name });
    }
    const host = this.hostOf(machine);
    if (host === undefined) return;
    store.update(STORED_HOST, keyOf(host), 'main', (current) => {
      const { image, customDeploy, userData, ...rest } = current.spec ?? {};
      if (image === undefined && customDeploy === undefined && userData === undefined) return current;
      return { ...current, spec: { ...rest, online: rest.disablePowerOff === true } };
    });
  }

  /** False while the host is still being deprovisioned. */
  private finishWhenFree(machine: StoredMachine, text: string): boolean {
    const { store, kinds } = this.context;
    const host = this.hostOf(machine);
    if (host !== undefined) {
      if (isOccupied(host)) return false;
      store.update(STORED_HOST, keyOf(host), 'main', (current) => {
        const { consumerRef: _released, ...spec } = current.spec ?? {};
        return { ...current, spec };
      });
      this.released(machine, host);
    }
    const name = machine.spec?.infrastructureRef?.name;
    if (kinds.lineage === 'cluster-api' && name !== undefined) {
      store.update(STORED_METAL3_MACHINE, { namespace: machine.metadata.namespace ?? '', name }, 'main', (current) =>
        withoutFinalizer(current, METAL3_MACHINE_FINALIZER),
      );
    }
    const nodeName = machine.status?.nodeRef?.name;
    if (nodeName !== undefined) store.delete(NODE, { namespace: '', name: nodeName });
    this.forget(text);
    store.update(kinds.machine, keyOf(machine), 'main', (current) => withoutFinalizer(current, kinds.finalizer));
    return true;
  }

  /** The host, as long as this Machine is its consumer. */
  private hostOf(machine: StoredMachine): StoredHost | undefined {
    const { store, kinds } = this.context;
    const host = hostOfMachine(kinds.lineage, machine, store);
    const consumer = host?.spec?.consumerRef?.name;
    const own = kinds.lineage === 'openshift' ? machine.metadata.name : machine.spec?.infrastructureRef?.name;
    return consumer !== undefined && consumer === own ? host : undefined;
  }

  private nodeOf(machine: StoredMachine): Node | undefined {
    const name = machine.status?.nodeRef?.name;
    return name === undefined ? undefined : this.context.store.get(NODE, { namespace: '', name });
  }
}

/** Still deployed, or on its way to or from it. An externally provisioned host only has to be off. */
function isOccupied(host: StoredHost): boolean {
  switch (host.status?.provisioning?.state) {
    case 'preparing':
    case 'provisioning':
    case 'provisioned':
    case 'deprovisioning':
    case 'powering off before delete':
    case 'deleting':
      return true;
    case 'externally provisioned':
      return host.status.poweredOn === true;
    default:
      return false;
  }
}

function isUnreachable(node: Node): boolean {
  return readyCondition(node)?.status === 'Unknown';
}

function drainTimeoutMs(machine: StoredMachine): number {
  return limitMs(machine.spec?.deletion?.nodeDrainTimeoutSeconds, machine.spec?.nodeDrainTimeout);
}

function volumeTimeoutMs(machine: StoredMachine): number {
  return limitMs(machine.spec?.deletion?.nodeVolumeDetachTimeoutSeconds, machine.spec?.nodeVolumeDetachTimeout);
}

/** Absent or 0 means no limit. */
function limitMs(seconds: number | undefined, duration: string | undefined): number {
  const limit = seconds === undefined ? (duration === undefined ? 0 : (parseDuration(duration) ?? 0)) : seconds * 1000;
  return limit > 0 ? limit : Number.POSITIVE_INFINITY;
}

function withoutFinalizer<T extends { readonly metadata: { readonly finalizers?: readonly string[] } }>(
  object: T,
  name: string,
): T {
  const finalizers = object.metadata.finalizers?.filter((finalizer) => finalizer !== name) ?? [];
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

// A Machine that is being deleted, step by step: hooks before the drain, drain of its Node, in Cluster API wait for its volumes,
// hooks before the end, have its host deprovisioned and give it back, delete the Node, let the Machine go. The Node goes last:
// until then its pods stay bound.
// Source: machine-api-operator pkg/controller/machine (Reconcile, drainNode, isDrainAllowed); CAPBM actuator.go (Delete);
// cluster-api core/reconcilers/machine (reconcileDelete, shouldWaitForNodeVolumes: unreachable nodes are not waited for); CAPM3
// baremetal/metal3machine_manager.go (Delete).
//
// Divergence from reality: a step that is under way ends although its Machine was paused; fast track of CAPM3 is off. Deleting a
// Node never fails here, so the node deletion time-out of 10 s is never met. A cluster without control plane Machines counts as one with an external control plane.

import { CAPI_CLUSTER, KUBEADM_CONTROL_PLANE } from '../../core/api/cluster.ts';
import { findCondition } from '../../core/api/conditions.ts';
import { isControlPlaneNode, NODE, type Node } from '../../core/api/node.ts';
import { keyOf, keyString } from '../../core/api/object.ts';
import { preDrainHooks, preTerminateHooks } from './deletion-hooks.ts';
import { drainTimeoutMs, timeLeftMs } from './deletion-limits.ts';
import { DRAIN_PASS_MS, drainSeenAtMs, gridAtMs } from './drain-passes.ts';
import { withoutFinalizer } from './finalizers.ts';
import { HostReleases } from './host-release.ts';
import type { MachineContext } from './machine-context.ts';
import { STORED_METAL3_MACHINE, type StoredHost, type StoredMachine } from './machine-objects.ts';
import { say, sayDeleting } from './machine-status.ts';
import { VolumeWaits } from './volume-waits.ts';

/** Source: the annotations of both Machine APIs that leave the drain out. */
const NO_DRAIN = {
  openshift: 'machine.openshift.io/exclude-node-draining',
  'cluster-api': 'machine.cluster.x-k8s.io/exclude-node-draining',
} as const;

type Step = 'preDrain' | 'draining' | 'drained' | 'volumes' | 'preTerminate' | 'release' | 'deprovisioning';

interface Deletion {
  readonly uid: string;
  step: Step;
}

export class MachineDeletions {
  private readonly context: MachineContext;
  private readonly again: (text: string) => void;
  private readonly releases: HostReleases;
  private readonly running = new Map<string, Deletion>();
  private readonly volumes: VolumeWaits;
  /** OpenShift: control plane Machines that wait until no other control plane Node is cordoned. */
  private readonly waitingForCordon = new Map<string, number>();

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
    this.releases = new HostReleases(context, released);
    this.volumes = new VolumeWaits(context, again);
  }

  /** Brings the deletion as far as it goes now; true while it waits for its host to be deprovisioned. */
  advance(machine: StoredMachine): boolean {
    const text = keyString(keyOf(machine));
    let deletion = this.running.get(text);
    if (deletion === undefined || deletion.uid !== machine.metadata.uid) {
      deletion = { uid: machine.metadata.uid, step: 'preDrain' };
      this.running.set(text, deletion);
      if (this.context.kinds.machineApi === 'openshift') say(this.context, machine, 'Deleting');
    }
    if (deletion.step === 'preDrain') this.beginDrain(machine, deletion, text);
    if (deletion.step === 'drained') this.awaitVolumes(machine, deletion, text);
    if (deletion.step === 'volumes') this.checkVolumes(machine, deletion, text);
    if (deletion.step === 'preTerminate') this.awaitHooks(machine, deletion);
    if (deletion.step === 'release') this.release(machine, deletion);
    return deletion.step === 'deprovisioning' && !this.finishWhenFree(machine, text);
  }

  /** The Machine is gone, whoever did it. */
  forget(text: string): void {
    this.running.delete(text);
    this.waitingForCordon.delete(text);
    this.volumes.forget(text);
  }

  attachmentGone(nodeName: string): void {
    this.volumes.changed(nodeName);
  }

  /** A Node's readiness or cordon changed, or it is gone. */
  nodeChanged(nodeName: string): void {
    this.volumes.changed(nodeName);
    const { kernel } = this.context;
    for (const [text, sinceMs] of this.waitingForCordon) {
      kernel.call(gridAtMs(sinceMs, DRAIN_PASS_MS, kernel.nowMs), () => this.again(text));
    }
  }

  private beginDrain(machine: StoredMachine, deletion: Deletion, text: string): void {
    const { machineApi } = this.context.kinds;
    const excluded = machine.metadata.annotations?.[NO_DRAIN[machineApi]] !== undefined;
    const hasNode = machine.status?.nodeRef !== undefined && !this.keepsNode(machine);
    if (!hasNode || (excluded && machineApi === 'openshift') || this.isDrained(machine)) {
      this.drained(machine, deletion, 'Node drain skipped');
      return;
    }
    const hooks = preDrainHooks(machine, machineApi);
    if (hooks.length > 0) {
      if (machineApi === 'openshift') return;
      const message = `Waiting for pre-drain hooks to succeed (hooks: ${hooks.join(',')})`;
      sayDeleting(this.context, machine, { reason: 'WaitingForPreDrainHook', message });
      return;
    }
    const node = this.nodeOf(machine);
    const leftMs = timeLeftMs(
      drainTimeoutMs(machine),
      machine.status?.deletion?.nodeDrainStartTime,
      this.context.kernel.nowMs,
    );
    if (node === undefined || excluded || leftMs <= 0) this.drained(machine, deletion, 'Drain finished successfully');
    else if (machineApi === 'openshift' && this.otherControlPlaneIsCordoned(node)) {
      if (!this.waitingForCordon.has(text)) this.waitingForCordon.set(text, this.context.kernel.nowMs);
    } else this.drain(machine, node, { deletion, text, timeoutMs: leftMs });
  }

  private drain(
    machine: StoredMachine,
    node: Node,
    given: { readonly deletion: Deletion; readonly text: string; readonly timeoutMs: number },
  ): void {
    const { kernel, kinds, config, drain } = this.context;
    const { deletion, text, timeoutMs } = given;
    this.waitingForCordon.delete(text);
    deletion.step = 'draining';
    if (kinds.machineApi === 'cluster-api') {
      sayDeleting(this.context, machine, { reason: 'DrainingNode', message: 'Drain not completed yet' });
    }
    const startMs = kernel.nowMs;
    const seen = (): void => {
      if (this.running.get(text) !== deletion) return;
      this.drained(machine, deletion, 'Drain finished successfully');
      this.again(text);
    };
    drain(node.metadata.name, { timeoutMs, skipWhenUnreachable: true }, () => {
      const atMs = drainSeenAtMs(kinds.machineApi, startMs, kernel.nowMs, config.kubernetes.watchLagMs);
      if (atMs <= kernel.nowMs) seen();
      else kernel.call(atMs, seen);
    });
  }

  private drained(machine: StoredMachine, deletion: Deletion, message: string): void {
    deletion.step = 'drained';
    if (this.context.kinds.machineApi === 'cluster-api') return;
    say(this.context, machine, 'Deleting', [{ type: 'Drained', status: 'True', message }]);
  }

  /** Taken over in the middle: an earlier controller has drained. */
  private isDrained(machine: StoredMachine): boolean {
    if (this.context.kinds.machineApi === 'openshift') {
      return findCondition(machine.status?.conditions, 'Drained')?.status === 'True';
    }
    const name = machine.spec?.infrastructureRef?.name;
    const namespace = machine.metadata.namespace ?? '';
    const infrastructure =
      name === undefined ? undefined : this.context.store.get(STORED_METAL3_MACHINE, { namespace, name });
    return (
      machine.status?.deletion?.waitForPreTerminateHookStartTime !== undefined ||
      infrastructure?.metadata.deletionTimestamp !== undefined
    );
  }

  /** Cluster API: with the whole cluster or its control plane going, nobody drains or deletes Nodes. */
  private keepsNode(machine: StoredMachine): boolean {
    const { store, kinds } = this.context;
    const { namespace = '' } = machine.metadata;
    const clusterName = machine.spec?.clusterName;
    if (kinds.machineApi === 'openshift' || clusterName === undefined) return false;
    const cluster = store.get(CAPI_CLUSTER, { namespace, name: clusterName });
    if (cluster?.metadata.deletionTimestamp !== undefined) return true;
    const name = cluster?.spec?.controlPlaneRef?.name;
    const controlPlane = name === undefined ? undefined : store.get(KUBEADM_CONTROL_PLANE, { namespace, name });
    return controlPlane?.metadata.deletionTimestamp !== undefined;
  }

  private otherControlPlaneIsCordoned(node: Node): boolean {
    if (node.spec?.unschedulable === true || !isControlPlaneNode(node)) return false;
    return this.context.store
      .list(NODE)
      .some((other) => other !== node && isControlPlaneNode(other) && other.spec?.unschedulable === true);
  }

  private awaitVolumes(machine: StoredMachine, deletion: Deletion, text: string): void {
    const { machineApi } = this.context.kinds;
    deletion.step = 'preTerminate';
    const node = this.nodeOf(machine);
    if (machineApi === 'openshift' || node === undefined || this.keepsNode(machine) || this.isDrained(machine)) return;
    const over = (): void => {
      if (deletion.step === 'volumes') deletion.step = 'preTerminate';
      this.again(text);
    };
    if (this.volumes.begin(machine, node, over)) deletion.step = 'volumes';
  }

  private checkVolumes(machine: StoredMachine, deletion: Deletion, text: string): void {
    const node = this.nodeOf(machine);
    if (node !== undefined && this.volumes.holds(node)) return;
    deletion.step = 'preTerminate';
    this.volumes.forget(text);
  }

  private awaitHooks(machine: StoredMachine, deletion: Deletion): void {
    const { machineApi } = this.context.kinds;
    const hooks = preTerminateHooks(machine, machineApi);
    if (hooks.length === 0) deletion.step = 'release';
    else if (machineApi === 'cluster-api') {
      const message = `Waiting for pre-terminate hooks to succeed (hooks: ${hooks.join(',')})`;
      sayDeleting(this.context, machine, { reason: 'WaitingForPreTerminateHook', message });
    }
  }

  private release(machine: StoredMachine, deletion: Deletion): void {
    deletion.step = 'deprovisioning';
    if (this.context.kinds.machineApi === 'cluster-api') {
      const message = 'Waiting for Metal3Machine to be deleted';
      sayDeleting(this.context, machine, { reason: 'WaitingForInfrastructureDeletion', message });
    }
    this.releases.begin(machine);
  }

  /** False while the host is still being deprovisioned. */
  private finishWhenFree(machine: StoredMachine, text: string): boolean {
    const { store, kinds } = this.context;
    if (!this.releases.finish(machine)) return false;
    const nodeName = machine.status?.nodeRef?.name;
    if (nodeName !== undefined && !this.keepsNode(machine)) store.delete(NODE, { namespace: '', name: nodeName });
    this.forget(text);
    store.update(kinds.machine, keyOf(machine), 'main', (current) => withoutFinalizer(current, kinds.finalizer));
    return true;
  }

  private nodeOf(machine: StoredMachine): Node | undefined {
    const name = machine.status?.nodeRef?.name;
    return name === undefined ? undefined : this.context.store.get(NODE, { namespace: '', name });
  }
}

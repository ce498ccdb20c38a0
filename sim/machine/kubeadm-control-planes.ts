// The KubeadmControlPlane controller: says how etcd and the components of its Machines are, takes members out of etcd before their
// hosts go, and brings Machines to the wanted number and version, one at a time. Remediation is decided in
// core/remediation/owner-control-plane.controller.ts.
// Source: cluster-api controlplane/kubeadm reconcilers (reconcile, reconcilePreTerminateHook, reconcileEtcdMembers, status.go).
//
// It looks again when its Machines, their Nodes or its own spec change; while something is not healthy also at changes of the members, on
// the product's grids of 15 s (a check failed), 20 s (a Machine is not ready) and 30 s (a Machine is being deleted).
//
// Divergence from reality: a KubeadmControlPlane that is being deleted leaves its Machines alone. Certificates, kubeconfigs, CoreDNS and
// kube-proxy do not exist; the conditions Available, Ready and MachinesReady are not written. New Machines get no failure domain.

import { KCP_HOOK, KUBEADM_CONTROL_PLANE, type KubeadmControlPlane } from '../../core/api/cluster.ts';
import { withConditions } from '../../core/api/conditions.ts';
import { NODE, type Node, readyCondition } from '../../core/api/node.ts';
import { keyOf, type ObjectKey } from '../../core/api/object.ts';
import { componentsAllow, etcdAllows } from '../../core/remediation/control-plane-projection.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import { clusterCondition, machineConditions, type Seen } from './control-plane-conditions.ts';
import { ControlPlaneMachines, needsRollout } from './control-plane-machines.ts';
import { nextStep } from './control-plane-plan.ts';
import { controlPlaneStatus } from './control-plane-status.ts';
import { CONNECTION_LOST_MS } from './defaults.ts';
import { preTerminateHooks } from './deletion-hooks.ts';
import { gridAtMs } from './drain-passes.ts';
import type { EtcdMembers } from './etcd-members.ts';
import type { MachineContext } from './machine-context.ts';
import type { MachineCreation } from './machine-creation.ts';
import type { StoredMachine } from './machine-objects.ts';
import { OwnedMachines } from './owned-machines.ts';
import { isPaused } from './paused.ts';

/** Source: preflightFailedRequeueAfter, the requeue while a Machine is not ready, deleteRequeueAfter. */
const GRIDS_MS = { wait: 15_000, unready: 20_000, deletion: 30_000 } as const;

interface Known {
  readonly key: ObjectKey;
  /** The grid on which it looks again; undefined while all is well. */
  grid: { readonly originMs: number; readonly periodMs: number } | undefined;
  /** The next look, so that one instant is asked for once. */
  nextLookMs: number;
}

export class KubeadmControlPlanes {
  private readonly context: MachineContext;
  private readonly etcd: EtcdMembers;
  private readonly queue: LaggedQueue;
  private readonly owned: OwnedMachines;
  private readonly machines: ControlPlaneMachines;
  /** By uid. */
  private readonly known = new Map<string, Known>();

  constructor(context: MachineContext, creation: MachineCreation, etcd: EtcdMembers) {
    this.context = context;
    this.etcd = etcd;
    const { kernel, config } = context;
    this.owned = new OwnedMachines(context, KUBEADM_CONTROL_PLANE.kind);
    this.machines = new ControlPlaneMachines(context, creation);
    this.queue = new LaggedQueue(kernel, 'control plane sync', config.kubernetes.watchLagMs, (uid) => this.sync(uid));
  }

  load(): void {
    for (const controlPlane of this.context.store.list(KUBEADM_CONTROL_PLANE)) this.changed(controlPlane);
  }

  /** A control plane came, or its spec or annotations changed. */
  changed(controlPlane: KubeadmControlPlane): void {
    const { uid } = controlPlane.metadata;
    if (this.known.size === 0) this.attach();
    if (!this.known.has(uid)) this.known.set(uid, { key: keyOf(controlPlane), grid: undefined, nextLookMs: 0 });
    this.queue.add(uid);
  }

  /** With the first control plane: its Machines may be there already, and from now on the members matter. */
  private attach(): void {
    const { store, kinds, kernel } = this.context;
    for (const machine of store.list(kinds.machine)) this.owned.machineChanged(undefined, machine);
    this.etcd.onMemberChanged(() => this.membersChanged());
    this.etcd.onQuorumChanged((hasQuorum) => {
      if (!hasQuorum) kernel.call(kernel.nowMs + CONNECTION_LOST_MS, () => this.syncAll());
    });
  }

  machineChanged(before: StoredMachine | undefined, after: StoredMachine | undefined): void {
    if (this.known.size === 0) return;
    this.owned.machineChanged(before, after);
    const owner = (after ?? before)?.metadata.ownerReferences?.find(({ uid }) => this.known.has(uid));
    if (owner !== undefined) this.queue.add(owner.uid);
  }

  nodeChanged(nodeName: string, node: Node | undefined): void {
    const uid = this.owned.nodeChanged(nodeName, node);
    if (uid !== undefined) this.queue.add(uid);
  }

  /** Members are looked at only while something is not healthy; else nobody notices before the Node does. */
  private membersChanged(): void {
    const { kernel } = this.context;
    for (const [uid, known] of this.known) {
      if (known.grid === undefined) continue;
      const atMs = gridAtMs(known.grid.originMs, known.grid.periodMs, kernel.nowMs);
      if (known.nextLookMs === atMs) continue;
      known.nextLookMs = atMs;
      kernel.call(atMs, () => this.sync(uid));
    }
  }

  private syncAll(): void {
    for (const uid of this.known.keys()) this.sync(uid);
  }

  private sync(uid: string): void {
    const { store, kernel } = this.context;
    const known = this.known.get(uid);
    const controlPlane = known === undefined ? undefined : store.get(KUBEADM_CONTROL_PLANE, known.key);
    if (known === undefined || controlPlane?.metadata.uid !== uid) return;
    if (controlPlane.metadata.deletionTimestamp !== undefined || isPaused(controlPlane, store)) return;
    for (const machine of this.machinesOf(controlPlane)) this.writeConditions(machine);
    this.dropStrayMembers(controlPlane);
    this.writeStatus(controlPlane);
    const going = this.removeMember(this.machinesOf(controlPlane));
    const step = this.takeStep(controlPlane);
    const machines = this.machinesOf(controlPlane);
    const allReady = this.owned.readyCount(uid, known.key.namespace) === machines.length;
    const periodMs = going
      ? GRIDS_MS.deletion
      : step === 'wait'
        ? GRIDS_MS.wait
        : allReady && step !== 'create' && this.etcdIsWell()
          ? undefined
          : GRIDS_MS.unready;
    known.grid = periodMs === undefined ? undefined : { originMs: kernel.nowMs, periodMs };
    if (step === 'create' || step === 'delete') this.writeStatus(controlPlane);
  }

  private etcdIsWell(): boolean {
    const { etcd } = this;
    return etcd.hasQuorum && etcd.hosts().every((host) => etcd.roleOf(host) === 'voter' && etcd.isUp(host));
  }

  private takeStep(controlPlane: KubeadmControlPlane): 'nothing' | 'create' | 'delete' | 'wait' {
    const { store, kinds } = this.context;
    const current = store.get(KUBEADM_CONTROL_PLANE, keyOf(controlPlane)) ?? controlPlane;
    const machines = this.machinesOf(current);
    const step = nextStep(
      current,
      machines,
      machines.filter((machine) => needsRollout(machine, current, store)),
    );
    if (step.do === 'create') this.machines.create(current, this.owned.names(current.metadata.uid));
    else if (step.do === 'delete') store.delete(kinds.machine, keyOf(step.machine));
    return step.do;
  }

  private writeConditions(machine: StoredMachine): void {
    const { store, kinds, kernel } = this.context;
    this.machines.ensureHook(machine);
    const said = machineConditions(machine, this.seen(machine));
    store.update(kinds.machine, keyOf(machine), 'status', (current) => {
      const conditions = withConditions(current.status?.conditions, said, kernel.nowMs);
      return conditions === current.status?.conditions
        ? current
        : { ...current, status: { ...current.status, conditions } };
    });
  }

  private seen(machine: StoredMachine): Seen {
    const { store, truth } = this.context;
    const { etcd } = this;
    const name = machine.status?.nodeRef?.name ?? '';
    const node = store.get(NODE, { namespace: '', name });
    const host = truth.indexOfNode(name);
    return {
      hasQuorum: etcd.hasQuorum,
      role: host < 0 ? undefined : etcd.roleOf(host),
      isUp: host >= 0 && etcd.isUp(host),
      node: node === undefined ? 'missing' : (readyCondition(node)?.status ?? 'Unknown'),
    };
  }

  /** Before the host of a Machine goes, its member leaves etcd, if etcd survives that. True while a Machine is being deleted. */
  private removeMember(machines: readonly StoredMachine[]): boolean {
    const going = machines.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    if (going.length === 0) return false;
    if (going.some(({ metadata }) => metadata.annotations?.[KCP_HOOK] === undefined)) return true;
    const machine = going.reduce((first, other) => (goesBefore(other, first) ? other : first));
    const { name } = machine.metadata;
    const waits = machine.status?.conditions?.some(
      ({ type, reason }) => type === 'Deleting' && reason === 'WaitingForPreTerminateHook',
    );
    if (waits !== true || preTerminateHooks(machine, 'cluster-api').length > 1) return true;
    if (machines.length > 1) {
      if (!componentsAllow(machines, { removed: name })) return true;
      const host = this.context.truth.indexOfNode(machine.status?.nodeRef?.name ?? '');
      if (host >= 0 && this.etcd.roleOf(host) !== undefined) {
        if (!etcdAllows(machines, { removed: name }) || !this.etcd.remove(host)) return true;
      }
    }
    this.machines.dropHook(machine);
    return true;
  }

  /** Members whose Machine went without its hook: taken out once every Machine has its Node and nothing is on its way. */
  private dropStrayMembers(controlPlane: KubeadmControlPlane): void {
    const { store, truth } = this.context;
    const machines = this.machinesOf(controlPlane);
    const isSettled = machines.every(
      ({ metadata, status }) => status?.nodeRef !== undefined && metadata.deletionTimestamp === undefined,
    );
    if (!isSettled || machines.length === 0 || store.list(KUBEADM_CONTROL_PLANE).length > 1) return;
    const own = new Set(machines.map(({ status }) => status?.nodeRef?.name));
    for (const host of this.etcd.hosts()) if (!own.has(truth.nodeName(host))) this.etcd.remove(host);
  }

  private writeStatus(controlPlane: KubeadmControlPlane): void {
    const { store, kernel } = this.context;
    const { uid, namespace = '' } = controlPlane.metadata;
    const machines = this.machinesOf(controlPlane);
    const ready = this.owned.readyCount(uid, namespace);
    const condition = clusterCondition(machines, this.etcd.hasQuorum);
    store.update(KUBEADM_CONTROL_PLANE, keyOf(controlPlane), 'status', (current) => ({
      ...current,
      status: {
        ...current.status,
        ...controlPlaneStatus(current, machines, ready, (machine) => needsRollout(machine, current, store)),
        conditions: withConditions(current.status?.conditions, [condition], kernel.nowMs),
      },
    }));
  }

  private machinesOf(controlPlane: KubeadmControlPlane): readonly StoredMachine[] {
    const { store, kinds } = this.context;
    const { uid, namespace = '' } = controlPlane.metadata;
    return [...this.owned.names(uid)].sort().flatMap((name) => {
      const machine = store.get(kinds.machine, { namespace, name });
      return machine === undefined ? [] : [machine];
    });
  }
}

function goesBefore(a: StoredMachine, b: StoredMachine): boolean {
  const [left, right] = [a.metadata.deletionTimestamp ?? '', b.metadata.deletionTimestamp ?? ''];
  return left === right ? a.metadata.name < b.metadata.name : left < right;
}

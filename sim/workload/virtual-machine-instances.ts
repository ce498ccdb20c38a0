// virt-controller's and virt-handler's part for VirtualMachineInstances: a launcher pod for each, its phase from what becomes
// of that pod, and its Ready condition from the pod's. A launcher on a silent node leaves its instance Running and not Ready;
// only when the pod object is gone or has finished does the instance end, Failed, or Succeeded where the guest was shut down.
// Source: kubevirt pkg/virt-controller/watch/vmi/lifecycle.go (updateStatus, syncReadyConditionFromPod), watch/vmi/vmi.go,
// pkg/virt-handler/vm.go (calculateVmPhaseForStatusReason).
//
// Divergence from reality: virt-controller and virt-handler never fail and have no heartbeat of their own, so a node does not
// lose its label kubevirt.io/schedulable; Scheduled is skipped; every guest obeys a shutdown within its grace period; hot-plug,
// pausing, probes and DataVolume imports are not modelled. An instance without a VirtualMachine counts as a bare pod; one
// whose launcher a partial dump lacks has failed.

import { withCondition } from '../../core/api/conditions.ts';
import { controllerOwner, keyOf, keyString, kindKeyOf, type ObjectKey } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import {
  type InstancePhase,
  isFinal,
  LABEL_MIGRATION_JOB,
  VIRTUAL_MACHINE,
  VIRTUAL_MACHINE_INSTANCE,
  type VirtualMachineInstance,
} from '../../core/api/virtual-machine.ts';
import { PERSISTENT_VOLUME_CLAIM, POD } from '../../core/api/workload.ts';
import type { Opcode } from '../kernel/kernel.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import { GUEST_BOOT_MS } from './defaults.ts';
import { diskClaims, launcherOf } from './launcher-pods.ts';
import { isFinished, isTerminating, type PodRecord, requestsOf } from './pod-table.ts';
import type { Serving } from './serving.ts';
import type { WorkloadContext } from './workload-context.ts';

type Ready = Parameters<typeof withCondition>[1];

const NO_LAUNCHERS: ReadonlySet<PodRecord> = new Set();

export class VirtualMachineInstances {
  private readonly context: WorkloadContext;
  private readonly serving: Serving;
  private readonly queue: LaggedQueue;
  private readonly booted: Opcode;
  /** By uid of the instance: its launcher pods in the order of their appearance. */
  private readonly launchers = new Map<string, Set<PodRecord>>();
  private readonly keys = new Map<string, ObjectKey>();
  /** Uids of instances whose guest was shut down with its pod. */
  private readonly shutDown = new Set<string>();
  private loaded = false;

  constructor(context: WorkloadContext, serving: Serving) {
    this.context = context;
    this.serving = serving;
    const { kernel, config } = context;
    this.queue = new LaggedQueue(kernel, 'virtual machine instance sync', config.kubernetes.watchLagMs, (text) =>
      this.sync(text),
    );
    this.booted = kernel.register('guest booted', (id) => this.guestBooted(id));
  }

  /** After the pods are known: acts later only on instances whose launcher does not fit their phase. */
  load(): void {
    this.loaded = true;
    for (const instance of this.context.store.list(VIRTUAL_MACHINE_INSTANCE)) {
      const text = keyString(keyOf(instance));
      this.keys.set(text, keyOf(instance));
      const active = activeLauncher(instance, this.launchersOf(instance));
      const settled = instance.status?.phase === 'Running' && active !== undefined && !isFinished(active);
      if (settled ? instance.metadata.deletionTimestamp !== undefined : !isFinal(instance)) this.queue.add(text);
    }
  }

  instanceChanged(before: VirtualMachineInstance | undefined, after: VirtualMachineInstance | undefined): void {
    const text = keyString(keyOf(after ?? (before as VirtualMachineInstance)));
    if (after === undefined) {
      this.keys.delete(text);
      return;
    }
    this.keys.set(text, keyOf(after));
    this.queue.add(text);
  }

  /** Gives a launcher pod the account of its machine. Call before anybody says that it serves or is ready. */
  podAdded(record: PodRecord): void {
    const owner = controllerOwner(record.object);
    if (owner === undefined || kindKeyOf(owner) !== VIRTUAL_MACHINE_INSTANCE.key) return;
    const { store, availability } = this.context;
    const key = { namespace: record.key.namespace, name: owner.name };
    const instance = store.get(VIRTUAL_MACHINE_INSTANCE, key);
    if (instance?.metadata.uid !== owner.uid) return;
    const launchers = this.launchers.get(owner.uid);
    if (launchers === undefined) this.launchers.set(owner.uid, new Set([record]));
    else launchers.add(record);
    const runs = instance.status?.phase === 'Running' && instance.status.nodeName === record.node?.name;
    record.guest = runs ? 'up' : 'down';
    const machine = controllerOwner(instance);
    if (machine !== undefined && kindKeyOf(machine) === VIRTUAL_MACHINE.key) {
      record.workload = availability.open(`${key.namespace}/${machine.name}`, 'VirtualMachine');
    } else {
      record.workload = availability.open(keyString(key), 'Pod');
      availability.declare(record.workload, 1, 0, requestsOf(record));
    }
    if (this.loaded) this.queue.add(keyString(key));
  }

  podChanged(record: PodRecord): void {
    if (record.guest !== 'none') this.queue.add(instanceText(record));
  }

  /** @param stopped its kubelet had stopped it. */
  podRemoved(record: PodRecord, stopped: boolean): void {
    const uid = controllerOwner(record.object)?.uid ?? '';
    const launchers = this.launchers.get(uid);
    if (launchers === undefined || !launchers.delete(record)) return;
    if (launchers.size === 0) this.launchers.delete(uid);
    if (stopped && record.guest === 'up') this.shutDown.add(uid);
    this.queue.add(instanceText(record));
  }

  launchersOf(instance: VirtualMachineInstance): ReadonlySet<PodRecord> {
    return this.launchers.get(instance.metadata.uid) ?? NO_LAUNCHERS;
  }

  /** Whether all of its disks can be attached to two nodes at once. */
  hasSharedDisks(instance: VirtualMachineInstance): boolean {
    const { store } = this.context;
    const { namespace } = keyOf(instance);
    return diskClaims(instance.spec).every((name) => {
      const claim = store.get(PERSISTENT_VOLUME_CLAIM, { namespace, name });
      return claim === undefined || claim.spec?.accessModes?.includes('ReadWriteMany') === true;
    });
  }

  private sync(text: string): void {
    const key = this.keys.get(text);
    const instance = key === undefined ? undefined : this.context.store.get(VIRTUAL_MACHINE_INSTANCE, key);
    if (instance === undefined) return;
    if (instance.metadata.deletionTimestamp !== undefined) {
      this.takeDown(instance);
      return;
    }
    if (isFinal(instance)) return;
    const launchers = this.launchersOf(instance);
    const phase = instance.status?.phase ?? 'Pending';
    if (launchers.size === 0 && phase === 'Pending') {
      this.context.store.create(POD, launcherOf(instance, this.context.config.kubernetes.tolerationMs));
      return;
    }
    this.bringUpToDate(instance, activeLauncher(instance, launchers));
  }

  /** Pods first; the object goes when the last of them is gone. */
  private takeDown(instance: VirtualMachineInstance): void {
    const { store } = this.context;
    const launchers = this.launchersOf(instance);
    for (const record of [...launchers]) {
      if (!isTerminating(record)) store.delete(POD, record.key, { onlyIf: { uid: record.uid } });
    }
    if (this.launchersOf(instance).size > 0) return;
    this.shutDown.delete(instance.metadata.uid);
    store.update<VirtualMachineInstance>(VIRTUAL_MACHINE_INSTANCE, keyOf(instance), 'main', (current) => ({
      ...current,
      metadata: { ...current.metadata, finalizers: [] },
    }));
  }

  private bringUpToDate(instance: VirtualMachineInstance, active: PodRecord | undefined): void {
    const { store, kernel } = this.context;
    const before = instance.status?.phase ?? 'Pending';
    const phase = this.nextPhase(instance, before, active);
    const starts = phase === 'Running' && before !== 'Running';
    const ready = readyOf(phase, active);
    store.update<VirtualMachineInstance>(VIRTUAL_MACHINE_INSTANCE, keyOf(instance), 'status', (current) => {
      let conditions = withCondition(current.status?.conditions, ready, kernel.nowMs);
      if (starts) conditions = withCondition(conditions, this.migratable(instance), kernel.nowMs);
      if (phase === before && conditions === current.status?.conditions) return current;
      return {
        ...current,
        status: {
          ...current.status,
          phase,
          conditions,
          ...(starts && active?.node !== undefined ? { nodeName: active.node.name } : {}),
          ...(phase === before ? {} : { phaseTransitionTimestamps: transitions(current, phase, kernel.nowMs) }),
        },
      };
    });
    if (starts && active !== undefined) kernel.schedule(kernel.nowMs + GUEST_BOOT_MS, this.booted, active.id);
  }

  private nextPhase(
    instance: VirtualMachineInstance,
    phase: InstancePhase,
    active: PodRecord | undefined,
  ): InstancePhase {
    if (phase === 'Pending') return active === undefined ? 'Pending' : 'Scheduling';
    if (phase === 'Running') {
      if (active === undefined) return this.shutDown.has(instance.metadata.uid) ? 'Succeeded' : 'Failed';
      if (!isFinished(active)) return 'Running';
      return active.object.status?.phase === 'Succeeded' ? 'Succeeded' : 'Failed';
    }
    if (active === undefined || isFinished(active) || isTerminating(active)) return 'Failed';
    return active.ready ? 'Running' : phase;
  }

  /** Source: kubevirt pkg/virt-handler/vm.go: all claims must be shared (using ReadWriteMany access mode). */
  private migratable(instance: VirtualMachineInstance): Ready {
    return this.hasSharedDisks(instance)
      ? { type: 'LiveMigratable', status: 'True' }
      : { type: 'LiveMigratable', status: 'False', reason: 'DisksNotLiveMigratable' };
  }

  private guestBooted(id: number): void {
    const record = this.context.pods.ofId(id);
    if (record?.process === true && record.guest === 'down') this.serving.setGuest(record, 'up');
  }
}

/** The pod in which the guest is: on the instance's node, or while it has none, the one that no migration made. */
export function activeLauncher(
  instance: VirtualMachineInstance,
  launchers: ReadonlySet<PodRecord>,
): PodRecord | undefined {
  const nodeName = instance.status?.nodeName;
  for (const record of launchers) {
    const isActive =
      nodeName === undefined || nodeName === ''
        ? record.object.metadata.labels?.[LABEL_MIGRATION_JOB] === undefined
        : record.node?.name === nodeName;
    if (isActive) return record;
  }
  return undefined;
}

function readyOf(phase: InstancePhase, active: PodRecord | undefined): Ready {
  if (active === undefined) return { type: 'Ready', status: 'False', reason: 'PodNotExists' };
  if (isFinished(active) || isTerminating(active)) return { type: 'Ready', status: 'False', reason: 'PodTerminating' };
  if (phase !== 'Running') return { type: 'Ready', status: 'False', reason: 'GuestNotRunning' };
  return { type: 'Ready', status: active.ready ? 'True' : 'False' };
}

function transitions(instance: VirtualMachineInstance, phase: InstancePhase, nowMs: number) {
  return [
    ...(instance.status?.phaseTransitionTimestamps ?? []),
    { phase, phaseTransitionTimestamp: formatTime(nowMs) },
  ];
}

function instanceText(record: PodRecord): string {
  return keyString({ namespace: record.key.namespace, name: controllerOwner(record.object)?.name ?? '' });
}

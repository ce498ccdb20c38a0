// virt-controller's part for VirtualMachines: keeps the instance that runStrategy asks for. A machine has one instance object
// at a time, under its own name; while that object stands, even Running on a node that nobody hears, there is no second one.
// That is why a virtual machine does not fail over by itself: somebody has to take its launcher pod away first.
// Source: kubevirt pkg/virt-controller/watch/vm/vm.go (syncRunStrategy, stopVMI, syncStartFailureStatus,
// calculateStartBackoffTime).
//
// Divergence from reality: nobody asks for starts, stops or restarts, so a Manual machine whose instance ended, and one with
// RerunOnFailure whose guest shut down in an orderly way, stay down to the end of the run; of its status a machine shows
// start failures and start requests only; WaitAsReceiver is not known. The random part of the back-off is one draw per start.
// A machine whose launcher was forced away while its node still executes it would run twice; here the old one no longer
// counts, and what two writers do to a disk is not modelled.

import { keyOf, keyString, type NewObject, type ObjectKey } from '../../core/api/object.ts';
import { formatTime, parseTime } from '../../core/api/time.ts';
import {
  INSTANCE_FINALIZER,
  isFinal,
  type RunStrategy,
  runStrategyOf,
  VIRTUAL_MACHINE,
  VIRTUAL_MACHINE_INSTANCE,
  type VirtualMachine,
  type VirtualMachineInstance,
} from '../../core/api/virtual-machine.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import { START_BACKOFF_MOST_SECONDS, START_BACKOFF_SECONDS } from './defaults.ts';
import { launcherRequests } from './launcher-pods.ts';
import type { WorkloadContext } from './workload-context.ts';

const START_REQUEST = [{ action: 'Start' }] as const;

export class VirtualMachines {
  private readonly context: WorkloadContext;
  private readonly queue: LaggedQueue;
  private readonly keys = new Map<string, ObjectKey>();
  /** By `namespace/name`: failed starts that waited so far; indexes the draws of the back-off. */
  private readonly backoffs = new Map<string, number>();

  constructor(context: WorkloadContext) {
    this.context = context;
    const { kernel, config } = context;
    this.queue = new LaggedQueue(kernel, 'virtual machine sync', config.kubernetes.watchLagMs, (text) =>
      this.sync(text),
    );
  }

  /** Opens the accounts of all machines; acts later only where one does not have the instance that it should. */
  load(): void {
    const { store } = this.context;
    for (const machine of store.list(VIRTUAL_MACHINE)) {
      this.machineChanged(undefined, machine);
      const instance = store.get(VIRTUAL_MACHINE_INSTANCE, keyOf(machine));
      if (instance === undefined ? startsAlone(machine) : isFinal(instance)) this.queue.add(keyString(keyOf(machine)));
    }
  }

  machineChanged(before: VirtualMachine | undefined, after: VirtualMachine | undefined): void {
    const { availability, store } = this.context;
    const machine = after ?? before;
    if (machine === undefined) return;
    const text = keyString(keyOf(machine));
    const account = availability.open(text, 'VirtualMachine');
    if (after === undefined) {
      this.keys.delete(text);
      availability.declare(account, 0, 0);
      return;
    }
    if (before?.spec === after.spec) return;
    this.keys.set(text, keyOf(after));
    const wanted = isWanted(after, store.get(VIRTUAL_MACHINE_INSTANCE, keyOf(after)) !== undefined) ? 1 : 0;
    const declared = this.context.config.requiredReplicas[text];
    availability.declare(account, wanted, declared ?? wanted, launcherRequests(after.spec?.template?.spec));
    if (before !== undefined) this.queue.add(text);
  }

  /** The machine's instance has a new version, or is gone. */
  instanceChanged(text: string): void {
    if (this.keys.has(text)) this.queue.add(text);
  }

  private sync(text: string): void {
    const { store } = this.context;
    const key = this.keys.get(text);
    const machine = key === undefined ? undefined : store.get(VIRTUAL_MACHINE, key);
    if (key === undefined || machine === undefined || machine.metadata.deletionTimestamp !== undefined) return;
    const instance = store.get(VIRTUAL_MACHINE_INSTANCE, key);
    if (instance === undefined) this.startIfDue(text, machine);
    else this.follow(machine, instance);
  }

  /** An instance stands: count or forget start failures, and delete it where the strategy wants it gone. */
  private follow(machine: VirtualMachine, instance: VirtualMachineInstance): void {
    const { store } = this.context;
    const key = keyOf(machine);
    const strategy = runStrategyOf(machine);
    if (hasRun(instance)) this.forgetFailures(machine);
    else if (isFinal(instance) && restarts(strategy)) this.countFailure(machine, instance);
    if (instance.metadata.deletionTimestamp !== undefined || !isStopped(strategy, instance)) return;
    if (strategy === 'RerunOnFailure' && instance.status?.phase === 'Failed') {
      this.setStatus(key, { stateChangeRequests: START_REQUEST });
    }
    store.delete(VIRTUAL_MACHINE_INSTANCE, key, { onlyIf: { uid: instance.metadata.uid } });
  }

  private startIfDue(text: string, machine: VirtualMachine): void {
    if (!startsAlone(machine)) return;
    const { kernel } = this.context;
    const after = machine.status?.startFailure?.retryAfterTimestamp;
    const afterMs = after === undefined ? kernel.nowMs : parseTime(after);
    if (afterMs > kernel.nowMs) {
      kernel.call(afterMs, () => this.queue.add(text));
      return;
    }
    this.context.store.create(VIRTUAL_MACHINE_INSTANCE, instanceOf(machine));
    if ((machine.status?.stateChangeRequests?.length ?? 0) > 0) {
      this.setStatus(keyOf(machine), { stateChangeRequests: [] });
    }
  }

  /** Once per instance that ended without ever having run. */
  private countFailure(machine: VirtualMachine, instance: VirtualMachineInstance): void {
    const known = machine.status?.startFailure;
    if (known?.lastFailedVMIUID === instance.metadata.uid) return;
    const { kernel, draws } = this.context;
    const text = keyString(keyOf(machine));
    const drawn = this.backoffs.get(text) ?? 0;
    this.backoffs.set(text, drawn + 1);
    const count = (known?.consecutiveFailCount ?? 0) + 1;
    const seconds = startBackoffSeconds(count, draws.stream(text, 'start back-off').at(drawn));
    this.setStatus(keyOf(machine), {
      startFailure: {
        consecutiveFailCount: count,
        lastFailedVMIUID: instance.metadata.uid,
        retryAfterTimestamp: formatTime(kernel.nowMs + seconds * 1000),
      },
    });
  }

  private forgetFailures(machine: VirtualMachine): void {
    if (machine.status?.startFailure === undefined) return;
    this.context.store.update<VirtualMachine>(VIRTUAL_MACHINE, keyOf(machine), 'status', (current) => {
      const { startFailure: _forgotten, ...status } = current.status ?? {};
      return { ...current, status };
    });
  }

  private setStatus(key: ObjectKey, change: NonNullable<VirtualMachine['status']>): void {
    this.context.store.update<VirtualMachine>(VIRTUAL_MACHINE, key, 'status', (machine) => ({
      ...machine,
      status: { ...machine.status, ...change },
    }));
  }
}

/**
 * Seconds until the next try after `count` failed starts in a row: 10 s times its square, up to half of that more, at most
 * 300 s. Source: kubevirt vm.go, calculateStartBackoffTime.
 * @param uniform 0 or more, below 1.
 */
export function startBackoffSeconds(count: number, uniform: number): number {
  const seconds = START_BACKOFF_SECONDS * count ** 2;
  return Math.min(START_BACKOFF_MOST_SECONDS, seconds + Math.floor(uniform * (Math.floor(seconds / 2) + 1)));
}

/** Whether the strategy counts failed starts and tries again. */
function restarts(strategy: RunStrategy): boolean {
  return strategy === 'Always' || strategy === 'RerunOnFailure' || strategy === 'Once';
}

/** A machine that should run now: by its strategy, or because somebody started it. */
function isWanted(machine: VirtualMachine, hasInstance: boolean): boolean {
  switch (runStrategyOf(machine)) {
    case 'Always':
      return true;
    case 'Halted':
      return false;
    default:
      return hasInstance;
  }
}

/** Without an instance it gets one. */
function startsAlone(machine: VirtualMachine): boolean {
  switch (runStrategyOf(machine)) {
    case 'Always':
    case 'Once':
      return true;
    case 'RerunOnFailure':
    case 'Manual':
      return machine.status?.stateChangeRequests?.[0]?.action === 'Start';
    case 'Halted':
      return false;
  }
}

/** The strategy deletes this instance. */
function isStopped(strategy: RunStrategy, instance: VirtualMachineInstance): boolean {
  switch (strategy) {
    case 'Always':
    case 'RerunOnFailure':
      return isFinal(instance);
    case 'Halted':
      return true;
    default:
      return false;
  }
}

function hasRun({ status }: VirtualMachineInstance): boolean {
  return (
    status?.phase === 'Running' || status?.phaseTransitionTimestamps?.some(({ phase }) => phase === 'Running') === true
  );
}

function instanceOf(machine: VirtualMachine): NewObject<VirtualMachineInstance> {
  const { metadata, spec } = machine;
  const template = spec?.template;
  return {
    apiVersion: 'kubevirt.io/v1',
    kind: 'VirtualMachineInstance',
    metadata: {
      ...template?.metadata,
      name: metadata.name,
      namespace: keyOf(machine).namespace,
      finalizers: [INSTANCE_FINALIZER],
      ownerReferences: [
        {
          apiVersion: 'kubevirt.io/v1',
          kind: 'VirtualMachine',
          name: metadata.name,
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: template?.spec ?? {},
  };
}

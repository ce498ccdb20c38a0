// KubeVirt's control of virtual machines, put together: machines, their instances, and migrations. Where a cluster has none,
// nothing here is ever called to act.
//
// Divergence from reality: none of its own; see virtual-machines.ts, virtual-machine-instances.ts and live-migrations.ts.

import { type Kind, keyOf, keyString } from '../../core/api/object.ts';
import { VIRTUAL_MACHINE, VIRTUAL_MACHINE_INSTANCE } from '../../core/api/virtual-machine.ts';
import type { Change } from '../api-server/change.ts';
import { isOf } from '../api-server/typed-change.ts';
import { LiveMigrations } from './live-migrations.ts';
import type { PodRecord } from './pod-table.ts';
import type { Serving } from './serving.ts';
import { VirtualMachineInstances } from './virtual-machine-instances.ts';
import { VirtualMachines } from './virtual-machines.ts';
import type { WorkloadContext } from './workload-context.ts';

export const VIRTUAL_MACHINE_KINDS: readonly Kind[] = [VIRTUAL_MACHINE, VIRTUAL_MACHINE_INSTANCE];

export class VirtualMachineLoops {
  private readonly machines: VirtualMachines;
  private readonly instances: VirtualMachineInstances;
  private readonly migrations: LiveMigrations;

  constructor(context: WorkloadContext, serving: Serving) {
    this.machines = new VirtualMachines(context);
    this.instances = new VirtualMachineInstances(context, serving);
    this.migrations = new LiveMigrations(context, serving, this.instances);
  }

  /** After pods were added. */
  load(): void {
    this.machines.load();
    this.instances.load();
    this.migrations.load();
  }

  apply(change: Change): void {
    if (isOf(change, VIRTUAL_MACHINE)) this.machines.machineChanged(change.before, change.after);
    else if (isOf(change, VIRTUAL_MACHINE_INSTANCE)) {
      const { before, after } = change;
      const instance = after ?? before;
      if (instance === undefined) return;
      this.instances.instanceChanged(before, after);
      this.machines.instanceChanged(keyString(keyOf(instance)));
      if (after !== undefined) this.migrations.instanceChanged(after);
    }
  }

  podAdded(record: PodRecord): void {
    this.instances.podAdded(record);
    this.migrations.podAdded(record);
  }

  /** Call after the kubelet's part has seen the change. */
  podChanged(record: PodRecord): void {
    if (record.guest === 'none') return;
    this.instances.podChanged(record);
    this.migrations.podChanged(record);
  }

  /** @param stopped its kubelet had stopped it. */
  podRemoved(record: PodRecord, stopped: boolean): void {
    if (record.guest === 'none') return;
    this.migrations.podRemoved(record);
    this.instances.podRemoved(record, stopped);
  }
}

// Machines of Cluster API that are being deleted and wait until the volumes of their Node are detached, looked at every 20 s.
// Source: cluster-api core/reconcilers/machine (shouldWaitForNodeVolumes, isNodeVolumeDetachingAllowed): an unreachable node is
// not waited for, as nobody can detach its volumes.
//
// Divergence from reality: volumes of pods that the drain left alone (DaemonSets) are waited for like any other.

import { type Node, readyCondition } from '../../core/api/node.ts';
import { keyOf, keyString } from '../../core/api/object.ts';
import { VOLUME_ATTACHMENT, type VolumeAttachment } from '../../core/api/workload.ts';
import type { IndexSpec } from '../../core/ports/cluster-view.ts';
import type { EventHandle } from '../kernel/kernel.ts';
import { timeLeftMs, volumeTimeoutMs } from './deletion-limits.ts';
import { gridAtMs, VOLUME_POLL_MS } from './drain-passes.ts';
import type { MachineContext } from './machine-context.ts';
import type { StoredMachine } from './machine-objects.ts';
import { sayDeleting } from './machine-status.ts';

const ATTACHMENTS_BY_NODE: IndexSpec<VolumeAttachment> = {
  name: 'volume-attachments-by-node',
  of: VOLUME_ATTACHMENT,
  values: (attachment) => (attachment.spec?.nodeName === undefined ? [] : [attachment.spec.nodeName]),
};

const NO_VOLUME_WAIT = 'machine.cluster.x-k8s.io/exclude-wait-for-node-volume-detach';

interface Wait {
  readonly nodeName: string;
  /** Origin of the grid of looks. */
  readonly sinceMs: number;
  nextLookMs: number;
  timeout: EventHandle | undefined;
}

export class VolumeWaits {
  private readonly context: MachineContext;
  private readonly again: (text: string) => void;
  /** By `namespace/name` of the Machine. */
  private readonly waiting = new Map<string, Wait>();

  /** @param again puts a Machine (`namespace/name`) back into the queue. */
  constructor(context: MachineContext, again: (text: string) => void) {
    this.context = context;
    this.again = again;
    context.store.addIndex(ATTACHMENTS_BY_NODE);
  }

  /** Begins to wait; false where there is nothing to wait for. `over` is called when the Machine's time limit has passed. */
  begin(machine: StoredMachine, node: Node, over: () => void): boolean {
    if (machine.metadata.annotations?.[NO_VOLUME_WAIT] !== undefined || !this.holds(node)) return false;
    const { kernel } = this.context;
    const startedAt = machine.status?.deletion?.waitForNodeVolumeDetachStartTime;
    const leftMs = timeLeftMs(volumeTimeoutMs(machine), startedAt, kernel.nowMs);
    if (leftMs <= 0) return false;
    const message = 'Waiting for Node volumes to be detached';
    sayDeleting(this.context, machine, { reason: 'WaitingForVolumeDetach', message });
    const wait: Wait = { nodeName: node.metadata.name, sinceMs: kernel.nowMs, nextLookMs: 0, timeout: undefined };
    this.waiting.set(keyString(keyOf(machine)), wait);
    if (leftMs === Number.POSITIVE_INFINITY) return true;
    wait.timeout = kernel.call(gridAtMs(kernel.nowMs, VOLUME_POLL_MS, kernel.nowMs + leftMs), () => {
      wait.timeout = undefined;
      over();
    });
    return true;
  }

  /** Volumes that can still be detached are attached to the node. */
  holds(node: Node): boolean {
    if (readyCondition(node)?.status === 'Unknown') return false;
    return this.context.store.countByIndex(ATTACHMENTS_BY_NODE, node.metadata.name) > 0;
  }

  /** An attachment of this node is gone, or the node is seen differently: who waits for it looks at the next pass. */
  changed(nodeName: string): void {
    const { kernel, config } = this.context;
    for (const [text, wait] of this.waiting) {
      if (wait.nodeName !== nodeName) continue;
      const atMs = gridAtMs(wait.sinceMs, VOLUME_POLL_MS, kernel.nowMs + config.kubernetes.watchLagMs);
      if (wait.nextLookMs === atMs) continue;
      wait.nextLookMs = atMs;
      kernel.call(atMs, () => this.again(text));
    }
  }

  forget(text: string): void {
    const timeout = this.waiting.get(text)?.timeout;
    if (timeout !== undefined) this.context.kernel.cancel(timeout);
    this.waiting.delete(text);
  }
}

// The attach/detach controller and the attacher: a volume that has to be attached is attached to the node of the pod that is
// bound there; a ReadWriteOnce one only after it has left its former node. It leaves when no pod object of that node names it
// any more (a terminating pod still does) and one of these holds: the node's kubelet acts, and so has confirmed the unmount;
// the node carries the out-of-service taint; or the node is not Ready or gone, and 6 min have passed since the detach was
// requested.
// Source: kubernetes pkg/controller/volume/attachdetach/reconciler (reconcile, nodeIsHealthy, hasOutOfServiceTaint),
// attachdetach/util (DetermineVolumeAction), attach_detach_controller.go (nodeDelete keeps the last volumesInUse: the deletion
// of a Node alone does not shorten the 6 min).
//
// Divergence from reality: attaching, detaching and unmounting take no time of their own; the loop of 100 ms is the watch lag;
// attachments never fail; names of VolumeAttachments are readable instead of hashed. Without a VolumeAttachment in the initial
// objects a volume counts as attached where a running pod uses it, as no other state is possible.

import type { ObjectKey } from '../../core/api/object.ts';
import { VOLUME_ATTACHMENT, type VolumeAttachment } from '../../core/api/workload.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import { isOutOfService, isUp, type NodeRecord } from './node-table.ts';
import type { PodRecord } from './pod-table.ts';
import type { Attachment, Volume } from './volume-table.ts';
import type { WorkloadContext } from './workload-context.ts';

export class AttachDetach {
  private readonly context: WorkloadContext;
  private readonly attached: (record: PodRecord) => void;
  private readonly queue: LaggedQueue;
  /** By node: volumes that wait to be detached from it. */
  private readonly leaving = new Map<string, Set<Volume>>();

  /** @param attached called for each pod of a node to which one of its volumes was attached. */
  constructor(context: WorkloadContext, attached: (record: PodRecord) => void) {
    this.context = context;
    this.attached = attached;
    const { kernel, config } = context;
    this.queue = new LaggedQueue(kernel, 'attach or detach', config.kubernetes.watchLagMs, (id) => this.sync(id));
  }

  load(): void {
    this.context.volumes.loadAttachments();
    for (const record of this.context.pods.all()) {
      const nodeName = record.node?.name;
      if (nodeName === undefined) continue;
      for (const volume of record.volumes) {
        if (!volume.attachable || volume.attachments.has(nodeName)) continue;
        const runs = record.object.status?.phase === 'Running';
        if (runs && volume.attachments.size === 0) this.add(volume, nodeName, undefined);
        else this.queue.add(volume.id);
      }
    }
    for (const volume of this.context.volumes.all()) {
      for (const nodeName of volume.attachments.keys()) {
        if (!isWanted(volume, nodeName)) this.queue.add(volume.id);
      }
    }
  }

  podBound(record: PodRecord): void {
    this.enqueue(record);
  }

  podRemoved(record: PodRecord): void {
    this.enqueue(record);
  }

  /** A Node changed, or a kubelet began to act: what waits to leave may leave now. */
  nodeChanged(node: NodeRecord): void {
    for (const volume of this.leaving.get(node.name) ?? []) this.queue.add(volume.id);
  }

  /** Somebody else removed a VolumeAttachment. */
  attachmentRemoved(object: VolumeAttachment): void {
    const volume = this.context.volumes.get(object.spec?.source?.persistentVolumeName ?? '');
    const attachment = volume?.attachments.get(object.spec?.nodeName ?? '');
    if (volume === undefined || attachment?.key?.name !== object.metadata.name) return;
    this.forget(volume, attachment);
    this.queue.add(volume.id);
  }

  private enqueue(record: PodRecord): void {
    for (const volume of record.volumes) if (volume.attachable) this.queue.add(volume.id);
  }

  private sync(id: string): void {
    const volume = this.context.volumes.get(id);
    if (volume === undefined) return;
    for (const attachment of [...volume.attachments.values()]) {
      if (isWanted(volume, attachment.nodeName)) this.stay(volume, attachment);
      else this.leave(volume, attachment);
    }
    for (const record of volume.users) {
      const nodeName = record.node?.name;
      if (nodeName === undefined || volume.attachments.has(nodeName)) continue;
      if (volume.exclusive && volume.attachments.size > 0) continue;
      this.attach(volume, nodeName);
      for (const user of volume.users) if (user.node?.name === nodeName) this.attached(user);
    }
  }

  /** A pod of the node wants it again: the request is withdrawn. */
  private stay(volume: Volume, attachment: Attachment): void {
    if (attachment.detachRequestedMs === undefined) return;
    attachment.detachRequestedMs = undefined;
    this.stopWaiting(volume, attachment);
  }

  private leave(volume: Volume, attachment: Attachment): void {
    const { kernel, config, nodes } = this.context;
    attachment.detachRequestedMs ??= kernel.nowMs;
    const node = nodes.at(attachment.nodeName);
    const forcedAtMs = attachment.detachRequestedMs + config.kubernetes.forceDetachMs;
    if (nodes.acts(node) || isOutOfService(node) || (kernel.nowMs >= forcedAtMs && !isUp(node))) {
      this.detach(volume, attachment);
      return;
    }
    const waiting = this.leaving.get(node.name);
    if (waiting === undefined) this.leaving.set(node.name, new Set([volume]));
    else waiting.add(volume);
    if (attachment.timer === undefined && kernel.nowMs < forcedAtMs) {
      attachment.timer = kernel.call(forcedAtMs, () => {
        attachment.timer = undefined;
        this.sync(volume.id);
      });
    }
  }

  private detach(volume: Volume, attachment: Attachment): void {
    this.forget(volume, attachment);
    const { key } = attachment;
    if (key === undefined) return;
    const { store } = this.context;
    store.update<VolumeAttachment>(VOLUME_ATTACHMENT, key, 'main', (object) =>
      (object.metadata.finalizers?.length ?? 0) === 0
        ? object
        : { ...object, metadata: { ...object.metadata, finalizers: [] } },
    );
    store.delete(VOLUME_ATTACHMENT, key);
  }

  private attach(volume: Volume, nodeName: string): void {
    const { store } = this.context;
    const key = { namespace: '', name: `csi-${volume.id.replaceAll('/', '-')}-${nodeName}` };
    store.create(VOLUME_ATTACHMENT, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name: key.name },
      spec: { attacher: volume.attacher, nodeName, source: { persistentVolumeName: volume.id } },
    });
    store.update<VolumeAttachment>(VOLUME_ATTACHMENT, key, 'status', (object) => ({
      ...object,
      status: { attached: true },
    }));
    this.add(volume, nodeName, key);
  }

  private add(volume: Volume, nodeName: string, key: ObjectKey | undefined): void {
    volume.attachments.set(nodeName, { nodeName, key, detachRequestedMs: undefined, timer: undefined });
  }

  private forget(volume: Volume, attachment: Attachment): void {
    volume.attachments.delete(attachment.nodeName);
    this.stopWaiting(volume, attachment);
  }

  private stopWaiting(volume: Volume, attachment: Attachment): void {
    if (attachment.timer !== undefined) this.context.kernel.cancel(attachment.timer);
    attachment.timer = undefined;
    const waiting = this.leaving.get(attachment.nodeName);
    waiting?.delete(volume);
    if (waiting?.size === 0) this.leaving.delete(attachment.nodeName);
  }
}

function isWanted(volume: Volume, nodeName: string): boolean {
  for (const record of volume.users) if (record.node?.name === nodeName) return true;
  return false;
}

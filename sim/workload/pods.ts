// The kubelets' side of pods: they start what is bound to them once its volumes are attached, confirm it as Running and
// Ready, restart it after a boot (with restartPolicy Never it is Failed instead), stop what is terminating and remove its
// object. A kubelet that does not act does nothing, while containers go on as the operating system lets them.
//
// Divergence from reality: a pod is one process; images are always pulled in podStartMs, also at a restart; no probes but that of
// the guards of etcd, which tells at once whether the member answers, so a started pod is Ready at once; no crash loops; exit codes and container statuses are not written; a pod that was imported
// Running but not Ready on a healthy node stays so until its host boots, because the cause is not known.

import { withCondition } from '../../core/api/conditions.ts';
import { POD, type Pod } from '../../core/api/workload.ts';
import { sample } from '../kernel/distributions.ts';
import type { Opcode } from '../kernel/kernel.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import type { Stream } from '../kernel/rng.ts';
import { DEFAULT_GRACE_SECONDS, TERMINATION_MS } from './defaults.ts';
import { isFinished, isTerminating, type PodRecord, saysReady } from './pod-table.ts';
import type { Serving } from './serving.ts';
import type { WorkloadContext } from './workload-context.ts';

/**
 * The pods beside the members of etcd in OpenShift. Source: openshift/library-go pkg/operator/staticpod/controller/guard (guard-pod.yaml:
 * label app=guard, readiness by the health of the member).
 */
const ETCD_NAMESPACE = 'openshift-etcd';
const ETCD_GUARD = 'guard';

export class Kubelets {
  private readonly context: WorkloadContext;
  private readonly serving: Serving;
  private readonly queue: LaggedQueue;
  private readonly started: Opcode;
  private readonly stopped: Opcode;
  /** By host: whether its kubelet acted at the last look. */
  private readonly acted: Uint8Array;
  /** Start durations of a workload, or of a pod without one. */
  private readonly startStreams = new Map<string, Stream>();

  constructor(context: WorkloadContext, serving: Serving) {
    this.context = context;
    this.serving = serving;
    const { kernel, config } = context;
    this.queue = new LaggedQueue(kernel, 'kubelet pod sync', config.kubernetes.watchLagMs, (text) => this.sync(text));
    this.started = kernel.register('pod started', (id) => this.start(id));
    this.stopped = kernel.register('pod stopped', (id) => this.stop(id));
    this.acted = new Uint8Array(context.truth.count);
  }

  /** Takes over the initial state: what the API says runs is running where its host allows it. */
  load(): void {
    const { truth, pods } = this.context;
    for (let host = 0; host < truth.count; host++) this.acted[host] = truth.kubeletActs(host) ? 1 : 0;
    for (const record of pods.all()) {
      const host = record.node?.host ?? -1;
      const ready = saysReady(record.object);
      if (record.object.status?.phase === 'Running' && record.node !== undefined) {
        const acts = this.context.nodes.acts(record.node);
        record.broken = !ready && acts && !isTerminating(record);
        if (!record.broken && (host < 0 || truth.podsExecute(host))) this.serving.setProcess(record, true);
      }
      this.serving.setReady(record, ready && !isTerminating(record));
      if (this.wants(record)) this.queue.add(record.text);
    }
  }

  /** A pod was created, bound, changed or marked for deletion. */
  podChanged(record: PodRecord): void {
    this.serving.setReady(record, saysReady(record.object) && !isTerminating(record));
    if (this.wants(record)) this.queue.add(record.text);
  }

  podRemoved(record: PodRecord): void {
    this.cancelTimer(record);
    this.serving.removed(record);
  }

  /** Call after Serving has seen the change. */
  hostChanged(host: number): void {
    const acts = this.context.truth.kubeletActs(host) ? 1 : 0;
    const node = this.context.nodes.ofHost(host);
    const before = this.acted[host];
    this.acted[host] = acts;
    if (node === undefined) return;
    for (const record of node.pods) {
      if (acts === 0) {
        if (before === 1) this.cancelTimer(record);
        if (!this.context.truth.podsExecute(host)) record.broken = false;
      } else if (this.wants(record)) {
        this.queue.add(record.text);
      }
    }
  }

  /** The last volume that a bound pod waited for is attached. */
  volumesAttached(record: PodRecord): void {
    if (this.wants(record)) this.queue.add(record.text);
  }

  /** Its kubelet acts and has something to do. */
  private wants(record: PodRecord): boolean {
    if (record.node === undefined || !this.context.nodes.acts(record.node)) return false;
    if (isTerminating(record)) return !record.stopping;
    if (record.timer !== undefined || isFinished(record) || record.broken) return false;
    return !record.process || saysReady(record.object) !== this.probed(record);
  }

  private sync(text: string): void {
    const record = this.context.pods.get(text);
    if (record === undefined || !this.wants(record)) return;
    if (isTerminating(record)) {
      this.terminate(record);
    } else if (record.process) {
      this.report(record, this.probed(record));
    } else {
      if (hasRunOut(record)) {
        this.reportFailed(record);
        return;
      }
      if (saysReady(record.object)) this.report(record, false);
      if (hasItsVolumes(record)) this.beginStart(record);
    }
  }

  private beginStart(record: PodRecord): void {
    const { kernel, config } = this.context;
    const startMs = Math.max(0, Math.round(sample(config.kubernetes.podStartMs, this.streamOf(record).next())));
    record.timer = kernel.schedule(kernel.nowMs + startMs, this.started, record.id);
  }

  private start(id: number): void {
    const record = this.context.pods.ofId(id);
    if (record === undefined) return;
    record.timer = undefined;
    this.serving.setProcess(record, true);
    this.report(record, this.probed(record));
  }

  /** What its readiness probe finds. A member of etcd that no other reaches does not answer its guard. */
  private probed({ object, node }: PodRecord): boolean {
    if (object.metadata.namespace !== ETCD_NAMESPACE || object.metadata.labels?.app !== ETCD_GUARD) return true;
    const host = node?.host ?? -1;
    return host < 0 || this.context.truth.reachable(host);
  }

  /** Stops what runs within its grace period; what does not run is confirmed at once. */
  private terminate(record: PodRecord): void {
    this.cancelTimer(record);
    const { kernel } = this.context;
    const graceMs = (record.object.spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * 1000;
    const takesMs = record.process ? Math.min(graceMs, TERMINATION_MS) : 0;
    record.stopping = true;
    record.timer = kernel.schedule(kernel.nowMs + takesMs, this.stopped, record.id);
  }

  private stop(id: number): void {
    const record = this.context.pods.ofId(id);
    if (record === undefined) return;
    record.timer = undefined;
    this.serving.setProcess(record, false);
    this.context.store.delete(POD, record.key, { gracePeriodMs: 0, onlyIf: { uid: record.uid } });
  }

  private report(record: PodRecord, ready: boolean): void {
    const { store, kernel } = this.context;
    store.update<Pod>(POD, record.key, 'status', (pod) => {
      if (pod.metadata.uid !== record.uid) return pod;
      const conditions = withCondition(
        pod.status?.conditions,
        { type: 'Ready', status: ready ? 'True' : 'False', ...(ready ? {} : { reason: 'ContainersNotReady' }) },
        kernel.nowMs,
      );
      return { ...pod, status: { ...pod.status, phase: 'Running', conditions } };
    });
  }

  private reportFailed(record: PodRecord): void {
    const { store, kernel } = this.context;
    store.update<Pod>(POD, record.key, 'status', (pod) => {
      const ready = { type: 'Ready', status: 'False', reason: 'PodFailed' } as const;
      const conditions = withCondition(pod.status?.conditions, ready, kernel.nowMs);
      return { ...pod, status: { ...pod.status, phase: 'Failed', conditions } };
    });
  }

  private cancelTimer(record: PodRecord): void {
    record.stopping = false;
    if (record.timer === undefined) return;
    this.context.kernel.cancel(record.timer);
    record.timer = undefined;
  }

  private streamOf(record: PodRecord): Stream {
    const entity = record.control?.workloadName ?? record.text;
    let stream = this.startStreams.get(entity);
    if (stream === undefined) {
      stream = this.context.draws.stream(entity, 'pod start');
      this.startStreams.set(entity, stream);
    }
    return stream;
  }
}

/** Its containers ran and were lost, and it does not want them again. */
function hasRunOut({ object }: PodRecord): boolean {
  return object.spec?.restartPolicy === 'Never' && object.status?.phase === 'Running';
}

/** Every volume that has to be attached is attached to the pod's node. */
function hasItsVolumes(record: PodRecord): boolean {
  const name = record.node?.name;
  if (name === undefined) return false;
  return record.volumes.every((volume) => !volume.attachable || volume.attachments.has(name));
}

// The Job controller: as many pods at once as parallelism allows until enough have succeeded. A pod that fails, or whose
// object goes before it succeeded, is replaced after a back-off until there were too many.
// Source: kubernetes pkg/controller/job/job_controller.go (syncJob, manageJob), backoff_utils.go.
//
// Divergence from reality: a pod runs until somebody posts its end or its host is lost, because nothing says how long it
// takes; the finalizer that tracks pods is not modelled, so a pod counts when its end is seen; completion mode Indexed, pod
// failure policies, success policies and ttlSecondsAfterFinished are not read.

import { type Condition, findCondition, withConditions } from '../../core/api/conditions.ts';
import { controllerOwner, keyOf, type ObjectKey } from '../../core/api/object.ts';
import { formatTime, parseTime } from '../../core/api/time.ts';
import { JOB, type Job, POD, type Pod } from '../../core/api/workload.ts';
import { isPodReady } from '../api-server/disruption-budgets.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import { jobPodOf } from './pod-template.ts';
import type { WorkloadContext } from './workload-context.ts';

/** Source: kubernetes pkg/apis/batch/v1/defaults.go. */
const BACKOFF_LIMIT = 6;
/** Source: kubernetes pkg/controller/job/job_controller.go (DefaultJobPodFailureBackOff, MaxJobPodFailureBackOff). */
const BACKOFF_FIRST_MS = 10_000;
const BACKOFF_MAX_MS = 600_000;

interface JobControl {
  readonly key: ObjectKey;
  object: Job;
  /** Pods whose objects exist and that have not ended, by uid, in order of appearance. */
  readonly pods: Map<string, Pod>;
  succeeded: number;
  failed: number;
  /** Failures in a row, and the last of them: the back-off. */
  inARow: number;
  lastFailureMs: number;
  /** Instants for which a sync is scheduled already. */
  readonly wakes: Set<number>;
}

type End = { readonly type: 'Complete' | 'Failed'; readonly reason?: string; readonly message?: string };

export class Jobs {
  private readonly context: WorkloadContext;
  private readonly queue: LaggedQueue;
  private readonly byUid = new Map<string, JobControl>();

  constructor(context: WorkloadContext) {
    this.context = context;
    const { kernel, config } = context;
    this.queue = new LaggedQueue(kernel, 'job sync', config.kubernetes.watchLagMs, (uid) => this.sync(uid));
  }

  /** Acts at the start only on Jobs that have not ended and lack a pod, or have a deadline. */
  load(): void {
    const { store, pods } = this.context;
    for (const object of store.list(JOB)) this.add(object);
    if (this.byUid.size === 0) return;
    for (const { object } of pods.all()) this.note(object);
    for (const [uid, control] of this.byUid) {
      if (hasEnded(control.object)) continue;
      const lacks = activePods(control).length !== wantedActive(control);
      if (lacks || control.object.spec?.activeDeadlineSeconds !== undefined) this.queue.add(uid);
    }
  }

  jobChanged(before: Job | undefined, after: Job | undefined): void {
    const uid = (after ?? before)?.metadata.uid ?? '';
    if (after === undefined) {
      this.byUid.delete(uid);
      return;
    }
    const control = this.byUid.get(uid) ?? this.add(after);
    control.object = after;
    if (before?.spec !== after.spec) this.queue.add(uid);
  }

  podChanged(before: Pod | undefined, after: Pod | undefined): void {
    if (this.byUid.size === 0) return;
    const pod = after ?? before;
    const owner = pod === undefined ? undefined : controllerOwner(pod);
    const control = this.byUid.get(owner?.uid ?? '');
    if (pod === undefined || control === undefined || owner === undefined) return;
    const wasRunning = before !== undefined && control.pods.delete(before.metadata.uid);
    if (after !== undefined) this.note(after);
    if (wasRunning && after?.status?.phase === 'Succeeded') {
      control.succeeded += 1;
      control.inARow = 0;
    } else if (wasRunning && (after === undefined || after.status?.phase === 'Failed')) {
      control.failed += 1;
      control.inARow += 1;
      control.lastFailureMs = this.context.kernel.nowMs;
    }
    this.queue.add(owner.uid);
  }

  private add(object: Job): JobControl {
    const control: JobControl = {
      key: keyOf(object),
      object,
      pods: new Map(),
      succeeded: object.status?.succeeded ?? 0,
      failed: object.status?.failed ?? 0,
      inARow: 0,
      lastFailureMs: Number.NEGATIVE_INFINITY,
      wakes: new Set(),
    };
    this.byUid.set(object.metadata.uid, control);
    return control;
  }

  private note(pod: Pod): void {
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed') return;
    this.byUid.get(controllerOwner(pod)?.uid ?? '')?.pods.set(pod.metadata.uid, pod);
  }

  private sync(uid: string): void {
    const control = this.byUid.get(uid);
    if (control === undefined || hasEnded(control.object)) return;
    if (control.object.metadata.deletionTimestamp !== undefined) return;
    const { kernel } = this.context;
    const startedMs = parseTime(control.object.status?.startTime ?? formatTime(kernel.nowMs));
    const end = this.endOf(control, startedMs);
    if (end !== undefined || control.object.spec?.suspend === true) {
      for (const pod of activePods(control)) this.remove(pod);
    } else {
      this.manage(uid, control);
    }
    this.writeStatus(control, startedMs, end);
  }

  /** How the Job ends, once that is certain: what was said first stays. */
  private endOf(control: JobControl, startedMs: number): End | undefined {
    const { conditions } = control.object.status ?? {};
    const failing = findCondition(conditions, 'FailureTarget');
    if (failing !== undefined) {
      const { reason = '', message = '' } = failing;
      return { type: 'Failed', reason, message };
    }
    if (findCondition(conditions, 'SuccessCriteriaMet') !== undefined) return { type: 'Complete' };
    const { backoffLimit = BACKOFF_LIMIT, activeDeadlineSeconds } = control.object.spec ?? {};
    if (control.failed > backoffLimit) {
      return {
        type: 'Failed',
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
      };
    }
    if (activeDeadlineSeconds !== undefined) {
      const endMs = startedMs + activeDeadlineSeconds * 1000;
      if (this.context.kernel.nowMs >= endMs) {
        return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
      }
      this.wake(control, endMs);
    }
    const { completions, parallelism } = control.object.spec ?? {};
    const isEnough =
      completions === undefined && parallelism !== undefined
        ? control.succeeded > 0 && control.pods.size === 0
        : control.succeeded >= (completions ?? 1);
    return isEnough ? { type: 'Complete' } : undefined;
  }

  private manage(uid: string, control: JobControl): void {
    const { store, config, kernel } = this.context;
    const active = activePods(control);
    const wanted = wantedActive(control);
    for (const pod of active.slice(wanted)) this.remove(pod);
    const terminating = waitsForTerminating(control.object) ? control.pods.size - active.length : 0;
    const missing = wanted - active.length - terminating;
    if (missing <= 0) return;
    const backoffMs = Math.min(BACKOFF_FIRST_MS * 2 ** (control.inARow - 1), BACKOFF_MAX_MS);
    const allowedMs = control.inARow === 0 ? kernel.nowMs : control.lastFailureMs + backoffMs;
    if (kernel.nowMs < allowedMs) {
      this.wake(control, allowedMs);
      return;
    }
    for (let n = 0; n < missing; n++) store.create(POD, jobPodOf(control.object, config.kubernetes.tolerationMs));
    this.queue.add(uid);
  }

  /** Looks at the Job again at an instant. */
  private wake(control: JobControl, atMs: number): void {
    if (control.wakes.has(atMs)) return;
    control.wakes.add(atMs);
    this.context.kernel.call(atMs, () => {
      control.wakes.delete(atMs);
      this.sync(control.object.metadata.uid);
    });
  }

  private remove({ metadata }: Pod): void {
    const key = { namespace: metadata.namespace ?? '', name: metadata.name };
    this.context.store.delete(POD, key, { onlyIf: { uid: metadata.uid } });
  }

  private writeStatus(control: JobControl, startedMs: number, end: End | undefined): void {
    const { store, kernel } = this.context;
    const active = activePods(control);
    store.update<Job>(JOB, control.key, 'status', (current) => ({
      ...current,
      status: {
        ...current.status,
        startTime: formatTime(startedMs),
        active: active.length,
        ready: active.filter(isPodReady).length,
        terminating: control.pods.size - active.length,
        succeeded: control.succeeded,
        failed: control.failed,
        ...(end === undefined
          ? {}
          : { conditions: ended(current.status?.conditions, end, control.pods.size === 0, kernel.nowMs) }),
        ...(end?.type === 'Complete' && control.pods.size === 0 ? { completionTime: formatTime(kernel.nowMs) } : {}),
      },
    }));
  }
}

/** First what will be; what is, when no pod runs or terminates any more. */
function ended(
  conditions: readonly Condition[] | undefined,
  end: End,
  isOver: boolean,
  nowMs: number,
): readonly Condition[] {
  const first = end.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const said = {
    status: 'True',
    ...(end.reason === undefined ? {} : { reason: end.reason }),
    ...(end.message === undefined ? {} : { message: end.message }),
  } as const;
  const over = isOver ? [{ type: end.type, ...said }] : [];
  return withConditions(conditions, [{ type: first, ...said }, ...over], nowMs);
}

function hasEnded({ status }: Job): boolean {
  return (
    findCondition(status?.conditions, 'Complete')?.status === 'True' ||
    findCondition(status?.conditions, 'Failed')?.status === 'True'
  );
}

function activePods({ pods }: JobControl): readonly Pod[] {
  return [...pods.values()].filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** Not more than what is still to be done; without completions, no new pods once one has succeeded. */
function wantedActive(control: JobControl): number {
  const { completions, parallelism, suspend } = control.object.spec ?? {};
  if (suspend === true || hasEnded(control.object)) return 0;
  if (completions === undefined && parallelism !== undefined) {
    return control.succeeded > 0 ? Math.min(activePods(control).length, parallelism) : parallelism;
  }
  return Math.max(0, Math.min(parallelism ?? 1, (completions ?? 1) - control.succeeded));
}

/** Under `Failed` a terminating pod holds its replacement back, also where a failure policy makes that the default. */
function waitsForTerminating({ spec }: Job): boolean {
  return (
    (spec?.podReplacementPolicy ?? (spec?.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed')) ===
    'Failed'
  );
}

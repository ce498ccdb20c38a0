// Jobs of a management controller and the tasks that tell of them.
//
// Divergence from reality
// - A job changes nothing: what a client can see of it is its task, and what clearing the queue does to everything else.

import type { ControllerScene } from './managed-host.ts';
import type { BmcAnswer, Refusal } from './requests.ts';

const NOT_FOUND: Refusal = { code: 404, messageId: 'ResourceMissingAtURI' };

export interface TaskState {
  readonly task: number;
  readonly state: 'Running' | 'Completed';
  readonly startedAtMs: number;
  /** Undefined while it runs. */
  readonly endedAtMs: number | undefined;
}

export class Jobs {
  private readonly scene: ControllerScene;
  private readonly acceptedAtMs = new Map<number, number>();
  private nextTask = 1;
  private systemGoneUntilMs = Number.NEGATIVE_INFINITY;

  constructor(scene: ControllerScene) {
    this.scene = scene;
  }

  start(): BmcAnswer {
    const task = this.nextTask++;
    this.acceptedAtMs.set(task, this.scene.kernel.nowMs);
    return { kind: 'accepted', task };
  }

  task(task: number): BmcAnswer {
    const found = this.found(task);
    return found === undefined ? { kind: 'refused', ...NOT_FOUND } : { kind: 'task', state: found.state };
  }

  /** Those that can be found now, in the order of their starts. */
  tasks(): readonly TaskState[] {
    return [...this.acceptedAtMs.keys()].flatMap((task) => this.found(task) ?? []);
  }

  private found(task: number): TaskState | undefined {
    const { kernel, traits } = this.scene;
    const startedAtMs = this.acceptedAtMs.get(task);
    if (startedAtMs === undefined) return undefined;
    const ageMs = kernel.nowMs - startedAtMs;
    const isDone = ageMs >= traits.jobMs;
    if (ageMs < traits.taskHiddenMs || (isDone && traits.taskPurged)) return undefined;
    const endedAtMs = isDone ? startedAtMs + traits.jobMs : undefined;
    return { task, state: isDone ? 'Completed' : 'Running', startedAtMs, endedAtMs };
  }

  clear(): void {
    const { kernel, traits, changed } = this.scene;
    this.acceptedAtMs.clear();
    if (traits.systemGoneAfterClearMs === 0) return;
    this.systemGoneUntilMs = kernel.nowMs + traits.systemGoneAfterClearMs;
    changed();
    kernel.call(this.systemGoneUntilMs, changed);
  }

  /** The collection of systems is empty. */
  isSystemGone(): boolean {
    return this.scene.kernel.nowMs < this.systemGoneUntilMs;
  }
}

// Jobs of a management controller and the tasks that tell of them.
//
// Divergence from reality
// - A job changes nothing: what a client can see of it is its task, and what clearing the queue does to everything else.

import type { ControllerScene } from './managed-host.ts';
import type { BmcAnswer, Refusal } from './requests.ts';

const NOT_FOUND: Refusal = { code: 404, messageId: 'ResourceMissingAtURI' };

export class Jobs {
  readonly #scene: ControllerScene;
  readonly #acceptedAtMs = new Map<number, number>();
  #nextTask = 1;
  #systemGoneUntilMs = Number.NEGATIVE_INFINITY;

  constructor(scene: ControllerScene) {
    this.#scene = scene;
  }

  start(): BmcAnswer {
    const task = this.#nextTask++;
    this.#acceptedAtMs.set(task, this.#scene.kernel.nowMs);
    return { kind: 'accepted', task };
  }

  task(task: number): BmcAnswer {
    const { kernel, traits } = this.#scene;
    const acceptedAtMs = this.#acceptedAtMs.get(task);
    if (acceptedAtMs === undefined) return { kind: 'refused', ...NOT_FOUND };
    const ageMs = kernel.nowMs - acceptedAtMs;
    const isDone = ageMs >= traits.jobMs;
    if (ageMs < traits.taskHiddenMs || (isDone && traits.taskPurged)) return { kind: 'refused', ...NOT_FOUND };
    return { kind: 'task', state: isDone ? 'Completed' : 'Running' };
  }

  clear(): void {
    const { kernel, traits, changed } = this.#scene;
    this.#acceptedAtMs.clear();
    if (traits.systemGoneAfterClearMs === 0) return;
    this.#systemGoneUntilMs = kernel.nowMs + traits.systemGoneAfterClearMs;
    changed();
    kernel.call(this.#systemGoneUntilMs, changed);
  }

  /** The collection of systems is empty. */
  isSystemGone(): boolean {
    return this.#scene.kernel.nowMs < this.#systemGoneUntilMs;
  }
}

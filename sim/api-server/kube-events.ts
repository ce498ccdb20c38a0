// Events that Kubernetes' own loops record about objects. Who wants them listens; without a listener an event costs a test of
// a length, and nothing is stored.
//
// Divergence from reality: no Event objects, so no counts, no series and no time to live; a listener may make them.

import type { KubeObject } from '../../core/api/object.ts';

export interface KubeEvent {
  readonly regarding: KubeObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** Name of the recording component: `node-controller`. */
  readonly component: string;
}

export class KubeEvents {
  private readonly listeners: ((event: KubeEvent) => void)[] = [];

  /** Called at once with every event from here on, in the order of recording. */
  onEvent(listener: (event: KubeEvent) => void): void {
    this.listeners.push(listener);
  }

  record(event: KubeEvent): void {
    for (let i = 0; i < this.listeners.length; i++) this.listeners[i]?.(event);
  }
}

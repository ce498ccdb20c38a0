// Delivery of events to one address: in their order, one at a time. What is not taken is sent again after a while, so many times; then the
// subscription's policy says what becomes of it.
// Source: DMTF EventService schema, DeliveryRetryAttempts and DeliveryRetryIntervalSeconds; EventDestination schema, DeliveryRetryPolicy.
//
// Divergence from reality
// - What waits for an address is bounded by number, and the oldest are lost first, with a message that says so; real services bound memory.

import type { Clock } from '../../core/ports/clock.ts';
import type { Json } from './json.ts';

export const RETRY_POLICIES = [
  'TerminateAfterRetries',
  'SuspendRetries',
  'RetryForever',
  'RetryForeverWithBackoff',
] as const;
export type RetryPolicy = (typeof RETRY_POLICIES)[number];

/** Of the service, for all subscriptions. */
export interface RetryTerms {
  /** How often an event that was not taken is sent again; 0: never. */
  readonly attempts: number;
  readonly intervalSeconds: number;
}

/** Where an event is posted to. */
export interface Destination {
  readonly address: string;
  /** Each an object of one header. */
  readonly headers: readonly Json[];
  readonly verifies: boolean;
}

/** Posts one payload; whether it was taken, which an answer other than 2xx says it was not. Never rejects. */
export type Deliver = (to: Destination, payload: string) => Promise<boolean>;

/** How events travel, and by whose time they wait. */
export interface DeliveryWay {
  readonly deliver: Deliver;
  /** Virtual time. */
  readonly clock: Clock;
}

export interface DeliveryParts {
  readonly way: DeliveryWay;
  readonly to: Destination;
  /** As they are whenever they are asked for. */
  readonly terms: () => RetryTerms;
  readonly policy: () => RetryPolicy;
  /** What is sent in place of events that were lost. */
  readonly lost: () => string;
  /** The policy ends the subscription. */
  readonly terminated: () => void;
}

/** Assumption: as many as bmcweb keeps for those who come back (200); an address that is away for longer loses the oldest. */
export const EVENTS_KEPT = 200;
/** Assumption: a back-off ends at so many intervals. */
const BACKOFF_MOST = 64;

export class EventDelivery {
  private readonly parts: DeliveryParts;
  private readonly queue: string[] = [];
  /** What is being sent, or waits to be sent again. */
  private current: string | undefined;
  private hasLost = false;
  private failures = 0;
  private state: 'delivering' | 'suspended' | 'stopped' = 'delivering';
  private wakeNoMore: (() => void) | undefined;

  constructor(parts: DeliveryParts) {
    this.parts = parts;
  }

  get isSuspended(): boolean {
    return this.state === 'suspended';
  }

  /** Takes its turn behind what waits. Lost while suspended. */
  push(payload: string): void {
    if (this.state !== 'delivering') return;
    this.queue.push(payload);
    if (this.queue.length > EVENTS_KEPT) {
      this.queue.shift();
      this.hasLost = true;
    }
    this.sendNext();
  }

  /** From suspension. */
  resume(): void {
    if (this.state === 'suspended') this.state = 'delivering';
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.state = 'stopped';
    this.wakeNoMore?.();
    this.queue.length = 0;
  }

  private sendNext(): void {
    if (this.current !== undefined) return;
    this.current = this.taken();
    if (this.current !== undefined) this.send(this.current);
  }

  private taken(): string | undefined {
    if (!this.hasLost) return this.queue.shift();
    this.hasLost = false;
    return this.parts.lost();
  }

  private send(payload: string): void {
    const { way, to } = this.parts;
    void way.deliver(to, payload).then((isTaken) => this.settled(isTaken));
  }

  private settled(isTaken: boolean): void {
    if (this.state !== 'delivering') return;
    if (isTaken) {
      this.failures = 0;
      this.current = undefined;
      this.sendNext();
      return;
    }
    this.failures++;
    const policy = this.parts.policy();
    const isExhausted = this.failures > this.parts.terms().attempts;
    if (isExhausted && policy === 'TerminateAfterRetries') this.parts.terminated();
    else if (isExhausted && policy === 'SuspendRetries') this.suspend();
    else this.wait(policy);
  }

  private suspend(): void {
    this.state = 'suspended';
    this.queue.length = 0;
    this.current = undefined;
    this.hasLost = false;
    this.failures = 0;
  }

  private wait(policy: RetryPolicy): void {
    const { way, terms } = this.parts;
    const factor = policy === 'RetryForeverWithBackoff' ? Math.min(2 ** (this.failures - 1), BACKOFF_MOST) : 1;
    const delayMs = terms().intervalSeconds * 1000 * factor;
    this.wakeNoMore = way.clock.wakeAt(way.clock.nowMs() + delayMs, () => {
      if (this.current !== undefined && this.state === 'delivering') this.send(this.current);
    });
  }
}

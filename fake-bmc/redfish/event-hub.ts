// Who hears of events of one host, or of several: streams and addresses, and what each is told.
//
// Divergence from reality
// - A delivery that fails is not repeated, and does not end the subscription.

import type { HostEvent } from '../served-hosts.ts';
import type { HostView } from './host-view.ts';
import type { Json, JsonObject } from './json.ts';

export const EVENT_TYPES = ['Alert', 'ResourceAdded', 'ResourceRemoved', 'ResourceUpdated', 'StatusChange'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export interface Told {
  readonly type: EventType;
  readonly messageId: string;
  readonly args: readonly string[];
  readonly says: string;
  readonly severity: 'OK' | 'Warning' | 'Critical';
  readonly at: Date;
  /** Address of the resource that it comes from. */
  readonly origin: string;
}

export type Listener =
  | { readonly kind: 'stream'; readonly write: (text: string) => void; readonly end: () => void }
  | {
      readonly kind: 'destination';
      readonly address: string;
      /** Each an object of one header. */
      readonly headers: readonly Json[];
      readonly verifies: boolean;
    };

export interface Subscription {
  readonly id: string;
  /** Name of the account that made it. */
  readonly owner: string;
  readonly context: string;
  /** Empty lists let everything through. */
  readonly eventTypes: readonly string[];
  readonly registryPrefixes: readonly string[];
  readonly messageIds: readonly string[];
  readonly to: Listener;
}

/** Sends one payload to an address; what becomes of it is nobody's business here. */
export type Deliver = (to: Extract<Listener, { kind: 'destination' }>, payload: string) => void;

/** Assumption: as many as common controllers take. */
const SUBSCRIPTIONS_MAX = 64;

export class EventHub {
  readonly #views: () => readonly HostView[];
  readonly #deliver: Deliver;
  readonly #subscriptions = new Map<string, Subscription>();
  #hearNoMore: readonly (() => void)[] = [];
  #nextSubscription = 1;
  #nextEvent = 1;

  constructor(views: () => readonly HostView[], deliver: Deliver) {
    this.#views = views;
    this.#deliver = deliver;
  }

  list(): readonly Subscription[] {
    return [...this.#subscriptions.values()];
  }

  get(id: string): Subscription | undefined {
    return this.#subscriptions.get(id);
  }

  isFull(): boolean {
    return this.#subscriptions.size >= SUBSCRIPTIONS_MAX;
  }

  /** By the clock of the first controller: the one that tells. */
  now(): Date {
    return this.#views()[0]?.served.now() ?? new Date(0);
  }

  add(subscription: Omit<Subscription, 'id'>): string {
    const id = String(this.#nextSubscription++);
    this.#subscriptions.set(id, { ...subscription, id });
    if (this.#subscriptions.size === 1) this.#hear();
    return id;
  }

  rename(id: string, context: string): void {
    const found = this.#subscriptions.get(id);
    if (found !== undefined) this.#subscriptions.set(id, { ...found, context });
  }

  /** A stream ends with its subscription. */
  remove(id: string): void {
    const found = this.#subscriptions.get(id);
    if (found === undefined) return;
    this.#subscriptions.delete(id);
    if (found.to.kind === 'stream') found.to.end();
    if (this.#subscriptions.size > 0) return;
    for (const stop of this.#hearNoMore) stop();
    this.#hearNoMore = [];
  }

  close(): void {
    for (const id of [...this.#subscriptions.keys()]) this.remove(id);
  }

  /** Everybody whom it concerns is told. */
  publish(told: Told): void {
    const event = this.#nextEvent++;
    for (const subscription of this.#subscriptions.values()) {
      if (!concerns(subscription, told)) continue;
      const payload = JSON.stringify(payloadOf(told, event, subscription.context));
      if (subscription.to.kind === 'stream') subscription.to.write(`id: ${event}\ndata: ${payload}\n\n`);
      else this.#deliver(subscription.to, payload);
    }
  }

  /** Hosts are listened to only while somebody listens here. */
  #hear(): void {
    this.#hearNoMore = this.#views().map((view) => view.served.onEvent((event) => this.publish(toldOf(view, event))));
  }
}

function concerns({ eventTypes, registryPrefixes, messageIds }: Subscription, { type, messageId }: Told): boolean {
  const [prefix = ''] = messageId.split('.');
  const key = messageId.slice(messageId.lastIndexOf('.') + 1);
  const isWanted = (list: readonly string[], ...names: readonly string[]): boolean =>
    list.length === 0 || names.some((name) => list.includes(name));
  return (
    isWanted(eventTypes, type) &&
    isWanted(registryPrefixes, prefix) &&
    isWanted(messageIds, messageId, `${prefix}.${key}`)
  );
}

function payloadOf(told: Told, event: number, context: string): JsonObject {
  return {
    '@odata.type': '#Event.v1_12_0.Event',
    Id: String(event),
    Name: 'Event Array',
    Context: context,
    Events: [
      {
        MemberId: '0',
        EventId: String(event),
        EventType: told.type,
        EventTimestamp: told.at.toISOString(),
        Severity: told.severity,
        MessageSeverity: told.severity,
        Message: told.says,
        MessageId: told.messageId,
        MessageArgs: told.args,
        OriginOfCondition: { '@odata.id': told.origin },
      },
    ],
    'Events@odata.count': 1,
  };
}

const REGISTRY = 'ResourceEvent.1.3.0';

const POWER_MESSAGES = {
  On: 'ResourcePoweredOn',
  Off: 'ResourcePoweredOff',
  PoweringOn: 'ResourcePoweringOn',
  PoweringOff: 'ResourcePoweringOff',
} as const;

function toldOf(view: HostView, event: HostEvent): Told {
  const at = view.served.now();
  const origin = view.systemUri;
  switch (event.event) {
    case 'power': {
      const { power } = event;
      const name = power === null ? 'ResourceStateChanged' : POWER_MESSAGES[power];
      const args = power === null ? [view.name, 'unknown'] : [view.name];
      const says = `The power of ${view.name} is ${power ?? 'unknown'}.`;
      return { type: 'StatusChange', messageId: `${REGISTRY}.${name}`, args, says, severity: 'OK', at, origin };
    }
    case 'health': {
      const health = event.health ?? 'Warning';
      const messageId = `${REGISTRY}.ResourceStatusChanged${health}`;
      const says = `The health of ${view.name} is ${event.health ?? 'unknown'}.`;
      return { type: 'StatusChange', messageId, args: [view.name, health], says, severity: health, at, origin };
    }
    case 'logged': {
      const { entry } = event;
      return {
        ...{ type: 'Alert', messageId: `${REGISTRY}.ResourceCreated`, args: [], says: entry.says },
        ...{ severity: entry.severity, at: view.served.dateOf(entry.atMs) },
        origin: `${view.systemUri}/LogServices/SEL/Entries/${entry.id}`,
      };
    }
  }
}

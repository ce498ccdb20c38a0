// Who hears of events of one host, or of several: streams and addresses, and what each is told. The latest events are kept for those who
// come back to a stream, or were suspended.
//
// Divergence from reality
// - Events are kept from the first subscription on; what happened before nobody can ask for.

import type { HostEvent } from '../served-hosts.ts';
import {
  type DeliveryWay,
  type Destination,
  EVENTS_KEPT,
  EventDelivery,
  type RetryPolicy,
  type RetryTerms,
} from './event-delivery.ts';
import type { HostView } from './host-view.ts';
import type { JsonObject } from './json.ts';
import { message } from './messages.ts';
import { ROOT } from './metadata.ts';

export const EVENT_SERVICE_URI = `${ROOT}/EventService`;

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
  | ({ readonly kind: 'destination' } & Destination);

export interface Subscription {
  readonly id: string;
  /** Name of the account that made it. */
  readonly owner: string;
  readonly context: string;
  /** Empty lists let everything through. */
  readonly eventTypes: readonly string[];
  readonly registryPrefixes: readonly string[];
  readonly messageIds: readonly string[];
  /** Of an address. */
  readonly retryPolicy: RetryPolicy;
  readonly to: Listener;
}

/** What may be changed of a subscription. */
export type SubscriptionChange = Partial<Pick<Subscription, 'context' | 'retryPolicy'>>;

interface Kept {
  readonly event: number;
  readonly atMs: number;
  readonly told: Told;
}

/** Source: openbmc/bmcweb, EventServiceConfig: three attempts, 30 s apart. */
const FIRST_TERMS: RetryTerms = { attempts: 3, intervalSeconds: 30 };

/** Assumption: as many as common controllers take. */
const SUBSCRIPTIONS_MAX = 64;

export class EventHub {
  private readonly views: () => readonly HostView[];
  private readonly way: DeliveryWay;
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly deliveries = new Map<string, EventDelivery>();
  private readonly kept: Kept[] = [];
  private currentTerms = FIRST_TERMS;
  private hearNoMore: readonly (() => void)[] = [];
  private isHearing = false;
  private nextSubscription = 1;
  private nextEvent = 1;

  constructor(views: () => readonly HostView[], way: DeliveryWay) {
    this.views = views;
    this.way = way;
  }

  list(): readonly Subscription[] {
    return [...this.subscriptions.values()];
  }

  get(id: string): Subscription | undefined {
    return this.subscriptions.get(id);
  }

  isFull(): boolean {
    return this.subscriptions.size >= SUBSCRIPTIONS_MAX;
  }

  isSuspended(id: string): boolean {
    return this.deliveries.get(id)?.isSuspended === true;
  }

  get terms(): RetryTerms {
    return this.currentTerms;
  }

  setTerms(change: Partial<RetryTerms>): void {
    this.currentTerms = { ...this.currentTerms, ...change };
  }

  /** By the clock of the first controller: the one that tells. */
  now(): Date {
    return this.views()[0]?.served.now() ?? new Date(0);
  }

  add(subscription: Omit<Subscription, 'id'>): string {
    const id = String(this.nextSubscription++);
    this.subscriptions.set(id, { ...subscription, id });
    const { to } = subscription;
    if (to.kind === 'destination') this.deliveries.set(id, this.deliveryOf(id, to));
    this.hear();
    return id;
  }

  change(id: string, change: SubscriptionChange): void {
    const found = this.subscriptions.get(id);
    if (found !== undefined) this.subscriptions.set(id, { ...found, ...change });
  }

  /** A stream ends with its subscription. */
  remove(id: string): void {
    const found = this.subscriptions.get(id);
    this.subscriptions.delete(id);
    this.deliveries.get(id)?.stop();
    this.deliveries.delete(id);
    if (found?.to.kind === 'stream') found.to.end();
  }

  close(): void {
    for (const id of [...this.subscriptions.keys()]) this.remove(id);
    for (const stop of this.hearNoMore) stop();
    this.hearNoMore = [];
  }

  /** Everybody whom it concerns is told. */
  publish(told: Told): void {
    const kept = { event: this.nextEvent++, atMs: this.way.clock.nowMs(), told };
    this.kept.push(kept);
    if (this.kept.length > EVENTS_KEPT) this.kept.shift();
    for (const subscription of this.subscriptions.values()) this.tell(subscription, kept);
  }

  /**
   * For a stream whose client says what the last event was that it got: it is told all that came after, or that some of it may be lost.
   * Source: HTML, server-sent events, the Last-Event-ID header; openbmc/bmcweb answers one that it does not know with EventBufferExceeded.
   */
  repeatAfter(id: string, lastEvent: string): void {
    const subscription = this.subscriptions.get(id);
    if (subscription === undefined) return;
    const position = this.kept.findIndex(({ event }) => String(event) === lastEvent);
    if (position < 0) this.send(subscription, this.nextEvent++, this.lost());
    for (const kept of this.kept.slice(position + 1)) this.tell(subscription, kept);
  }

  /** Ends a suspension. @param withinMs what is told of the time before: events that are no older than that. */
  resume(id: string, withinMs: number): void {
    const subscription = this.subscriptions.get(id);
    const delivery = this.deliveries.get(id);
    if (subscription === undefined || delivery?.isSuspended !== true) return;
    delivery.resume();
    const sinceMs = this.way.clock.nowMs() - withinMs;
    for (const kept of this.kept) if (kept.atMs >= sinceMs && withinMs > 0) this.tell(subscription, kept);
  }

  private tell(subscription: Subscription, { event, told }: Kept): void {
    if (concerns(subscription, told)) this.send(subscription, event, told);
  }

  private send({ id, context, to }: Subscription, event: number, told: Told): void {
    const payload = JSON.stringify(payloadOf(told, event, context));
    if (to.kind === 'stream') to.write(`id: ${event}\ndata: ${payload}\n\n`);
    else this.deliveries.get(id)?.push(payload);
  }

  private deliveryOf(id: string, to: Destination): EventDelivery {
    return new EventDelivery({
      way: this.way,
      to,
      terms: () => this.currentTerms,
      terminated: () => this.remove(id),
      policy: () => this.subscriptions.get(id)?.retryPolicy ?? 'TerminateAfterRetries',
      lost: () => JSON.stringify(payloadOf(this.lost(), this.nextEvent++, this.subscriptions.get(id)?.context ?? '')),
    });
  }

  private lost(): Told {
    const { id, text, severity } = message('EventBufferExceeded');
    return { type: 'Alert', messageId: id, args: [], says: text, severity, at: this.now(), origin: EVENT_SERVICE_URI };
  }

  /** Hosts are listened to once somebody has listened here. */
  private hear(): void {
    if (this.isHearing) return;
    this.isHearing = true;
    this.hearNoMore = this.views().map((view) => view.served.onEvent((event) => this.publish(toldOf(view, event))));
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
        type: 'Alert',
        messageId: `${REGISTRY}.ResourceCreated`,
        args: [],
        says: entry.says,
        severity: entry.severity,
        at: view.served.dateOf(entry.atMs),
        origin: `${view.systemUri}/LogServices/SEL/Entries/${entry.id}`,
      };
    }
  }
}

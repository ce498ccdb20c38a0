// The event service: subscriptions, the stream of server-sent events, and a test event on demand.

import { action } from '../action.ts';
import { choice, FLAG, judgeBody, type Properties, text } from '../body-form.ts';
import { RETRY_POLICIES, type RetryPolicy } from '../event-delivery.ts';
import { EVENT_SERVICE_URI, EVENT_TYPES, type EventHub, type Subscription } from '../event-hub.ts';
import type { HostView } from '../host-view.ts';
import { isList, type Json, type JsonObject, own } from '../json.ts';
import { message } from '../messages.ts';
import { type Branch, collection, link, NOTHING, type Place, readable, SHOWN, visit, type Write } from '../place.ts';

const URI = EVENT_SERVICE_URI;
const STREAM_URI = `${URI}/SSE`;
const SUBSCRIPTIONS_URI = `${URI}/Subscriptions`;

export function eventService(hub: EventHub, asked: HostView | undefined): Branch {
  return ([name, id, ...rest]) => {
    if (name === undefined) return service(hub, asked);
    if (name === 'SSE' && id === undefined) {
      return { ...readable(STREAM_URI, 'EventService', asked, () => serviceBody(hub)), isStream: true };
    }
    if (name !== 'Subscriptions' || rest.length > 0) return undefined;
    if (id === undefined) return subscriptions(hub, asked);
    const found = hub.get(id);
    return found === undefined ? undefined : subscription(hub, found, asked);
  };
}

function service(hub: EventHub, asked: HostView | undefined): Place {
  return {
    ...readable(URI, 'EventService', asked, () => serviceBody(hub)),
    patch: {
      writable: TERMS,
      plans: ({ DeliveryRetryAttempts: attempts, DeliveryRetryIntervalSeconds: intervalSeconds }) => [
        visit(() => {
          hub.setTerms({
            ...(typeof attempts === 'number' ? { attempts } : {}),
            ...(typeof intervalSeconds === 'number' ? { intervalSeconds } : {}),
          });
          return SHOWN;
        }),
      ],
    },
    actions: {
      'EventService.SubmitTestEvent': action(
        'EventService.SubmitTestEvent',
        {
          optional: {
            Message: text(1024),
            MessageArgs: { is: 'list', of: text(1024), lengthMax: 16 },
            MessageId: text(256),
            EventType: choice(...EVENT_TYPES),
            EventId: text(256),
            EventGroupId: { is: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER },
            EventTimestamp: text(64),
            Severity: choice('OK', 'Warning', 'Critical'),
            MessageSeverity: choice('OK', 'Warning', 'Critical'),
            OriginOfCondition: text(1024),
          },
        },
        ({ Message, MessageId, EventType, OriginOfCondition }) =>
          visit(() => {
            hub.publish({
              type: EVENT_TYPES.find((type) => type === EventType) ?? 'Alert',
              messageId: typeof MessageId === 'string' ? MessageId : 'ResourceEvent.1.3.0.TestMessage',
              args: [],
              says: typeof Message === 'string' ? Message : 'Test message.',
              severity: 'OK',
              at: hub.now(),
              origin: typeof OriginOfCondition === 'string' ? OriginOfCondition : URI,
            });
            return NOTHING;
          }),
      ),
    },
  };
}

/** Assumption: wide enough for tests of what a client does when events come late. */
const TERMS: Properties = {
  DeliveryRetryAttempts: { is: 'integer', min: 0, max: 100 },
  DeliveryRetryIntervalSeconds: { is: 'integer', min: 1, max: 3600 },
};

function serviceBody({ terms }: EventHub): JsonObject {
  return {
    Id: 'EventService',
    Name: 'Event Service',
    ServiceEnabled: true,
    Status: { State: 'Enabled', Health: 'OK' },
    DeliveryRetryAttempts: terms.attempts,
    DeliveryRetryIntervalSeconds: terms.intervalSeconds,
    EventFormatTypes: ['Event'],
    EventTypesForSubscription: EVENT_TYPES,
    RegistryPrefixes: ['ResourceEvent'],
    ServerSentEventUri: STREAM_URI,
    Subscriptions: link(SUBSCRIPTIONS_URI),
    Actions: { '#EventService.SubmitTestEvent': { target: `${URI}/Actions/EventService.SubmitTestEvent` } },
  };
}

const WRITABLE: Properties = {
  Context: text(1024),
  DeliveryRetryPolicy: choice(...RETRY_POLICIES),
};

const CREATABLE: Properties = {
  ...WRITABLE,
  Destination: text(1024, /^https?:\/\/[^\s/]+/i),
  Protocol: choice('Redfish'),
  SubscriptionType: choice('RedfishEvent'),
  EventFormatType: choice('Event'),
  EventTypes: { is: 'list', of: choice(...EVENT_TYPES), lengthMax: EVENT_TYPES.length },
  RegistryPrefixes: { is: 'list', of: text(64), lengthMax: 16 },
  MessageIds: { is: 'list', of: text(128), lengthMax: 64 },
  HttpHeaders: { is: 'list', of: { is: 'headers' }, lengthMax: 16 },
  VerifyCertificate: FLAG,
};

const REQUIRED = ['Destination', 'Protocol'];

function subscriptions(hub: EventHub, asked: HostView | undefined): Place {
  const create: Write = (body, user) => {
    const { usable, problems } = judgeBody(body, CREATABLE, {});
    const missing = REQUIRED.filter((name) => own(body, name) === undefined);
    if (missing.length + problems.length > 0) {
      return [...missing.map((name) => message('PropertyMissing', [name], name)), ...problems];
    }
    if (hub.isFull()) return visit(() => refusedAsFull());
    const { Destination, Context, EventTypes, RegistryPrefixes, MessageIds, HttpHeaders, VerifyCertificate } = usable;
    const retryPolicy = policyOf(usable.DeliveryRetryPolicy) ?? 'TerminateAfterRetries';
    return visit(() => {
      const id = hub.add({
        owner: user.name,
        context: typeof Context === 'string' ? Context : '',
        eventTypes: texts(EventTypes),
        registryPrefixes: texts(RegistryPrefixes),
        messageIds: texts(MessageIds),
        retryPolicy,
        to: {
          kind: 'destination',
          address: String(Destination),
          headers: isList(HttpHeaders) ? HttpHeaders : [],
          verifies: VerifyCertificate === true,
        },
      });
      return { kind: 'created', uri: `${SUBSCRIPTIONS_URI}/${id}` };
    });
  };
  return {
    ...readable(SUBSCRIPTIONS_URI, 'EventDestinationCollection', asked, () =>
      collection(
        'Event Subscriptions Collection',
        hub.list().map(({ id }) => `${SUBSCRIPTIONS_URI}/${id}`),
      ),
    ),
    create,
  };
}

function refusedAsFull() {
  const full = message('EventSubscriptionLimitExceeded');
  return { kind: 'refused', refusal: { status: 503, messages: [full] } } as const;
}

function policyOf(value: Json | undefined): RetryPolicy | undefined {
  return RETRY_POLICIES.find((policy) => policy === value);
}

function texts(value: Json | undefined): readonly string[] {
  return isList(value) ? value.map(String) : [];
}

function subscription(hub: EventHub, found: Subscription, asked: HostView | undefined): Place {
  const { id } = found;
  return {
    ...readable(`${SUBSCRIPTIONS_URI}/${id}`, 'EventDestination', asked, () =>
      subscriptionBody(hub.get(id) ?? found, hub.isSuspended(id)),
    ),
    isOwn: (user) => user.name === found.owner,
    patch: {
      writable: WRITABLE,
      plans: ({ Context, DeliveryRetryPolicy }) => [
        visit(() => {
          const retryPolicy = policyOf(DeliveryRetryPolicy);
          hub.change(id, {
            ...(typeof Context === 'string' ? { context: Context } : {}),
            ...(retryPolicy === undefined ? {} : { retryPolicy }),
          });
          return SHOWN;
        }),
      ],
    },
    ...(found.to.kind === 'stream' ? {} : { actions: { 'EventDestination.ResumeSubscription': resume(hub, id) } }),
    remove: () =>
      visit(() => {
        hub.remove(id);
        return NOTHING;
      }),
  };
}

function resume(hub: EventHub, id: string): Write {
  return action(
    'EventDestination.ResumeSubscription',
    { optional: { DeliverBufferedEventDuration: text(64, DURATION) } },
    ({ DeliverBufferedEventDuration: duration }) =>
      visit(() => {
        hub.resume(id, typeof duration === 'string' ? durationMs(duration) : 0);
        return NOTHING;
      }),
  );
}

/** Source: DMTF DSP0266, duration values: of ISO 8601, without years, months and weeks. */
const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

function durationMs(written: string): number {
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = (DURATION.exec(written) ?? [])
    .slice(1)
    .map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

function subscriptionBody(subscription: Subscription, isSuspended: boolean): JsonObject {
  const { id, context, eventTypes, registryPrefixes, messageIds, retryPolicy, to } = subscription;
  const isStream = to.kind === 'stream';
  const resumeUri = `${SUBSCRIPTIONS_URI}/${id}/Actions/EventDestination.ResumeSubscription`;
  return {
    Id: id,
    Name: `Event Destination ${id}`,
    Context: context,
    Destination: isStream ? null : to.address,
    Protocol: 'Redfish',
    SubscriptionType: isStream ? 'SSE' : 'RedfishEvent',
    EventFormatType: 'Event',
    EventTypes: eventTypes.length === 0 ? undefined : eventTypes,
    RegistryPrefixes: registryPrefixes,
    MessageIds: messageIds,
    HttpHeaders: [],
    VerifyCertificate: isStream ? undefined : to.verifies,
    DeliveryRetryPolicy: isStream ? undefined : retryPolicy,
    Status: { State: isSuspended ? 'Disabled' : 'Enabled', Health: 'OK' },
    Actions: isStream ? undefined : { '#EventDestination.ResumeSubscription': { target: resumeUri } },
  };
}

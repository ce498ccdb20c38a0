// Events in two shapes: core/v1 as it is stored, and events.k8s.io/v1 as newer recorders write it.
// Source: kubernetes pkg/apis/events/v1/conversion.go.

import type { KubeObject } from '../../../core/api/object.ts';
import { isJsonObject } from '../same-value.ts';
import type { ObjectShape } from './api-resource.ts';

/** Names of a field in events.k8s.io/v1 and in the core group. */
const RENAMED: readonly (readonly [string, string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];

const TO_CORE = new Map(RENAMED);
const FROM_CORE = new Map(RENAMED.map(([newer, core]) => [core, newer] as const));

export const NEWER_EVENT: ObjectShape = {
  toStored: (object) => renamed(object, TO_CORE, 'v1'),
  fromStored: (object) => renamed(object, FROM_CORE, 'events.k8s.io/v1'),
};

function renamed(event: KubeObject, names: ReadonlyMap<string, string>, apiVersion: string): KubeObject {
  if (!isJsonObject(event)) return event;
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(event)) fields[names.get(name) ?? name] = value;
  return { ...fields, apiVersion, kind: 'Event', metadata: event.metadata };
}

// Events of the medik8s operators: all of them mark their messages in the same way.
// Source: medik8s/common pkg/events.

import type { RecordEventAction } from '../actions.ts';
import type { KubeObject } from '../api/object.ts';

/** A message with the mark that the operators put before each of theirs. */
export function medik8sMessage(text: string): string {
  return `[remediation] ${text}`;
}

/** An event about an object. */
export function medik8sEvent(
  about: KubeObject,
  type: RecordEventAction['type'],
  reason: string,
  message: string,
): RecordEventAction {
  return { do: 'recordEvent', about, type, reason, message: medik8sMessage(message) };
}

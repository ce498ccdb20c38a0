// A failure of a host: counted in its status, told by an Event, and followed by a back-off that grows with the count.

import type { BareMetalHost, HostErrorType } from '../api/bare-metal-host.ts';
import { errorBackoffMs } from './error-backoff.ts';
import { failedStatus, failureEvent, patchHostStatus } from './host-status.ts';
import type { HostScene, Step } from './step.ts';

/** As a failure is told where nothing is heard of a controller. */
export const BMC_SILENT = 'the BMC does not answer';

export interface Failure {
  readonly errorType: HostErrorType;
  readonly message: string;
  /** What failed: the same is tried again after the back-off, another wish at once. */
  readonly intent: string;
  readonly rule: string;
  readonly values?: Step['values'];
}

export function failed({ host, memory, nowMs }: HostScene, failure: Failure, powerFailure?: boolean): Step {
  const { errorType, message, intent, rule, values = {} } = failure;
  return {
    actions: [
      patchHostStatus(host, failedStatus(host, errorType, message), nowMs, powerFailure),
      failureEvent(host, errorType, message),
    ],
    memory: { ...memory, failure: { atMs: nowMs, intent } },
    rule,
    values,
    recheckAtMs: nowMs + errorBackoffMs(host.metadata.uid, errorsOf(host) + 1),
  };
}

/** When `intent` may be tried again after its last failure; 0 when it has not failed, as far as this process knows. */
export function retryAtMs({ host, memory }: HostScene, intent: string): number {
  const { failure } = memory;
  return failure?.intent === intent ? failure.atMs + errorBackoffMs(host.metadata.uid, errorsOf(host)) : 0;
}

/** Nothing until `atMs`. */
export function backingOff({ host, memory, nowMs }: HostScene, atMs: number): Step {
  const values = { errors: errorsOf(host), leftMs: atMs - nowMs };
  return { actions: [], memory, rule: 'backing-off', values, recheckAtMs: atMs };
}

function errorsOf(host: BareMetalHost): number {
  return host.status?.errorCount ?? 0;
}

// Patches of a BareMetalHost's status and annotations as the operator writes them: each carries the uid, and each status
// patch stamps lastUpdated and brings the conditions with it. `null` removes a field.

import type { Action, EffectGuard, MergePatch, ObservePowerAction } from '../actions.ts';
import {
  ANNOTATION_REBOOT,
  BARE_METAL_HOST,
  type BareMetalHost,
  type HostErrorType,
  type HostImage,
  type HostOperation,
  type OperationalStatus,
  type ProvisioningState,
} from '../api/bare-metal-host.ts';
import { keyOf } from '../api/object.ts';
import { formatTime } from '../api/time.ts';
import { EFFECT_START_MS, POWER_POLL_MS } from './defaults.ts';
import { hostConditions, saysPowerFailure } from './host-conditions.ts';
import type { HostState } from './host-vocabulary.ts';

export const FINALIZER_HOST = 'baremetalhost.metal3.io';

type Status = NonNullable<BareMetalHost['status']>;
type Provisioning = NonNullable<Status['provisioning']>;

/** Fields of the status that the operator writes. */
export type HostStatusPatch = {
  readonly operationalStatus?: OperationalStatus;
  readonly errorType?: HostErrorType | null;
  readonly errorMessage?: string;
  readonly errorCount?: number;
  readonly poweredOn?: boolean;
  readonly provisioningFailCount?: number;
  readonly lastAttemptedImage?: HostImage | null;
  readonly hardwareProfile?: string;
  readonly hardware?: object;
  readonly goodCredentials?: Status['goodCredentials'];
  readonly triedCredentials?: Status['triedCredentials'];
  readonly operationHistory?: OperationHistory;
  readonly provisioning?: { readonly [field in keyof Provisioning]?: Provisioning[field] | null };
};

export type OperationHistory = Readonly<
  Partial<Record<HostOperation, { readonly start?: string; readonly end?: string | null }>>
>;

/** Fields that say that nothing is wrong; the count of errors stays. */
export const NO_ERROR_NOW: HostStatusPatch = { operationalStatus: 'OK', errorType: null, errorMessage: '' };
/** Nothing is wrong, and nothing was. */
export const NO_ERROR: HostStatusPatch = { ...NO_ERROR_NOW, errorCount: 0 };

export function stateOf(host: BareMetalHost): HostState {
  const state = host.status?.provisioning?.state ?? '';
  return state === '' ? 'none' : state;
}

/** `powerFailure` where it changes; otherwise it stays what the conditions say. */
export function patchHostStatus(
  host: BareMetalHost,
  status: HostStatusPatch,
  nowMs: number,
  powerFailure = saysPowerFailure(host.status?.conditions),
): Action {
  const old = host.status?.conditions;
  const state: ProvisioningState = status.provisioning?.state ?? host.status?.provisioning?.state ?? '';
  const situation = {
    state: state === '' ? 'none' : state,
    operationalStatus: status.operationalStatus ?? host.status?.operationalStatus,
    powerFailure,
  } as const;
  const conditions = hostConditions(old, situation, nowMs);
  const lastUpdated = formatTime(nowMs);
  return patch(host, 'status', {
    status: conditions === old ? { ...status, lastUpdated } : { ...status, conditions, lastUpdated },
  });
}

/** One more failure. */
export function failedStatus(host: BareMetalHost, errorType: HostErrorType, errorMessage: string): HostStatusPatch {
  return { operationalStatus: 'error', errorType, errorMessage, errorCount: (host.status?.errorCount ?? 0) + 1 };
}

/** The Event of a failure; the operator's events are all of type Normal. */
export function failureEvent(host: BareMetalHost, errorType: HostErrorType, message: string): Action {
  return hostEvent(host, EVENT_OF_ERROR[errorType], message);
}

const EVENT_OF_ERROR: Readonly<Record<HostErrorType, string>> = {
  'registration error': 'RegistrationError',
  'provisioned registration error': 'ProvisionedRegistrationError',
  'inspection error': 'InspectionError',
  'preparation error': 'PreparationError',
  'provisioning error': 'ProvisioningError',
  'power management error': 'PowerManagementError',
  'detach error': 'DetachError',
  'servicing error': 'ServicingError',
};

export function clearOneShotReboot(host: BareMetalHost): Action {
  return annotateHost(host, { [ANNOTATION_REBOOT]: null });
}

/** Annotations to set, or with `null` to remove. */
export function annotateHost(host: BareMetalHost, annotations: Readonly<Record<string, string | null>>): Action {
  return patch(host, 'main', { metadata: { annotations } });
}

/** Refused unless the host is as it was read: the list is shared with others. */
export function patchFinalizers(host: BareMetalHost, finalizers: readonly string[]): Action {
  const { uid, resourceVersion } = host.metadata;
  const action = { do: 'patch', kind: BARE_METAL_HOST, key: keyOf(host), subresource: 'main' } as const;
  return { ...action, patch: { metadata: { finalizers } }, onlyIf: { uid, resourceVersion } };
}

/** An effect on this host must not start if the host has changed since, nor late. */
export function guardOf(host: BareMetalHost, nowMs: number): EffectGuard {
  const { uid, resourceVersion } = host.metadata;
  return {
    onlyIf: [{ kind: BARE_METAL_HOST, key: keyOf(host), uid, resourceVersion }],
    notAfterMs: nowMs + EFFECT_START_MS,
  };
}

export function askPower(host: BareMetalHost): ObservePowerAction {
  return { do: 'observePower', host: keyOf(host) };
}

export function watchPower(host: BareMetalHost): ObservePowerAction {
  return { do: 'observePower', host: keyOf(host), everyMs: POWER_POLL_MS };
}

export function hostEvent(host: BareMetalHost, reason: string, message: string): Action {
  return { do: 'recordEvent', about: host, type: 'Normal', reason, message };
}

function patch(host: BareMetalHost, subresource: 'main' | 'status', body: MergePatch): Action {
  return {
    do: 'patch',
    kind: BARE_METAL_HOST,
    key: keyOf(host),
    subresource,
    patch: body,
    onlyIf: { uid: host.metadata.uid },
  };
}

// Patches of a BareMetalHost's status and annotations as the operator writes them: each carries the uid, and each status
// patch stamps lastUpdated. `null` removes a field.

import type { Action, EffectGuard, MergePatch, ObservePowerAction } from '../actions.ts';
import { ANNOTATION_REBOOT, BARE_METAL_HOST, type BareMetalHost } from '../api/bare-metal-host.ts';
import { keyOf } from '../api/object.ts';
import { formatTime } from '../api/time.ts';
import { EFFECT_START_MS, POWER_POLL_MS } from './defaults.ts';

export const FINALIZER_HOST = 'baremetalhost.metal3.io';

export type HostErrorType = 'registration error' | 'provisioning error' | 'power management error';

/** Fields that say that nothing is wrong. */
export const NO_ERROR: MergePatch = { operationalStatus: 'OK', errorType: null, errorMessage: '', errorCount: 0 };

export function patchHostStatus(host: BareMetalHost, status: MergePatch, nowMs: number): Action {
  return patch(host, 'status', { status: { ...status, lastUpdated: formatTime(nowMs) } });
}

/** One more failure. */
export function failedStatus(host: BareMetalHost, errorType: HostErrorType, errorMessage: string): MergePatch {
  return { operationalStatus: 'error', errorType, errorMessage, errorCount: (host.status?.errorCount ?? 0) + 1 };
}

export function clearOneShotReboot(host: BareMetalHost): Action {
  return patch(host, 'main', { metadata: { annotations: { [ANNOTATION_REBOOT]: null } } });
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

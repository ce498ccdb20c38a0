// Which guards of the host's state table hold at the moment of a decision.

import { ANNOTATION_INSPECT } from '../api/bare-metal-host.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Holds } from '../state-table.ts';
import { isInspectionDisabled } from './arrival-annotations.ts';
import { DELETE_GIVES_UP_AFTER } from './defaults.ts';
import { isCancelled, isNewImage, wantsImage } from './deployed-image.ts';
import { detachRequest, isPaused } from './host-annotations.ts';
import { retryAtMs } from './host-failure.ts';
import { FINALIZER_HOST, stateOf } from './host-status.ts';
import type { HostGuard, HostState } from './host-vocabulary.ts';
import { isRunning, operationEnd, operationKindOf } from './provisioning-operation.ts';
import { hasSlot, isUnlimited, slotsTaken } from './provisioning-slots.ts';
import { appliesSettings } from './settings.ts';
import type { HostScene } from './step.ts';

export interface ProvisioningLimits {
  /** Hosts inspecting, provisioning or deprovisioning at once. The product's default is 20. Source: baremetal-operator, docs/configuration.md. */
  readonly provisioningLimit: number;
  /** Failed deployments of one image before the host is left alone; 0 is without limit. The product's default is 5. Source: baremetal-operator, main.go. */
  readonly maxProvisioningRetries: number;
}

/** States in which a host may be detached without force. */
const DETACHABLE: readonly HostState[] = ['provisioned', 'externally provisioned', 'available', 'ready'];
/** States that hold a provisioning slot. */
const HOLDS_SLOT: readonly HostState[] = ['inspecting', 'provisioning', 'deprovisioning'];

export function guardsOf(scene: HostScene, view: ClusterView, limits: ProvisioningLimits): Holds<HostGuard> {
  const { host, memory, nowMs } = scene;
  const { spec, status, metadata } = host;
  const state = stateOf(host);
  const detach = detachRequest(host);
  const end = operationEnd(host, memory, nowMs);
  const retries = limits.maxProvisioningRetries;
  const reading = memory.reading?.power;
  const isGivenUp = (status?.errorCount ?? 0) > DELETE_GIVES_UP_AFTER;
  const address = spec?.bmc?.address ?? '';
  const credentials = spec?.bmc?.credentialsName ?? '';
  return {
    paused: isPaused(host),
    deleting: metadata.deletionTimestamp !== undefined,
    detachedStatus: status?.operationalStatus === 'detached',
    detachAnnotation: detach !== undefined,
    detachAllowed: detach !== undefined && (detach.force || DETACHABLE.includes(state)),
    delayDelete: detach?.delayDelete === true,
    bmcKnown: address !== '' || credentials !== '',
    credentialsNamed: address !== '' && credentials !== '',
    bmcAnswered: reading === 'on' || reading === 'off',
    external: spec?.externallyProvisioned === true,
    inspect: !isInspectionDisabled(host),
    inspectAgain: (metadata.annotations?.[ANNOTATION_INSPECT] ?? 'disabled') !== 'disabled',
    settingsChanged: state === 'available' && !appliesSettings(host),
    oldFailures: (status?.provisioningFailCount ?? 0) > 0 && (spec?.image?.url ?? '') === '',
    imageWanted: wantsImage(host),
    cancelled: isCancelled(host),
    retriesLeft: retries === 0 || (status?.provisioningFailCount ?? 0) < retries || isNewImage(host),
    capacity:
      (HOLDS_SLOT.includes(state)
        ? isRunning(scene) || hasSlot(host, view, limits.provisioningLimit)
        : slotsTaken(view) < limits.provisioningLimit) || isUnlimited(host),
    succeeded: end?.kind === 'succeeded',
    failed: end !== undefined && end.kind !== 'succeeded',
    errored: status?.errorType !== undefined,
    backingOff: retryAtMs(scene, operationKindOf(host) ?? state) > nowMs,
    gaveUp: isGivenUp,
    unregistered: isGivenUp && status?.errorType === 'registration error',
    powerOffDisabled: spec?.disablePowerOff === true,
    off: status?.poweredOn === false && reading === 'off',
    finalizer: metadata.finalizers?.includes(FINALIZER_HOST) === true,
  };
}

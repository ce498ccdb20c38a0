// Moves of the provisioning state machine: which guards hold, and what each rule of the table writes. The state is written
// first and confirmed; only the next decision, which reads it back, starts the deployment or the cleaning.

import type { Action, MergePatch } from '../actions.ts';
import type { BareMetalHost, ProvisioningState } from '../api/bare-metal-host.ts';
import { formatTime } from '../api/time.ts';
import { assertNever } from '../assert.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Holds } from '../state-table.ts';
import { DELETE_GIVES_UP_AFTER } from './defaults.ts';
import { isCancelled, isNewImage, wantsImage } from './deployed-image.ts';
import { errorBackoffMs } from './error-backoff.ts';
import { detachRequest, isPaused } from './host-annotations.ts';
import {
  askPower,
  clearOneShotReboot,
  FINALIZER_HOST,
  failedStatus,
  hostEvent,
  NO_ERROR,
  patchFinalizers,
  patchHostStatus,
} from './host-status.ts';
import type { HostEdge, HostGuard, HostState } from './host-vocabulary.ts';
import { isRunning, operationEnd, runOperation } from './provisioning-operation.ts';
import { hasSlot, slotsTaken } from './provisioning-slots.ts';
import type { HostScene, Step } from './step.ts';

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

export function stateOf(host: BareMetalHost): HostState {
  const state = host.status?.provisioning?.state ?? '';
  return state === '' ? 'none' : state;
}

export function guardsOf(scene: HostScene, view: ClusterView, limits: ProvisioningLimits): Holds<HostGuard> {
  const { host, memory, nowMs } = scene;
  const { spec, status, metadata } = host;
  const state = stateOf(host);
  const detach = detachRequest(host);
  const end = operationEnd(host, memory, nowMs);
  const retries = limits.maxProvisioningRetries;
  const reading = memory.reading?.power;
  return {
    paused: isPaused(host),
    deleting: metadata.deletionTimestamp !== undefined,
    detachedStatus: status?.operationalStatus === 'detached',
    detachAnnotation: detach !== undefined,
    detachAllowed: detach !== undefined && (detach.force || DETACHABLE.includes(state)),
    delayDelete: detach?.delayDelete === true,
    bmcKnown: (spec?.bmc?.address ?? '') !== '',
    bmcAnswered: reading === 'on' || reading === 'off',
    external: spec?.externallyProvisioned === true,
    inspect: spec?.inspectionMode !== 'disabled' && metadata.annotations?.['inspect.metal3.io'] !== 'disabled',
    imageWanted: wantsImage(host),
    cancelled: isCancelled(host),
    retriesLeft: retries === 0 || (status?.provisioningFailCount ?? 0) < retries || isNewImage(host),
    capacity: HOLDS_SLOT.includes(state)
      ? isRunning(scene) || hasSlot(host, view, limits.provisioningLimit)
      : slotsTaken(view) < limits.provisioningLimit,
    succeeded: end?.kind === 'succeeded',
    failed: end !== undefined && end.kind !== 'succeeded',
    gaveUp: (status?.errorCount ?? 0) > DELETE_GIVES_UP_AFTER,
    off: status?.poweredOn === false && reading === 'off',
    finalizer: metadata.finalizers?.includes(FINALIZER_HOST) === true,
  };
}

/** Carries out one edge of the table. Edges that leave power to be managed are not decided here. */
export function takeEdge(scene: HostScene, edge: HostEdge, limits: ProvisioningLimits): Step {
  const { host, nowMs } = scene;
  switch (edge.rule) {
    case 'paused':
    case 'deletion-delayed':
    case 'stays-detached':
    case 'unmanaged':
    case 'deleting':
      return step(scene, edge, []);
    case 'detached':
      return step(scene, edge, [patchHostStatus(host, { operationalStatus: 'detached' }, nowMs)]);
    case 'reattached': {
      const operationalStatus = host.status?.errorType === undefined ? 'OK' : 'error';
      return step(scene, edge, [patchHostStatus(host, { operationalStatus }, nowMs)]);
    }
    case 'discovered':
      return move(scene, edge, { operationalStatus: 'discovered' });
    case 'deleted-while-detached':
    case 'deletion-without-power-off':
    case 'deletion-started':
    case 'inspected':
    case 'prepared':
    case 'ready-renamed':
    case 'became-external':
    case 'external-flag-cleared':
    case 'registration-started':
    case 'registered-external':
    case 'registered-without-inspection':
    case 'inspection-started':
    case 'deprovisioned-for-deletion':
    case 'deprovisioning-given-up':
    case 'off-before-deletion':
    case 'power-off-given-up':
      return move(scene, edge, NO_ERROR);
    case 'registering':
      return registering(scene, edge);
    case 'retries-exhausted':
      return exhausted(scene, edge, limits);
    case 'delayed':
      return delayed(scene, edge, limits);
    case 'provisioning-started':
      return startProvisioning(scene, edge);
    case 'provisioning-failed':
      return provisioningFailed(scene, edge);
    case 'provisioning-cancelled':
    case 'deprovisioning-started':
    case 'image-removed':
      return startDeprovisioning(scene, edge, NO_ERROR);
    case 'provisioning-ended':
      return provisioned(scene, edge);
    case 'deprovisioned':
      return deprovisioned(scene, edge);
    case 'deprovisioning-failed':
      return deprovisioningFailed(scene, edge);
    case 'provisioning':
      return runOperation(scene, 'provision', edge.rule);
    case 'deprovisioning':
      return deprovision(scene, edge);
    case 'finalizer-removed':
      return step(scene, edge, [
        patchFinalizers(
          host,
          (host.metadata.finalizers ?? []).filter((name) => name !== FINALIZER_HOST),
        ),
      ]);
    case 'available':
    case 'provisioned':
    case 'externally-provisioned':
    case 'powering-off-before-deletion':
      return step(scene, edge, []);
    default:
      return assertNever(edge.rule);
  }
}

function step({ memory }: HostScene, edge: HostEdge, actions: readonly Action[], values: Step['values'] = {}): Step {
  return { actions, memory, rule: edge.rule, values };
}

/** Enters the next state; `status` stands beside it in the same write. */
function move(scene: HostScene, edge: HostEdge, status: MergePatch, provisioning: MergePatch = {}): Step {
  const state: ProvisioningState = edge.to === 'none' ? '' : edge.to;
  const { host, memory, nowMs } = scene;
  const patch = { ...status, provisioning: { state, ...provisioning } };
  return {
    actions: [patchHostStatus(host, patch, nowMs)],
    memory: { ...memory, failure: undefined, delayedUntilMs: 0 },
    rule: edge.rule,
    values: {},
  };
}

function withActions(first: readonly Action[], moved: Step, last: readonly Action[]): Step {
  return { ...moved, actions: [...first, ...moved.actions, ...last] };
}

function registering(scene: HostScene, edge: HostEdge): Step {
  const { host, memory, nowMs } = scene;
  const isSilent = memory.reading?.power === 'unreachable' && host.status?.errorType === undefined;
  const status = failedStatus(host, 'registration error', 'the BMC does not answer');
  return step(scene, edge, isSilent ? [patchHostStatus(host, status, nowMs)] : []);
}

function exhausted(scene: HostScene, edge: HostEdge, limits: ProvisioningLimits): Step {
  const { host, nowMs } = scene;
  const errorMessage = 'the image failed too often';
  const status = { operationalStatus: 'error', errorType: 'provisioning error', errorMessage };
  const values = { failures: host.status?.provisioningFailCount ?? 0, retries: limits.maxProvisioningRetries };
  const isSaid = host.status?.operationalStatus === 'error' && host.status.errorMessage === errorMessage;
  return step(scene, edge, isSaid ? [] : [patchHostStatus(host, status, nowMs)], values);
}

/** No slot: the state stays, and the host asks again after the first step of the back-off. */
function delayed(scene: HostScene, edge: HostEdge, limits: ProvisioningLimits): Step {
  const { host, memory, nowMs } = scene;
  const isSaid = host.status?.operationalStatus === 'delayed';
  const again = memory.delayedUntilMs > nowMs ? memory.delayedUntilMs : nowMs + errorBackoffMs(host.metadata.uid, 1);
  return {
    actions: isSaid ? [] : [patchHostStatus(host, { operationalStatus: 'delayed' }, nowMs)],
    memory: { ...memory, delayedUntilMs: again },
    rule: edge.rule,
    values: { limit: limits.provisioningLimit },
    recheckAtMs: again,
  };
}

function startProvisioning(scene: HostScene, edge: HostEdge): Step {
  const { host, nowMs } = scene;
  const status = {
    ...NO_ERROR,
    ...(isNewImage(host) ? { provisioningFailCount: 0 } : {}),
    lastAttemptedImage: host.spec?.image ?? null,
    operationHistory: { provision: { start: formatTime(nowMs), end: null } },
  };
  return withActions([], move(scene, edge, status), [
    hostEvent(host, 'ProvisioningStarted', 'Image provisioning started'),
  ]);
}

function provisioningFailed(scene: HostScene, edge: HostEdge): Step {
  const { host, memory, nowMs } = scene;
  const failures = (host.status?.provisioningFailCount ?? 0) + 1;
  const end = operationEnd(host, memory, nowMs);
  const message = end !== undefined && end.kind !== 'succeeded' ? end.message : '';
  const failed = { ...failedStatus(host, 'provisioning error', message), provisioningFailCount: failures };
  return { ...startDeprovisioning(scene, edge, failed), values: { failures } };
}

function startDeprovisioning(scene: HostScene, edge: HostEdge, status: MergePatch): Step {
  const { host, nowMs } = scene;
  const operationHistory = { deprovision: { start: formatTime(nowMs), end: null } };
  return withActions([], move(scene, edge, { ...status, operationHistory }), [
    hostEvent(host, 'DeprovisioningStarted', 'Image deprovisioning started'),
  ]);
}

/** The provisioner has booted the image: power is read, not assumed. */
function provisioned(scene: HostScene, edge: HostEdge): Step {
  const { host, nowMs } = scene;
  const status = { ...NO_ERROR, provisioningFailCount: 0, operationHistory: { provision: { end: formatTime(nowMs) } } };
  const deployed = { image: host.spec?.image ?? null, customDeploy: host.spec?.customDeploy ?? null };
  return asked(
    withActions(clearedReboot(host), move(scene, edge, status, deployed), [
      hostEvent(host, 'ProvisioningComplete', 'Image provisioning completed'),
      askPower(host),
    ]),
  );
}

function deprovisioned(scene: HostScene, edge: HostEdge): Step {
  const { host, nowMs } = scene;
  const status = { ...NO_ERROR, operationHistory: { deprovision: { end: formatTime(nowMs) } } };
  return asked(
    withActions(clearedReboot(host), move(scene, edge, status, { image: null, customDeploy: null }), [
      hostEvent(host, 'DeprovisioningComplete', 'Image deprovisioning completed'),
      askPower(host),
    ]),
  );
}

/** The one-shot annotation has been answered by the boots of the operation; suffixed ones stay. */
function clearedReboot(host: BareMetalHost): readonly Action[] {
  return host.metadata.annotations?.['reboot.metal3.io'] === undefined ? [] : [clearOneShotReboot(host)];
}

function asked(moved: Step): Step {
  return { ...moved, memory: { ...moved.memory, operation: undefined, reading: undefined, asked: true } };
}

function deprovisioningFailed(scene: HostScene, edge: HostEdge): Step {
  const { host, memory, nowMs } = scene;
  const end = operationEnd(host, memory, nowMs);
  const message = end !== undefined && end.kind !== 'succeeded' ? end.message : '';
  return {
    actions: [patchHostStatus(host, failedStatus(host, 'provisioning error', message), nowMs)],
    memory: { ...memory, failure: { atMs: nowMs, intent: 'deprovision' } },
    rule: edge.rule,
    values: {},
    recheckAtMs: nowMs + errorBackoffMs(host.metadata.uid, (host.status?.errorCount ?? 0) + 1),
  };
}

/** After a failure the next try is another operation, and waits. */
function deprovision(scene: HostScene, edge: HostEdge): Step {
  const { host, memory, nowMs } = scene;
  const { failure } = memory;
  if (failure?.intent === 'deprovision' && !isRunning(scene)) {
    const retryAtMs = failure.atMs + errorBackoffMs(host.metadata.uid, host.status?.errorCount ?? 0);
    if (nowMs < retryAtMs) {
      const values = { errors: host.status?.errorCount ?? 0, leftMs: retryAtMs - nowMs };
      return { actions: [], memory, rule: 'backing-off', values, recheckAtMs: retryAtMs };
    }
  }
  return runOperation(scene, 'deprovision', edge.rule);
}

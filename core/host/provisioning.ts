// Moves of the provisioning state machine: what each rule of the table writes. The state is written first and confirmed; only
// the next decision, which reads it back, starts the inspection, the deployment or the cleaning.

import type { Action } from '../actions.ts';
import { ANNOTATION_INSPECT, ANNOTATION_REBOOT, type BareMetalHost } from '../api/bare-metal-host.ts';
import { assertNever } from '../assert.ts';
import { isNewImage } from './deployed-image.ts';
import { errorBackoffMs } from './error-backoff.ts';
import { backingOff, type Failure, failed, retryAtMs } from './host-failure.ts';
import type { ProvisioningLimits } from './host-guards.ts';
import {
  annotateHost,
  askPower,
  FINALIZER_HOST,
  type HostStatusPatch,
  hostEvent,
  NO_ERROR,
  patchFinalizers,
  patchHostStatus,
} from './host-status.ts';
import type { HostEdge } from './host-vocabulary.ts';
import { moved } from './moved.ts';
import { operationEnd, runOperation } from './provisioning-operation.ts';
import { credentialsMissing, registered, registering } from './registration.ts';
import { wantedSettings } from './settings.ts';
import type { HostScene, Step } from './step.ts';

/** Carries out one edge of the table. Edges that leave power to be managed are not decided here. */
export function takeEdge(scene: HostScene, edge: HostEdge, limits: ProvisioningLimits): Step {
  const { host, nowMs } = scene;
  switch (edge.rule) {
    case 'paused':
    case 'deletion-delayed':
    case 'stays-detached':
    case 'unmanaged':
    case 'failed-provisioning-waits':
    case 'deleting':
    case 'available':
    case 'provisioned':
    case 'externally-provisioned':
    case 'powering-off-before-deletion':
      return waits(scene, edge);
    case 'detached':
      return step(scene, edge, [patchHostStatus(host, { operationalStatus: 'detached' }, nowMs)]);
    case 'reattached': {
      const operationalStatus = host.status?.errorType === undefined ? 'OK' : 'error';
      return step(scene, edge, [patchHostStatus(host, { operationalStatus }, nowMs)]);
    }
    case 'discovered':
      return withEvent(
        moved(scene, edge, { operationalStatus: 'discovered' }),
        hostEvent(host, 'Discovered', 'Discovered host with no BMC details'),
      );
    case 'deleted-while-detached':
    case 'deletion-without-power-off':
    case 'deletion-without-cleaning':
    case 'deletion-started':
    case 'profile-matched':
    case 'ready-renamed':
    case 'registration-started':
    case 'inspection-repeated':
    case 'settings-changed':
    case 'deprovisioning-given-up':
    case 'power-off-disabled':
    case 'off-before-deletion':
    case 'power-off-given-up':
    case 'provisioning-cancelled':
    case 'deprovisioning-started':
    case 'image-removed':
      return moved(scene, edge, NO_ERROR);
    case 'became-external':
      return moved(scene, edge, { ...NO_ERROR, provisioning: { rootDeviceHints: null } });
    case 'external-flag-cleared':
      return moved(scene, edge, { ...NO_ERROR, provisioning: deployedNow(host) });
    case 'prepared':
      return moved(scene, edge, { ...NO_ERROR, provisioning: wantedSettings(host) });
    case 'credentials-missing':
      return credentialsMissing(scene, edge);
    case 'registering':
      return registering(scene, edge);
    case 'registered-external':
    case 'registered-without-inspection':
    case 'inspection-started':
      return registered(scene, edge);
    case 'inspection-skipped':
      return withEvent(moved(scene, edge, NO_ERROR), hostEvent(host, 'InspectionSkipped', 'disabled by user'));
    case 'inspected':
      return inspected(scene, edge);
    case 'inspection-failed':
      return operationFailed(scene, edge, 'inspection error', 'inspect');
    case 'inspecting':
      return inspect(scene, edge);
    case 'failures-forgotten':
      return step(scene, edge, [patchHostStatus(host, { provisioningFailCount: 0, lastAttemptedImage: null }, nowMs)]);
    case 'retries-exhausted':
      return exhausted(scene, edge, limits);
    case 'delayed':
      return delayed(scene, edge, limits);
    case 'provisioning-started':
      return startProvisioning(scene, edge);
    case 'provisioning-failed':
      return operationFailed(scene, edge, 'provisioning error', 'provision');
    case 'failed-provisioning-cleaned':
      return cleanAfterFailure(scene, edge);
    case 'provisioning-ended':
      return provisioned(scene, edge);
    case 'deprovisioned':
    case 'deprovisioned-for-deletion':
      return deprovisioned(scene, edge);
    case 'deprovisioning-failed':
      return operationFailed(scene, edge, 'provisioning error', 'deprovision');
    case 'provisioning':
      return runOperation(scene, 'provision', edge.rule);
    case 'deprovisioning':
      return runOperation(scene, 'deprovision', edge.rule);
    case 'finalizer-removed': {
      const finalizers = (host.metadata.finalizers ?? []).filter((name) => name !== FINALIZER_HOST);
      return step(scene, edge, [patchFinalizers(host, finalizers)]);
    }
    default:
      return assertNever(edge.rule);
  }
}

function step({ memory }: HostScene, edge: HostEdge, actions: readonly Action[], values: Step['values'] = {}): Step {
  return { actions, memory, rule: edge.rule, values };
}

/** Nothing, until a back-off ends or something changes. */
function waits(scene: HostScene, edge: HostEdge): Step {
  const againAtMs = edge.rule === 'failed-provisioning-waits' ? retryAtMs(scene, 'provision') : 0;
  const next = step(scene, edge, []);
  return againAtMs > scene.nowMs ? { ...next, recheckAtMs: againAtMs } : next;
}

function withEvent(next: Step, event: Action): Step {
  return { ...next, actions: [...next.actions, event] };
}

/** The annotations that the start of an inspection answers go first: a request that comes later is another one. */
function inspect(scene: HostScene, edge: HostEdge): Step {
  const { host } = scene;
  const { annotations = {} } = host.metadata;
  const again = annotations[ANNOTATION_INSPECT] !== undefined && annotations[ANNOTATION_INSPECT] !== 'disabled';
  const reboot = annotations[ANNOTATION_REBOOT] !== undefined;
  if (!again && !reboot) return runOperation(scene, 'inspect', edge.rule);
  const answered = {
    ...(again ? { [ANNOTATION_INSPECT]: null } : {}),
    ...(reboot ? { [ANNOTATION_REBOOT]: null } : {}),
  };
  return step(scene, edge, [annotateHost(host, answered)]);
}

function inspected(scene: HostScene, edge: HostEdge): Step {
  const done = hostEvent(scene.host, 'InspectionComplete', 'Hardware inspection completed');
  return asked(withEvent(withEvent(moved(scene, edge, NO_ERROR), done), askPower(scene.host)));
}

/** An operation that failed is tried again after the back-off, under another name. */
function operationFailed(
  scene: HostScene,
  edge: HostEdge,
  errorType: Failure['errorType'],
  intent: Failure['intent'],
): Step {
  const end = operationEnd(scene.host, scene.memory, scene.nowMs);
  const message = end === undefined || end.kind === 'succeeded' ? '' : end.message;
  return failed(scene, { errorType, message, intent, rule: edge.rule });
}

/** The limit is reached: said again after each back-off, until the image changes. */
function exhausted(scene: HostScene, edge: HostEdge, limits: ProvisioningLimits): Step {
  const againAtMs = retryAtMs(scene, edge.rule);
  if (againAtMs > scene.nowMs) return backingOff(scene, againAtMs);
  const values = { failures: scene.host.status?.provisioningFailCount ?? 0, retries: limits.maxProvisioningRetries };
  const message = `the image failed ${values.failures} times, the limit is ${values.retries}: change the image or reset provisioningFailCount`;
  return failed(scene, { errorType: 'provisioning error', message, intent: edge.rule, rule: edge.rule, values });
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
  const { host } = scene;
  return moved(scene, edge, {
    ...NO_ERROR,
    ...(isNewImage(host) ? { provisioningFailCount: 0 } : {}),
    lastAttemptedImage: host.spec?.image ?? null,
  });
}

function cleanAfterFailure(scene: HostScene, edge: HostEdge): Step {
  const failures = (scene.host.status?.provisioningFailCount ?? 0) + 1;
  return { ...moved(scene, edge, { provisioningFailCount: failures }), values: { failures } };
}

/** The provisioner has booted the image: power is read, not assumed. */
function provisioned(scene: HostScene, edge: HostEdge): Step {
  const { host } = scene;
  const status = { ...NO_ERROR, provisioningFailCount: 0, provisioning: deployedNow(host) };
  return ended(scene, edge, status, hostEvent(host, 'ProvisioningComplete', 'Image provisioning completed'));
}

function deprovisioned(scene: HostScene, edge: HostEdge): Step {
  const status = { ...NO_ERROR, provisioning: { image: null, customDeploy: null, rootDeviceHints: null } };
  const done = hostEvent(scene.host, 'DeprovisioningComplete', 'Image deprovisioning completed');
  return ended(scene, edge, status, done);
}

/** The annotation without suffix has been answered by the boots of the operation; suffixed ones stay. */
function ended(scene: HostScene, edge: HostEdge, status: HostStatusPatch, event: Action): Step {
  const { host } = scene;
  const isAnswered = host.metadata.annotations?.[ANNOTATION_REBOOT] !== undefined;
  const cleared = isAnswered ? [annotateHost(host, { [ANNOTATION_REBOOT]: null })] : [];
  const next = moved(scene, edge, status);
  return asked({ ...next, actions: [...cleared, ...next.actions, event, askPower(host)] });
}

function asked(next: Step): Step {
  return { ...next, memory: { ...next.memory, operation: undefined, reading: undefined, asked: true } };
}

/** Spec as it is deployed. */
function deployedNow({ spec }: BareMetalHost) {
  return { image: spec?.image ?? null, customDeploy: spec?.customDeploy ?? null };
}

// Annotations that a host brings from elsewhere: its status, for a host that was moved between clusters, and hardware details
// in place of an inspection. Each is taken over once and removed.
// Source: baremetal-operator, internal/controller/metal3.io/baremetalhost_controller.go (reconcileHostData, updateHardwareDetails).
//
// Divergence from reality: HardwareData objects are not asked; JSON with unknown fields is taken as it is.

import {
  ANNOTATION_HARDWARE_DETAILS,
  ANNOTATION_INSPECT,
  ANNOTATION_STATUS,
  type BareMetalHost,
} from '../api/bare-metal-host.ts';
import { parsed } from './host-annotations.ts';
import { annotateHost, hostEvent, patchHostStatus } from './host-status.ts';
import type { HostScene, Step } from './step.ts';

export const ARRIVAL_RULES = {
  'status-restored': 'The status is taken from the annotation.',
  'status-annotation-removed': 'The host has a status: the annotation is not needed.',
  'hardware-taken-over': 'The hardware details are taken from the annotation.',
  'hardware-annotation-removed': 'The annotation with hardware details is removed.',
} as const;

/** What an annotation asks for, or undefined: the usual case, and a cheap one. */
export function readArrival(scene: HostScene): Step | undefined {
  const { annotations } = scene.host.metadata;
  if (annotations === undefined) return undefined;
  const status = annotations[ANNOTATION_STATUS];
  if (status !== undefined) return restoreStatus(scene, objectIn(status));
  const details = annotations[ANNOTATION_HARDWARE_DETAILS];
  return details === undefined ? undefined : takeHardware(scene, objectIn(details));
}

function restoreStatus({ host, memory, nowMs }: HostScene, status: object | undefined): Step {
  if (host.status?.lastUpdated === undefined && status !== undefined) {
    return { actions: [patchHostStatus(host, status, nowMs)], memory, rule: 'status-restored', values: {} };
  }
  const actions = [annotateHost(host, { [ANNOTATION_STATUS]: null })];
  return { actions, memory, rule: 'status-annotation-removed', values: {} };
}

function takeHardware({ host, memory, nowMs }: HostScene, hardware: object | undefined): Step {
  const isFree = host.status?.hardware === undefined || isInspectionDisabled(host);
  const isNew = hardware !== undefined && JSON.stringify(host.status?.hardware) !== JSON.stringify(hardware);
  const removed = annotateHost(host, { [ANNOTATION_HARDWARE_DETAILS]: null });
  if (!isFree) {
    const ignored = hostEvent(host, 'RemoveAnnotation', 'HardwareDetails annotation ignored, status already set');
    return { actions: [removed, ignored], memory, rule: 'hardware-annotation-removed', values: {} };
  }
  if (!isNew) return { actions: [removed], memory, rule: 'hardware-annotation-removed', values: {} };
  const event = hostEvent(host, 'UpdateHardwareDetails', 'Set HardwareDetails from hardware data or annotation');
  const actions = [patchHostStatus(host, { hardware }, nowMs), removed, event];
  return { actions, memory, rule: 'hardware-taken-over', values: {} };
}

/** The field comes first; the annotation is its older form. */
export function isInspectionDisabled({ spec, metadata }: BareMetalHost): boolean {
  return spec?.inspectionMode === 'disabled' || metadata.annotations?.[ANNOTATION_INSPECT] === 'disabled';
}

function objectIn(text: string): object | undefined {
  const value = parsed(text)?.value;
  return typeof value === 'object' && value !== null ? value : undefined;
}

// One inspection, deployment or cleaning: its name, its start, its end. The name derives from what the API holds (the stamp
// written when the state was entered, and the failures so far), so that a successor after a crash asks for the same operation.

import type { EffectAction } from '../actions.ts';
import type { BareMetalHost } from '../api/bare-metal-host.ts';
import { keyOf } from '../api/object.ts';
import type { OperationEnd } from '../facts.ts';
import { OPERATION_LOST_AFTER_MS } from './defaults.ts';
import { backingOff, retryAtMs } from './host-failure.ts';
import type { HostMemory } from './host-memory.ts';
import { guardOf, hostEvent, NO_ERROR_NOW, patchHostStatus } from './host-status.ts';
import type { HostScene, Step } from './step.ts';

export type OperationKind = 'inspect' | 'provision' | 'deprovision';

const STARTED: Readonly<Record<OperationKind, { readonly reason: string; readonly message: string }>> = {
  inspect: { reason: 'InspectionStarted', message: 'Hardware inspection started' },
  provision: { reason: 'ProvisioningStarted', message: 'Image provisioning started' },
  deprovision: { reason: 'DeprovisioningStarted', message: 'Image deprovisioning started' },
};

/** The operation that the provisioning state asks for, if any. */
export function operationKindOf(host: BareMetalHost): OperationKind | undefined {
  switch (host.status?.provisioning?.state) {
    case 'inspecting':
      return 'inspect';
    case 'provisioning':
      return 'provision';
    case 'deprovisioning':
      return 'deprovision';
    default:
      return undefined;
  }
}

function operationIdOf(host: BareMetalHost, kind: OperationKind): string {
  const start = host.status?.operationHistory?.[kind]?.start ?? `generation ${host.metadata.generation ?? 0}`;
  return `${host.metadata.uid}:${kind}:${start}:${host.status?.errorCount ?? 0}`;
}

/**
 * How the current operation ended, or undefined while it runs or before it starts. One that says nothing for too long has
 * failed: nobody will say anything about it any more (its controller died).
 */
export function operationEnd(host: BareMetalHost, memory: HostMemory, nowMs: number): OperationEnd | undefined {
  const kind = operationKindOf(host);
  const { operation } = memory;
  if (kind === undefined || operation === undefined || operation.operationId !== operationIdOf(host, kind)) {
    return undefined;
  }
  if (operation.end !== undefined) return operation.end;
  const isLost = nowMs >= operation.startedAtMs + OPERATION_LOST_AFTER_MS;
  return isLost ? { kind: 'failed', message: `no answer for ${OPERATION_LOST_AFTER_MS} ms` } : undefined;
}

/** The operation of the state was started by this controller. */
export function isRunning({ host, memory }: HostScene): boolean {
  const kind = operationKindOf(host);
  return kind !== undefined && memory.operation?.operationId === operationIdOf(host, kind);
}

/** Starts the operation of the state, once and not before its back-off is over; afterwards waits for its end. */
export function runOperation(scene: HostScene, kind: OperationKind, rule: string): Step {
  const { host, memory, nowMs } = scene;
  const operationId = operationIdOf(host, kind);
  const { operation } = memory;
  if (operation !== undefined && isRunning(scene)) {
    return { actions: [], memory, rule, values: {}, recheckAtMs: operation.startedAtMs + OPERATION_LOST_AFTER_MS };
  }
  const againAtMs = retryAtMs(scene, kind);
  if (againAtMs > nowMs) return backingOff(scene, againAtMs);
  if (host.status?.operationalStatus === 'delayed' || host.status?.errorType !== undefined) {
    return { actions: [patchHostStatus(host, NO_ERROR_NOW, nowMs)], memory, rule, values: {} };
  }
  const { reason, message } = STARTED[kind];
  return {
    actions: [effectOf(host, kind, operationId, nowMs), hostEvent(host, reason, message)],
    memory: {
      ...memory,
      operation: { operationId, startedAtMs: nowMs, end: undefined },
      command: undefined,
      asked: false,
    },
    rule,
    values: {},
    recheckAtMs: nowMs + OPERATION_LOST_AFTER_MS,
  };
}

function effectOf(host: BareMetalHost, kind: OperationKind, operationId: string, nowMs: number): EffectAction {
  const effect = { host: keyOf(host), operationId, guard: guardOf(host, nowMs) };
  switch (kind) {
    case 'inspect':
      return { do: 'inspect', mode: host.spec?.inspectionMode === 'fast' ? 'fast' : 'agent', ...effect };
    case 'provision':
      return { do: 'provision', cleaning: wasCleaned(host) ? 'disabled' : cleaningOf(host), ...effect };
    case 'deprovision':
      return { do: 'deprovision', cleaning: cleaningOf(host), ...effect };
  }
}

function cleaningOf(host: BareMetalHost): 'metadata' | 'disabled' {
  return host.spec?.automatedCleaningMode ?? 'metadata';
}

/**
 * Cleaning follows a deprovisioning, and precedes the first deployment after an inspection. A host without any record of an
 * inspection counts as clean.
 */
function wasCleaned({ status }: BareMetalHost): boolean {
  const inspectedAt = status?.operationHistory?.inspect?.end ?? '';
  return inspectedAt === '' || (status?.operationHistory?.deprovision?.end ?? '') > inspectedAt;
}

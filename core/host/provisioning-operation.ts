// One deployment or cleaning: its name, its start, its end. The name derives from what the API holds (the stamp written when
// the state was entered, and the failures so far), so that a successor after a crash asks for the same operation.

import type { Action } from '../actions.ts';
import type { BareMetalHost } from '../api/bare-metal-host.ts';
import { keyOf } from '../api/object.ts';
import type { OperationEnd } from '../facts.ts';
import { OPERATION_LOST_AFTER_MS } from './defaults.ts';
import type { HostMemory } from './host-memory.ts';
import { guardOf, patchHostStatus } from './host-status.ts';
import type { HostScene, Step } from './step.ts';

export type OperationKind = 'provision' | 'deprovision';

/** The operation that the provisioning state asks for, if any. */
function operationKindOf(host: BareMetalHost): OperationKind | undefined {
  switch (host.status?.provisioning?.state) {
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

/** Starts the operation of the state, once; afterwards waits for its end. */
export function runOperation(scene: HostScene, kind: OperationKind, rule: string): Step {
  const { host, memory, nowMs } = scene;
  const operationId = operationIdOf(host, kind);
  const { operation } = memory;
  if (host.status?.operationalStatus === 'delayed') {
    return { actions: [patchHostStatus(host, { operationalStatus: 'OK' }, nowMs)], memory, rule, values: {} };
  }
  if (operation !== undefined && isRunning(scene)) {
    return { actions: [], memory, rule, values: {}, recheckAtMs: operation.startedAtMs + OPERATION_LOST_AFTER_MS };
  }
  const guard = guardOf(host, nowMs);
  const start: Action =
    kind === 'provision'
      ? { do: 'provision', host: keyOf(host), operationId, guard }
      : { do: 'deprovision', host: keyOf(host), cleaning: cleaningOf(host), operationId, guard };
  return {
    actions: [start],
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

function cleaningOf(host: BareMetalHost): 'metadata' | 'disabled' {
  return host.spec?.automatedCleaningMode ?? 'metadata';
}

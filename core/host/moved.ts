// A change of the provisioning state: one status write that also keeps the history of operations and the boot mode.
// Source: baremetal-operator, internal/controller/metal3.io/host_state_machine.go (updateHostStateFrom).

import type { BareMetalHost, HostOperation, ProvisioningState } from '../api/bare-metal-host.ts';
import { formatTime } from '../api/time.ts';
import { type HostStatusPatch, type OperationHistory, patchHostStatus, stateOf } from './host-status.ts';
import type { HostEdge, HostState } from './host-vocabulary.ts';
import type { HostScene, Step } from './step.ts';

const OPERATION_OF: Readonly<Partial<Record<HostState, HostOperation>>> = {
  registering: 'register',
  inspecting: 'inspect',
  provisioning: 'provision',
  deprovisioning: 'deprovision',
};

const KEEPS_BOOT_MODE: ReadonlySet<HostState> = new Set<HostState>(['registering', 'inspecting', 'provisioning']);
/** Source: baremetal-operator, apis/metal3.io/v1alpha1/baremetalhost_types.go (DefaultBootMode). */
const BOOT_MODE = 'UEFI';

/** Enters the next state; `status` stands beside it in the same write. */
export function moved(scene: HostScene, edge: HostEdge, status: HostStatusPatch): Step {
  const { host, memory, nowMs } = scene;
  const state: ProvisioningState = edge.to === 'none' ? '' : edge.to;
  const operationHistory = historyOf(host, edge.to, nowMs);
  const patch: HostStatusPatch = {
    ...status,
    provisioning: {
      ...status.provisioning,
      state,
      ...(KEEPS_BOOT_MODE.has(edge.to) ? { bootMode: host.spec?.bootMode ?? BOOT_MODE } : {}),
    },
    ...(operationHistory === undefined ? {} : { operationHistory }),
  };
  return {
    actions: [patchHostStatus(host, patch, nowMs)],
    memory: { ...memory, failure: undefined, delayedUntilMs: 0 },
    rule: edge.rule,
    values: {},
  };
}

/** The operation of the state that is left ends, that of the next one starts; undefined when neither has one. */
function historyOf(host: BareMetalHost, next: HostState, nowMs: number): OperationHistory | undefined {
  const [left, entered] = [OPERATION_OF[stateOf(host)], OPERATION_OF[next]];
  if (left === undefined && entered === undefined) return undefined;
  const now = formatTime(nowMs);
  const known = left === undefined ? undefined : host.status?.operationHistory?.[left];
  const isOpen = (known?.start ?? '') !== '' && (known?.end ?? '') === '';
  return {
    ...(left !== undefined && isOpen ? { [left]: { end: now } } : {}),
    ...(entered === undefined ? {} : { [entered]: { start: now, end: null } }),
  };
}

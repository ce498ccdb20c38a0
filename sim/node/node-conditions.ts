// The conditions of a Node: what a kubelet posts, and what the node lifecycle controller makes of one that fell silent.
// Source: kubernetes pkg/kubelet/nodestatus/setters.go; pkg/controller/nodelifecycle/node_lifecycle_controller.go
// (tryUpdateNodeHealth).
//
// Divergence from reality: lastHeartbeatTime is left out, because every report would change it.

import { type Condition, findCondition, withConditions } from '../../core/api/conditions.ts';
import type { Node } from '../../core/api/node.ts';
import { formatTime } from '../../core/api/time.ts';
import type { Pressure } from '../host/host-effect.ts';
import type { KubeletReport } from '../host/kubelet-report.ts';

type Said = Omit<Condition, 'lastTransitionTime'>;

const PRESSURES: readonly Pressure[] = ['MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** By the reason of a condition: what is said with it. */
export const NODE_CONDITION_MESSAGES = {
  KubeletHasSufficientMemory: 'kubelet has sufficient memory available',
  KubeletHasNoDiskPressure: 'kubelet has no disk pressure',
  KubeletHasSufficientPID: 'kubelet has sufficient PID available',
  KubeletReady: 'kubelet is posting ready status',
  KubeletNotReady: 'container runtime network not ready',
  NodeStatusUnknown: 'Kubelet stopped posting node status.',
  NodeStatusNeverUpdated: 'Kubelet never posted node status.',
} as const;

type Reason = keyof typeof NODE_CONDITION_MESSAGES;

function because(type: string, status: Condition['status'], reason: Reason): Said {
  return { type, status, reason, message: NODE_CONDITION_MESSAGES[reason] };
}

const NO_PRESSURE: readonly Said[] = [
  because('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
  because('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
  because('PIDPressure', 'False', 'KubeletHasSufficientPID'),
];

/** The same of a node that is short of something. */
const UNDER_PRESSURE: Readonly<Record<Pressure, Omit<Said, 'type' | 'status'>>> = {
  MemoryPressure: {
    reason: 'KubeletHasInsufficientMemory',
    message: 'kubelet has insufficient memory available',
  },
  DiskPressure: { reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' },
  PIDPressure: { reason: 'KubeletHasInsufficientPID', message: 'kubelet has insufficient PID available' },
};

/** What a kubelet posts whose node can take pods, and one whose network is not up yet. */
const READY: readonly Said[] = [...NO_PRESSURE, because('Ready', 'True', 'KubeletReady')];
const NOT_READY: readonly Said[] = [...NO_PRESSURE, because('Ready', 'False', 'KubeletNotReady')];

/** Conditions that silence turns Unknown. NetworkUnavailable belongs to the control plane and is left alone. */
const SILENCED: readonly string[] = ['Ready', ...PRESSURES];

/**
 * The list with what a kubelet posts; the same array when nothing changes.
 * @param nowMs by the kubelet's own clock: what it changes bears this stamp.
 */
export function kubeletConditions(
  conditions: readonly Condition[] | undefined,
  report: KubeletReport,
  nowMs: number,
): readonly Condition[] {
  return withConditions(conditions, said(report), nowMs);
}

function said({ ready, message, pressures }: KubeletReport): readonly Said[] {
  const usual = ready === 'True' ? READY : NOT_READY;
  if (message === undefined && pressures.length === 0) return usual;
  return usual.map((each) => {
    const pressure = pressures.find((type) => type === each.type);
    if (pressure !== undefined) return { type: pressure, status: 'True', ...UNDER_PRESSURE[pressure] };
    return each.type === 'Ready' && message !== undefined ? { ...each, message } : each;
  });
}

/** The pressures in the list are those of the report. */
export function showsPressures(
  conditions: readonly Condition[] | undefined,
  { pressures }: Pick<KubeletReport, 'pressures'>,
): boolean {
  for (const type of PRESSURES) {
    if ((findCondition(conditions, type)?.status === 'True') !== pressures.includes(type)) return false;
  }
  return true;
}

/**
 * The list with the four conditions of a silent node Unknown: NodeStatusUnknown where the kubelet had posted one,
 * NodeStatusNeverUpdated where it never had. A condition that is Unknown already keeps its reason and its stamp.
 */
export function silentConditions(node: Node, nowMs: number): readonly Condition[] {
  const lastTransitionTime = formatTime(nowMs);
  const conditions = [...(node.status?.conditions ?? [])];
  for (const type of SILENCED) {
    const old = findCondition(conditions, type);
    if (old === undefined) {
      conditions.push({ ...because(type, 'Unknown', 'NodeStatusNeverUpdated'), lastTransitionTime });
    } else if (old.status !== 'Unknown') {
      conditions[conditions.indexOf(old)] = { ...because(type, 'Unknown', 'NodeStatusUnknown'), lastTransitionTime };
    }
  }
  return conditions;
}

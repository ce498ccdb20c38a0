// The table of Pods, with kubectl's idea of a pod's status. Source: kubernetes pkg/printers/internalversion/printers.go (printPod).

import { findCondition } from '../../../core/api/conditions.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { parseTime } from '../../../core/api/time.ts';
import { listAt, numberAt, textAt, valueAt } from '../json-fields.ts';
import { humanDuration } from './human-duration.ts';
import { conditionsOf } from './node-columns.ts';
import { AGE_COLUMN, column, NAME_COLUMN, type TableColumn, textColumn } from './table-column.ts';

export const POD_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  column('Ready', 'string', readyContainers),
  column('Status', 'string', podStatus),
  column('Restarts', 'string', restarts),
  AGE_COLUMN,
  column(
    'IP',
    'string',
    (pod) => textAt(listAt(pod, 'status', 'podIPs')[0], 'ip') || textAt(pod, 'status', 'podIP') || '<none>',
    1,
  ),
  textColumn('Node', ['spec', 'nodeName'], '<none>', 1),
  textColumn('Nominated Node', ['status', 'nominatedNodeName'], '<none>', 1),
  column('Readiness Gates', 'string', readinessGates, 1),
];

function readyContainers(pod: KubeObject): string {
  const statuses = listAt(pod, 'status', 'containerStatuses');
  const ready = statuses.filter(
    (one) => valueAt(one, 'ready') === true && valueAt(one, 'state', 'running') !== undefined,
  ).length;
  return `${ready}/${listAt(pod, 'spec', 'containers').length}`;
}

function podStatus(pod: KubeObject): string {
  const base = textAt(pod, 'status', 'reason') || textAt(pod, 'status', 'phase') || 'Unknown';
  const initial = initStatus(pod);
  const reason = initial ?? runStatus(pod, base);
  if (pod.metadata.deletionTimestamp === undefined) return reason;
  if (textAt(pod, 'status', 'reason') === 'NodeLost') return 'Unknown';
  const phase = textAt(pod, 'status', 'phase');
  return phase === 'Succeeded' || phase === 'Failed' ? reason : 'Terminating';
}

/** The first init container that is not done says what the pod waits for. */
function initStatus(pod: KubeObject): string | undefined {
  const total = listAt(pod, 'spec', 'initContainers').length;
  const statuses = listAt(pod, 'status', 'initContainerStatuses');
  for (const [position, one] of statuses.entries()) {
    const code = numberAt(one, 'state', 'terminated', 'exitCode');
    if (code === 0) continue;
    if (code !== undefined) return `Init:${textAt(one, 'state', 'terminated', 'reason') || `ExitCode:${code}`}`;
    const waits = textAt(one, 'state', 'waiting', 'reason');
    return waits !== '' && waits !== 'PodInitializing' ? `Init:${waits}` : `Init:${position}/${total}`;
  }
  return undefined;
}

function runStatus(pod: KubeObject, base: string): string {
  let reason = base;
  let hasRunning = false;
  for (const one of [...listAt(pod, 'status', 'containerStatuses')].reverse()) {
    const waits = textAt(one, 'state', 'waiting', 'reason');
    const code = numberAt(one, 'state', 'terminated', 'exitCode');
    if (waits !== '') reason = waits;
    else if (code !== undefined) reason = textAt(one, 'state', 'terminated', 'reason') || `ExitCode:${code}`;
    else if (valueAt(one, 'ready') === true && valueAt(one, 'state', 'running') !== undefined) hasRunning = true;
  }
  if (reason !== 'Completed' || !hasRunning) return reason;
  return findCondition(conditionsOf(pod), 'Ready')?.status === 'True' ? 'Running' : 'NotReady';
}

function restarts(pod: KubeObject, nowMs: number): string {
  let count = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const one of listAt(pod, 'status', 'containerStatuses')) {
    count += numberAt(one, 'restartCount') ?? 0;
    const finishedMs = parseTime(textAt(one, 'lastState', 'terminated', 'finishedAt'));
    if (finishedMs > lastMs) lastMs = finishedMs;
  }
  return count === 0 || lastMs === Number.NEGATIVE_INFINITY
    ? String(count)
    : `${count} (${humanDuration(nowMs - lastMs)} ago)`;
}

function readinessGates(pod: KubeObject): string {
  const gates = listAt(pod, 'spec', 'readinessGates');
  if (gates.length === 0) return '<none>';
  const conditions = conditionsOf(pod);
  const passed = gates.filter((gate) => findCondition(conditions, textAt(gate, 'conditionType'))?.status === 'True');
  return `${passed.length}/${gates.length}`;
}

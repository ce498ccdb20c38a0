// The tables of workload kinds. Source: kubernetes pkg/printers/internalversion/printers.go.

import { findCondition } from '../../../core/api/conditions.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { parseTime } from '../../../core/api/time.ts';
import { listAt, numberAt, textAt, valueAt } from '../json-fields.ts';
import type { JsonValue } from './api-call.ts';
import { humanDuration } from './human-duration.ts';
import { conditionsOf } from './node-columns.ts';
import { selectorText } from './scale.ts';
import { AGE_COLUMN, column, NAME_COLUMN, type TableColumn } from './table-column.ts';

function count(name: string, ...path: readonly string[]): TableColumn {
  return column(name, 'integer', (object) => numberAt(object, ...path) ?? 0);
}

const CONTAINERS = column('Containers', 'string', (object) => ofContainers(object, 'name'), 1);
const IMAGES = column('Images', 'string', (object) => ofContainers(object, 'image'), 1);
const SELECTOR = column(
  'Selector',
  'string',
  (object) => selectorText(valueAt(object, 'spec', 'selector')) || '<none>',
  1,
);

function ofContainers(object: KubeObject, field: string): string {
  return listAt(object, 'spec', 'template', 'spec', 'containers')
    .map((container) => textAt(container, field))
    .join(',');
}

function readyOfWanted(object: KubeObject): string {
  return `${numberAt(object, 'status', 'readyReplicas') ?? 0}/${numberAt(object, 'spec', 'replicas') ?? 1}`;
}

export const DEPLOYMENT_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  column('Ready', 'string', readyOfWanted),
  count('Up-to-date', 'status', 'updatedReplicas'),
  count('Available', 'status', 'availableReplicas'),
  AGE_COLUMN,
  CONTAINERS,
  IMAGES,
  SELECTOR,
];

export const REPLICA_SET_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  column('Desired', 'integer', (object) => numberAt(object, 'spec', 'replicas') ?? 1),
  count('Current', 'status', 'replicas'),
  count('Ready', 'status', 'readyReplicas'),
  AGE_COLUMN,
  CONTAINERS,
  IMAGES,
  SELECTOR,
];

export const STATEFUL_SET_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  column('Ready', 'string', readyOfWanted),
  AGE_COLUMN,
  CONTAINERS,
  IMAGES,
];

export const DAEMON_SET_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  count('Desired', 'status', 'desiredNumberScheduled'),
  count('Current', 'status', 'currentNumberScheduled'),
  count('Ready', 'status', 'numberReady'),
  count('Up-to-date', 'status', 'updatedNumberScheduled'),
  count('Available', 'status', 'numberAvailable'),
  column('Node Selector', 'string', nodeSelector),
  AGE_COLUMN,
  CONTAINERS,
  IMAGES,
  SELECTOR,
];

function nodeSelector(object: KubeObject): string {
  const selector = valueAt(object, 'spec', 'template', 'spec', 'nodeSelector');
  return selectorText({ matchLabels: selector ?? {} }) || '<none>';
}

export const JOB_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  column('Status', 'string', jobStatus),
  column(
    'Completions',
    'string',
    (job) => `${numberAt(job, 'status', 'succeeded') ?? 0}/${numberAt(job, 'spec', 'completions') ?? 1}`,
  ),
  column('Duration', 'string', jobDuration),
  AGE_COLUMN,
  CONTAINERS,
  IMAGES,
  SELECTOR,
];

function jobStatus(job: KubeObject): string {
  const conditions = conditionsOf(job);
  const holds = (type: string): boolean => findCondition(conditions, type)?.status === 'True';
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return holds('Suspended') ? 'Suspended' : 'Running';
}

function jobDuration(job: KubeObject, nowMs: number): string {
  const startMs = parseTime(textAt(job, 'status', 'startTime'));
  if (Number.isNaN(startMs)) return '';
  const endMs = parseTime(textAt(job, 'status', 'completionTime'));
  return humanDuration((Number.isNaN(endMs) ? nowMs : endMs) - startMs);
}

export const BUDGET_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  column('Min Available', 'string', (budget) => intOrText(valueAt(budget, 'spec', 'minAvailable'))),
  column('Max Unavailable', 'string', (budget) => intOrText(valueAt(budget, 'spec', 'maxUnavailable'))),
  count('Allowed Disruptions', 'status', 'disruptionsAllowed'),
  AGE_COLUMN,
];

function intOrText(value: unknown): JsonValue {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : 'N/A';
}

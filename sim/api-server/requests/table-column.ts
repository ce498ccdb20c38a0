// Columns of a Table: what they are called, and what stands in them for one object.
// Source: apiextensions-apiserver pkg/registry/customresource/tableconvertor/tableconvertor.go, kubernetes facts 1.4.

import type { KubeObject } from '../../../core/api/object.ts';
import { parseTime } from '../../../core/api/time.ts';
import type { JsonValue } from './api-call.ts';
import { humanDuration } from './human-duration.ts';
import { textAt } from './json-fields.ts';
import { jsonPath } from './json-path.ts';

export type ColumnType = 'string' | 'integer' | 'number' | 'boolean' | 'date';

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** `name` marks the column that a person reads as the object's name. */
  readonly format: string;
  readonly description: string;
  /** 0 always shown; above only with `-o wide`. */
  readonly priority: number;
  cell(object: KubeObject, nowMs: number): JsonValue;
}

/** A column as a CustomResourceDefinition gives it. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

type Cell = TableColumn['cell'];

export function column(name: string, type: ColumnType, cell: Cell, priority = 0): TableColumn {
  return { name, type, format: '', description: '', priority, cell };
}

export const NAME_COLUMN: TableColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  priority: 0,
  cell: (object) => object.metadata.name,
};

export const AGE_COLUMN = column('Age', 'string', (object, nowMs) => since(object.metadata.creationTimestamp, nowMs));

/** Kinds for which the server has no printer. */
export const DEFAULT_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  column('Created At', 'date', (object) => object.metadata.creationTimestamp ?? null),
];

/** Name, then the given columns; Age when none are given. */
export function customColumns(given: readonly PrinterColumn[] | undefined): readonly TableColumn[] {
  if (given === undefined || given.length === 0) return [NAME_COLUMN, { ...AGE_COLUMN, type: 'date' }];
  return [NAME_COLUMN, ...given.map(printerColumn)];
}

function printerColumn(given: PrinterColumn): TableColumn {
  const read = jsonPath(given.jsonPath);
  return {
    name: given.name,
    type: given.type,
    format: given.format ?? '',
    description: given.description ?? '',
    priority: given.priority ?? 0,
    cell: (object, nowMs) => customCell(read?.(object) ?? [], given.type, nowMs),
  };
}

/** Nothing under the path, or a value of another type: an empty cell. Several values of a string column are joined. */
function customCell(values: readonly unknown[], type: ColumnType, nowMs: number): JsonValue {
  const [value] = values;
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? since(value, nowMs) : null;
    case 'string':
      return values.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one))).join(',');
  }
}

/** How long ago an instant was, as a person reads it. */
export function since(timestamp: string | undefined, nowMs: number): string {
  if (timestamp === undefined || timestamp === '') return '<unknown>';
  const atMs = parseTime(timestamp);
  return Number.isNaN(atMs) ? '<invalid>' : humanDuration(nowMs - atMs);
}

/** The text under a path, or `fallback` where there is none. */
export function textColumn(name: string, path: readonly string[], fallback: string, priority = 0): TableColumn {
  return column(name, 'string', (object) => textAt(object, ...path) || fallback, priority);
}

// Columns of a Table: what they are called, and what stands in them for one object.
// Source: apiextensions-apiserver pkg/registry/customresource/tableconvertor/tableconvertor.go.
//
// Divergence from reality: an object or a list in a column of type string prints as JSON, where Go prints maps its own way.

import type { KubeObject } from '../../../core/api/object.ts';
import { parseTime } from '../../../core/api/time.ts';
import { parseJsonPath, valuesAt } from '../definitions/json-path.ts';
import { textAt } from '../json-fields.ts';
import type { JsonValue } from './api-call.ts';
import { humanDuration } from './human-duration.ts';

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
  const columns = given === undefined || given.length === 0 ? [CUSTOM_AGE] : given;
  return [NAME_COLUMN, ...columns.map(printerColumn)];
}

const CUSTOM_AGE: PrinterColumn = {
  name: 'Age',
  type: 'date',
  description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
  jsonPath: '.metadata.creationTimestamp',
};

/** A column whose path is none stays empty. */
function printerColumn({ name, type, format = '', description, priority = 0, jsonPath }: PrinterColumn): TableColumn {
  const path = parseJsonPath(jsonPath);
  return {
    name,
    type,
    format,
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority,
    cell: (object, nowMs) => (path === undefined ? null : customCell(valuesAt(path, object)[0], type, nowMs)),
  };
}

/** Nothing under the path, or a value of another type: an empty cell. */
function customCell(value: unknown, type: ColumnType, nowMs: number): JsonValue {
  if (value === undefined) return null;
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
      if (value === null) return '<nil>';
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
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

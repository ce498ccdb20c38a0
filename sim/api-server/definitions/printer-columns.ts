// Columns of custom resources as `kubectl get` shows them: the definition's own after the name, or the age.
// Source: apiextensions-apiserver pkg/registry/customresource/tableconvertor/tableconvertor.go; apimachinery
// pkg/util/duration/duration.go (HumanDuration).
//
// Divergence from reality: an object or a list in a column of type string prints as JSON, where Go prints maps its own way.

import { parseTime } from '../../../core/api/time.ts';
import type { PrinterColumn } from './custom-resource-definition.ts';
import { type JsonPath, parseJsonPath, valuesAt } from './json-path.ts';

/** Shown where a version declares no columns. */
export const AGE_COLUMN: PrinterColumn = {
  name: 'Age',
  type: 'date',
  description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
  jsonPath: '.metadata.creationTimestamp',
};

/** A `columnDefinitions` entry of a meta/v1 Table. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

export type Cell = string | number | boolean | null;

/** The columns of one version, ready to print. Columns whose path is none print nothing. */
export class PrinterColumns {
  /** Without the name, which comes first in every table. */
  readonly columns: readonly TableColumn[];
  private readonly paths: readonly { readonly type: string; readonly path: JsonPath | undefined }[];

  constructor(declared: readonly PrinterColumn[] | undefined) {
    const columns = declared === undefined || declared.length === 0 ? [AGE_COLUMN] : declared;
    this.columns = columns.map(({ name, type, format = '', description, priority = 0, jsonPath }) => ({
      name,
      type,
      format,
      description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
      priority,
    }));
    this.paths = columns.map(({ type, jsonPath }) => ({ type, path: parseJsonPath(jsonPath) }));
  }

  /** The cells of one object, in the order of the columns. */
  cells(object: unknown, nowMs: number): readonly Cell[] {
    return this.paths.map(({ type, path }) => {
      const [value] = path === undefined ? [] : valuesAt(path, object);
      return value === undefined ? null : cellOf(type, value, nowMs);
    });
  }
}

function cellOf(type: string, value: unknown, nowMs: number): Cell {
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? ageOf(value, nowMs) : null;
    default:
      if (value === null) return '<nil>';
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
}

function ageOf(stamp: string, nowMs: number): string {
  const atMs = parseTime(stamp);
  return Number.isNaN(atMs) ? '<invalid>' : humanDuration(nowMs - atMs);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** How kubectl writes an age of at least 0 ms: `119s`, `5m30s`, `3h12m`, `2d1h`, `1y20d`; coarser the longer it is. */
export function humanDuration(ms: number): string {
  if (ms < -SECOND) return '<invalid>';
  if (ms < 0) return '0s';
  if (ms < 2 * MINUTE) return `${Math.floor(ms / SECOND)}s`;
  if (ms < 10 * MINUTE) return twoUnits(ms, MINUTE, 'm', SECOND, 's');
  if (ms < 3 * HOUR) return `${Math.floor(ms / MINUTE)}m`;
  if (ms < 8 * HOUR) return twoUnits(ms, HOUR, 'h', MINUTE, 'm');
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)}h`;
  if (ms < 8 * DAY) return twoUnits(ms, DAY, 'd', HOUR, 'h');
  if (ms < 2 * YEAR) return `${Math.floor(ms / DAY)}d`;
  if (ms < 8 * YEAR) return twoUnits(ms, YEAR, 'y', DAY, 'd');
  return `${Math.floor(ms / YEAR)}y`;
}

function twoUnits(ms: number, unitMs: number, unit: string, partMs: number, part: string): string {
  const whole = Math.floor(ms / unitMs);
  const rest = Math.floor((ms % unitMs) / partMs);
  return rest === 0 ? `${whole}${unit}` : `${whole}${unit}${rest}${part}`;
}

// Values and trackings that the patch tests share.

import { builtInFields } from '../../../../sim/api-server/fields/built-in-fields.ts';
import { DEDUCED, type FieldSchema } from '../../../../sim/api-server/fields/field-schema.ts';
import { EMPTY_SET } from '../../../../sim/api-server/patches/field-set.ts';
import { resetFieldsOf } from '../../../../sim/api-server/patches/reset-fields.ts';
import type { Application } from '../../../../sim/api-server/patches/server-side-apply.ts';

export function fieldsOf(apiVersion: string, kind: string): FieldSchema {
  const fields = builtInFields(apiVersion, kind);
  if (fields === undefined) throw new Error(`${kind} is built in`);
  return fields;
}

/** How `manager` writes a built-in kind; apply and update take the same value. */
export function by(
  manager: string,
  apiVersion = 'apps/v1',
  kind = 'Deployment',
  more: Partial<Application> = {},
): Application {
  const subresource = more.subresource ?? '';
  return {
    schema: fieldsOf(apiVersion, kind),
    manager,
    apiVersion,
    kind,
    builtIn: true,
    subresource,
    force: false,
    time: '2026-01-01T00:00:00Z',
    resetFields: resetFieldsOf({ apiVersion, kind, builtIn: true, statusSubresource: true, subresource }),
    ...more,
  };
}

/** As `by`, for a kind without a schema. */
export function byDeduced(manager: string, more: Partial<Application> = {}): Application {
  return {
    schema: DEDUCED,
    manager,
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    builtIn: false,
    subresource: '',
    force: false,
    time: '2026-01-01T00:00:00Z',
    resetFields: EMPTY_SET,
    ...more,
  };
}

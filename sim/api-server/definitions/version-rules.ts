// What the server asks of the parts of one version of a definition: printer columns, the scale subresource, selectable fields.
// Source: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go.

import { type FieldError, invalidValue, required, tooMany } from '../schema/field-errors.ts';
import type { SchemaProps } from '../schema/schema-props.ts';
import type { DefinitionVersion, PrinterColumn, ScaleSubresource } from './custom-resource-definition.ts';
import { parseJsonPath } from './json-path.ts';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
/** Source: the same file, MaxSelectableFields. */
const SELECTABLE_FIELDS_MAX = 8;

export function columnErrors(column: PrinterColumn, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { name = '', type = '', format = '', jsonPath = '' } = column;
  if (name === '') errors.push(required(`${path}.name`));
  const types = `must be one of ${COLUMN_TYPES.join(',')}`;
  if (type === '') errors.push(required(`${path}.type`, types));
  else if (!COLUMN_TYPES.includes(type)) errors.push(invalidValue(`${path}.type`, type, types));
  if (format !== '' && !COLUMN_FORMATS.includes(format)) {
    errors.push(invalidValue(`${path}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`));
  }
  if (jsonPath === '') errors.push(required(`${path}.JSONPath`));
  else errors.push(...pathErrors(jsonPath, `${path}.JSONPath`));
  return errors;
}

function pathErrors(jsonPath: string, field: string): readonly FieldError[] {
  if (!jsonPath.startsWith('.')) {
    return [invalidValue(field, jsonPath, 'must be a simple json path starting with .')];
  }
  return parseJsonPath(jsonPath) === undefined
    ? [invalidValue(field, jsonPath, 'must be a json path in the dot notation')]
    : [];
}

export function scaleErrors(scale: ScaleSubresource | undefined, path: string): readonly FieldError[] {
  if (scale === undefined) return [];
  const errors: FieldError[] = [];
  const wanted = [
    ['specReplicasPath', ['.spec.'], 'should be a json path under .spec'],
    ['statusReplicasPath', ['.status.'], 'should be a json path under .status'],
    ['labelSelectorPath', ['.spec.', '.status.'], 'should be a json path under either .spec or .status'],
  ] as const;
  for (const [name, roots, why] of wanted) {
    const held = scale[name] ?? '';
    const field = `${path}.scale.${name}`;
    if (held === '') {
      if (name !== 'labelSelectorPath') errors.push(required(field));
      continue;
    }
    const wrong = pathErrors(held, field);
    errors.push(...wrong);
    if (wrong.length === 0 && !roots.some((root) => held.startsWith(root))) {
      errors.push(invalidValue(field, held, why));
    }
  }
  return errors;
}

export function selectableFieldErrors(
  version: DefinitionVersion,
  schema: SchemaProps,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  version.selectableFields?.forEach(({ jsonPath = '' }, i) => {
    const field = `${path}[${i}].jsonPath`;
    if (jsonPath === '') {
      errors.push(required(field));
      return;
    }
    const found = schemaAt(schema, jsonPath);
    if (found === undefined) {
      errors.push(invalidValue(field, jsonPath, 'is an invalid path: does not refer to a valid field'));
      return;
    }
    if (jsonPath.startsWith('.metadata')) {
      errors.push(invalidValue(field, jsonPath, 'must not point to fields in metadata'));
    }
    if (!['string', 'boolean', 'integer'].includes(found.type ?? '')) {
      const why =
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
      errors.push(invalidValue(field, jsonPath, why));
    }
    if (seen.has(jsonPath)) {
      errors.push({ reason: 'FieldValueDuplicate', message: `Duplicate value: "${jsonPath}"`, field });
    }
    seen.add(jsonPath);
  });
  if (seen.size > SELECTABLE_FIELDS_MAX) errors.push(tooMany(path, seen.size, SELECTABLE_FIELDS_MAX));
  return errors;
}

function schemaAt(schema: SchemaProps, jsonPath: string): SchemaProps | undefined {
  if (!jsonPath.startsWith('.')) return undefined;
  let at: SchemaProps | undefined = schema;
  for (const name of jsonPath.slice(1).split('.')) at = at?.properties?.[name];
  return at;
}

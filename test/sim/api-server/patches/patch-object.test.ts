import { describe, expect, test } from 'vitest';
import { type FieldValidation, patchObject } from '../../../../sim/api-server/patches/patch-object.ts';
import { fieldsOf } from './objects.ts';

const NODE = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec: { unschedulable: true } };
const builtIn = fieldsOf('v1', 'Node');

function patched(
  patchType: 'json' | 'merge' | 'strategic',
  body: unknown,
  fieldValidation: FieldValidation = 'Strict',
) {
  return patchObject(NODE, { patchType, body, builtIn, fieldValidation });
}

describe('patching an object', () => {
  test.each([
    ['json', [{ op: 'replace', path: '/spec/unschedulable', value: false }]],
    ['merge', { spec: { unschedulable: false } }],
    ['strategic', { spec: { unschedulable: false } }],
  ] as const)('by %s patch', (patchType, body) => {
    expect(patched(patchType, body)).toEqual({
      kind: 'patched',
      object: { ...NODE, spec: { unschedulable: false } },
      warnings: [],
    });
  });

  test.each([
    ['merge', { spec: { unschedulable: true } }],
    ['strategic', { spec: { unschedulable: true } }],
  ] as const)('a %s patch that changes nothing returns the very same object', (patchType, body) => {
    const result = patched(patchType, body);
    expect(result.kind === 'patched' && result.object).toBe(NODE);
  });

  test('unknown fields are refused, warned of or ignored, and never kept', () => {
    const body = { spec: { foo: 'bar' } };
    expect(patched('strategic', body)).toEqual({
      kind: 'refused',
      code: 422,
      reason: 'Invalid',
      message:
        ' "" is invalid: patch: Invalid value: "map[spec:map[foo:bar]]": strict decoding error: unknown field "spec.foo"',
      causes: [
        {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: "map[spec:map[foo:bar]]": strict decoding error: unknown field "spec.foo"',
          field: 'patch',
        },
      ],
    });
    expect(patched('merge', body)).toMatchObject({
      code: 422,
      message:
        ' "" is invalid: patch: Invalid value: "{\\"apiVersion\\":\\"v1\\",\\"kind\\":\\"Node\\",\\"metadata\\":{\\"name\\":\\"n\\"},\\"spec\\":{\\"foo\\":\\"bar\\",\\"unschedulable\\":true}}": strict decoding error: unknown field "spec.foo"',
    });
    expect(patched('merge', body, 'Warn')).toEqual({
      kind: 'patched',
      object: NODE,
      warnings: ['unknown field "spec.foo"'],
    });
    expect(patched('merge', body, 'Ignore')).toEqual({ kind: 'patched', object: NODE, warnings: [] });
  });

  test('a patch that makes a value of a wrong type is refused whatever the validation', () => {
    expect(patched('strategic', { spec: { unschedulable: 'yes' } }, 'Ignore')).toMatchObject({
      code: 422,
      message:
        ' "" is invalid: patch: Invalid value: "map[spec:map[unschedulable:yes]]": json: cannot unmarshal string into Go struct field NodeSpec.spec.unschedulable of type bool',
    });
  });

  test.each([
    [[], 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['x', 'error decoding patch: json: cannot unmarshal string into Go value of type map[string]interface {}'],
    [1, 'error decoding patch: json: cannot unmarshal number into Go value of type map[string]interface {}'],
  ])('%j is no merge patch', (body, message) => {
    expect(patched('merge', body)).toEqual({ kind: 'refused', code: 400, reason: 'BadRequest', message });
  });

  test('the fields of a custom resource are for its schema to check', () => {
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } };
    const request = {
      patchType: 'merge',
      body: { spec: { any: null, x: 1 } },
      builtIn: undefined,
      fieldValidation: 'Strict',
    } as const;
    expect(patchObject(widget, request)).toEqual({
      kind: 'patched',
      object: { ...widget, spec: { x: 1 } },
      warnings: [],
    });
    expect(patchObject(widget, { ...request, patchType: 'strategic' })).toMatchObject({ code: 400 });
  });

  test('owners can be rewritten by a JSON patch, as kubectl does when it migrates', () => {
    const managedFields = [
      { manager: 'kubectl', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': {} } },
    ];
    const body = [{ op: 'replace', path: '/metadata/managedFields', value: managedFields }];
    expect(patched('json', body)).toMatchObject({
      kind: 'patched',
      object: { metadata: { name: 'n', managedFields } },
    });
  });
});

import { describe, expect, test } from 'vitest';
import { builtInFields } from '../../../../sim/api-server/fields/built-in-fields.ts';
import { cannotBeHandled, decodeFields, strictDecodingError } from '../../../../sim/api-server/fields/decode.ts';
import type { JsonObject } from '../../../../sim/api-server/same-value.ts';

function decoded(apiVersion: string, kind: string, object: JsonObject): ReturnType<typeof decodeFields> {
  const fields = builtInFields(apiVersion, kind);
  if (fields === undefined) throw new Error(`${kind} is built in`);
  return decodeFields({ apiVersion, kind, ...object }, fields);
}

describe('decoding of built-in kinds', () => {
  test.each([
    ['ConfigMap', { foo: 1 }, ['unknown field "foo"'], {}],
    [
      'Node',
      { spec: { foo: 1, unschedulable: true } },
      ['unknown field "spec.foo"'],
      { spec: { unschedulable: true } },
    ],
    [
      'Pod',
      {
        spec: {
          containers: [
            { name: 'a', foo: 1 },
            { name: 'b', ports: [{ bar: 1 }] },
          ],
        },
        stauts: {},
      },
      [
        'unknown field "spec.containers[0].foo"',
        'unknown field "spec.containers[1].ports[0].bar"',
        'unknown field "stauts"',
      ],
      { spec: { containers: [{ name: 'a' }, { name: 'b', ports: [{}] }] } },
    ],
    [
      'Node',
      { metadata: { labels: { anything: 'goes' }, lables: {} } },
      ['unknown field "metadata.lables"'],
      { metadata: { labels: { anything: 'goes' } } },
    ],
  ])('%s %j: %j', (kind, object, strictErrors, left) => {
    expect(decoded('v1', kind, object)).toEqual({ strictErrors, object: { apiVersion: 'v1', kind, ...left } });
  });

  test.each([
    [
      'Node',
      { spec: { unschedulable: 'yes' } },
      'json: cannot unmarshal string into Go struct field NodeSpec.spec.unschedulable of type bool',
    ],
    [
      'Node',
      { metadata: { labels: { a: 1 } } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      'Pod',
      { spec: { containers: [{ name: 'a', env: [{ name: 'X', value: 1 }] }] } },
      'json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string',
    ],
    [
      'Pod',
      { spec: { containers: {} } },
      'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    ['Pod', { spec: 'x' }, 'json: cannot unmarshal string into Go struct field Pod.spec of type v1.PodSpec'],
    [
      'Pod',
      { spec: { priority: 1.5 } },
      'json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.priority of type int32',
    ],
    [
      'Pod',
      { spec: { priority: 2 ** 31 } },
      'json: cannot unmarshal number 2147483648 into Go struct field PodSpec.spec.priority of type int32',
    ],
    [
      'Node',
      { metadata: { labels: ['a'] } },
      'json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string',
    ],
    [
      'Node',
      { status: { capacity: { cpu: 'lots' } } },
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    ['Secret', { data: { a: 'not base64!' } }, 'illegal base64 data at input byte 3'],
    ['Secret', { data: { a: 'abcde' } }, 'illegal base64 data at input byte 4'],
    [
      'Node',
      { metadata: { creationTimestamp: 'now' } },
      'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
    ],
  ])('%s %j: %s', (kind, object, problem) => {
    expect(decoded('v1', kind, object).problem).toBe(problem);
  });

  test('nulls are as if they were absent, but the empty string in a map of strings', () => {
    const object = {
      metadata: { labels: { a: null }, annotations: null },
      spec: { nodeName: null, containers: [{ name: 'a', image: null }] },
    };
    expect(decoded('v1', 'Pod', object)).toEqual({
      strictErrors: [],
      object: { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { a: '' } }, spec: { containers: [{ name: 'a' }] } },
    });
  });

  test('quantities may be numbers and become canonical, and free-form values are left alone', () => {
    const node = decoded('v1', 'Node', { status: { capacity: { cpu: 4, memory: '8192Mi', 'nvidia.com/gpu': '1' } } });
    expect(node.object.status).toEqual({ capacity: { cpu: '4', memory: '8Gi', 'nvidia.com/gpu': '1' } });
    const data = { raw: { a: null, b: [null, { c: 1 }] } };
    const revision = decoded('apps/v1', 'ControllerRevision', { data, revision: 1 });
    expect(revision).toEqual({
      strictErrors: [],
      object: { apiVersion: 'apps/v1', kind: 'ControllerRevision', data, revision: 1 },
    });
  });

  test('an object that needs nothing left out is the very same object', () => {
    const fields = builtInFields('v1', 'Pod');
    if (fields === undefined) throw new Error('Pod is built in');
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: { containers: [{ name: 'a', image: 'b' }] },
    };
    expect(decodeFields(pod, fields).object).toBe(pod);
  });

  test('the refusal is the one of the real server', () => {
    expect(cannotBeHandled('v1', 'ConfigMap', strictDecodingError(['unknown field "foo"']))).toEqual({
      kind: 'refused',
      code: 400,
      reason: 'BadRequest',
      message: 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "foo"',
    });
    expect(cannotBeHandled('apps/v1', 'Deployment', 'x').message).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: x',
    );
  });
});

import { describe, expect, test } from 'vitest';
import type { ApiCall } from '../../../../sim/api-server/requests/api-call.ts';
import { ApiFailure } from '../../../../sim/api-server/requests/api-failure.ts';
import { patchTypeOf, writeOptions } from '../../../../sim/api-server/requests/write-options.ts';
import type { PatchType } from '../../../../sim/api-server/requests/write-pipeline.ts';

const CALL: ApiCall = { method: 'PATCH', path: '/api/v1/nodes/n' };

describe('the type of a patch', () => {
  test.each([
    ['application/json-patch+json', false, 'json'],
    ['application/merge-patch+json; charset=utf-8', false, 'merge'],
    ['application/strategic-merge-patch+json', false, 'strategic'],
    ['application/apply-patch+yaml', true, 'apply'],
  ])('%s, of a custom resource %s, is %s', (contentType, custom, type) => {
    expect(patchTypeOf(contentType, custom)).toBe(type);
  });

  test.each([
    [
      'application/json',
      false,
      'application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
    ],
    [
      'application/strategic-merge-patch+json',
      true,
      'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    ],
  ])('%s, of a custom resource %s, is not accepted', (contentType, custom, accepted) => {
    const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
    expect(patchTypeOf(contentType, custom)).toMatchObject({
      status: { code: 415, reason: 'UnsupportedMediaType', message },
    });
  });
});

describe('the options of a write', () => {
  function refusal(query: string, kind: Parameters<typeof writeOptions>[2], patchType?: PatchType): unknown {
    const options = writeOptions(CALL, new URLSearchParams(query), kind, patchType);
    return options instanceof ApiFailure ? options.status : undefined;
  }

  test.each<[PatchType, string, string, string, string]>([
    ['apply', '', 'fieldManager', 'FieldValueRequired', 'Required value: is required for apply patch'],
    ['merge', 'force=true', 'force', 'FieldValueForbidden', 'Forbidden: may not be specified for non-apply patch'],
    [
      'apply',
      `fieldManager=${'m'.repeat(129)}&force=true`,
      'fieldManager',
      'FieldValueTooLong',
      'Too long: may not be more than 128 bytes',
    ],
    [
      'json',
      'dryRun=Some',
      'dryRun',
      'FieldValueNotSupported',
      'Unsupported value: []string{"Some"}: supported values: "All"',
    ],
    ['json', 'dryRun=', 'dryRun', 'FieldValueNotSupported', 'Unsupported value: []string{""}: supported values: "All"'],
    [
      'json',
      'fieldValidation=Some',
      'fieldValidation',
      'FieldValueNotSupported',
      'Unsupported value: "Some": supported values: "", "Ignore", "Strict", "Warn"',
    ],
  ])('%s patch with %j is refused for its %s', (patchType, query, field, reason, message) => {
    const causes = [{ reason, message, field }];
    expect(refusal(query, 'PatchOptions', patchType)).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: `PatchOptions.meta.k8s.io "" is invalid: ${field}: ${message}`,
      details: { causes },
    });
    const alsoOfUpdates = reason === 'FieldValueTooLong' || reason === 'FieldValueNotSupported';
    expect(refusal(query, 'UpdateOptions') !== undefined).toBe(alsoOfUpdates);
  });

  test('several problems are told together', () => {
    expect(refusal('dryRun=a&dryRun=b', 'PatchOptions', 'apply')).toMatchObject({
      message:
        'PatchOptions.meta.k8s.io "" is invalid: [fieldManager: Required value: is required for apply patch, dryRun: Unsupported value: []string{"a", "b"}: supported values: "All"]',
    });
  });

  test('an apply with a manager, and a merge without, are in order', () => {
    const query = 'dryRun=All&fieldValidation=Strict';
    expect(refusal(`${query}&fieldManager=m&force=false`, 'PatchOptions', 'apply')).toBeUndefined();
    expect(refusal(query, 'PatchOptions', 'merge')).toBeUndefined();
    expect(refusal(query, 'CreateOptions')).toBeUndefined();
  });

  test.each([
    ['me', 'kubectl/v1.32.4 (linux/amd64)', 'me'],
    ['', 'kubectl/v1.32.4 (linux/amd64)', 'kubectl'],
    ['', 'curl', 'curl'],
    ['', 'a\u0007b\u200bc', 'abc'],
    ['', 'x'.repeat(200), 'x'.repeat(128)],
    ['', '', 'unknown'],
  ])('manager %j and user agent %j make %j', (fieldManager, userAgent, manager) => {
    const query = new URLSearchParams({ fieldManager });
    expect(writeOptions({ ...CALL, userAgent }, query, 'UpdateOptions')).toMatchObject({ fieldManager: manager });
  });
});

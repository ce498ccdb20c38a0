import { expect, test } from 'vitest';
import { APPLY_ROWS, runContractRow } from '../../../contract/kube-api-apply.contract.ts';
import { PatchingTransport } from './patching-transport.ts';

test.each(APPLY_ROWS.map((row) => [row.name, row] as const))('%s', (_name, row) => {
  let found: readonly string[] | undefined;
  runContractRow(row, new PatchingTransport(), (mismatches) => {
    found = mismatches;
  });
  expect(found).toEqual([]);
});

test('a row whose expectation does not hold says so', () => {
  const row = {
    name: 'wrong',
    calls: [
      {
        method: 'GET',
        path: '/api/v1/namespaces/default/configmaps/absent',
        expect: { code: 200, body: { kind: 'ConfigMap' } },
      },
    ],
  } as const;
  let found: readonly string[] = [];
  runContractRow(row, new PatchingTransport(), (mismatches) => {
    found = mismatches;
  });
  expect(found).toHaveLength(2);
});

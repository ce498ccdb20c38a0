import { describe, expect, test } from 'vitest';
import { apiWorld } from '../kit/api-kit.ts';
import { APPLY_ROWS, runContractRow } from './kube-api-apply.contract.ts';

describe('patches and applies on the virtual API server', () => {
  test.each(APPLY_ROWS)('$name', (row) => {
    const { transport } = apiWorld();
    const found: string[] = [];
    let done = false;
    runContractRow(row, transport, (mismatches) => {
      found.push(...mismatches);
      done = true;
    });
    expect({ done, found }).toEqual({ done: true, found: [] });
  });

  test('a row whose expectation does not hold says so', () => {
    const path = '/api/v1/namespaces/default/configmaps/absent';
    const row = {
      name: 'wrong',
      calls: [{ method: 'GET', path, expect: { code: 200, body: { kind: 'ConfigMap' } } }],
    } as const;
    let found: readonly string[] = [];
    runContractRow(row, apiWorld().transport, (mismatches) => {
      found = mismatches;
    });
    expect(found).toHaveLength(2);
  });
});

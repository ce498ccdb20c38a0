// What a served Kubernetes API promises: every bullet of the semantics that the facts list is a group of rows. Rows only call;
// the same ones hold for the virtual API server, for it on the wire, and for a real one that has the CRDs of machines and of
// the medik8s operators installed.

import { describe, test } from 'vitest';
import { type ApiTarget, type RowGroup, runRow } from '../kit/api-kit.ts';
import { WRITE_ROWS } from './kube-api/writes.rows.ts';

const GROUPS: readonly RowGroup[] = [...WRITE_ROWS];

/** @param make a fresh server for every row: the namespaces of the start, and nothing else. */
export function describeKubeApi(name: string, make: () => ApiTarget | Promise<ApiTarget>): void {
  describe(name, () => {
    describe.each(GROUPS)('$bullet', ({ rows }) => {
      test.each(rows)('$title', async (row) => {
        await runRow(row, await make());
      });
    });
  });
}

// What a served Kubernetes API promises: every point of the semantics is a group of rows. Rows only call;
// the same ones hold for the virtual API server, for it on the wire, and for a real one that has the CRDs of machines installed.

import { type ApiTarget, describeRows, post, type RowGroup, runRow } from '../kit/api-kit.ts';
import { CLIENT_ROWS } from './kube-api/clients.rows.ts';
import { DELETE_ROWS } from './kube-api/deletes.rows.ts';
import { ERROR_ROWS } from './kube-api/errors.rows.ts';
import { DEFINITIONS, WIDGET_DEFINITION } from './kube-api/objects.ts';
import { SELECTOR_ROWS } from './kube-api/selectors.rows.ts';
import { SUBRESOURCE_ROWS } from './kube-api/subresources.rows.ts';
import { TABLE_ROWS } from './kube-api/tables.rows.ts';
import { VERSION_ROWS } from './kube-api/versions.rows.ts';
import { WATCH_ROWS } from './kube-api/watches.rows.ts';
import { WRITE_ROWS } from './kube-api/writes.rows.ts';

const GROUPS: readonly RowGroup[] = [
  ...VERSION_ROWS,
  ...WATCH_ROWS,
  ...TABLE_ROWS,
  ...ERROR_ROWS,
  ...WRITE_ROWS,
  ...DELETE_ROWS,
  ...SELECTOR_ROWS,
  ...SUBRESOURCE_ROWS,
  ...CLIENT_ROWS,
];

/** Every row finds the custom resource of the rows served. */
const WITH_WIDGETS = {
  title: 'the custom resource of the rows',
  steps: [post(DEFINITIONS, WIDGET_DEFINITION).gives(201)],
};

/** @param make a fresh server for every row: the namespaces of the start, and nothing else. */
export function describeKubeApi(name: string, make: () => ApiTarget | Promise<ApiTarget>): void {
  describeRows(name, GROUPS, async () => {
    const target = await make();
    await runRow(WITH_WIDGETS, target);
    return target;
  });
}

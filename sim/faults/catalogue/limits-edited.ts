// O6: somebody edits the limits of all health checks and budgets.
//
// Divergence from reality
// - Only values that the API server takes: -1 and "abc" fail against the pattern of the field, and nothing happens.
// - What a limit said before is put back as it was, whatever else has been written meanwhile.

import type { MergePatch } from '../../../core/actions.ts';
import { NODE_HEALTH_CHECK } from '../../../core/api/node-health-check.ts';
import type { Kind, KubeObject } from '../../../core/api/object.ts';
import { keyOf } from '../../../core/api/object.ts';
import { CAPI_MACHINE_HEALTH_CHECK, OPENSHIFT_MACHINE_HEALTH_CHECK } from '../../../core/api/remediation.ts';
import { REMEDIATION_BUDGET } from '../../../core/api/remediation-budget.ts';
import { isJsonObject } from '../../api-server/same-value.ts';
import { FORGOTTEN } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';
import { BY_HAND } from '../operator-error.ts';

interface Limit {
  readonly kind: Kind;
  readonly field: string;
  readonly everything: string | number | object;
  readonly nothing: string | number | object;
}

const LIMITS: readonly Limit[] = [
  { kind: OPENSHIFT_MACHINE_HEALTH_CHECK, field: 'maxUnhealthy', everything: '100%', nothing: 0 },
  { kind: CAPI_MACHINE_HEALTH_CHECK, field: 'maxUnhealthy', everything: '100%', nothing: 0 },
  { kind: NODE_HEALTH_CHECK, field: 'minHealthy', everything: '0%', nothing: '100%' },
  { kind: REMEDIATION_BUDGET, field: 'maxInFlight', everything: { percent: 100 }, nothing: { count: 0 } },
];

export const LIMITS_EDITED = defineFault({
  id: 'O6',
  name: 'limitsEdited',
  family: 'O',
  says: 'Somebody has written another limit into every health check and budget.',
  strikes: 'site',
  background: 'onRequest',
  usual: FORGOTTEN,
  parameters: {
    allows: {
      kind: 'choice',
      field: 'allows',
      says: 'what the limits let through',
      of: ['everything', 'nothing'],
      default: 'everything',
      source: 'Assumption: whoever is in a hurry takes limits away',
    },
  },
  ...BY_HAND,
  course: 'Until somebody writes back what was there.',
  threatens: ['B1', 'B3'],
  begins: ({ store }, fault) => {
    const undo = LIMITS.filter(({ kind }) => store.knows(kind.key)).flatMap(({ kind, field, ...values }) =>
      store.list(kind).map((object) => {
        const before = specOf(object)[field] ?? null;
        const write = (value: unknown): void => {
          const patch = { spec: { [field]: value } } as MergePatch;
          store.patch(kind, keyOf(object), patch, { subresource: 'main' });
        };
        write(values[fault.parameters.allows]);
        return () => write(before);
      }),
    );
    return () => {
      for (const restore of undo) restore();
    };
  },
});

function specOf({ spec }: KubeObject): Readonly<Record<string, unknown>> {
  return isJsonObject(spec) ? spec : {};
}

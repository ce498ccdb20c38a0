// O8: somebody applies every health check and policy a second time, under another name.

import { NODE_HEALTH_CHECK } from '../../../core/api/node-health-check.ts';
import { type Kind, keyOf } from '../../../core/api/object.ts';
import { CAPI_MACHINE_HEALTH_CHECK, OPENSHIFT_MACHINE_HEALTH_CHECK } from '../../../core/api/remediation.ts';
import { REMEDIATION_POLICY } from '../../../core/api/remediation-policy.ts';
import { FORGOTTEN } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';
import { BY_HAND } from '../operator-error.ts';

const POLICIES: readonly Kind[] = [
  OPENSHIFT_MACHINE_HEALTH_CHECK,
  CAPI_MACHINE_HEALTH_CHECK,
  NODE_HEALTH_CHECK,
  REMEDIATION_POLICY,
];

export const SECOND_POLICY = defineFault({
  id: 'O8',
  name: 'secondPolicy',
  family: 'O',
  says: 'Every host has two policies: each health check is there twice, under two names.',
  strikes: 'site',
  background: 'onRequest',
  usual: FORGOTTEN,
  parameters: {},
  ...BY_HAND,
  course: 'Until somebody deletes the second ones.',
  threatens: ['S16'],
  begins: ({ store }, fault) => {
    const applied = POLICIES.filter(({ key }) => store.knows(key)).flatMap((kind) =>
      store.list(kind).map((object) => {
        const { namespace, name, labels, annotations } = object.metadata;
        const key = { ...keyOf(object), name: `${name}-${fault.id}` };
        const metadata = {
          name: key.name,
          ...(namespace === undefined ? {} : { namespace }),
          ...(labels === undefined ? {} : { labels }),
          ...(annotations === undefined ? {} : { annotations }),
        };
        const { apiVersion, spec } = object;
        store.create(kind, { apiVersion, kind: object.kind, metadata, spec });
        return { kind, key };
      }),
    );
    return () => {
      for (const { kind, key } of applied) store.delete(kind, key);
    };
  },
});

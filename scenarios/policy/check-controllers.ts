// Whether the cluster runs the controllers that the manifests need: one that nobody reads would change nothing, and its policy
// would look as if it did nothing wrong.

import {
  FENCE_AGENTS_REMEDIATION,
  FENCE_AGENTS_REMEDIATION_TEMPLATE,
} from '../../core/api/fence-agents-remediation.ts';
import {
  MACHINE_DELETION_REMEDIATION,
  MACHINE_DELETION_REMEDIATION_TEMPLATE,
} from '../../core/api/machine-deletion-remediation.ts';
import { NODE_HEALTH_CHECK } from '../../core/api/node-health-check.ts';
import { KUBEVIRT_NODE_MAINTENANCE, NODE_MAINTENANCE } from '../../core/api/node-maintenance.ts';
import { kindKeyOf } from '../../core/api/object.ts';
import { METAL3_REMEDIATION, METAL3_REMEDIATION_TEMPLATE } from '../../core/api/remediation.ts';
import { SELF_NODE_REMEDIATION, SELF_NODE_REMEDIATION_TEMPLATE } from '../../core/api/self-node-remediation.ts';
import type { Controller } from '../../core/ports/reconciler.ts';
import type { Problem } from '../problem.ts';
import { at, type PolicyContext, title } from './finding.ts';
import { healthChecksOf } from './health-check.ts';
import type { Manifest } from './read-policy.ts';

/** Template to the kind of the requests made from it. */
const REQUEST_OF: ReadonlyMap<string, string> = new Map([
  [METAL3_REMEDIATION_TEMPLATE.key, METAL3_REMEDIATION.key],
  [SELF_NODE_REMEDIATION_TEMPLATE.key, SELF_NODE_REMEDIATION.key],
  [FENCE_AGENTS_REMEDIATION_TEMPLATE.key, FENCE_AGENTS_REMEDIATION.key],
  [MACHINE_DELETION_REMEDIATION_TEMPLATE.key, MACHINE_DELETION_REMEDIATION.key],
]);
/** Kinds that do nothing without a controller of their own. */
const ACTING: readonly string[] = [
  NODE_HEALTH_CHECK.key,
  NODE_MAINTENANCE.key,
  KUBEVIRT_NODE_MAINTENANCE.key,
  ...REQUEST_OF.values(),
];

/** @param controllers those of the cluster under this policy. */
export function controllerProblems(
  manifests: readonly Manifest[],
  controllers: readonly Controller[],
  context: PolicyContext,
): readonly Problem[] {
  const served = new Set(controllers.map(({ primary }) => primary.key));
  const cluster = context.cluster.machineApi === 'openshift' ? 'an OpenShift' : 'a Cluster API';
  const unread = manifests.flatMap((manifest) => {
    const kindKey = kindKeyOf(manifest.object);
    if (!ACTING.includes(kindKey) || served.has(kindKey)) return [];
    return [
      at(
        manifest,
        ['kind'],
        {
          code: 'MT142',
          severity: 'error',
          message: `no controller of ${cluster} cluster here reads ${title(manifest)}`,
        },
        context,
      ),
    ];
  });
  const unserved = healthChecksOf(manifests).flatMap(({ manifest, templates }) =>
    templates.flatMap(({ kind, path, ...reference }) => {
      const request = REQUEST_OF.get(kindKeyOf({ kind, ...reference }));
      if (request === undefined || served.has(request)) return [];
      return [
        at(
          manifest,
          path,
          {
            code: 'MT142',
            severity: 'error',
            message: `no controller of ${cluster} cluster here carries out a ${kind.replace(/Template$/, '')}`,
          },
          context,
        ),
      ];
    }),
  );
  return [...unread, ...unserved];
}

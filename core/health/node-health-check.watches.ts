// What wakes a node health check, and no more than that: its own spec, nodes, the leases that it takes, its requests and
// templates, and in OpenShift MachineHealthChecks and new Machines.
// Source: node-healthcheck-operator SetupWithManager, internal/controller/resources/watch.go, utils/mapper.go.

import { OPENSHIFT_MACHINE } from '../api/machine.ts';
import {
  NODE_HEALTH_CHECK,
  type NodeHealthCheck,
  type RemediationRequest,
  type RemediationTemplate,
  templateKind,
  templatesOf,
} from '../api/node-health-check.ts';
import { type ChangeOf, type Kind, keyOf, type ObjectKey } from '../api/object.ts';
import { OPENSHIFT_MACHINE_HEALTH_CHECK } from '../api/remediation.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';
import { OWN_LEASE_WATCH } from './node-health-check.leases.ts';
import { checksOf } from './node-health-check.requests.ts';
import { NODE_WATCH } from './node-health-check.targets.ts';

export function checkWatches(
  requests: readonly Kind<RemediationRequest>[],
  templates: readonly Kind<RemediationTemplate>[],
  isOpenshift: boolean,
): readonly Watch[] {
  return [
    CHECK_WATCH,
    NODE_WATCH,
    OWN_LEASE_WATCH,
    ...requests.map(requestWatch),
    ...templates.map(templateWatch),
    ...(isOpenshift ? [MACHINE_HEALTH_CHECK_WATCH, MACHINE_WATCH] : []),
  ];
}

function sameSpec({ before, after }: ChangeOf): boolean {
  return before !== undefined && after !== undefined && before.spec === after.spec;
}

function keyOfChange({ before, after }: ChangeOf): ObjectKey {
  const object = after ?? before;
  return object === undefined ? { namespace: '', name: '' } : keyOf(object);
}

/** A request that is new, changed or gone wakes the checks that own it. The product skips new ones: it made them itself. */
function requestWatch(kind: Kind<RemediationRequest>): Watch {
  return {
    kind,
    keysFor: ({ before, after }: ChangeOf) => {
      const request = after ?? before;
      return request === undefined ? [] : checksOf(request).map((name) => ({ namespace: '', name }));
    },
  };
}

/** A changed or deleted template wakes the checks that name it; new ones are found by looking again. */
function templateWatch(kind: Kind): Watch {
  return {
    kind,
    keysFor: ({ before }: ChangeOf, view) => {
      if (before === undefined) return [];
      const names = (check: NodeHealthCheck): boolean =>
        templatesOf(check).some((one) => one.name === before.metadata.name && templateKind(one).key === kind.key);
      return view.list(NODE_HEALTH_CHECK).filter(names).map(keyOf);
    },
  };
}

function allChecks(view: ClusterView): readonly ObjectKey[] {
  return view.list(NODE_HEALTH_CHECK).map(keyOf);
}

const MACHINE_HEALTH_CHECK_WATCH: Watch = {
  kind: OPENSHIFT_MACHINE_HEALTH_CHECK,
  keysFor: (change, view) => (sameSpec(change) ? [] : allChecks(view)),
};

/** A Machine that a node names appears: what stopped at its absence goes on. */
const MACHINE_WATCH: Watch = {
  kind: OPENSHIFT_MACHINE,
  keysFor: ({ before }, view) => (before === undefined ? allChecks(view) : []),
};

/** Its own status does not wake it (GenerationChangedPredicate). */
const CHECK_WATCH: Watch = {
  kind: NODE_HEALTH_CHECK,
  keysFor: (change) => (sameSpec(change) ? [] : [keyOfChange(change)]),
};

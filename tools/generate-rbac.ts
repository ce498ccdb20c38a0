// Writes deploy/rbac.yaml: what the controllers of our own policy may do in a real cluster. What they read follows from what they
// declare; what they write stands here, and a test compares both with what they ask for in whole runs. Run by `npm run gen`.

import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { BARE_METAL_HOST } from '../core/api/bare-metal-host.ts';
import { CEPH_CLUSTER } from '../core/api/ceph-cluster.ts';
import { HOST_REMEDIATION } from '../core/api/host-remediation.ts';
import { LEASE } from '../core/api/lease.ts';
import { CAPI_MACHINE, OPENSHIFT_MACHINE } from '../core/api/machine.ts';
import { NODE } from '../core/api/node.ts';
import { type Kind, kindOf } from '../core/api/object.ts';
import { REMEDIATION_BUDGET } from '../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY } from '../core/api/remediation-policy.ts';
import { SELF_NODE_REMEDIATION } from '../core/api/self-node-remediation.ts';
import { remediationBudgetController } from '../core/budget/remediation-budget.controller.ts';
import { remediationPolicyController } from '../core/health/remediation-policy.controller.ts';
import type { Controller } from '../core/ports/reconciler.ts';
import { hostRemediationController } from '../core/remediation/host-remediation.controller.ts';
import { kindsRead } from '../core/view/kinds-read.ts';
import { REMEDIATION_DEFINITIONS } from '../sim/api-server/definitions/remediation-definitions.ts';
import { BUILT_IN_RESOURCES } from '../sim/api-server/requests/built-in-resources.ts';
import { MACHINE_RESOURCES } from '../sim/api-server/requests/machine-resources.ts';

export const RBAC_FILE = 'deploy/rbac.yaml';

const NAMESPACE = 'metaltwin-system';
const NAME = 'metaltwin-remediation';
const DRY_RUN = `${NAME}-dry-run`;

const EVENT = kindOf('events.k8s.io', 'Event', 'Namespaced');

interface Permission {
  readonly kind: Kind;
  readonly subresource?: 'status';
  readonly verbs: readonly string[];
  /** What for; a comment in the file. */
  readonly why: string;
}

/** Read past the cache before something that cannot be taken back. */
const READ_FRESH: readonly Kind[] = [
  BARE_METAL_HOST,
  CEPH_CLUSTER,
  HOST_REMEDIATION,
  LEASE,
  NODE,
  OPENSHIFT_MACHINE,
  CAPI_MACHINE,
  REMEDIATION_BUDGET,
  REMEDIATION_POLICY,
];

const WRITES: readonly Permission[] = [
  {
    kind: HOST_REMEDIATION,
    verbs: ['create', 'patch', 'delete'],
    why: 'One episode of one node: made, protected by its finalizer, moved to another budget, forgotten after spec.memory.',
  },
  { kind: HOST_REMEDIATION, subresource: 'status', verbs: ['patch'], why: 'Phase, attempts, proof of off.' },
  { kind: REMEDIATION_BUDGET, subresource: 'status', verbs: ['patch'], why: 'The ledger.' },
  {
    kind: REMEDIATION_POLICY,
    subresource: 'status',
    verbs: ['patch'],
    why: 'What is seen, and whether it is believed.',
  },
  {
    kind: NODE,
    verbs: ['patch'],
    why: 'The out-of-service taint after off is proven, and the annotation of a wish that is fulfilled.',
  },
  {
    kind: BARE_METAL_HOST,
    verbs: ['patch'],
    why: 'Our own reboot annotation, which holds the host off; the mark on a host that is replaced.',
  },
  {
    kind: OPENSHIFT_MACHINE,
    verbs: ['delete'],
    why: 'The steps that wipe. Leave it out where no policy has wipeAllowed.',
  },
  { kind: CAPI_MACHINE, verbs: ['delete'], why: 'The same with Cluster API.' },
  {
    kind: SELF_NODE_REMEDIATION,
    verbs: ['create', 'delete'],
    why: 'The second path of a dead BMC. Leave it out where no policy has whenPowerUnknown: SelfNodeRemediation.',
  },
  { kind: EVENT, verbs: ['create', 'patch'], why: 'Events; the series of one that repeats is patched.' },
];

const ELECTION: Permission = {
  kind: LEASE,
  verbs: ['get', 'create', 'patch'],
  why: 'Which of several replicas acts.',
};

export function ownControllers(machineApi: 'openshift' | 'cluster-api'): readonly Controller[] {
  return [
    remediationPolicyController({ machineApi }),
    remediationBudgetController({ machineApi }),
    hostRemediationController({ machineApi }),
  ];
}

/** Of kinds that no simulated server serves. Source: their CustomResourceDefinitions upstream. */
const PLURALS: Readonly<Record<string, string>> = {
  [EVENT.key]: 'events',
  'CephCluster.ceph.rook.io': 'cephclusters',
  'ClusterVersion.config.openshift.io': 'clusterversions',
  'ControlPlaneMachineSet.machine.openshift.io': 'controlplanemachinesets',
  'MachineRemediation.machineremediation.kubevirt.io': 'machineremediations',
  'NodeMaintenance.nodemaintenance.kubevirt.io': 'nodemaintenances',
};

/** Plurals as they are served. */
export function pluralOf({ key, kind }: Kind): string {
  const served = [...BUILT_IN_RESOURCES, ...MACHINE_RESOURCES].find((resource) => resource.kind.key === key)?.plural;
  const own = REMEDIATION_DEFINITIONS.find(({ spec }) => spec.names.kind === kind)?.spec.names.plural;
  const plural = served ?? own ?? PLURALS[key];
  if (plural === undefined) throw new Error(`no plural of ${key}`);
  return plural;
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

function ruleOf({ kind, subresource, verbs }: Omit<Permission, 'why'>): Rule {
  const resource = subresource === undefined ? pluralOf(kind) : `${pluralOf(kind)}/${subresource}`;
  return { apiGroups: [kind.group], resources: [resource], verbs: [...verbs] };
}

/** Reads of both Machine APIs: a kind that a cluster does not serve is not asked for. */
function reads(): readonly Rule[] {
  const kinds = kindsRead([...ownControllers('openshift'), ...ownControllers('cluster-api')]);
  const fresh = new Set(READ_FRESH.map(({ key }) => key));
  return kinds
    .toSorted((a, b) => (a.group === b.group ? (a.kind < b.kind ? -1 : 1) : a.group < b.group ? -1 : 1))
    .map((kind) => ruleOf({ kind, verbs: [...(fresh.has(kind.key) ? ['get'] : []), 'list', 'watch'] }));
}

const HEAD = `# Generated by tools/generate-rbac.ts from what the controllers of our own policy declare and write. Do not edit.
#
# This version runs against a real cluster only as a dry run that asks nobody: it reads, and its writes are refused before
# they are sent. For that ${DRY_RUN} is enough, and it is all that is bound here.
#
# ${NAME} is what acting needs beyond that, and what a dry run needs that has the server check its writes
# (dryRun=All): a server authorizes both alike. Bind it on purpose, and only then. Secrets are in neither: the BMC is spoken to
# by the host operator.
`;

function role(kind: 'ClusterRole' | 'Role', name: string): object {
  const metadata = kind === 'Role' ? { name, namespace: NAMESPACE } : { name };
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata };
}

function binding(kind: 'ClusterRoleBinding' | 'RoleBinding', name: string): object {
  const metadata = kind === 'RoleBinding' ? { name, namespace: NAMESPACE } : { name };
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata,
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: kind === 'RoleBinding' ? 'Role' : 'ClusterRole',
      name,
    },
    subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }],
  };
}

/** A rule in one line, after what it is for. */
function ruleText(rule: Rule, why?: string): string {
  const flow = `{ apiGroups: [${rule.apiGroups.map(quoted).join(', ')}], resources: [${rule.resources.join(', ')}], verbs: [${rule.verbs.join(', ')}] }`;
  return `${why === undefined ? '' : `  # ${why}\n`}  - ${flow}\n`;
}

function quoted(text: string): string {
  return text === '' ? '""' : text;
}

export function rbacText(): string {
  const ruled = (head: object, rules: string): string => `${stringify(head)}rules:\n${rules}`;
  return [
    HEAD,
    stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }),
    stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: NAME, namespace: NAMESPACE } }),
    ruled(
      role('ClusterRole', DRY_RUN),
      reads()
        .map((rule) => ruleText(rule))
        .join(''),
    ),
    stringify(binding('ClusterRoleBinding', DRY_RUN)),
    ruled(role('ClusterRole', NAME), WRITES.map((permission) => ruleText(ruleOf(permission), permission.why)).join('')),
    ruled(role('Role', NAME), ruleText(ruleOf(ELECTION), ELECTION.why)),
  ].join('---\n');
}

if (import.meta.main) writeFileSync(RBAC_FILE, rbacText());

// What wakes a HostRemediation: changes of what it is about, and only those that can alter a decision. For a healthy node each
// costs one look-up in an index that does not have it.

import { BARE_METAL_HOST, type BareMetalHost } from '../api/bare-metal-host.ts';
import { CEPH_CLUSTER } from '../api/ceph-cluster.ts';
import { haveConditionsMoved } from '../api/conditions.ts';
import { HOST_REMEDIATION, type HostRemediation } from '../api/host-remediation.ts';
import { type Machine, type MachineApi, machineKind } from '../api/machine.ts';
import { NODE, type Node, TAINT_OUT_OF_SERVICE, type Taint } from '../api/node.ts';
import type { NodeMaintenance } from '../api/node-maintenance.ts';
import { type ChangeOf, type KubeObject, keyOf, keyString, type ObjectKey } from '../api/object.ts';
import { type Grant, REMEDIATION_BUDGET, type RemediationBudget } from '../api/remediation-budget.ts';
import { isDoubted, REMEDIATION_POLICY, type RemediationPolicy } from '../api/remediation-policy.ts';
import { SELF_NODE_REMEDIATION } from '../api/self-node-remediation.ts';
import { hostChangeMatters } from '../cluster/machine-links.ts';
import { isDrained, MAINTENANCES_BY_NODE } from '../cluster/maintenance.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';
import { drainWatches } from './drained-node.ts';
import {
  ANY,
  HEARS_STORAGE,
  OPEN_BY_HOST,
  OPEN_BY_NODE,
  OPEN_BY_POLICY,
  REPLACING,
  REPLACING_BY_OWNER,
} from './host-remediation.indexes.ts';
import { OWNER_KINDS } from './owner-nodes.ts';

export function hostRemediationWatches(machineApi: MachineApi): readonly Watch[] {
  return [
    POLICY_WATCH,
    BUDGET_WATCH,
    NODE_WATCH,
    HOST_WATCH,
    machineWatch(machineApi),
    SELF_FENCING_WATCH,
    CEPH_WATCH,
    ...MAINTENANCES_BY_NODE.map(
      ({ of }): Watch => ({
        kind: of,
        keysFor: ({ before, after }: ChangeOf<NodeMaintenance>, view) =>
          before !== undefined && after !== undefined ? [] : ofNode((after ?? before)?.spec?.nodeName ?? '', view),
      }),
    ),
    ...drainWatches(ofNode),
    ...Object.values(OWNER_KINDS[machineApi]).map(
      (kind): Watch => ({
        kind,
        keysFor: ({ before, after }, view) => {
          const owner = after ?? before;
          return owner === undefined ? [] : keysOf(REPLACING_BY_OWNER, keyString(keyOf(owner)), view);
        },
      }),
    ),
  ];
}

/** Those that the storage may hold back, where their budget guards this cluster. */
const CEPH_WATCH: Watch = {
  kind: CEPH_CLUSTER,
  keysFor: ({ before, after }, view) => {
    const { namespace, name } = (after ?? before)?.metadata ?? {};
    const isGuarded = ({ spec }: HostRemediation): boolean =>
      view
        .get(REMEDIATION_BUDGET, { namespace: '', name: spec?.budget ?? '' })
        ?.spec?.storage?.cephClusters?.some((one) => one.namespace === namespace && one.name === name) === true;
    if (view.countByIndex(HEARS_STORAGE, ANY) === 0) return [];
    return view.byIndex(HEARS_STORAGE, ANY).filter(isGuarded).map(keyOf);
  },
};

function keysOf(index: IndexSpec<HostRemediation>, value: string, view: ClusterView): readonly ObjectKey[] {
  return view.countByIndex(index, value) === 0 ? [] : view.byIndex(index, value).map(keyOf);
}

function ofNode(node: string, view: ClusterView): readonly ObjectKey[] {
  return keysOf(OPEN_BY_NODE, node, view);
}

const POLICY_WATCH: Watch = {
  kind: REMEDIATION_POLICY,
  keysFor: ({ before, after }: ChangeOf<RemediationPolicy>, view) =>
    before !== undefined && before.spec === after?.spec && isDoubted(before) === isDoubted(after)
      ? []
      : keysOf(OPEN_BY_POLICY, (after ?? before)?.metadata.name ?? '', view),
};

/** Those whose entry, or whose reason to wait, is another one now; all when the budget came or went. */
const BUDGET_WATCH: Watch = {
  kind: REMEDIATION_BUDGET,
  keysFor: ({ before, after }: ChangeOf<RemediationBudget>, view) => {
    if (before === undefined || after === undefined) return view.list(HOST_REMEDIATION).map(keyOf);
    const [old, now] = [before.status, after.status];
    const names = new Set(
      [old, now].flatMap((status) => [...Object.keys(status?.grants ?? {}), ...Object.keys(status?.waitingFor ?? {})]),
    );
    return [...names]
      .filter(
        (name) =>
          !isSameGrant(old?.grants?.[name], now?.grants?.[name]) || old?.waitingFor?.[name] !== now?.waitingFor?.[name],
      )
      .map((name) => ({ namespace: '', name }));
  },
};

function isSameGrant(one: Grant | undefined, other: Grant | undefined): boolean {
  return (
    one?.uid === other?.uid &&
    one?.step === other?.step &&
    one?.attempt === other?.attempt &&
    one?.action === other?.action &&
    one?.requestedAt === other?.requestedAt
  );
}

const NODE_WATCH: Watch = {
  kind: NODE,
  keysFor: ({ before, after }: ChangeOf<Node>, view) => {
    const node = after ?? before;
    if (node === undefined || !nodeMatters(before, after)) return [];
    return [...ofNode(node.metadata.name, view), ...keysOf(REPLACING, ANY, view)];
  },
};

function nodeMatters(before: Node | undefined, after: Node | undefined): boolean {
  if (before === undefined || after === undefined) return true;
  return (
    haveTaintsMoved(before, after) ||
    haveConditionsMoved(before.status?.conditions, after.status?.conditions) ||
    before.status?.nodeInfo?.bootID !== after.status?.nodeInfo?.bootID ||
    before.metadata.labels !== after.metadata.labels ||
    before.metadata.annotations !== after.metadata.annotations ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp
  );
}

/** Those that a remediation looks at: that it is out of service, and that somebody drains it. */
function haveTaintsMoved(before: Node, after: Node): boolean {
  if (before.spec?.taints === after.spec?.taints) return false;
  if (isDrained(before) !== isDrained(after)) return true;
  const [old, now] = [before, after].map(({ spec }) => spec?.taints?.find(isOutOfService));
  return old?.timeAdded !== now?.timeAdded || (old === undefined) !== (now === undefined);
}

function isOutOfService({ key, effect }: Taint): boolean {
  return key === TAINT_OUT_OF_SERVICE && effect === 'NoExecute';
}

const HOST_WATCH: Watch = {
  kind: BARE_METAL_HOST,
  keysFor: ({ before, after }: ChangeOf<BareMetalHost>, view) => {
    const host = after ?? before;
    const isOther =
      before?.status?.provisioning?.state !== after?.status?.provisioning?.state ||
      before?.metadata.labels !== after?.metadata.labels;
    const isUseless = host === undefined || !(hostChangeMatters(before, after) || isOther);
    return isUseless ? [] : keysOf(OPEN_BY_HOST, keyString(keyOf(host)), view);
  },
};

function machineWatch(machineApi: MachineApi): Watch {
  return {
    kind: machineKind(machineApi),
    keysFor: ({ before, after }: ChangeOf<Machine>, view) => {
      const isSame =
        before !== undefined &&
        after !== undefined &&
        before.status?.nodeRef?.name === after.status?.nodeRef?.name &&
        before.metadata.deletionTimestamp === after.metadata.deletionTimestamp;
      if (isSame) return [];
      const nodes = new Set([before, after].flatMap((machine) => machine?.status?.nodeRef?.name ?? []));
      return [...nodes].flatMap((node) => ofNode(node, view));
    },
  };
}

const SELF_FENCING_WATCH: Watch = {
  kind: SELF_NODE_REMEDIATION,
  keysFor: ({ before, after }) =>
    ownersOf(after ?? before)
      .filter(({ kind }) => kind === HOST_REMEDIATION.kind)
      .map(({ name }) => ({ namespace: '', name })),
};

function ownersOf(object: KubeObject | undefined): NonNullable<KubeObject['metadata']['ownerReferences']> {
  return object?.metadata.ownerReferences ?? [];
}

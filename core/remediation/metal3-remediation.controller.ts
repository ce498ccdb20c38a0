// Metal3Remediation (infrastructure.cluster.x-k8s.io): reboots the host of one Machine through a suffixed reboot annotation,
// releases its workloads while it is off, and after its retries leaves the Machine to its owner.
// A stand-in for cluster-api-provider-metal3, and with machineApi `openshift` for the copy in cluster-api-provider-baremetal.
// Level-triggered: its state is status.phase, the finalizer, the annotation and the taint.
//
// Divergence from reality
// - The product's errors (Machine or host missing) are retried with back-off; here they wait for a change.
// - Nodes are never forbidden to it.

import { parseDuration } from '../api/duration.ts';
import type { Lineage, LineageSwitch } from '../api/lineage.ts';
import { type Machine, type MachineApi, METAL3_MACHINE, machineKind } from '../api/machine.ts';
import { TAINT_OUT_OF_SERVICE } from '../api/node.ts';
import { keyOf, keyString, type ObjectKey } from '../api/object.ts';
import { METAL3_REMEDIATION, type Metal3Remediation } from '../api/remediation.ts';
import { parseTime } from '../api/time.ts';
import { hostOfMachine, MACHINES_BY_NODE, nodeOfMachine } from '../cluster/machine-links.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { Controller } from '../ports/reconciler.ts';
import { edgeOf, type Holds, lookupOf, rulesOf } from '../state-table.ts';
import { METAL3_POLL_MS, METAL3_RETRY_LIMIT, METAL3_SHORT_POLL_MS, METAL3_TIMEOUT_MS } from './defaults.ts';
import { drainWatches, remainsOn, TERMINATING_PODS_BY_NODE, VOLUME_ATTACHMENTS_BY_NODE } from './drained-node.ts';
import { actionsOf, type Metal3Scene } from './metal3-remediation.actions.ts';
import {
  METAL3_REMEDIATION_STATES,
  type Metal3Guard,
  type Metal3Rule,
  type Metal3State,
} from './metal3-remediation.states.ts';
import {
  ANNOTATION_METAL3_POWER_OFF_PREFIX,
  ANNOTATION_NODE_ANNOTATIONS_BACKUP,
  ANNOTATION_NODE_LABELS_BACKUP,
  FINALIZER_METAL3_REMEDIATION,
} from './names.ts';
import { backupText } from './node-restore.ts';
import { hasFinalizer } from './object-patches.ts';
import { decideOnGrid, type Look, type PollMemory } from './poll-grid.ts';
import { requestWatches } from './request-watches.ts';

export interface Metal3RemediationOptions {
  readonly machineApi: MachineApi;
  /** Clusters from Kubernetes 1.28 on; older ones and OpenShift's copy delete the Node instead. */
  readonly outOfServiceTaint: boolean;
  readonly lineage: Lineage;
}

const PRODUCT: Readonly<Record<MachineApi, string>> = {
  openshift: 'Metal3Remediation of cluster-api-provider-baremetal',
  'cluster-api': 'Metal3Remediation of cluster-api-provider-metal3',
};

function switchesOf(machineApi: MachineApi): readonly LineageSwitch[] {
  const product = PRODUCT[machineApi];
  return [
    {
      trap: 'T6',
      product,
      upstream:
        'While power-off or power-on is waited for no time runs out: with a dead BMC the phase stays Running for ever.',
      hurts:
        'The Machine is neither rebooted nor replaced, nobody is told, and with Cluster API its owner never hears of it.',
      corrected:
        'The timeout counts as a try; after the last one the Machine is left to its owner. Workloads are never released without a host that says off.',
    },
    {
      trap: 'I60',
      product,
      upstream: 'A request that gave up before the Node was back keeps its finalizer: nothing removes it any more.',
      hurts: 'It is deleted with its Machine and never goes away.',
      corrected: 'It gives up its finalizer when it is over.',
    },
  ];
}

/** Requests by `namespace/name` of the Machine that owns them. */
const METAL3_REMEDIATIONS_BY_MACHINE: IndexSpec<Metal3Remediation> = {
  name: 'metal3-remediations-by-machine',
  of: METAL3_REMEDIATION,
  values: (request) => {
    const machine = machineKeyOf(request);
    return machine === undefined ? [] : [keyString(machine)];
  },
};

const LOOKUP = lookupOf(METAL3_REMEDIATION_STATES);
/** Nothing is awaited: the product does not ask to be called again. */
const AT_REST: ReadonlySet<Metal3Rule> = new Set<Metal3Rule>([
  'host-is-offline',
  'host-went-offline',
  'host-offline-while-waiting',
  'host-offline-at-the-end',
  'retry-limit-reached',
  'left-to-the-owner',
  'remediation-failed',
]);
const SHORT: ReadonlySet<Metal3Rule> = new Set<Metal3Rule>([
  'remediation-started',
  'finalizer-added',
  'node-tainted-out-of-service',
  'waiting-for-taint-to-act',
  'node-backed-up',
  'retrying',
  'power-off-timed-out',
]);

/** Waits that end by themselves only where trap T6 is mended. */
const TIMED_IN_CORRECTED: ReadonlySet<Metal3Rule> = new Set<Metal3Rule>([
  'waiting-for-power-off',
  'waiting-for-power-on',
]);

export function metal3RemediationController(options: Metal3RemediationOptions): Controller<PollMemory> {
  const { machineApi } = options;
  const taintMode = options.outOfServiceTaint && machineApi === 'cluster-api';
  const requestsOf = (machine: ObjectKey, view: ClusterView): readonly ObjectKey[] =>
    view.byIndex(METAL3_REMEDIATIONS_BY_MACHINE, keyString(machine)).map(keyOf);
  const ofNode = (node: string, view: ClusterView): readonly ObjectKey[] =>
    view.byIndex(MACHINES_BY_NODE[machineApi], node).flatMap((machine) => requestsOf(keyOf(machine), view));
  return {
    name: `metal3-remediation.${machineApi}`,
    primary: METAL3_REMEDIATION,
    watches: [...requestWatches(machineApi, requestsOf), ...(taintMode ? drainWatches(ofNode) : [])],
    indexes: [
      METAL3_REMEDIATIONS_BY_MACHINE,
      MACHINES_BY_NODE[machineApi],
      ...(taintMode ? [TERMINATING_PODS_BY_NODE, VOLUME_ATTACHMENTS_BY_NODE] : []),
    ],
    reads: machineApi === 'cluster-api' ? [METAL3_MACHINE] : [],
    switches: switchesOf(machineApi),
    rules: {
      ...rulesOf(METAL3_REMEDIATION_STATES),
      gone: 'The request is gone.',
      'unsupported-strategy': 'The strategy of the request is not Reboot: nothing is done.',
      'machine-or-host-missing': 'The Machine {machine} of the request, or its host, is not there.',
    },
    decide: (input) =>
      decideOnGrid(input, METAL3_REMEDIATION, (request, view, nowMs) =>
        look({ machineApi, taintMode, lineage: options.lineage }, request, view, nowMs),
      ),
  };
}

interface Mode {
  readonly machineApi: MachineApi;
  readonly taintMode: boolean;
  readonly lineage: Lineage;
}

function look(mode: Mode, request: Metal3Remediation, view: ClusterView, nowMs: number): Look {
  const machineKey = machineKeyOf(request);
  const machine: Machine | undefined =
    machineKey === undefined ? undefined : view.get(machineKind(mode.machineApi), machineKey);
  const host = machine === undefined ? undefined : hostOfMachine(mode.machineApi, machine, view);
  if (machine === undefined || host === undefined) {
    return { actions: [], because: { rule: 'machine-or-host-missing', values: { machine: machineKey?.name ?? '' } } };
  }
  const scene: Metal3Scene = {
    ...mode,
    request,
    machine,
    host,
    node: nodeOfMachine(machine, view),
    powerOff: `${ANNOTATION_METAL3_POWER_OFF_PREFIX}${request.metadata.uid}`,
    nowMs,
  };
  if (host.spec?.online !== false && request.spec?.strategy?.type !== 'Reboot') {
    return { actions: [], because: { rule: 'unsupported-strategy', values: {} } };
  }
  const timeoutMs = timeoutOf(request);
  const limit = request.spec?.strategy?.retryLimit ?? METAL3_RETRY_LIMIT;
  const lastMs = parseTime(request.status?.lastRemediated ?? '');
  const state = stateOf(request);
  const holds = guardsOf(scene, view, lastMs + timeoutMs, limit);
  const edge = edgeOf(LOOKUP, state, holds);
  const because = { rule: edge.rule, values: valuesOf(scene, view, { timeoutMs, limit, lastMs }) };
  const weighed = { table: METAL3_REMEDIATION_STATES, state, holds };
  const told = { actions: actionsOf(edge.rule, scene), because, weighed };
  if (AT_REST.has(edge.rule)) return told;
  const everyMs = SHORT.has(edge.rule) ? METAL3_SHORT_POLL_MS : METAL3_POLL_MS;
  if (edge.rule === 'waiting-for-taint-to-act') return { ...told, everyMs, dueAtMs: nowMs + everyMs };
  const isTimed =
    edge.rule === 'waiting-for-healthy-node' || (TIMED_IN_CORRECTED.has(edge.rule) && mode.lineage === 'corrected');
  if (!isTimed) return { ...told, everyMs };
  return { ...told, everyMs, ...(Number.isNaN(lastMs) ? {} : { dueAtMs: lastMs + timeoutMs + 1 }) };
}

/** The owner of kind Machine; Cluster API and OpenShift both set it, without `controller`. */
function machineKeyOf(request: Metal3Remediation): ObjectKey | undefined {
  const owner = request.metadata.ownerReferences?.find(({ kind }) => kind === 'Machine');
  return owner === undefined ? undefined : { namespace: request.metadata.namespace ?? '', name: owner.name };
}

function stateOf(request: Metal3Remediation): Metal3State {
  return request.status?.phase ?? 'New';
}

function timeoutOf(request: Metal3Remediation): number {
  const { timeoutSeconds, timeout } = request.spec?.strategy ?? {};
  if (timeoutSeconds !== undefined) return timeoutSeconds * 1000;
  return timeout === undefined ? METAL3_TIMEOUT_MS : (parseDuration(timeout) ?? METAL3_TIMEOUT_MS);
}

function guardsOf(scene: Metal3Scene, view: ClusterView, dueMs: number, limit: number): Holds<Metal3Guard> {
  const { request, host, node, taintMode, lineage, nowMs } = scene;
  const retryCount = request.status?.retryCount ?? 0;
  const taint = node?.spec?.taints?.find(({ key }) => key === TAINT_OUT_OF_SERVICE);
  const remains = taintMode && node !== undefined ? remainsOn(node.metadata.name, view) : { pods: 0, attachments: 0 };
  return {
    online: host.spec?.online !== false,
    finalizer: hasFinalizer(request, FINALIZER_METAL3_REMEDIATION),
    powerOffRequested: host.metadata.annotations?.[scene.powerOff] !== undefined,
    poweredOff: host.status?.poweredOn === false,
    poweredOn: host.status?.poweredOn === true,
    nodeExists: node !== undefined,
    nodeDeleting: node?.metadata.deletionTimestamp !== undefined,
    taintMode,
    tainted: taint !== undefined,
    taintSettled: taint?.timeAdded === undefined || nowMs >= parseTime(taint.timeAdded) + METAL3_SHORT_POLL_MS,
    drained: remains.pods + remains.attachments === 0,
    backedUp: node !== undefined && isBackedUp(scene, node),
    due: nowMs > dueMs,
    // Trap T6.
    overdue: lineage === 'corrected' && nowMs > dueMs,
    mendsEnds: lineage === 'corrected',
    retryLeft: limit > 0 && retryCount !== limit,
  };
}

function isBackedUp({ request }: Metal3Scene, node: NonNullable<Metal3Scene['node']>): boolean {
  const { annotations } = request.metadata;
  return (
    annotations?.[ANNOTATION_NODE_ANNOTATIONS_BACKUP] === backupText(node.metadata.annotations) &&
    annotations[ANNOTATION_NODE_LABELS_BACKUP] === backupText(node.metadata.labels)
  );
}

function valuesOf(
  { request, machine, host, node, taintMode, nowMs }: Metal3Scene,
  view: ClusterView,
  limits: { readonly timeoutMs: number; readonly limit: number; readonly lastMs: number },
): Readonly<Record<string, string | number>> {
  const name = machine.status?.nodeRef?.name ?? '';
  const remains = taintMode && node !== undefined ? remainsOn(name, view) : { pods: 0, attachments: 0 };
  return {
    machine: machine.metadata.name,
    host: host.metadata.name,
    node: name,
    retry: request.status?.retryCount ?? 0,
    retryLimit: limits.limit,
    timeoutMs: limits.timeoutMs,
    elapsedMs: Number.isNaN(limits.lastMs) ? 0 : nowMs - limits.lastMs,
    pods: remains.pods,
    attachments: remains.attachments,
  };
}

// MachineRemediation (machineremediation.kubevirt.io): reboots the host of one Machine through its BareMetalHost's spec.online.
// A stand-in for machine-remediation-operator. Level-triggered: its state is status.state, the annotation and spec.online.
//
// Lineage `exact` keeps three defects of the product: the Node's labels and annotations are replaced by the saved ones, so
// that a request without them wipes the Node's (trap T11), a crash between its two writes in PowerOff ends as Failed (trap
// T15), and whatever takes longer than 5 min in all fails, after which the host is held off for ever (museum R4). `corrected`
// merges (what the Node has wins), recognises its own power-on, has time for a slow boot and hands the host back.
//
// Divergence from reality
// - The product's errors (Machine or host missing, strategy recreate) are retried with back-off; here they wait for a change.

import type { Action } from '../actions.ts';
import { BARE_METAL_HOST, type BareMetalHost } from '../api/bare-metal-host.ts';
import type { Lineage, LineageSwitch } from '../api/lineage.ts';
import { type Machine, OPENSHIFT_MACHINE } from '../api/machine.ts';
import { isReady, NODE, type Node } from '../api/node.ts';
import { keyOf, keyString } from '../api/object.ts';
import { MACHINE_REMEDIATION, type MachineRemediation } from '../api/remediation.ts';
import { formatTime, parseTime } from '../api/time.ts';
import { assertNever } from '../assert.ts';
import { hostOfMachine, MACHINES_BY_NODE, nodeOfMachine } from '../cluster/machine-links.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Controller } from '../ports/reconciler.ts';
import { edgeOf, type Holds, lookupOf, rulesOf } from '../state-table.ts';
import {
  MACHINE_REMEDIATION_LONG_TIMEOUT_MS,
  MACHINE_REMEDIATION_POLL_MS,
  MACHINE_REMEDIATION_TIMEOUT_MS,
} from './defaults.ts';
import {
  MACHINE_REMEDIATION_STATES,
  type MachineRemediationGuard,
  type MachineRemediationRule,
  type MachineRemediationState,
} from './machine-remediation.states.ts';
import { MACHINE_REMEDIATIONS_BY_MACHINE } from './machine-remediations.ts';
import { ANNOTATION_NODE_REBOOT, ANNOTATION_REBOOT_IN_PROGRESS } from './names.ts';
import { restoreByMerge, restoreByReplacement, type SavedMaps } from './node-restore.ts';
import { annotate, deleteObject, patchMain, patchStatus } from './object-patches.ts';
import { decideOnGrid, type Look, type PollMemory } from './poll-grid.ts';
import { requestWatches } from './request-watches.ts';

export interface MachineRemediationOptions {
  /** `exact`: as the product, defects included; `corrected`: without traps T11 and T15 and museum R4. */
  readonly lineage: Lineage;
}

const SWITCHES: readonly LineageSwitch[] = [
  {
    trap: 'T11',
    product: 'MachineRemediation of machine-remediation-operator',
    upstream: "The saved labels and annotations replace the Node's; with none saved, the Node's are wiped.",
    hurts: "What others put on the Node meanwhile is lost: pools, roles, the scheduler's and storage's labels.",
    corrected: 'They are merged: what the Node has wins.',
  },
  {
    trap: 'T15',
    product: 'MachineRemediation of machine-remediation-operator',
    upstream: 'In PowerOff the host is written first (on, annotation gone) and the status second.',
    hurts:
      'After a crash in between the host comes up, the state stays PowerOff, and a healthy node ends as Failed after 5 min.',
    corrected: 'A host that is asked on without the annotation is recognised as its own power-on.',
  },
  {
    trap: 'R4',
    product: 'MachineRemediation of machine-remediation-operator',
    upstream:
      'One timeout of 5 min from the start covers power-off, power-on and boot, is tested before the power state, and leaves the host held off.',
    hurts:
      'A boot that takes longer always fails, and its Node loses its labels; a slow power-off leaves the host off for good.',
    corrected:
      'The timeout is 20 min, a host that is off is powered on however late, and a request that fails hands its host back.',
  },
];

const LOOKUP = lookupOf(MACHINE_REMEDIATION_STATES);

/** What one request is about, as the view shows it. */
interface Scene {
  readonly request: MachineRemediation;
  readonly machine: Machine;
  readonly host: BareMetalHost;
  readonly node: Node | undefined;
  readonly nowMs: number;
  /** NaN before Started. */
  readonly startMs: number;
  readonly timeoutMs: number;
}

export function machineRemediationController(options: MachineRemediationOptions): Controller<PollMemory> {
  return {
    name: 'machine-remediation',
    primary: MACHINE_REMEDIATION,
    watches: requestWatches('openshift', (machine, view) =>
      view.byIndex(MACHINE_REMEDIATIONS_BY_MACHINE, keyString(machine)).map(keyOf),
    ),
    indexes: [MACHINE_REMEDIATIONS_BY_MACHINE, MACHINES_BY_NODE.openshift],
    switches: SWITCHES,
    rules: {
      ...rulesOf(MACHINE_REMEDIATION_STATES),
      gone: 'The request is gone.',
      deleting: 'The request is being deleted: nothing more is done.',
      'machine-or-host-missing': 'Machine {machine} or its host is not there.',
    },
    decide: (input) =>
      decideOnGrid(input, MACHINE_REMEDIATION, (request, view, nowMs) => look(options, request, view, nowMs)),
  };
}

function look(options: MachineRemediationOptions, request: MachineRemediation, view: ClusterView, nowMs: number): Look {
  const name = request.spec?.machineName ?? '';
  if (request.metadata.deletionTimestamp !== undefined) return rest('deleting');
  const machine = view.get(OPENSHIFT_MACHINE, { ...keyOf(request), name });
  const host = machine === undefined ? undefined : hostOfMachine('openshift', machine, view);
  if (machine === undefined || host === undefined) {
    return { actions: [], because: { rule: 'machine-or-host-missing', values: { machine: name } } };
  }
  const { startTime } = request.status ?? {};
  const startMs = startTime === undefined ? Number.NaN : parseTime(startTime);
  const timeoutMs = options.lineage === 'exact' ? MACHINE_REMEDIATION_TIMEOUT_MS : MACHINE_REMEDIATION_LONG_TIMEOUT_MS;
  const scene: Scene = { request, machine, host, node: nodeOfMachine(machine, view), nowMs, startMs, timeoutMs };
  const state = stateOf(request);
  const holds = guardsOf(scene, view, options);
  const edge = edgeOf(LOOKUP, state, holds);
  const polls = edge.rule === 'waiting-for-power-off' || edge.rule === 'waiting-for-node';
  return {
    actions: actionsOf(edge.rule, scene, options),
    because: { rule: edge.rule, values: valuesOf(scene) },
    weighed: { table: MACHINE_REMEDIATION_STATES, state, holds },
    ...(polls ? { everyMs: MACHINE_REMEDIATION_POLL_MS, dueAtMs: startMs + timeoutMs + 1 } : {}),
  };
}

function rest(rule: string): Look {
  return { actions: [], because: { rule, values: {} } };
}

function stateOf(request: MachineRemediation): MachineRemediationState {
  return request.status?.state ?? 'New';
}

function guardsOf(scene: Scene, view: ClusterView, options: MachineRemediationOptions): Holds<MachineRemediationGuard> {
  const { request, host, node, nowMs, startMs, timeoutMs } = scene;
  const mended = options.lineage === 'corrected';
  const rebootInProgress = host.metadata.annotations?.[ANNOTATION_REBOOT_IN_PROGRESS] !== undefined;
  return {
    recreate: request.spec?.type === 'recreate',
    hostOffline: host.spec?.online === false,
    rebootInProgress,
    ownPowerOn: mended && host.spec?.online === true && !rebootInProgress,
    mended,
    mayHandBack: mended && rebootInProgress && isOnlyRequest(scene, view),
    timedOut: nowMs > startMs + timeoutMs,
    poweredOff: host.status?.poweredOn === false,
    nodeReady: node !== undefined && isReady(node),
    nodeAnnotated: node?.metadata.annotations?.[ANNOTATION_NODE_REBOOT] !== undefined,
  };
}

/** True when every other request for the Machine has ended. */
function isOnlyRequest({ request, machine }: Scene, view: ClusterView): boolean {
  return view
    .byIndex(MACHINE_REMEDIATIONS_BY_MACHINE, keyString(keyOf(machine)))
    .every(({ metadata, status }) => metadata.uid === request.metadata.uid || status?.endTime !== undefined);
}

function valuesOf({ machine, host, nowMs, startMs, timeoutMs }: Scene): Readonly<Record<string, string | number>> {
  return {
    machine: machine.metadata.name,
    host: host.metadata.name,
    node: machine.status?.nodeRef?.name ?? '',
    elapsedMs: Number.isNaN(startMs) ? 0 : nowMs - startMs,
    timeoutMs,
  };
}

function actionsOf(rule: MachineRemediationRule, scene: Scene, options: MachineRemediationOptions): readonly Action[] {
  const { request, node, nowMs } = scene;
  const now = formatTime(nowMs);
  switch (rule) {
    case 'recreate-not-implemented':
    case 'waiting-for-power-off':
    case 'waiting-for-node':
    case 'reboot-failed':
      return [];
    case 'remediation-started':
      return [status(request, { state: 'Started', startTime: now, reason: 'Machine remediation started' })];
    case 'skipped-offline': {
      const reason = 'Skip the reboot, the machine power off by an user';
      return [
        status(request, { state: 'Succeeded', reason, endTime: now }),
        event(scene, 'Normal', 'MachineRemediationSkippedOffline', reason),
      ];
    }
    case 'reboot-started':
      return [
        holdHostOff(scene),
        status(request, { state: 'PowerOff', reason: 'Starts the reboot process' }),
        event(scene, 'Normal', 'MachineRemediationRebootStarted', 'Starts the reboot process'),
      ];
    case 'own-power-on-recognised':
      return [status(request, { state: 'PowerOn', reason: 'Reboot in progress' })];
    case 'powering-on-late':
    case 'powering-on':
      return [
        ...(node === undefined ? [] : [deleteObject(NODE, node)]),
        releaseHost(scene),
        status(request, { state: 'PowerOn', reason: 'Reboot in progress' }),
        event(scene, 'Normal', 'MachineRemediationRebootPoweringOn', 'Reboot in progress'),
      ];
    case 'power-off-timed-out':
    case 'power-on-timed-out':
      return [
        status(request, { state: 'Failed', reason: 'Reboot failed on timeout', endTime: now }),
        event(scene, 'Warning', 'MachineRemediationRebootTimedOut', 'Reboot failed on timeout'),
      ];
    case 'reboot-succeeded':
      return [
        ...(node === undefined ? [] : [restoreNode(request, node, options)]),
        status(request, { state: 'Succeeded', reason: 'Reboot succeeded', endTime: now }),
        event(scene, 'Normal', 'MachineRemediationRebootSucceeded', 'Reboot succeeded'),
      ];
    case 'request-deleted':
      return [deleteObject(MACHINE_REMEDIATION, request)];
    case 'host-handed-back':
      return [releaseHost(scene)];
    case 'reboot-annotation-removed':
      return node === undefined ? [] : [annotate(NODE, node, { [ANNOTATION_NODE_REBOOT]: null })];
    default:
      return assertNever(rule);
  }
}

function status(request: MachineRemediation, patch: NonNullable<MachineRemediation['status']>): Action {
  return patchStatus(MACHINE_REMEDIATION, request, { ...patch });
}

function event(scene: Scene, type: 'Normal' | 'Warning', reason: string, message: string): Action {
  return { do: 'recordEvent', about: scene.request, type, reason, message };
}

function holdHostOff({ host }: Scene): Action {
  return patchHost(host, false, 'true');
}

function releaseHost({ host }: Scene): Action {
  return patchHost(host, true, null);
}

function patchHost(host: BareMetalHost, online: boolean, rebootInProgress: 'true' | null): Action {
  return patchMain(BARE_METAL_HOST, host, {
    metadata: { annotations: { [ANNOTATION_REBOOT_IN_PROGRESS]: rebootInProgress } },
    spec: { online },
  });
}

function restoreNode(request: MachineRemediation, node: Node, options: MachineRemediationOptions): Action {
  const saved: SavedMaps = { labels: request.spec?.savedLabels, annotations: request.spec?.savedAnnotations };
  const restored = options.lineage === 'exact' ? restoreByReplacement(node, saved) : restoreByMerge(node, saved);
  const annotations = { ...restored.annotations, [ANNOTATION_NODE_REBOOT]: null };
  return patchMain(NODE, node, { metadata: { ...restored, annotations } });
}

// OpenShift's remediation of bare-metal Machines by annotations: power off, delete the Node, power on, restore the Node, or
// delete the Machine when the Node does not come back in time.
// A stand-in for the machine actuator of cluster-api-provider-baremetal. Level-triggered: its state is the annotations.
//
// Divergence from reality
// - The actuator's other work (choosing hosts, provider ids, addresses) is not here.
// - A host without status.poweredOn counts as not known to be off; in the product a missing value reads as off.

import type { Action } from '../actions.ts';
import { BARE_METAL_HOST, type BareMetalHost } from '../api/bare-metal-host.ts';
import { parseDuration } from '../api/duration.ts';
import {
  ANNOTATION_EXTERNAL_REMEDIATION,
  isExternallyRemediated,
  type Machine,
  OPENSHIFT_MACHINE,
} from '../api/machine.ts';
import { NODE, type Node } from '../api/node.ts';
import type { ObjectKey } from '../api/object.ts';
import { OPENSHIFT_MACHINE_HEALTH_CHECK } from '../api/remediation.ts';
import { matchesSelector } from '../api/selector.ts';
import { formatTime, parseTime } from '../api/time.ts';
import { assertNever } from '../assert.ts';
import { hostOfMachine, MACHINES_BY_NODE, nodeOfMachine } from '../cluster/machine-links.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Controller } from '../ports/reconciler.ts';
import { edgeOf, type Holds, lookupOf, rulesOf } from '../state-table.ts';
import {
  EXTERNAL_NODE_DELETION_POLL_MS,
  EXTERNAL_POLL_MS,
  EXTERNAL_POWER_ON_TIMEOUT_MS,
  EXTERNAL_SHORT_POLL_MS,
} from './defaults.ts';
import {
  EXTERNAL_BAREMETAL_STATES,
  type ExternalGuard,
  type ExternalRule,
  type ExternalState,
} from './external-baremetal.states.ts';
import {
  ANNOTATION_NODE_ANNOTATIONS_BACKUP,
  ANNOTATION_NODE_LABELS_BACKUP,
  ANNOTATION_POWER_OFF_REQUEST,
  ANNOTATION_POWER_ON_DEADLINE,
  ANNOTATION_POWERED_OFF,
  FINALIZER_NODE,
  REBOOT_HARD,
} from './names.ts';
import { backupText, parseBackup, restoreByMerge } from './node-restore.ts';
import { annotate, deleteObject, patchExactly, patchMain } from './object-patches.ts';
import { decideOnGrid, type Look, type PollMemory } from './poll-grid.ts';
import { canReprovision } from './reprovisionable.ts';
import { nodeCameOrWent, requestWatches } from './request-watches.ts';

const LOOKUP = lookupOf(EXTERNAL_BAREMETAL_STATES);

/** How soon the actuator asks to be called again; rules that are absent rest until something changes. */
const POLL_MS: Readonly<Partial<Record<ExternalRule, number>>> = {
  'power-off-requested': EXTERNAL_POLL_MS,
  'waiting-for-power-off': EXTERNAL_POLL_MS,
  'node-finalizer-removed': EXTERNAL_NODE_DELETION_POLL_MS,
  'node-deleted': EXTERNAL_NODE_DELETION_POLL_MS,
  'waiting-for-node-deletion': EXTERNAL_NODE_DELETION_POLL_MS,
  'power-on-requested': EXTERNAL_SHORT_POLL_MS,
  'waiting-for-node': EXTERNAL_SHORT_POLL_MS,
};

interface Scene {
  readonly machine: Machine;
  readonly host: BareMetalHost;
  readonly node: Node | undefined;
  readonly nowMs: number;
  readonly timeoutMs: number;
  /** NaN without a deadline: then it never passes. */
  readonly deadlineMs: number;
}

export function externalBaremetalController(): Controller<PollMemory> {
  return {
    name: 'external-baremetal',
    primary: OPENSHIFT_MACHINE,
    watches: requestWatches('openshift', requestsOf, nodeCameOrWent),
    indexes: [MACHINES_BY_NODE.openshift],
    reads: [OPENSHIFT_MACHINE_HEALTH_CHECK],
    rules: {
      ...rulesOf(EXTERNAL_BAREMETAL_STATES),
      gone: 'The Machine is gone.',
      'machine-deleting': 'Machine {machine} is being deleted: it is not remediated.',
      'host-missing': 'The host of Machine {machine} is not there.',
    },
    decide: (input) => decideOnGrid(input, OPENSHIFT_MACHINE, look),
  };
}

function requestsOf(key: ObjectKey, view: ClusterView): readonly ObjectKey[] {
  const machine = view.get(OPENSHIFT_MACHINE, key);
  return isExternallyRemediated(machine) ? [key] : [];
}

function look(machine: Machine, view: ClusterView, nowMs: number): Look {
  const name = machine.metadata.name;
  if (!isExternallyRemediated(machine)) return rest('not-requested', name);
  if (machine.metadata.deletionTimestamp !== undefined) return rest('machine-deleting', name);
  const host = hostOfMachine('openshift', machine, view);
  if (host === undefined) return rest('host-missing', name);
  const deadline = machine.metadata.annotations?.[ANNOTATION_POWER_ON_DEADLINE];
  const scene: Scene = {
    machine,
    host,
    node: nodeOfMachine(machine, view),
    nowMs,
    timeoutMs: powerOnTimeout(machine, view),
    deadlineMs: deadline === undefined ? Number.NaN : parseTime(deadline),
  };
  const [state, holds] = [stateOf(scene), guardsOf(scene)];
  const edge = edgeOf(LOOKUP, state, holds);
  const everyMs = POLL_MS[edge.rule];
  const isDue = edge.rule === 'waiting-for-node' && scene.deadlineMs >= nowMs && canReprovision(machine, host);
  return {
    actions: actionsOf(edge.rule, scene),
    because: { rule: edge.rule, values: valuesOf(scene) },
    weighed: { table: EXTERNAL_BAREMETAL_STATES, state, holds },
    ...(everyMs === undefined ? {} : { everyMs }),
    ...(isDue ? { dueAtMs: scene.deadlineMs + 1 } : {}),
  };
}

function rest(rule: string, machine: string): Look {
  return { actions: [], because: { rule, values: { machine } } };
}

function stateOf({ machine, host }: Scene): ExternalState {
  const asksOff = host.metadata.annotations?.[ANNOTATION_POWER_OFF_REQUEST] !== undefined;
  const wasOff = machine.metadata.annotations?.[ANNOTATION_POWERED_OFF] !== undefined;
  if (wasOff) return asksOff ? 'Powered off' : 'Powering on';
  return asksOff ? 'Powering off' : 'Idle';
}

function guardsOf({ machine, host, node, nowMs, deadlineMs }: Scene): Holds<ExternalGuard> {
  return {
    requested: isExternallyRemediated(machine),
    poweredOff: host.status?.poweredOn === false,
    nodeExists: node !== undefined,
    nodeDeleting: node?.metadata.deletionTimestamp !== undefined,
    nodeHeld: node?.metadata.finalizers?.includes(FINALIZER_NODE) === true,
    deadlinePassed: nowMs > deadlineMs,
    reprovisionable: canReprovision(machine, host),
    backupKept: machine.metadata.annotations?.[ANNOTATION_NODE_ANNOTATIONS_BACKUP] !== undefined,
  };
}

/** nodeStartupTimeout of the first MachineHealthCheck of the namespace that selects the Machine, in key order. */
function powerOnTimeout(machine: Machine, view: ClusterView): number {
  const check = view
    .list(OPENSHIFT_MACHINE_HEALTH_CHECK)
    .find(
      ({ metadata, spec }) =>
        metadata.namespace === machine.metadata.namespace && matchesSelector(spec?.selector, machine.metadata.labels),
    );
  const timeoutMs = parseDuration(check?.spec?.nodeStartupTimeout ?? '0') ?? 0;
  return timeoutMs === 0 ? EXTERNAL_POWER_ON_TIMEOUT_MS : timeoutMs;
}

function valuesOf({ machine, host, nowMs, timeoutMs, deadlineMs }: Scene): Readonly<Record<string, string | number>> {
  return {
    machine: machine.metadata.name,
    host: host.metadata.name,
    node: machine.status?.nodeRef?.name ?? '',
    timeoutMs,
    leftMs: Number.isNaN(deadlineMs) ? timeoutMs : deadlineMs - nowMs,
  };
}

function actionsOf(rule: ExternalRule, scene: Scene): readonly Action[] {
  const { machine, host, node } = scene;
  switch (rule) {
    case 'not-requested':
    case 'withdrawn-while-powering-off':
    case 'withdrawn-while-off':
    case 'withdrawn-while-powering-on':
    case 'waiting-for-power-off':
    case 'waiting-for-node-deletion':
    case 'waiting-for-node':
      return [];
    case 'power-off-requested':
      return [annotate(BARE_METAL_HOST, host, { [ANNOTATION_POWER_OFF_REQUEST]: REBOOT_HARD })];
    case 'node-finalizer-removed':
      return node === undefined ? [] : [withoutFinalizer(node)];
    case 'node-deleted':
      return node === undefined ? [] : [...backUp(machine, node), deleteObject(NODE, node)];
    case 'powered-off-recorded':
      return [annotate(OPENSHIFT_MACHINE, machine, { [ANNOTATION_POWERED_OFF]: '' })];
    case 'power-on-requested': {
      const deadline = formatTime(scene.nowMs + scene.timeoutMs);
      return [
        annotate(OPENSHIFT_MACHINE, machine, { [ANNOTATION_POWER_ON_DEADLINE]: deadline }),
        annotate(BARE_METAL_HOST, host, { [ANNOTATION_POWER_OFF_REQUEST]: null }),
      ];
    }
    case 'power-on-timed-out':
      return [deleteObject(OPENSHIFT_MACHINE, machine)];
    case 'node-restored':
      return node === undefined ? [] : restore(machine, node);
    case 'remediation-complete':
      return [
        annotate(OPENSHIFT_MACHINE, machine, {
          [ANNOTATION_POWERED_OFF]: null,
          [ANNOTATION_EXTERNAL_REMEDIATION]: null,
          [ANNOTATION_POWER_ON_DEADLINE]: null,
        }),
      ];
    default:
      return assertNever(rule);
  }
}

function withoutFinalizer(node: Node): Action {
  const finalizers = (node.metadata.finalizers ?? []).filter((name) => name !== FINALIZER_NODE);
  return patchExactly(NODE, node, 'main', { metadata: { finalizers } });
}

function backUp(machine: Machine, node: Node): readonly Action[] {
  const annotations = backupText(node.metadata.annotations);
  const labels = backupText(node.metadata.labels);
  const kept = machine.metadata.annotations;
  if (kept?.[ANNOTATION_NODE_ANNOTATIONS_BACKUP] === annotations && kept[ANNOTATION_NODE_LABELS_BACKUP] === labels) {
    return [];
  }
  return [
    annotate(OPENSHIFT_MACHINE, machine, {
      [ANNOTATION_NODE_ANNOTATIONS_BACKUP]: annotations,
      [ANNOTATION_NODE_LABELS_BACKUP]: labels,
    }),
  ];
}

function restore(machine: Machine, node: Node): readonly Action[] {
  const { annotations } = machine.metadata;
  const restored = restoreByMerge(node, {
    labels: parseBackup(annotations?.[ANNOTATION_NODE_LABELS_BACKUP]),
    annotations: parseBackup(annotations?.[ANNOTATION_NODE_ANNOTATIONS_BACKUP]),
  });
  return [
    patchMain(NODE, node, { metadata: restored }),
    annotate(OPENSHIFT_MACHINE, machine, {
      [ANNOTATION_NODE_ANNOTATIONS_BACKUP]: null,
      [ANNOTATION_NODE_LABELS_BACKUP]: null,
    }),
  ];
}

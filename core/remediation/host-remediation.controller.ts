// HostRemediation (ours): one episode of one node, from the request until the node is healthy again, or given up to a person.
// It asks the budget for an attempt, verifies which machine its BMC controls, has the host operator power it off, proves off by a
// reading of its own, releases the workloads, powers on and waits for another boot. Level-triggered: all that matters stands in its
// status, in our annotation and in our taint; memory holds what a BMC said last, and is asked for again when it is lost.
//
//   safety            how
//   never twice       a strike is for one attempt and one boot: the guard of the hold names the Node as it was read
//   never the wrong   identity before the first command and with the proof
//   never half        every way out of off takes the hold back; a finalizer keeps the request until then
//   never a flood     no attempt without an entry in the ledger, and the guard looks at it again
//   never blind       off is a reading asked after the operator said off, that nothing contradicts; silence is the second path, or a person
//   never too early   nothing is given up on the word of a cache (host-remediation.last-look.ts)
//
// Divergence from reality
// - On which node the acting leader runs is not in the API. `ownNode` says it where the process knows; a virtual cluster's
//   controllers run beside it (invariant S15).
// - A NodeMaintenance that was made within the lag of the view is not seen; once its operator has tainted the Node the guard is.
// - A BMC without boot progress does not say that its host boots: such a host is powered off while it boots. If it also says off and
//   lies, and the kubelet is dead, nothing that is in the API contradicts it.

import { HOST_REMEDIATION } from '../api/host-remediation.ts';
import { METAL3_MACHINE } from '../api/machine.ts';
import type { KubeObject } from '../api/object.ts';
import { SELF_NODE_REMEDIATION_TEMPLATE } from '../api/self-node-remediation.ts';
import { etcdIndexes } from '../cluster/etcd-members.ts';
import { MACHINES_BY_NODE } from '../cluster/machine-links.ts';
import { MAINTENANCES_BY_NODE } from '../cluster/maintenance.ts';
import { CONTROL_PLANE_NODES } from '../cluster/serving-nodes.ts';
import type { Fact, PowerReading } from '../facts.ts';
import { oncePerObject } from '../once-per-object.ts';
import type { Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { edgeOf, lookupOf, rulesOf, type Weighed } from '../state-table.ts';
import { BMC_ANSWER_LOST_MS } from './defaults.ts';
import { TERMINATING_PODS_BY_NODE, VOLUME_ATTACHMENTS_BY_NODE } from './drained-node.ts';
import { actionsOf } from './host-remediation.actions.ts';
import { holdsOf, turningPointsMs } from './host-remediation.guards.ts';
import {
  CLOSED_BY_HOST,
  HEARS_STORAGE,
  OPEN_BY_HOST,
  OPEN_BY_NODE,
  OPEN_BY_POLICY,
  REPLACING,
  REPLACING_BY_OWNER,
  SILENT_NODES,
} from './host-remediation.indexes.ts';
import { aheadOf, knownFrom, readsBefore, requestOf } from './host-remediation.last-look.ts';
import { leasesBefore } from './host-remediation.listening.ts';
import { OUTLOOK_RULES, outlookOf } from './host-remediation.outlook.ts';
import { type AwaitedOff, type HostRemediationOptions, type Scene, sceneOf } from './host-remediation.scene.ts';
import { HOST_REMEDIATION_STATES, type HostRemediationRule } from './host-remediation.states.ts';
import { valuesOf, whyOf } from './host-remediation.values.ts';
import { hostRemediationWatches } from './host-remediation.watches.ts';
import { NODES_BY_MACHINE_OWNER } from './owner-nodes.ts';
import { PODS_BY_NODE } from './workload-release.ts';

/** Hints only. */
export interface HostRemediationMemory {
  /** The last answer of the BMC. */
  readonly reading?: PowerReading;
  /** A question that has no answer yet: when it was asked. */
  readonly askedAtMs?: number;
  /** It is awaited that the operator says off: when it does, the BMC is asked at once. */
  readonly awaitsOff?: AwaitedOff;
  /** What fresh reads had, while the view is behind that. */
  readonly ahead?: readonly KubeObject[];
}

const LOOKUP = lookupOf(HOST_REMEDIATION_STATES);
const ASKING: ReadonlySet<HostRemediationRule> = new Set<HostRemediationRule>([
  'bmc-asked',
  'proof-asked-at-once',
  'proof-asked',
]);

export function hostRemediationController(options: HostRemediationOptions): Controller<HostRemediationMemory> {
  const { machineApi } = options;
  const lookAt: LookAt = oncePerObject((input) => lookedAt(options, input));
  return {
    name: 'host-remediation',
    primary: HOST_REMEDIATION,
    watches: hostRemediationWatches(machineApi),
    indexes: [
      OPEN_BY_NODE,
      OPEN_BY_HOST,
      OPEN_BY_POLICY,
      REPLACING,
      REPLACING_BY_OWNER,
      HEARS_STORAGE,
      SILENT_NODES,
      CLOSED_BY_HOST,
      MACHINES_BY_NODE[machineApi],
      ...etcdIndexes(machineApi),
      NODES_BY_MACHINE_OWNER[machineApi],
      CONTROL_PLANE_NODES,
      ...MAINTENANCES_BY_NODE,
      PODS_BY_NODE,
      TERMINATING_PODS_BY_NODE,
      VOLUME_ATTACHMENTS_BY_NODE,
    ],
    reads: [SELF_NODE_REMEDIATION_TEMPLATE, METAL3_MACHINE],
    rules: {
      ...rulesOf(HOST_REMEDIATION_STATES),
      ...OUTLOOK_RULES,
      gone: 'The remediation is gone.',
      'last-look': 'Before anything is given up on {node}, {host} and {node} are read past the cache.',
      'others-listened-to':
        'Before {host} is taken away, leases of other nodes are read past the cache: is anybody heard?',
    },
    decide: (input) => decide(lookAt, input),
    outlook: (input) => {
      const look = lookAt(input);
      return look && outlookOf(look.scene, look.edge);
    },
  };
}

type Input = DecisionInput<HostRemediationMemory>;

/** What an input shows, and the edge that it takes: the decision and its outlook have the same before them. */
interface Look {
  readonly heard: HostRemediationMemory;
  readonly scene: Scene;
  readonly holds: ReturnType<typeof holdsOf>;
  readonly edge: ReturnType<typeof edgeTaken>;
}

/** Undefined where the remediation is gone. */
type LookAt = (input: Input) => Look | undefined;

function lookedAt(options: HostRemediationOptions, { view, key, nowMs, memory, facts }: Input): Look | undefined {
  const heard = facts.reduce(hear, memory ?? {});
  const known = knownFrom(facts, memory?.ahead ?? []);
  const request = requestOf(key, view, known);
  if (request === undefined) return undefined;
  const scene = sceneOf({ options, view, nowMs, request, heard: heard.reading, awaitsOff: heard.awaitsOff, known });
  const holds = holdsOf(scene);
  return { heard, scene, holds, edge: edgeTaken(scene, holds) };
}

function decide(lookAt: LookAt, input: Input): Decision<HostRemediationMemory> {
  const look = lookAt(input);
  if (look === undefined) return { actions: [], memory: undefined, because: { rule: 'gone', values: {} } };
  const { view, nowMs, facts } = input;
  const { heard, scene, holds, edge } = look;
  const { rule } = edge;
  const why = whyOf(rule, scene);
  const weighed: Weighed = { table: HOST_REMEDIATION_STATES, state: edge.from, holds };
  const { ahead: _, ...said } = heard;
  const leases = leasesBefore(rule, scene);
  const reads = readsBefore(rule, scene, { facts, leases });
  const actions = reads.length > 0 ? reads : actionsOf(rule, scene, why);
  const ahead = aheadOf(view, scene, actions);
  const remembered = {
    ...said,
    ...(rule === 'waiting-for-power-off' ? { awaitsOff: {} } : {}),
    ...(ahead.length === 0 ? {} : { ahead }),
  };
  if (reads.length > 0) {
    const because = { rule: leases.length > 0 ? 'others-listened-to' : 'last-look', values: valuesOf(scene, why) };
    return { actions, memory: forgetting(remembered), because, weighed };
  }
  const because = { rule, values: valuesOf(scene, why) };
  const pointsMs = turningPointsMs(scene);
  if (!ASKING.has(rule)) {
    return {
      actions,
      memory: forgetting(remembered),
      because,
      weighed,
      ...recheck(pointsMs, nowMs),
    };
  }
  const askedAtMs = openQuestion(heard.askedAtMs, scene);
  return {
    actions: askedAtMs === undefined ? actions : [],
    memory: {
      ...remembered,
      askedAtMs: askedAtMs ?? nowMs,
      ...(rule === 'proof-asked-at-once' ? { awaitsOff: { askedAtMs: askedAtMs ?? nowMs } } : {}),
    },
    because,
    weighed,
    ...recheck([...pointsMs, (askedAtMs ?? nowMs) + BMC_ANSWER_LOST_MS], nowMs),
  };
}

/** When the question was asked that has no answer yet: of this phase, and not so long ago that it must be lost. */
function openQuestion(askedAtMs: number | undefined, { phaseSinceMs, nowMs }: Scene): number | undefined {
  if (askedAtMs === undefined || askedAtMs < phaseSinceMs) return undefined;
  return nowMs < askedAtMs + BMC_ANSWER_LOST_MS ? askedAtMs : undefined;
}

/** Of a request that is being deleted the edge of its withdrawal. */
function edgeTaken({ phase }: Scene, holds: ReturnType<typeof holdsOf>) {
  const edge = edgeOf(LOOKUP, phase, holds);
  return edge.to === 'Withdrawing' ? edgeOf(LOOKUP, 'Withdrawing', holds) : edge;
}

function recheck(pointsMs: readonly number[], nowMs: number): { readonly recheckAtMs?: number } {
  const recheckAtMs = Math.min(...pointsMs.filter((atMs) => atMs > nowMs));
  return Number.isFinite(recheckAtMs) ? { recheckAtMs } : {};
}

function hear(memory: HostRemediationMemory, fact: Fact): HostRemediationMemory {
  if (fact.fact !== 'power') return memory;
  const { askedAtMs: _, ...rest } = memory;
  return { ...rest, reading: fact.reading };
}

/** Nothing to remember is nothing at all, so that a key at rest costs nothing. */
function forgetting({
  reading,
  askedAtMs,
  awaitsOff,
  ahead,
}: HostRemediationMemory): HostRemediationMemory | undefined {
  if ([reading, askedAtMs, awaitsOff, ahead].every((one) => one === undefined)) return undefined;
  return {
    ...(reading === undefined ? {} : { reading }),
    ...(askedAtMs === undefined ? {} : { askedAtMs }),
    ...(awaitsOff === undefined ? {} : { awaitsOff }),
    ...(ahead === undefined ? {} : { ahead }),
  };
}

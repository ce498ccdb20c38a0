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
//   never blind       off is a reading asked after the operator said off; silence is the second path, or a person
//
// Divergence from reality
// - On which node the acting leader runs is not in the API. `ownNode` says it where the process knows; a virtual cluster's
//   controllers run beside it (invariant S15).
// - A NodeMaintenance that was made within the lag of the view is not seen; once its operator has tainted the Node the guard is.
// - A BMC without boot progress does not say that its host boots: such a host is powered off while it boots.

import { HOST_REMEDIATION, type HostRemediation } from '../api/host-remediation.ts';
import { METAL3_MACHINE } from '../api/machine.ts';
import { keyOf, keyString, type ObjectKey } from '../api/object.ts';
import { SELF_NODE_REMEDIATION_TEMPLATE } from '../api/self-node-remediation.ts';
import { CONTROL_PLANE_NODES } from '../budget/pool.ts';
import type { Fact, PowerReading } from '../facts.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { edgeOf, lookupOf, rulesOf } from '../state-table.ts';
import { BMC_ANSWER_LOST_MS } from './defaults.ts';
import { TERMINATING_PODS_BY_NODE, VOLUME_ATTACHMENTS_BY_NODE } from './drained-node.ts';
import { actionsOf } from './host-remediation.actions.ts';
import { holdsOf, turningPointsMs } from './host-remediation.guards.ts';
import {
  CLOSED_BY_HOST,
  OPEN_BY_HOST,
  OPEN_BY_NODE,
  OPEN_BY_POLICY,
  REPLACING_BY_OWNER,
  WIPING,
} from './host-remediation.indexes.ts';
import { type HostRemediationOptions, type Scene, sceneOf } from './host-remediation.scene.ts';
import { HOST_REMEDIATION_STATES, type HostRemediationRule } from './host-remediation.states.ts';
import { valuesOf, whyOf } from './host-remediation.values.ts';
import { hostRemediationWatches } from './host-remediation.watches.ts';
import { MAINTENANCES_BY_NODE } from './host-remediation.wishes.ts';
import { MACHINES_BY_NODE } from './machine-links.ts';
import { PODS_BY_NODE } from './workload-release.ts';

/** Hints only. */
export interface HostRemediationMemory {
  /** The last answer of the BMC. */
  readonly reading?: PowerReading;
  /** A question that has no answer yet: when it was asked. */
  readonly askedAtMs?: number;
  /** The request as a fresh read had it, while the view is behind that. */
  readonly fresh?: HostRemediation;
}

const LOOKUP = lookupOf(HOST_REMEDIATION_STATES);
const ASKING: ReadonlySet<HostRemediationRule> = new Set<HostRemediationRule>(['bmc-asked', 'proof-asked']);

export function hostRemediationController(options: HostRemediationOptions): Controller<HostRemediationMemory> {
  const { machineApi } = options;
  return {
    name: 'host-remediation',
    primary: HOST_REMEDIATION,
    watches: hostRemediationWatches(machineApi),
    indexes: [
      OPEN_BY_NODE,
      OPEN_BY_HOST,
      OPEN_BY_POLICY,
      REPLACING_BY_OWNER,
      WIPING,
      CLOSED_BY_HOST,
      MACHINES_BY_NODE[machineApi],
      CONTROL_PLANE_NODES,
      ...MAINTENANCES_BY_NODE,
      PODS_BY_NODE,
      TERMINATING_PODS_BY_NODE,
      VOLUME_ATTACHMENTS_BY_NODE,
    ],
    reads: [SELF_NODE_REMEDIATION_TEMPLATE, METAL3_MACHINE],
    rules: { ...rulesOf(HOST_REMEDIATION_STATES), gone: 'The remediation is gone.' },
    decide: (input) => decide(options, input),
  };
}

function decide(
  options: HostRemediationOptions,
  { view, key, nowMs, memory, facts }: DecisionInput<HostRemediationMemory>,
): Decision<HostRemediationMemory> {
  const request = newest(view.get(HOST_REMEDIATION, key), freshOf(facts, key) ?? memory?.fresh);
  if (request === undefined) return { actions: [], memory: undefined, because: { rule: 'gone', values: {} } };
  const heard = facts.reduce(hear, memory ?? {});
  const scene = sceneOf({ options, view, nowMs, request, heard: heard.reading });
  const { rule, why } = ruleOf(scene);
  const { fresh: _, ...said } = heard;
  const remembered = { ...said, ...keptFresh(request, view) };
  const because = { rule, values: valuesOf(scene, why) };
  const pointsMs = turningPointsMs(scene);
  if (!ASKING.has(rule)) {
    return {
      actions: actionsOf(rule, scene, why),
      memory: forgetting(remembered),
      because,
      ...recheck(pointsMs, nowMs),
    };
  }
  const askedAtMs = openQuestion(heard.askedAtMs, scene);
  return {
    actions: askedAtMs === undefined ? actionsOf(rule, scene, why) : [],
    memory: { ...remembered, askedAtMs: askedAtMs ?? nowMs },
    because,
    ...recheck([...pointsMs, (askedAtMs ?? nowMs) + BMC_ANSWER_LOST_MS], nowMs),
  };
}

/** When the question was asked that has no answer yet: of this phase, and not so long ago that it must be lost. */
function openQuestion(askedAtMs: number | undefined, { phaseSinceMs, nowMs }: Scene): number | undefined {
  if (askedAtMs === undefined || askedAtMs < phaseSinceMs) return undefined;
  return nowMs < askedAtMs + BMC_ANSWER_LOST_MS ? askedAtMs : undefined;
}

function ruleOf(scene: Scene): { readonly rule: HostRemediationRule; readonly why: string } {
  const holds = holdsOf(scene);
  const edge = edgeOf(LOOKUP, scene.phase, holds);
  const { rule } = edge.to === 'Withdrawing' ? edgeOf(LOOKUP, 'Withdrawing', holds) : edge;
  return { rule, why: whyOf(rule, scene) };
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

function freshOf(facts: readonly Fact[], key: ObjectKey): HostRemediation | undefined {
  for (const fact of facts) {
    if (fact.fact === 'fresh' && fact.kindKey === HOST_REMEDIATION.key && keyString(fact.key) === keyString(key)) {
      return fact.object as HostRemediation | undefined;
    }
  }
  return undefined;
}

/** Of two versions of one object the later one; an object that the view does not have is not gone while a read had it. */
function newest(seen: HostRemediation | undefined, fresh: HostRemediation | undefined): HostRemediation | undefined {
  if (seen === undefined || fresh === undefined || seen.metadata.uid !== fresh.metadata.uid) return seen ?? fresh;
  return Number(fresh.metadata.resourceVersion) > Number(seen.metadata.resourceVersion) ? fresh : seen;
}

function keptFresh(request: HostRemediation, view: ClusterView): { readonly fresh?: HostRemediation } {
  const isSeen = view.get(HOST_REMEDIATION, keyOf(request)) === request;
  return isSeen ? {} : { fresh: request };
}

/** Nothing to remember is nothing at all, so that a key at rest costs nothing. */
function forgetting({ reading, askedAtMs, fresh }: HostRemediationMemory): HostRemediationMemory | undefined {
  if (reading === undefined && askedAtMs === undefined && fresh === undefined) return undefined;
  return {
    ...(reading === undefined ? {} : { reading }),
    ...(askedAtMs === undefined ? {} : { askedAtMs }),
    ...(fresh === undefined ? {} : { fresh }),
  };
}

// What each rule of the HostRemediation table does, in an order that a crash may cut anywhere: one status write that moves the
// request, or one write on the world, and the events that tell of it.

import type { Action } from '../actions.ts';
import { BARE_METAL_HOST } from '../api/bare-metal-host.ts';
import {
  type Attempt,
  CONDITION_GRANTED,
  CONDITION_HELD,
  CONDITION_NEEDS_PERSON,
  CONDITION_POWER_PROVEN,
  CONDITION_RELEASED,
  FINALIZER_HOST_HELD,
  HOST_REMEDIATION,
  type HostRemediationPhase,
} from '../api/host-remediation.ts';
import { NODE } from '../api/node.ts';
import { controllerOwner, keyOf } from '../api/object.ts';
import { ANNOTATION_REMEDIATE } from '../api/remediation-policy.ts';
import { SELF_NODE_REMEDIATION } from '../api/self-node-remediation.ts';
import { formatMicroTime } from '../api/time.ts';
import { fenceItself, holdOff, letGo, release, wipe } from './host-remediation.effects.ts';
import { eventsOf } from './host-remediation.events.ts';
import {
  isTaintOurs,
  proofOf,
  REASON_ALREADY_TAINTED,
  REASON_HELD_OFF,
  taintOf,
  whyCalledOff,
} from './host-remediation.guards.ts';
import { impactOf } from './host-remediation.impact.ts';
import { markOf, readyOf, replacingBeside, whyNotWipe } from './host-remediation.replacement.ts';
import { REASON_BOOTING, REASON_UPDATING, type Scene } from './host-remediation.scene.ts';
import type { HostRemediationRule } from './host-remediation.states.ts';
import {
  attemptsEnded,
  attemptsWith,
  enter,
  type Move,
  type Said,
  type StatusChange,
  say,
} from './host-remediation.status.ts';
import { addFinalizer, annotate, deleteObject, patchMain, removeFinalizer } from './object-patches.ts';
import { storedProof } from './off-proof.ts';
import { OUT_OF_SERVICE, removeTaints } from './workload-release.ts';

/** @param why what the decision found, for conditions and events. */
export function actionsOf(rule: HostRemediationRule, scene: Scene, why: string): readonly Action[] {
  const move = moveOf(rule, scene, why);
  const actions = move === undefined ? deedOf(rule, scene, why) : [enter(scene, move)];
  return actions.length === 0 ? [] : [...actions, ...eventsOf(rule, scene, why)];
}

/** Rules that move the request to another phase, or begin one anew. */
function moveOf(rule: HostRemediationRule, scene: Scene, why: string): Move | undefined {
  switch (rule) {
    case 'recovered-before-start':
    case 'no-longer-wanted':
    case 'nothing-left':
      return closed(scene, 'Cancelled', why);
    case 'recovered-between-attempts':
    case 'node-back':
      return { to: 'Settling', says: [notHeld()] };
    case 'unwanted-after-attempts':
    case 'steps-exhausted':
      return person(scene, why);
    case 'attempt-asked-for':
      return asked(scene);
    case 'attempt-granted':
      return granted(scene);
    case 'attempt-called-off':
    case 'called-off-before-hold':
    case 'self-fencing-called-off':
      return again(scene, whyCalledOff(scene) === 'Recovered' ? 'Recovered' : 'Refused', why);
    case 'recovered-before-self-fencing':
      return again(scene, 'Recovered', 'Recovered');
    case 'hold-came-too-late':
    case 'self-fencing-came-too-late':
      return again(scene, 'Refused', 'HoldTooLate');
    case 'hold-removed':
      return again(scene, 'Interrupted', 'HoldRemoved');
    case 'verifying-timed-out':
    case 'power-off-timed-out':
    case 'proving-timed-out':
    case 'power-on-timed-out':
    case 'node-did-not-return':
      return again(scene, 'TimedOut', why);
    case 'wrong-system':
    case 'wrong-system-off':
      return person(scene, why, 'WrongIdentity');
    case 'bmc-dead':
    case 'unproven':
    case 'off-unproven':
    case 'self-fencing-failed':
    case 'self-fencing-without-effect':
    case 'self-fencing-impossible':
      return person(scene, why, 'PowerUnknown');
    case 'withdrawing-calls-person':
    case 'self-fencing-timed-out':
    case 'replacement-timed-out':
      return person(scene, why, 'TimedOut');
    case 'firmware-update-over':
      return { to: 'Verifying', says: [notHeld()] };
    case 'attempt-decided':
      return decided(scene, 'PoweringOff');
    case 'bmc-dead-self-fencing':
    case 'unproven-self-fencing':
    case 'off-unproven-self-fencing':
      return decided(scene, 'FencingItself');
    case 'operator-says-off':
    case 'proof-void':
    case 'proof-too-old':
    case 'proof-void-before-wipe':
    case 'proof-too-old-for-wipe':
      return { to: 'ProvingOff' };
    case 'off-proven':
    case 'off-proven-at-once':
      return proven(scene);
    case 'hold-lost-before-proof':
    case 'release-abandoned':
    case 'wipe-timed-out':
    case 'deletion-timed-out':
    case 'deletion-abandoned':
      return { to: 'PoweringOn', says: [saidHeld('False', why)] };
    case 'workloads-released':
      return { to: 'PoweringOn', says: [releasedAs(scene)] };
    case 'wipe-allowed':
      return deleting(scene);
    case 'wipe-held-back-again':
      return { to: 'Releasing' };
    case 'powered-on':
    case 'back-before-self-fencing':
    case 'unhealthy-again':
      return { to: 'AwaitingNode' };
    case 'fenced-itself':
      return { to: 'AwaitingNode', says: [assumed()] };
    case 'machine-gone':
      return { to: 'AwaitingReplacement' };
    case 'unhealthy-after-recovery':
      return { to: 'Waiting', change: { waitingSince: null } };
    case 'replaced':
    case 'replaced-with-person':
    case 'healthy-with-person':
    case 'succeeded':
      return closed(scene, 'Succeeded', why);
    default:
      return undefined;
  }
}

/** Rules that do something within a phase, or only wait. */
function deedOf(rule: HostRemediationRule, scene: Scene, why: string): readonly Action[] {
  const { request, host, node, machine, selfFencing, attempt } = scene;
  switch (rule) {
    case 'hold-of-ended-attempt-taken-back':
    case 'hold-taken-back':
    case 'late-hold-taken-back':
    case 'hold-dropped-for-cleaning':
    case 'hold-of-given-back-host-dropped':
    case 'hold-before-self-fencing-taken-back':
    case 'settled-hold-taken-back':
    case 'hold-before-person-taken-back':
    case 'succeeded-hold-taken-back':
    case 'cancelled-hold-taken-back':
    case 'withdrawing-hold-taken-back':
      return host === undefined ? [] : [letGo(scene, host)];
    case 'self-fencing-of-ended-attempt-ended':
    case 'self-fencing-ended':
    case 'settled-self-fencing-ended':
    case 'self-fencing-before-person-ended':
    case 'withdrawing-self-fencing-ended':
      return selfFencing === undefined ? [] : [deleteObject(SELF_NODE_REMEDIATION, selfFencing)];
    case 'late-return-untainted':
    case 'node-untainted':
    case 'settling-untainted':
    case 'person-untainted':
    case 'withdrawing-untainted':
      return node === undefined ? [] : removeTaints(node, [OUT_OF_SERVICE]);
    case 'finalizer-added':
      return [addFinalizer(HOST_REMEDIATION, request, FINALIZER_HOST_HELD)];
    case 'succeeded-finalizer-given-up':
    case 'cancelled-finalizer-given-up':
    case 'withdrawn':
      return [removeFinalizer(HOST_REMEDIATION, request, FINALIZER_HOST_HELD)];
    case 'bmc-asked':
    case 'proof-asked-at-once':
    case 'proof-asked':
      return host === undefined ? [] : [{ do: 'observePower', host: keyOf(host) }];
    case 'held-off':
      return host === undefined || node === undefined ? [] : [holdOff(scene, host, node)];
    case 'node-tainted': {
      const proof = host === undefined || attempt === undefined ? undefined : storedProof(request, host, attempt);
      return host === undefined || node === undefined || proof === undefined ? [] : [release(scene, node, host, proof)];
    }
    case 'machine-deleted': {
      const proof = host === undefined || attempt === undefined ? undefined : storedProof(request, host, attempt);
      const isReady = host !== undefined && machine !== undefined && proof !== undefined;
      return isReady && whyNotWipe(scene) === undefined ? [wipe(scene, machine, host, proof)] : [];
    }
    case 'host-marked': {
      const mark = markOf(scene);
      if (host === undefined || mark === undefined) return [];
      const marks = { [mark.at]: { [mark.name]: mark.value } };
      return [patchMain(BARE_METAL_HOST, host, { metadata: marks })];
    }
    case 'self-fencing-asked-for': {
      const namespace = scene.templateNamespace;
      return namespace === undefined || node === undefined ? [] : [fenceItself(scene, namespace, node)];
    }
    case 'wish-fulfilled':
      return node === undefined ? [] : [annotate(NODE, node, { [ANNOTATION_REMEDIATE]: null })];
    case 'held-back':
      return say(scene, [saidHeld('True', why), notGranted(why)], { phase: 'Waiting', waitingSince: null });
    case 'waiting-for-budget':
      return say(scene, [notHeld(), notGranted(why)]);
    case 'backing-off':
      return say(scene, [notHeld(), notGranted('BackingOff')]);
    case 'wipe-held-back':
      return say(scene, [saidHeld('True', why)]);
    case 'waiting-for-power-off':
      return say(scene, [{ type: CONDITION_POWER_PROVEN, status: 'False', reason: REASON_HELD_OFF, message: '' }]);
    case 'leaving-alone-what-is-updated':
      return say(scene, [saidHeld('True', REASON_UPDATING)]);
    case 'leaving-alone-what-boots':
      return say(scene, [saidHeld('True', REASON_BOOTING)]);
    default:
      return [];
  }
}

function closed(scene: Scene, to: 'Succeeded' | 'Cancelled', why: string): Move {
  const outcome = to === 'Succeeded' ? 'Succeeded' : 'Recovered';
  return {
    to,
    change: {
      closedAt: formatMicroTime(scene.nowMs),
      waitingSince: null,
      notBefore: null,
      attempts: attemptsEnded(scene, outcome),
    },
    says: [notHeld(), { type: CONDITION_NEEDS_PERSON, status: 'False', reason: to, message: why }],
  };
}

function person(scene: Scene, why: string, outcome?: NonNullable<Attempt['outcome']>): Move {
  return {
    to: 'Person',
    change: {
      waitingSince: null,
      notBefore: null,
      ...(outcome === undefined ? {} : { attempts: attemptsEnded(scene, outcome) }),
    },
    says: [
      { type: CONDITION_NEEDS_PERSON, status: 'True', reason: outcome ?? 'StepsExhausted', message: why },
      notHeld(),
    ],
  };
}

/** The attempt is over and the request waits again, keeping its place in the budget. It is asked for in the next decision. */
function again(scene: Scene, outcome: NonNullable<Attempt['outcome']>, why: string): Move {
  return {
    to: 'Waiting',
    change: { attempts: attemptsEnded(scene, outcome), waitingSince: null, offProof: null },
    says: [notHeld(), notGranted(outcome === 'TimedOut' ? 'AttemptTimedOut' : why)],
  };
}

function asked(scene: Scene): Move {
  const { plan, host, nowMs, notBeforeMs, request } = scene;
  if (plan.kind !== 'attempt') return { to: 'Waiting' };
  const isAgain = request.status?.waitingSince !== undefined && request.status.step === plan.step;
  const change: StatusChange = {
    step: plan.step,
    attempt: isAgain ? Math.max(plan.attempt, (request.status?.attempt ?? 0) + 1) : plan.attempt,
    impact: impactOf(scene, scene.view),
    waitingSince: formatMicroTime(nowMs),
    notBefore: notBeforeMs > nowMs ? formatMicroTime(notBeforeMs) : null,
    ...(host === undefined
      ? {}
      : { host: { namespace: host.metadata.namespace ?? '', name: host.metadata.name, uid: host.metadata.uid } }),
  };
  return { to: 'Waiting', change, says: [notHeld(), notGranted('WaitingForBudget')] };
}

function granted(scene: Scene): Move {
  const { grant, attempts } = scene;
  if (grant === undefined) return { to: 'Waiting' };
  const { step, action, attempt, grantedAt } = grant;
  return {
    to: 'Verifying',
    change: {
      attempts: [...attempts, { step, action, attempt, grantedAt }],
      identity: null,
      offProof: null,
      notBefore: null,
    },
    says: [
      notHeld(),
      { type: CONDITION_GRANTED, status: 'True', reason: action, message: `attempt ${attempt}` },
      { type: CONDITION_POWER_PROVEN, status: 'False', reason: 'NotAsked', message: '' },
    ],
  };
}

/** The intent: it stands in the API before anything is done. */
function decided(scene: Scene, to: HostRemediationPhase): Move {
  const { reading, nowMs, attempt, node } = scene;
  const struckAt = attempt?.struckAt ?? formatMicroTime(nowMs);
  const uuid = reading?.systemUuid;
  // A taint of ours shuts out the boot that it met, whatever attempts come after: any other boot is its end.
  const isShutOut = taintOf(scene) !== undefined && isTaintOurs(scene);
  return {
    to,
    change: {
      attempts: attemptsWith(scene, { struckAt }),
      ...(isShutOut ? {} : { bootIDBefore: node?.status?.nodeInfo?.bootID ?? null }),
      ...(uuid === undefined ? {} : { identity: { systemUuid: uuid, verifiedAt: formatMicroTime(nowMs) } }),
    },
    says: [notHeld(), { type: CONDITION_POWER_PROVEN, status: 'False', reason: to, message: '' }],
  };
}

function proven(scene: Scene): Move {
  const proof = proofOf(scene);
  if (proof === undefined) return { to: 'ProvingOff' };
  const isForeign = taintOf(scene) !== undefined && !isTaintOurs(scene);
  const bootID = scene.node?.status?.nodeInfo?.bootID;
  return {
    to: 'Releasing',
    // A boot between the decision and the cut died with it: only one that comes after is a return.
    change: { offProof: proof, ...(bootID === undefined ? {} : { bootIDBefore: bootID }) },
    says: [
      { type: CONDITION_POWER_PROVEN, status: 'True', reason: 'ReadOff', message: `asked ${proof.askedAt}` },
      {
        type: CONDITION_RELEASED,
        status: 'False',
        reason: isForeign ? REASON_ALREADY_TAINTED : 'Releasing',
        message: '',
      },
    ],
  };
}

function releasedAs(scene: Scene): Said {
  const isForeign = taintOf(scene) !== undefined && !isTaintOurs(scene);
  return {
    type: CONDITION_RELEASED,
    status: 'True',
    reason: isForeign ? REASON_ALREADY_TAINTED : 'WorkloadsReleased',
    message: '',
  };
}

function deleting(scene: Scene): Move {
  const { machine } = scene;
  const owner = machine === undefined ? undefined : controllerOwner(machine);
  if (machine === undefined || owner === undefined) return { to: 'PoweringOn' };
  const { namespace = '', name, uid } = machine.metadata;
  const ownerKey = { namespace, name: owner.name };
  const replacement = {
    machine: { namespace, name, uid },
    owner: { kind: owner.kind, name: owner.name },
    readyWanted: readyOf(scene, ownerKey) + replacingBeside(scene, ownerKey) + 1,
  };
  return { to: 'DeletingMachine', change: { replacement }, says: [notHeld(), releasedAs(scene)] };
}

function assumed(): Said {
  return {
    type: CONDITION_POWER_PROVEN,
    status: 'Unknown',
    reason: 'AssumedRebooted',
    message: 'rests on the agents of SelfNodeRemediation and on its safeTimeToAssumeNodeRebootedSeconds',
  };
}

function saidHeld(status: 'True' | 'False', why: string): Said {
  return { type: CONDITION_HELD, status, reason: status === 'True' ? why : 'NotHeld', message: '' };
}

function notHeld(): Said {
  return saidHeld('False', '');
}

function notGranted(why: string): Said {
  return { type: CONDITION_GRANTED, status: 'False', reason: why, message: '' };
}

// The truth of every guard of the HostRemediation table at the moment of a decision, and the instants at which one that depends
// on time can change.

import { findCondition } from '../api/conditions.ts';
import { parseDuration } from '../api/duration.ts';
import {
  CONDITION_HELD,
  CONDITION_NEEDS_PERSON,
  CONDITION_POWER_PROVEN,
  CONDITION_RELEASED,
  FINALIZER_HOST_HELD,
} from '../api/host-remediation.ts';
import { CONDITION_PROCESSING, CONDITION_SUCCEEDED } from '../api/medik8s.ts';
import { isReady, readyCondition, TAINT_OUT_OF_SERVICE, type Taint } from '../api/node.ts';
import { parseTime } from '../api/time.ts';
import type { Holds } from '../state-table.ts';
import {
  BMC_ANSWER_LOST_MS,
  BMC_LOOK_AGAIN_MS,
  OFF_PROOF_FRESH_MS,
  RELEASE_TIMEOUT_MS,
  SELF_FENCING_SHOWS_BEFORE_MS,
  STRIKE_WITHIN_MS,
  TAINT_ACTS_WITHIN_MS,
} from './defaults.ts';
import { remainsOn } from './drained-node.ts';
import { isNobodyHeard } from './host-remediation.listening.ts';
import { isQuorumAtRisk } from './host-remediation.quorum.ts';
import { isMachineGoing, isMarkedFor, isReplaced, whyNotWipe } from './host-remediation.replacement.ts';
import {
  attemptEndMs,
  hasStruck,
  isHostStored,
  powerEndMs,
  REASON_UPDATING,
  type Scene,
  whyNot,
  wipes,
} from './host-remediation.scene.ts';
import { timeoutMsOf } from './host-remediation.settings.ts';
import type { HostRemediationGuard } from './host-remediation.states.ts';
import { storageStaleMs, whyNotStrike } from './host-remediation.storage.ts';
import { isBack, isNodeHealthy, isWished, keptBack, runsImage, unwanted } from './host-remediation.wishes.ts';
import { hasFinalizer } from './object-patches.ts';
import { contradictionOf, provenUntilMs, proveOff, storedProof } from './off-proof.ts';
import { isSameSystem } from './system-uuid.ts';

/** The taint was somebody else's before this episode: it is neither added nor taken off. */
export const REASON_ALREADY_TAINTED = 'AlreadyTainted';

/** Our hold is on the host, and off is awaited: whoever finds it gone after that knows that somebody took it off. */
export const REASON_HELD_OFF = 'HeldOff';

export function holdsOf(scene: Scene): Holds<HostRemediationGuard> {
  const { request, node, host, nowMs, phase, phaseSinceMs, attempt, settings, plan, reading } = scene;
  const touched = hasStruck(scene.attempts);
  const isTainted = taintOf(scene) !== undefined;
  const tainted = phase === 'Releasing' ? isTainted : isTainted && isTaintOurs(scene);
  const back = touched && isBack(scene);
  const poweredOff = host?.status?.poweredOn === false;
  const proof = host === undefined || attempt === undefined ? undefined : storedProof(request, host, attempt);
  const answered = reading !== undefined && reading.power !== 'unreachable';
  const remains = remainsOn(scene.nodeName, scene.view);
  return {
    deleting: request.metadata.deletionTimestamp !== undefined,
    held: isHeld(scene),
    selfFencing: scene.selfFencing !== undefined && scene.selfFencing.metadata.deletionTimestamp === undefined,
    tainted,
    back,
    healthy: isHealthy(scene, touched, tainted && !back),
    touched,
    unwanted: unwanted(scene) !== undefined,
    kept: keptBack(scene) !== undefined,
    stepLeft: plan.kind === 'attempt',
    asked: isAsked(scene),
    backingOff: nowMs < scene.notBeforeMs,
    granted: isGranted(scene),
    calledOff: whyCalledOff(scene) !== undefined,
    overdue: nowMs >= attemptEndMs(scene),
    finalizer: hasFinalizer(request, FINALIZER_HOST_HELD),
    strange: answered && !isIdentified(scene),
    answered,
    updating: reading?.isUpdating === true,
    wasUpdating: findCondition(request.status?.conditions, CONDITION_HELD)?.reason === REASON_UPDATING,
    booting: isBooting(scene) && nowMs < phaseSinceMs + settings.bootGraceMs,
    powerOverdue: nowMs >= powerEndMs(scene),
    selfPath: settings.whenPowerUnknown === 'SelfNodeRemediation' && scene.templateNamespace !== undefined,
    silent: reading?.power === 'unreachable',
    unheard: isUnheard(scene),
    unasked: isUnasked(scene),
    contradicted: reading !== undefined && contradictionOf(reading, node) !== undefined,
    poweredOff,
    wasHeld: findCondition(request.status?.conditions, CONDITION_POWER_PROVEN)?.reason === REASON_HELD_OFF,
    holdLate: nowMs > phaseSinceMs + STRIKE_WITHIN_MS,
    readOff: proofOf(scene) !== undefined,
    proven: proof !== undefined && isOfKnownBoot(scene),
    nodeThere: node !== undefined,
    proofOld: proof === undefined || nowMs >= provenUntilMs(proof, OFF_PROOF_FRESH_MS),
    released: remains.pods + remains.attachments === 0 && nowMs >= taintActsMs(scene),
    releaseOverdue: nowMs >= releaseEndMs(scene),
    wipes: wipes(attempt?.action),
    mayWipe: whyNotWipe(scene) === undefined,
    poweredOn: host?.status?.poweredOn === true || back,
    machineGoing: isMachineGoing(scene),
    givenBack: host === undefined || !runsImage(host),
    marked: isMarkedFor(scene),
    replaced: isReplaced(scene),
    selfFenced: findCondition(scene.selfFencing?.status?.conditions, CONDITION_SUCCEEDED)?.status === 'True',
    selfFailed: hasSelfFencingFailed(scene),
    stillTalks: nowMs >= silenceDueMs(scene) && hasKeptItsBoot(scene),
    awaitedLong: nowMs >= withdrawalEndMs(scene),
    personCalled: findCondition(request.status?.conditions, CONDITION_NEEDS_PERSON)?.status === 'True',
    running: attempt !== undefined,
    settled: nowMs >= phaseSinceMs + settings.healthyDelayMs,
    steady: nowMs >= steadyMs(scene),
    wished: isWished(node),
    unmet: isWished(node) && !hasBootedSinceAsked(scene),
    nothingLeft: node === undefined && scene.machine === undefined && request.status?.replacement === undefined,
  };
}

/** Every instant after now at which a guard could change although nothing else does. */
export function turningPointsMs(scene: Scene): readonly number[] {
  const { phaseSinceMs, settings, notBeforeMs, phase, attempt, host, request, reading } = scene;
  const proof = host === undefined || attempt === undefined ? undefined : storedProof(request, host, attempt);
  const proofEnds = proof === undefined ? [] : [provenUntilMs(proof, OFF_PROOF_FRESH_MS)];
  const points: Readonly<Record<string, readonly number[]>> = {
    Waiting: [notBeforeMs],
    Verifying: [
      powerEndMs(scene),
      talkedLongMs(scene),
      phaseSinceMs + settings.bootGraceMs,
      storageStaleMs(scene),
      ...lookAgain(reading?.readAtMs),
    ],
    PoweringOff: [powerEndMs(scene), phaseSinceMs + STRIKE_WITHIN_MS + 1, storageStaleMs(scene)],
    ProvingOff: [powerEndMs(scene), ...lookAgain(reading?.readAtMs)],
    DeletingMachine: [storageStaleMs(scene), ...proofEnds],
    Releasing: [storageStaleMs(scene), taintActsMs(scene), releaseEndMs(scene), ...proofEnds],
    FencingItself: [phaseSinceMs + STRIKE_WITHIN_MS + 1, silenceDueMs(scene), storageStaleMs(scene)],
    Settling: [phaseSinceMs + settings.healthyDelayMs],
    Person: [steadyMs(scene)],
  };
  if (request.metadata.deletionTimestamp !== undefined) return [...(points[phase] ?? []), withdrawalEndMs(scene)];
  const isTimed = phase !== 'Settling' && phase !== 'Person' && phase !== 'Succeeded' && phase !== 'Cancelled';
  return [...(points[phase] ?? []), ...(isTimed ? [attemptEndMs(scene)] : [])];
}

/** Until when the Node of a request that was deleted in flight may take to come back: what a reboot may take. */
function withdrawalEndMs({ request, settings }: Scene): number {
  const reboot = settings.steps.find(({ action }) => action === 'Reboot');
  return parseTime(request.metadata.deletionTimestamp ?? '') + timeoutMsOf('Reboot', reboot);
}

function lookAgain(readAtMs: number | undefined): readonly number[] {
  return readAtMs === undefined ? [] : [readAtMs + BMC_LOOK_AGAIN_MS];
}

export function isHeld({ host, hold }: Scene): boolean {
  return host?.metadata.annotations?.[hold] !== undefined;
}

/** A wish by annotation outweighs health until something was done. A taint that waits for a boot is no health. */
function isHealthy({ node, settings }: Scene, touched: boolean, taintWaits: boolean): boolean {
  return isNodeHealthy(node, settings.conditions) && !taintWaits && (touched || !isWished(node));
}

/** A Node that has been Ready for so long by its own stamp is well without a place in the budget: a person has had it. */
function steadyMs({ node, settings }: Scene): number {
  return (
    parseTime(node === undefined ? '' : (readyCondition(node)?.lastTransitionTime ?? '')) + settings.healthyDelayMs
  );
}

export function taintOf({ node }: Scene): Taint | undefined {
  return node?.spec?.taints?.find(({ key, effect }) => key === TAINT_OUT_OF_SERVICE && effect === 'NoExecute');
}

/** Ours from the moment at which the status says that we release, unless it was there already. */
export function isTaintOurs({ request, selfFencing }: Scene): boolean {
  const released = findCondition(request.status?.conditions, CONDITION_RELEASED);
  return released !== undefined && released.reason !== REASON_ALREADY_TAINTED && selfFencing === undefined;
}

function taintActsMs(scene: Scene): number {
  return parseTime(taintOf(scene)?.timeAdded ?? '') + TAINT_ACTS_WITHIN_MS || Number.NEGATIVE_INFINITY;
}

/** A stuck volume must not keep the host off for ever. */
function releaseEndMs(scene: Scene): number {
  return Math.min(scene.phaseSinceMs + RELEASE_TIMEOUT_MS, attemptEndMs(scene));
}

/** The status asks for what the plan says. The number of a step that is asked for already stays as it is. */
export function isAsked(scene: Scene): boolean {
  const { request, plan, attempts } = scene;
  const { status } = request;
  if (plan.kind !== 'attempt' || status?.waitingSince === undefined || !isHostStored(scene)) return false;
  // The policy was edited between the grant and its use: what was granted is not what would be done.
  if (isOfThisRequest(scene) && scene.grant?.action !== plan.action) return false;
  const isSpent = attempts.some(({ step, attempt }) => step === status.step && attempt === status.attempt);
  return status.step === plan.step && status.attempt !== undefined && !isSpent;
}

/** The ledger's entry answers this very request, with what the policy still means by it. */
export function isGranted(scene: Scene): boolean {
  return isOfThisRequest(scene) && scene.plan.kind === 'attempt' && scene.grant?.action === scene.plan.action;
}

function isOfThisRequest({ request: { status }, grant }: Scene): boolean {
  if (grant === undefined || grant.step !== status?.step || grant.attempt !== status.attempt) return false;
  return grant.requestedAt === undefined || grant.requestedAt === status.waitingSince;
}

/** Why an attempt that has done nothing yet is given up, or undefined. */
export function whyCalledOff(scene: Scene): string | undefined {
  const { attempt, settings, options, host, machine, node } = scene;
  if (attempt === undefined) return 'NoAttempt';
  const isBefore = scene.attempts.some(({ struckAt }) => struckAt !== undefined && struckAt !== attempt.struckAt);
  if (isNodeHealthy(node, settings.conditions) && (isBefore || !isWished(node))) return 'Recovered';
  if (isQuorumAtRisk(scene)) return 'QuorumAtRisk';
  if (hasBootedMeanwhile(scene)) return 'BootedMeanwhile';
  const isOther = settings.steps[attempt.step]?.action !== attempt.action;
  return (
    unwanted(scene) ??
    keptBack(scene) ??
    whyNotStrike(scene) ??
    (isNobodyHeard(scene) ? 'NobodyHeard' : undefined) ??
    (isOther ? 'PolicyChanged' : whyNot(attempt.action, { options, settings, host, machine }))
  );
}

/** Decided for one boot, and the Node tells of another: nobody could tell the end of this one from the end of that. */
function hasBootedMeanwhile(scene: Scene): boolean {
  const { phase, request, node } = scene;
  if (phase !== 'PoweringOff' || (taintOf(scene) !== undefined && isTaintOurs(scene))) return false;
  return node !== undefined && node.status?.nodeInfo?.bootID !== request.status?.bootIDBefore;
}

/**
 * A Node that tells of another boot than the one we noted when it was proven off: either it ran in between and is dead now, or
 * somebody switched it on. It has to be proven, and noted, anew.
 */
function isOfKnownBoot({ request, node }: Scene): boolean {
  const bootID = node?.status?.nodeInfo?.bootID;
  return bootID === undefined || bootID === request.status?.bootIDBefore;
}

/** Whoever wished for a remediation has it: the Node tells of another boot. Where a boot ID is missing, nobody knows. */
function hasBootedSinceAsked({ node, request }: Scene): boolean {
  const now = node?.status?.nodeInfo?.bootID;
  const before = request.status?.bootIDBefore ?? request.spec?.node.bootID;
  return now !== undefined && before !== undefined && now !== before;
}

/** When a node that was asked to fence itself must have fallen silent, if it ever does; infinite while it has no time of its own. */
function silenceDueMs({ selfFencing }: Scene): number {
  const heldAt = selfFencing?.status?.timeAssumedRebooted;
  return heldAt === undefined ? Number.POSITIVE_INFINITY : parseTime(heldAt) - SELF_FENCING_SHOWS_BEFORE_MS;
}

/** Its kubelet goes on, and tells of the boot that was to be ended: nobody needs to assume anything. */
function hasKeptItsBoot({ node, request }: Scene): boolean {
  const bootID = node?.status?.nodeInfo?.bootID;
  return node !== undefined && isReady(node) && bootID !== undefined && bootID === request.status?.bootIDBefore;
}

/** The system that answered is that of the Node, as far as the policy wants to know. */
export function isIdentified(scene: Scene): boolean {
  const { reading, settings } = scene;
  const wanted = nodeUuidOf(scene);
  if (reading?.systemUuid === undefined || wanted === undefined) return !settings.needsIdentity;
  return isSameSystem(reading.systemUuid, wanted);
}

export function nodeUuidOf({ node, request }: Scene): string | undefined {
  return node?.status?.nodeInfo?.systemUUID ?? request.spec?.node.systemUUID;
}

/** Whoever has forgotten that off is awaited goes the way that is written down; a question without an answer is given its time. */
function isUnasked({ awaitsOff, saidOffAtMs, lastReading, nowMs }: Scene): boolean {
  if (awaitsOff === undefined || nowMs >= saidOffAtMs + BMC_ANSWER_LOST_MS) return false;
  return lastReading === undefined || lastReading.askedAtMs < saidOffAtMs;
}

function isUnheard({ phase, lastReading, node }: Scene): boolean {
  if (lastReading === undefined) return false;
  if (lastReading.power === 'unreachable') return true;
  return phase === 'ProvingOff' && (lastReading.power !== 'off' || contradictionOf(lastReading, node) !== undefined);
}

/** The firmware says that it boots, or its kubelet has begun to talk: its node may be Ready any moment. */
function isBooting(scene: Scene): boolean {
  const { reading, nowMs } = scene;
  if (reading?.power !== 'on') return false;
  return reading.bootProgress === 'firmware' || reading.bootProgress === 'osBoot' || nowMs < talkedLongMs(scene);
}

/**
 * Until when a node that says itself that it is not Ready has not said so for long: a kubelet says that at its start, and the
 * policy has a time for it. That the node was silent before does not count here, but it does where a request is made: a
 * condition that goes from Unknown to False begins nothing anew (invariant L15).
 */
function talkedLongMs({ node, settings }: Scene): number {
  const ready = node === undefined ? undefined : readyCondition(node);
  if (ready?.status !== 'False') return Number.NEGATIVE_INFINITY;
  const watched = settings.conditions.find(({ type, status }) => type === 'Ready' && status === 'False');
  return parseTime(ready.lastTransitionTime ?? '') + (parseDuration(watched?.duration ?? '') ?? 0);
}

/** The proof that this decision has in hand. */
export function proofOf(scene: Scene): ReturnType<typeof proveOff> {
  const { host, attempt, reading, saidOffAtMs, node } = scene;
  if (host === undefined || attempt === undefined || reading === undefined) return undefined;
  return proveOff({ host, attempt, reading, saidOffAtMs, isIdentified: isIdentified(scene), node });
}

function hasSelfFencingFailed({ selfFencing }: Scene): boolean {
  const conditions = selfFencing?.status?.conditions;
  return (
    findCondition(conditions, CONDITION_PROCESSING)?.status === 'False' &&
    findCondition(conditions, CONDITION_SUCCEEDED)?.status === 'False'
  );
}

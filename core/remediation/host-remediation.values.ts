// The numbers and names that a decision compared, for `because`, and the reason that conditions and events give.

import { findCondition } from '../api/conditions.ts';
import { CONDITION_NEEDS_PERSON } from '../api/host-remediation.ts';
import { keyOf } from '../api/object.ts';
import type { Because } from '../ports/reconciler.ts';
import { OFF_PROOF_FRESH_MS, STRIKE_WITHIN_MS } from './defaults.ts';
import { remainsOn } from './drained-node.ts';
import { nodeUuidOf, whyCalledOff } from './host-remediation.guards.ts';
import { impactOf } from './host-remediation.impact.ts';
import { ownerOf, readyOf, wantedOf, whyNotWipe } from './host-remediation.replacement.ts';
import { type Scene, stepOf, whyNot } from './host-remediation.scene.ts';
import { timeoutMsOf } from './host-remediation.settings.ts';
import type { HostRemediationRule } from './host-remediation.states.ts';
import { keptBack, unwanted } from './host-remediation.wishes.ts';
import { contradictionOf } from './off-proof.ts';

/** In one word where there is one: what the rule rests on. */
export function whyOf(rule: HostRemediationRule, scene: Scene): string {
  switch (rule) {
    case 'unwanted-after-attempts':
    case 'no-longer-wanted':
      return unwanted(scene) ?? '';
    case 'held-back':
      return keptBack(scene) ?? '';
    case 'attempt-called-off':
    case 'called-off-before-hold':
    case 'self-fencing-called-off':
      return whyCalledOff(scene) ?? '';
    case 'steps-exhausted':
      return whyNothingLeft(scene);
    case 'waiting-for-budget':
      return scene.budget?.status?.waitingFor?.[scene.request.metadata.name] ?? 'WaitingForBudget';
    case 'wipe-held-back':
    case 'wipe-held-back-again':
      return whyNotWipe(scene) ?? '';
    case 'person-called':
      return findCondition(scene.request.status?.conditions, CONDITION_NEEDS_PERSON)?.message ?? '';
    default:
      return rule;
  }
}

function whyNothingLeft({ settings, options, host, machine }: Scene): string {
  const wanted = settings.steps.find(({ action }) => action !== 'Person')?.action ?? 'Reboot';
  return whyNot(wanted, { options, settings, host, machine }) ?? 'StepsExhausted';
}

export function valuesOf(scene: Scene, why: string): Because['values'] {
  const { request, nodeName, node, machine, host, attempt, attempts, plan, settings, reading, nowMs, budget } = scene;
  const { pods, attachments } = remainsOn(nodeName, scene.view);
  const planned = plan.kind === 'attempt' ? plan : undefined;
  const owner = request.status?.replacement === undefined ? undefined : ownerOf(scene);
  const action = attempt?.action ?? planned?.action ?? 'Person';
  const contradiction = reading === undefined ? undefined : contradictionOf(reading, node);
  return {
    ...(contradiction === undefined ? {} : { contradiction }),
    why,
    node: nodeName,
    host: host?.metadata.name ?? '',
    machine: request.status?.replacement?.machine.name ?? machine?.metadata.name ?? '',
    budget: budget?.metadata.name ?? request.spec?.budget ?? '',
    phase: scene.phase,
    action,
    attempt: attempt?.attempt ?? request.status?.attempt ?? planned?.attempt ?? 0,
    attempts: attempts.filter(({ struckAt }) => struckAt !== undefined).length,
    impact: request.status?.impact ?? impactOf({ node, nodeName }, scene.view),
    leftMs: Math.max(0, Number.isFinite(scene.notBeforeMs) ? scene.notBeforeMs - nowMs : 0),
    waitingFor: budget?.status?.waitingFor?.[request.metadata.name] ?? 'its turn',
    timeoutMs: action === 'Person' ? 0 : timeoutMsOf(action, stepOf(scene)),
    powerTimeoutMs: settings.powerTimeoutMs,
    graceMs: settings.bootGraceMs,
    healthyDelayMs: settings.healthyDelayMs,
    strikeMs: STRIKE_WITHIN_MS,
    proofFreshMs: OFF_PROOF_FRESH_MS,
    power: reading?.power ?? 'unknown',
    bootProgress: reading?.bootProgress ?? 'unknown',
    systemUuid: reading?.systemUuid ?? 'none',
    nodeUuid: nodeUuidOf(scene) ?? 'none',
    pods,
    attachments,
    ready: owner === undefined ? 0 : readyOf(scene, keyOf(owner)),
    wanted: wantedOf(owner, request.status?.replacement?.readyWanted ?? 0),
  };
}

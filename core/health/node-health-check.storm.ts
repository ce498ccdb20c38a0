// Storm mode: after the threshold has blocked remediation, nothing new is started until enough nodes are healthy again and a
// cool-down has passed without another breach. Source: medik8s/node-healthcheck-operator dd444329; cases C178 to C181, C239, C240.

import { parseDuration } from '../api/duration.ts';
import {
  CONDITION_STORM_ACTIVE,
  CONDITION_STORM_COOLDOWN_ACTIVE,
  REASON_STORM_THRESHOLD_CHANGE,
} from '../api/node-health-check.ts';
import { parseTime } from '../api/time.ts';
import { edgeOf, lookupOf, type Weighed } from '../state-table.ts';
import { LOOK_LATE_MS, type Scene } from './node-health-check.scene.ts';
import type { StatusDraft } from './node-health-check.status.ts';
import { STORM_STATES, type StormRule, type StormState } from './node-health-check-storm.states.ts';

const LOOKUP = lookupOf(STORM_STATES);

export interface Storm {
  readonly rule: StormRule;
  readonly isActive: boolean;
  readonly cooldownMs: number;
  readonly weighed: Weighed;
}

/**
 * The storm after this look, written into the status; undefined where the check has no storm mode.
 * @param seen.matching whether some node matches an unhealthy condition.
 */
export function storm(
  scene: Scene,
  seen: { readonly matching: boolean; readonly thresholdBroken: boolean },
): Storm | undefined {
  const { check, status, work, nowMs, lineage } = scene;
  const written = check.spec?.stormCooldownDuration;
  const cooldownMs = written === undefined ? undefined : parseDuration(written);
  if (cooldownMs === undefined) return undefined;
  const state = stateOf(status);
  const endsAtMs = cooldownStart(status, nowMs) + cooldownMs;
  const holds = {
    looked: seen.matching || lineage === 'corrected', // trap T14
    thresholdBroken: seen.thresholdBroken,
    cooldownOver: nowMs >= endsAtMs,
  };
  const edge = edgeOf(LOOKUP, state, holds);
  apply(edge.rule, scene);
  if (edge.rule === 'cooldown-started') work.lookAgain(nowMs + cooldownMs + LOOK_LATE_MS);
  if (edge.rule === 'cooling-down') work.lookAgain(endsAtMs + LOOK_LATE_MS);
  const weighed = { table: STORM_STATES, state, holds };
  return { rule: edge.rule, isActive: edge.to !== 'Calm', cooldownMs, weighed };
}

function stateOf(status: StatusDraft): StormState {
  if (status.condition(CONDITION_STORM_ACTIVE)?.status !== 'True') return 'Calm';
  return status.condition(CONDITION_STORM_COOLDOWN_ACTIVE)?.status === 'True' ? 'Cool-down' : 'Storm';
}

function cooldownStart(status: StatusDraft, nowMs: number): number {
  const since = status.condition(CONDITION_STORM_COOLDOWN_ACTIVE)?.lastTransitionTime;
  return since === undefined ? nowMs : parseTime(since);
}

function apply(rule: StormRule, { status, work }: Scene): void {
  const reason = REASON_STORM_THRESHOLD_CHANGE;
  const active = (value: 'True' | 'False', message: string): void =>
    status.setCondition({ type: CONDITION_STORM_ACTIVE, status: value, reason, message });
  const cooling = (value: 'True' | 'False', message: string): void =>
    status.setCondition({ type: CONDITION_STORM_COOLDOWN_ACTIVE, status: value, reason, message });
  switch (rule) {
    case 'storm-started':
      cooling('False', 'no cool-down: the threshold is broken');
      active('True', 'storm: no new remediation until it and its cool-down are over');
      work.tell('Warning', 'StormRecoveryStarted', 'a storm began: remediation waits until enough nodes are healthy');
      break;
    case 'storm-goes-on':
    case 'cooldown-broken-off':
      cooling('False', 'no cool-down: the threshold is broken');
      break;
    case 'cooldown-started':
      cooling('True', 'enough nodes are healthy: remediation waits for the end of the cool-down');
      work.tell('Warning', 'StormRecoveryCooldownStarted', 'the storm ends after the cool-down');
      break;
    case 'storm-ended':
      active('False', 'no storm: remediation goes on as usual');
      cooling('False', 'the cool-down is over');
      work.tell('Normal', 'StormRecoveryEnded', 'the storm is over: remediation goes on as usual');
      break;
    default:
      break;
  }
}

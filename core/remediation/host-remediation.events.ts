// What a HostRemediation tells, about itself and about its Node.

import type { Action } from '../actions.ts';
import type { Scene } from './host-remediation.scene.ts';
import type { HostRemediationRule } from './host-remediation.states.ts';

interface Told {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: (scene: Scene, why: string) => string;
}

const STARTED: Told = {
  type: 'Normal',
  reason: 'RemediationStarted',
  message: ({ grant, nodeName }) => `${grant?.action ?? ''} of ${nodeName}, attempt ${grant?.attempt ?? 0}`,
};
const PROVEN: Told = {
  type: 'Normal',
  reason: 'HostPoweredOffProven',
  message: ({ host }) => `the BMC of ${host?.metadata.name ?? ''} says off`,
};
const RELEASED: Told = {
  type: 'Normal',
  reason: 'WorkloadsReleased',
  message: ({ nodeName }) => `the workloads of ${nodeName} may start elsewhere`,
};
const DELETED: Told = {
  type: 'Warning',
  reason: 'MachineDeleted',
  message: ({ machine }) => `Machine ${machine?.metadata.name ?? ''} is deleted, its host is wiped`,
};
const SUCCEEDED: Told = {
  type: 'Normal',
  reason: 'RemediationSucceeded',
  message: ({ nodeName }) => `${nodeName} is healthy`,
};
const CANCELLED: Told = { type: 'Normal', reason: 'RemediationCancelled', message: (_scene, why) => why };
const CALLED_OFF: Told = { type: 'Normal', reason: 'AttemptCalledOff', message: (_scene, why) => why };
const TIMED_OUT: Told = {
  type: 'Warning',
  reason: 'AttemptTimedOut',
  message: ({ attempt, phase }) => `attempt ${attempt?.attempt ?? 0} of ${attempt?.action ?? ''} ended ${phase}`,
};
const PERSON: Told = { type: 'Warning', reason: 'PersonNeeded', message: (_scene, why) => why };
const SELF_FENCING: Told = {
  type: 'Warning',
  reason: 'SelfFencingAsked',
  message: ({ nodeName }) => `the BMC of ${nodeName} is dead: it is asked to fence itself`,
};

const TOLD: Readonly<Partial<Record<HostRemediationRule, Told>>> = {
  'attempt-granted': STARTED,
  'off-proven': PROVEN,
  'off-proven-at-once': PROVEN,
  'workloads-released': RELEASED,
  'machine-deleted': DELETED,
  'self-fencing-asked-for': SELF_FENCING,
  succeeded: SUCCEEDED,
  replaced: SUCCEEDED,
  'replaced-with-person': SUCCEEDED,
  'recovered-before-start': CANCELLED,
  'no-longer-wanted': CANCELLED,
  'nothing-left': CANCELLED,
  'attempt-called-off': CALLED_OFF,
  'called-off-before-hold': CALLED_OFF,
  'self-fencing-called-off': CALLED_OFF,
  'recovered-before-self-fencing': CALLED_OFF,
  'hold-came-too-late': CALLED_OFF,
  'self-fencing-came-too-late': CALLED_OFF,
  'hold-removed': CALLED_OFF,
  'verifying-timed-out': TIMED_OUT,
  'power-off-timed-out': TIMED_OUT,
  'proving-timed-out': TIMED_OUT,
  'power-on-timed-out': TIMED_OUT,
  'node-did-not-return': TIMED_OUT,
  'wipe-timed-out': TIMED_OUT,
  'deletion-timed-out': TIMED_OUT,
  'unwanted-after-attempts': PERSON,
  'steps-exhausted': PERSON,
  'wrong-system': PERSON,
  'wrong-system-off': PERSON,
  'bmc-dead': PERSON,
  unproven: PERSON,
  'off-unproven': PERSON,
  'self-fencing-failed': PERSON,
  'self-fencing-without-effect': PERSON,
  'self-fencing-timed-out': PERSON,
  'withdrawing-calls-person': PERSON,
  'self-fencing-impossible': PERSON,
  'replacement-timed-out': PERSON,
};

/** On the Node as well, so that whoever looks at it finds why. */
export function eventsOf(rule: HostRemediationRule, scene: Scene, why: string): readonly Action[] {
  const told = TOLD[rule];
  if (told === undefined) return [];
  const { type, reason } = told;
  const message = told.message(scene, why);
  const { request, node } = scene;
  return [request, ...(node === undefined ? [] : [node])].map((about) => ({
    do: 'recordEvent',
    about,
    type,
    reason,
    message,
  }));
}

// The fields of HostRemediation, described. It is made by the controller; nobody writes one by hand.

import { conditions, instant, name } from './field-parts.ts';
import type { FieldOf } from './fields.ts';
import type { Attempt, HostRemediation, HostRemediationPhase, StoredOffProof } from './host-remediation.ts';
import type { ObjectKey } from './object.ts';
import { STEP_ACTIONS } from './remediation-policy.fields.ts';

type Spec = NonNullable<HostRemediation['spec']>;
type Status = NonNullable<HostRemediation['status']>;

const PHASES = Object.keys({
  Waiting: true,
  Verifying: true,
  PoweringOff: true,
  ProvingOff: true,
  Releasing: true,
  PoweringOn: true,
  AwaitingNode: true,
  DeletingMachine: true,
  AwaitingReplacement: true,
  FencingItself: true,
  Settling: true,
  Person: true,
  Succeeded: true,
  Cancelled: true,
} satisfies Record<HostRemediationPhase, true>) as readonly HostRemediationPhase[];

export const HOST_REMEDIATION_SPEC: FieldOf<Spec> = {
  type: 'object',
  description: 'Which node, and by whose rules. Never changes.',
  required: ['policy', 'budget', 'node', 'reason'],
  properties: {
    policy: name('Name of the RemediationPolicy that made it.'),
    budget: name('Name of the RemediationBudget that grants its attempts.'),
    node: {
      type: 'object',
      description: 'The Node as it was when it was found unhealthy.',
      required: ['name', 'uid'],
      properties: {
        name: name('Its name.'),
        uid: { type: 'string', description: 'Its UID.' },
        bootID: { type: 'string', description: 'Its boot ID: another one proves a boot.' },
        systemUUID: { type: 'string', description: 'Its system UUID: its BMC must name the same.' },
      },
    },
    reason: {
      type: 'string',
      description: "Why: the condition that was unhealthy for too long, or a person's annotation.",
    },
  },
};

/** One object, and no other of that name. */
function reference(description: string): FieldOf<ObjectKey & { readonly uid: string }> {
  return {
    type: 'object',
    description,
    required: ['namespace', 'name', 'uid'],
    properties: {
      namespace: { type: 'string', description: 'Its namespace.' },
      name: { type: 'string', description: 'Its name.' },
      uid: { type: 'string', description: 'Its UID.' },
    },
  };
}

const attempt: FieldOf<Attempt> = {
  type: 'object',
  description: 'One attempt, as it is remembered.',
  required: ['step', 'action', 'attempt', 'grantedAt'],
  properties: {
    step: { type: 'integer', description: 'Index of the step, from 0.' },
    action: { type: 'string', description: 'Action of the step.', enum: STEP_ACTIONS },
    attempt: { type: 'integer', description: 'Attempt of the step, from 1.' },
    grantedAt: instant('When the budget granted it.'),
    struckAt: instant('When the first command that harms was asked for; absent when it never came to that.'),
    endedAt: instant('When it ended.'),
    outcome: {
      type: 'string',
      description: 'How it ended.',
      enum: ['Succeeded', 'TimedOut', 'PowerUnknown', 'WrongIdentity', 'Refused', 'Interrupted', 'Recovered'],
    },
  },
};

const offProof: FieldOf<StoredOffProof> = {
  type: 'object',
  description: 'Proof that the host was off, in this attempt.',
  required: ['hostUid', 'step', 'attempt', 'askedAt', 'readAt'],
  properties: {
    hostUid: { type: 'string', description: 'UID of the BareMetalHost.' },
    systemUuid: { type: 'string', description: 'What the BMC said whose power it is.' },
    step: { type: 'integer', description: 'Index of the step, from 0.' },
    attempt: { type: 'integer', description: 'Attempt of the step, from 1.' },
    askedAt: instant('When the BMC was asked.'),
    readAt: instant('When it answered off.'),
  },
};

export const HOST_REMEDIATION_STATUS: FieldOf<Status> = {
  type: 'object',
  description: 'How far it is. All state is here: the controller may die anywhere.',
  properties: {
    observedGeneration: { type: 'integer', description: 'Version of the spec that the status is about.' },
    phase: { type: 'string', description: 'Where it stands; absent means Waiting.', enum: PHASES },
    phaseSince: instant('When the phase began, with fractions of a second.'),
    step: { type: 'integer', description: 'Index of the step that is asked for or runs, from 0.' },
    attempt: { type: 'integer', description: 'Attempt of the step, from 1.' },
    impact: {
      type: 'integer',
      description:
        'Class of impact for the order of grants: 0 control plane, 1 volumes or pods stuck, 2 others, 3 empty.',
    },
    waitingSince: instant('Since when it waits for a grant; not counted in any timeout.'),
    notBefore: instant('Not before this instant: back-off.'),
    attempts: { type: 'array', description: 'What was tried.', items: attempt },
    bootIDBefore: {
      type: 'string',
      description: 'Boot ID of the Node before the strike, or before the first one that its taint is about.',
    },
    host: reference('The BareMetalHost under the Node.'),
    identity: {
      type: 'object',
      description: 'What the BMC said whose power it is.',
      required: ['systemUuid', 'verifiedAt'],
      properties: {
        systemUuid: { type: 'string', description: 'System UUID.' },
        verifiedAt: instant('When it said so.'),
      },
    },
    offProof,
    replacement: {
      type: 'object',
      description: 'Steps that delete the Machine: what was deleted, and what its owner had just before.',
      required: ['machine', 'owner', 'readyWanted'],
      properties: {
        machine: reference('The Machine.'),
        owner: {
          type: 'object',
          description: 'Its controlling owner, in the same namespace.',
          required: ['kind', 'name'],
          properties: {
            kind: { type: 'string', description: 'Its kind.' },
            name: { type: 'string', description: 'Its name.' },
          },
        },
        readyWanted: {
          type: 'integer',
          description:
            'Ready Nodes of the owner with which this one counts as replaced, unless its host serves again or the owner has all that it wants: those just before, one for this, and one for each that is being replaced already.',
        },
      },
    },
    closedAt: instant('When it was closed.'),
    conditions: conditions(
      'Granted, PowerProven, Released, NeedsPerson, Held: each names in its reason what it waits for.',
    ),
  },
};

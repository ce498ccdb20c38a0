// The fields of RemediationPolicy, described.

import { conditions, duration, instant, isAtMost, name, nodeSelector, positiveDuration } from './field-parts.ts';
import type { FieldOf } from './fields.ts';
import { POLICY_DEFAULTS, STEP_DEFAULTS } from './remediation-defaults.ts';
import type { RemediationPolicy, StepAction, WatchedCondition } from './remediation-policy.ts';

type Spec = NonNullable<RemediationPolicy['spec']>;
type Status = NonNullable<RemediationPolicy['status']>;

export const STEP_ACTIONS: readonly StepAction[] = ['Reboot', 'ReprovisionInPlace', 'Replace', 'Person'];
/** Steps that wipe the disks of a host. */
export const WIPING_ACTIONS: readonly StepAction[] = ['ReprovisionInPlace', 'Replace'];

const { timeout } = STEP_DEFAULTS;

const watchedConditions: FieldOf<readonly WatchedCondition[]> = {
  type: 'array',
  description: 'A Node counts as unhealthy when one of these conditions has had its status for its duration.',
  default: POLICY_DEFAULTS.unhealthyConditions,
  minItems: 1,
  maxItems: 16,
  uniqueBy: ['type', 'status'],
  items: {
    type: 'object',
    description: 'One condition of Nodes that is watched.',
    required: ['type', 'status', 'duration'],
    properties: {
      type: { type: 'string', description: 'Type of the condition, for example Ready.', minLength: 1, maxLength: 316 },
      status: {
        type: 'string',
        description:
          'Status that is unhealthy. Ready is Unknown when the node is silent, False when its kubelet says so.',
        enum: ['True', 'False', 'Unknown'],
      },
      duration: duration('How long the condition must have had the status.'),
    },
  },
};

const steps: FieldOf<NonNullable<Spec['steps']>> = {
  type: 'array',
  description:
    'What is done, in this order. After the last step comes a person, whether it is written or not; a step is skipped where the cluster cannot carry it out.',
  default: POLICY_DEFAULTS.steps,
  minItems: 1,
  maxItems: 8,
  rules: [
    {
      rule: "self.all(step, step.action != 'Person') || (self.filter(step, step.action == 'Person').size() == 1 && self[self.size() - 1].action == 'Person')",
      message: 'must end with Person, where it has it at all',
      remedy: 'put it at the end, or leave it out: a person comes after the last step anyway',
      holds: (list) => list.every(({ action }, index) => action !== 'Person' || index === list.length - 1),
    },
  ],
  items: {
    type: 'object',
    description: 'One step.',
    required: ['action'],
    properties: {
      action: {
        type: 'string',
        description:
          'Reboot: power off, proof of off, release of the workloads, power on; the data stays. ReprovisionInPlace: the same until off, then the Machine is deleted so that the same host is provisioned anew; wipes. Replace: the same, but another host takes its place; wipes. Person: somebody is called, and no machine does anything more.',
        enum: STEP_ACTIONS,
      },
      attempts: {
        type: 'integer',
        description: 'Attempts before the next step, counted over spec.memory and not over one HostRemediation.',
        default: STEP_DEFAULTS.attempts,
        minimum: 1,
        maximum: 10,
      },
      timeout: positiveDuration(
        `Of one attempt, from its grant: waiting for the budget is not counted. Left out, ${timeout.Reboot} for Reboot, ${timeout.ReprovisionInPlace} for ReprovisionInPlace and ${timeout.Replace} for Replace. Person has none.`,
      ),
    },
  },
};

const backOff: FieldOf<NonNullable<Spec['backOff']>> = {
  type: 'object',
  description: 'Wait before another attempt on the same host: base x 2^(attempts within memory - 1), at most max.',
  default: {},
  rules: [
    {
      rule: 'duration(self.base) <= duration(self.max)',
      message: 'must not have a base longer than max',
      remedy: 'raise max, or shorten base',
      holds: ({ base, max }) => isAtMost(base, max),
    },
  ],
  properties: {
    base: duration('Before the second attempt.', POLICY_DEFAULTS.backOff.base),
    max: duration('Never longer than this.', POLICY_DEFAULTS.backOff.max),
  },
};

export const REMEDIATION_POLICY_SPEC: FieldOf<Spec> = {
  type: 'object',
  description: 'Which Nodes are watched, when one counts as unhealthy, and which steps are taken for it.',
  required: ['selector', 'budget'],
  properties: {
    selector: nodeSelector('Nodes that are watched. An empty selector selects none: nobody is fenced by an omission.'),
    unhealthyConditions: watchedConditions,
    healthyDelay: duration(
      'A Node must be healthy for this long before its remediation is closed and its place in the budget is free.',
      POLICY_DEFAULTS.healthyDelay,
    ),
    budget: name('Name of the RemediationBudget that grants the attempts. There is no policy without a limit.'),
    steps,
    memory: positiveDuration(
      'How long an attempt on a host is remembered: it counts against the attempts of its step, lengthens the back-off, and keeps the closed HostRemediations.',
      POLICY_DEFAULTS.memory,
    ),
    backOff,
    whenPowerUnknown: {
      type: 'string',
      description:
        'Whom to ask when the BMC does not say whether the host is off. Person: somebody is called, and the workloads are not released. SelfNodeRemediation: the agent and the watchdog of the node turn it off; rests on the assumption that the agents of that product run on the node.',
      default: POLICY_DEFAULTS.whenPowerUnknown,
      enum: ['Person', 'SelfNodeRemediation'],
    },
    powerTimeout: positiveDuration(
      'From the grant until the BMC counts as dead when it does not answer.',
      POLICY_DEFAULTS.powerTimeout,
    ),
    identityCheck: {
      type: 'string',
      description:
        'Require: the BMC must name the system UUID of the Node before the first power command. WhenKnown: only a different one stops the attempt.',
      default: POLICY_DEFAULTS.identityCheck,
      enum: ['Require', 'WhenKnown'],
    },
    bootGrace: duration(
      'A host that boots already is left alone for this long, instead of being powered off.',
      POLICY_DEFAULTS.bootGrace,
    ),
    wipeAllowed: {
      type: 'boolean',
      description:
        'Gate of the steps that wipe disks: they are taken only while this is true and the storage guard of the budget agrees.',
      default: POLICY_DEFAULTS.wipeAllowed,
    },
    pauseRequests: {
      type: 'array',
      description: 'Reasons why nothing new is started; attempts under way go on.',
      uniqueBy: 'set',
      maxItems: 16,
      items: { type: 'string', description: 'Who wants the pause, and why.', minLength: 1, maxLength: 256 },
    },
    dryRun: {
      type: 'boolean',
      description: 'Only decides: says in events and in the status what would be done, and makes nothing.',
      default: POLICY_DEFAULTS.dryRun,
    },
  },
};

export const REMEDIATION_POLICY_STATUS: FieldOf<Status> = {
  type: 'object',
  description: 'What the controller sees.',
  properties: {
    observedGeneration: { type: 'integer', description: 'Version of the spec that the status is about.' },
    observedNodes: { type: 'integer', description: 'Nodes that the selector selects.' },
    unhealthyNodes: { type: 'integer', description: 'Of them, those that a watched condition says are unhealthy.' },
    conditions: conditions(
      'Paused, Doubtful (an observer that sees too many fail at once does not fence), BudgetMissing, DryRun.',
    ),
    doubtedSince: instant('While the signal is doubted: since when.'),
    doubtRegained: instant(
      'Since when the share is small again: the doubt ends when stormCoolDown of the budget has passed since.',
    ),
  },
};

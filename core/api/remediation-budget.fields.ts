// The fields of RemediationBudget, described.

import { conditions, duration, instant, name, nodeSelector, positiveDuration } from './field-parts.ts';
import type { FieldOf, FieldRule } from './fields.ts';
import type { CountAndPercent, Grant, RemediationBudget, StorageGuard } from './remediation-budget.ts';
import { BUDGET_DEFAULTS, FLOOR_DEFAULT, STORAGE_GUARD_DEFAULTS } from './remediation-defaults.ts';
import { STEP_ACTIONS } from './remediation-policy.fields.ts';
import type { StepAction } from './remediation-policy.ts';

type Spec = NonNullable<RemediationBudget['spec']>;
type Status = NonNullable<RemediationBudget['status']>;

const COUNT_OR_PERCENT: FieldRule<CountAndPercent> = {
  rule: 'has(self.count) || has(self.percent)',
  message: 'must have count, percent or both',
  remedy: 'write for example { count: 2 } or { percent: 5 }',
  holds: ({ count, percent }) => count !== undefined || percent !== undefined,
};

function countAndPercent(description: string): FieldOf<CountAndPercent> {
  return {
    type: 'object',
    description,
    rules: [COUNT_OR_PERCENT],
    properties: {
      count: { type: 'integer', description: 'So many hosts; 0 stops everything new.', minimum: 0 },
      percent: {
        type: 'integer',
        description: 'Of the hosts that the budget expects, rounded down. With count, both bind.',
        minimum: 1,
        maximum: 100,
      },
      floor: {
        type: 'integer',
        description: 'Small pools: a percentage that comes to less still allows this many.',
        default: FLOOR_DEFAULT,
        minimum: 0,
      },
    },
  };
}

const rate: FieldOf<NonNullable<Spec['rate']>> = {
  type: 'object',
  description: 'How fast attempts may start. Where both are given, both bind.',
  rules: [
    {
      rule: 'has(self.tokenBucket) || has(self.slidingWindow)',
      message: 'must have tokenBucket, slidingWindow or both',
      remedy: 'write one of them, or leave rate out',
      holds: ({ tokenBucket, slidingWindow }) => tokenBucket !== undefined || slidingWindow !== undefined,
    },
  ],
  properties: {
    tokenBucket: {
      type: 'object',
      description: 'At most burst starts at once; one more every refillEvery, up to burst.',
      required: ['burst', 'refillEvery'],
      properties: {
        burst: { type: 'integer', description: 'Size of the bucket, which is full at first.', minimum: 1 },
        refillEvery: positiveDuration('After this long one more may start.'),
      },
    },
    slidingWindow: {
      type: 'object',
      description: 'At most starts attempts in any window of the length per.',
      required: ['starts', 'per'],
      properties: {
        starts: { type: 'integer', description: 'Starts in a window.', minimum: 1 },
        per: positiveDuration('Length of the window.'),
      },
    },
  },
};

const domains: FieldOf<NonNullable<Spec['domains']>> = {
  type: 'array',
  description:
    'Caps for hosts that share what may fail together: a rack, a power feed, a failure domain of the storage.',
  maxItems: 8,
  uniqueBy: ['topologyKey'],
  items: {
    type: 'object',
    description: 'One cap.',
    required: ['topologyKey', 'maxInFlight'],
    properties: {
      topologyKey: {
        type: 'string',
        description: 'Label of Nodes whose values are the domains. A Node without it is a domain of its own.',
        minLength: 1,
        maxLength: 317,
      },
      maxInFlight: { type: 'integer', description: 'Hosts in flight in one domain.', minimum: 0 },
    },
  },
};

const storage: FieldOf<StorageGuard> = {
  type: 'object',
  description: 'No attempt starts while a storage cluster forbids it; steps that wipe ask once more before they do.',
  properties: {
    cephClusters: {
      type: 'array',
      description: 'CephClusters (ceph.rook.io) that must not be busy.',
      maxItems: 16,
      uniqueBy: ['namespace', 'name'],
      items: {
        type: 'object',
        description: 'One CephCluster.',
        required: ['namespace', 'name'],
        properties: { namespace: name('Its namespace.'), name: name('Its name.') },
      },
    },
    forbiddenWhile: {
      type: 'array',
      description: 'Health codes of Ceph that forbid a start.',
      default: STORAGE_GUARD_DEFAULTS.forbiddenWhile,
      maxItems: 32,
      uniqueBy: 'set',
      items: { type: 'string', description: 'A health code.', pattern: '^[A-Z][A-Z0-9_]*$', maxLength: 64 },
    },
    staleAfter: positiveDuration(
      'A status that was last checked longer ago forbids as well, for it proves nothing.',
      STORAGE_GUARD_DEFAULTS.staleAfter,
    ),
    allowSameHost: {
      type: 'boolean',
      description:
        'Hosts that are themselves the cause (down, granted before) do not forbid the next attempt on the same host.',
      default: STORAGE_GUARD_DEFAULTS.allowSameHost,
    },
  },
};

const costs: FieldOf<NonNullable<Spec['costs']>> = {
  type: 'object',
  description:
    'What an attempt counts in status.spentCost. The defaults are the minutes that a host is out at the median.',
  default: {},
  properties: {
    Reboot: cost('Reboot'),
    ReprovisionInPlace: cost('ReprovisionInPlace'),
    Replace: cost('Replace'),
    Person: cost('Person'),
  },
};

function cost(action: StepAction): FieldOf<number> {
  return { type: 'number', description: `Of one ${action}.`, default: BUDGET_DEFAULTS.costs[action], minimum: 0 };
}

export const REMEDIATION_BUDGET_SPEC: FieldOf<Spec> = {
  type: 'object',
  description: 'How many hosts of a pool may be out of service at a time, whoever took them out. Every limit binds.',
  properties: {
    selector: nodeSelector('Nodes of the pool. An empty selector selects all.'),
    maxUnavailable: countAndPercent(
      'Threshold: nothing starts while more hosts than this are out of service for any reason: not Ready, cordoned, under maintenance, in the hands of any remediation.',
    ),
    maxInFlight: countAndPercent(
      `Cap: so many hosts in flight at a time. Left out, ${BUDGET_DEFAULTS.maxInFlight.count} in a budget that has none of maxUnavailable, rate and domains.`,
    ),
    rate,
    domains,
    controlPlane: {
      type: 'object',
      description: 'Nodes of the control plane.',
      default: {},
      properties: {
        maxInFlight: {
          type: 'integer',
          description: 'Of them in flight at a time.',
          default: BUDGET_DEFAULTS.controlPlane.maxInFlight,
          minimum: 0,
        },
        keepQuorum: {
          type: 'boolean',
          description: 'Only while the others keep their quorum.',
          default: BUDGET_DEFAULTS.controlPlane.keepQuorum,
        },
      },
    },
    storage,
    waitForUpgrades: {
      type: 'boolean',
      description: 'Wait while the cluster is upgraded.',
      default: BUDGET_DEFAULTS.waitForUpgrades,
    },
    stormCoolDown: duration(
      'After maxUnavailable was exceeded: this long below it before anything starts again.',
      BUDGET_DEFAULTS.stormCoolDown,
    ),
    doubt: {
      type: 'object',
      description:
        'When this share of the pool, and at least atLeast hosts, fails within one window, the signal is doubted; and as long as no node of the cluster is heard, if it has at least atLeast.',
      default: {},
      properties: {
        percent: {
          type: 'integer',
          description: 'Share of the pool.',
          default: BUDGET_DEFAULTS.doubt.percent,
          minimum: 1,
          maximum: 100,
        },
        atLeast: {
          type: 'integer',
          description: 'And at least so many hosts.',
          default: BUDGET_DEFAULTS.doubt.atLeast,
          minimum: 1,
        },
        within: positiveDuration('Length of the window.', BUDGET_DEFAULTS.doubt.within),
      },
    },
    ageEvery: positiveDuration(
      'Order of grants: a waiting host rises one class of impact for every such time that it waited.',
      BUDGET_DEFAULTS.ageEvery,
    ),
    costs,
  },
};

const grant: FieldOf<Grant> = {
  type: 'object',
  description: 'One HostRemediation that may act.',
  required: ['uid', 'node', 'step', 'action', 'attempt', 'grantedAt'],
  properties: {
    uid: { type: 'string', description: 'UID of the HostRemediation: a successor of the same name is not granted.' },
    node: { type: 'string', description: 'Name of the Node.' },
    step: { type: 'integer', description: 'Index of the step, from 0.' },
    action: { type: 'string', description: 'Action of the step.', enum: STEP_ACTIONS },
    attempt: { type: 'integer', description: 'Attempt of the step, from 1.' },
    grantedAt: instant('When it was granted, with fractions of a second.'),
    requestedAt: instant('Since when the request that it answers was waiting: an older request never takes its place.'),
    domains: {
      type: 'object',
      description: 'Values of the labels of the domains at that time: the Node may be gone later.',
      values: { type: 'string', description: 'Value of the label.' },
    },
    controlPlane: { type: 'boolean', description: 'Whether the Node is one of the control plane.' },
    sameHost: {
      type: 'boolean',
      description: 'Whether the storage was busy then, which was taken for the doing of this very host.',
    },
  },
};

export const REMEDIATION_BUDGET_STATUS: FieldOf<Status> = {
  type: 'object',
  description: 'The ledger, written by the allocator only.',
  properties: {
    observedGeneration: { type: 'integer', description: 'Version of the spec that the status is about.' },
    grants: {
      type: 'object',
      description: 'HostRemediations that may act, by name.',
      values: grant,
    },
    recentStarts: {
      type: 'array',
      description: 'Instants of starts that a limit of the rate still looks at, oldest first.',
      items: instant('When an attempt started.'),
    },
    tokens: {
      type: 'object',
      description: 'Of the token bucket.',
      required: ['left', 'at'],
      properties: {
        left: { type: 'number', description: 'So many tokens, perhaps a fraction,' },
        at: instant('at this instant.'),
      },
    },
    expectedHosts: {
      type: 'integer',
      description: 'Hosts that the budget expects: Nodes of the pool, and granted hosts whose Node is gone.',
    },
    unavailableHosts: { type: 'integer', description: 'Of them, those out of service for any reason.' },
    inFlight: { type: 'integer', description: 'Of them, those that a grant is for.' },
    waiting: { type: 'integer', description: 'HostRemediations that ask for a grant.' },
    waitingFor: {
      type: 'object',
      description: 'By its name, what each of them waits for at present.',
      values: { type: 'string', description: 'CapReached, RateLimited, StorageBusy and the like.' },
    },
    spent: {
      type: 'object',
      description: 'Attempts granted since the budget exists.',
      properties: {
        Reboot: spent('Reboot'),
        ReprovisionInPlace: spent('ReprovisionInPlace'),
        Replace: spent('Replace'),
        Person: spent('Person'),
      },
    },
    spentCost: { type: 'number', description: 'Their cost.' },
    storm: {
      type: 'object',
      description: 'While more than maxUnavailable are out, and during the cool-down.',
      required: ['since'],
      properties: {
        since: instant('Since when more than maxUnavailable are out.'),
        regained: instant('Since when no longer.'),
      },
    },
    conditions: conditions('Storm, StorageBusy, Upgrading, RateLimited, CapReached: what holds starts back now.'),
  },
};

function spent(action: StepAction): FieldOf<number> {
  return { type: 'integer', description: `Attempts of ${action}.` };
}

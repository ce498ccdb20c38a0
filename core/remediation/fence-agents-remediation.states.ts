// The state machine of a FenceAgentsRemediation as data. Its states are read from the finalizer and the conditions; whether
// the agent runs is known to the controller's process only.
// Quirks in the table on purpose, each with its mend in lineage `corrected`: a finalizer whose conditions were never written
// waits for ever; no tries at all count as success; without its node a remediation is never released (incident I58); an agent
// is killed between off and on when its remediation is deleted or given up.

import type { Edge, StateTable } from '../state-table.ts';

export type FenceState = 'New' | 'WithoutConditions' | 'Fencing' | 'Releasing' | 'AtRest' | 'Released';

export type FenceGuard =
  | 'corrected'
  | 'nodeExists'
  | 'timedOut'
  | 'deleting'
  | 'agentSucceeded'
  | 'agentTimedOut'
  | 'agentFailed'
  | 'agentRuns'
  | 'betweenTries'
  | 'secretsThere'
  | 'parametersRight'
  | 'triesAllowed'
  | 'announced'
  | 'outOfService';

/** When something ends a remediation from outside. */
type Moment = 'when-new' | 'without-conditions' | 'while-fencing' | 'while-releasing' | 'at-rest';

export type FenceRule =
  | `node-missing-${Moment}`
  | `stopped-${Moment}`
  | `released-${Exclude<Moment, 'when-new'>}`
  | `released-without-node-${Exclude<Moment, 'when-new'>}`
  | 'remediation-started'
  | 'never-going-on'
  | 'conditions-made-up-for'
  | 'fence-agent-succeeded'
  | 'fence-agent-timed-out'
  | 'fence-agent-failed'
  | 'fence-agent-runs'
  | 'agent-ends-before-release'
  | 'agent-ends-before-stop'
  | 'waiting-for-next-try'
  | 'secret-missing'
  | 'parameters-wrong'
  | 'success-without-a-try'
  | 'failure-without-a-try'
  | 'try-announced'
  | 'fence-agent-executed'
  | 'workloads-released-by-taint'
  | 'workloads-deleted'
  | 'remediation-over';

type FenceEdge = Edge<FenceState, FenceGuard, FenceRule>;

const NEW: readonly FenceEdge[] = [
  {
    from: 'New',
    to: 'New',
    rule: 'node-missing-when-new',
    when: { nodeExists: false },
    says: 'There is no Node {node}: nothing is fenced.',
  },
  {
    from: 'New',
    to: 'New',
    rule: 'stopped-when-new',
    when: { timedOut: true },
    says: 'The health check gave up on {node} before it was fenced.',
  },
  { from: 'New', to: 'Fencing', rule: 'remediation-started', when: {}, says: 'Remediation of {node} starts.' },
];

/** What ends a remediation in the same way whatever it is doing. */
function endings(from: FenceState, moment: Exclude<Moment, 'when-new'>): readonly FenceEdge[] {
  return [
    {
      from,
      to: 'Released',
      rule: `released-without-node-${moment}`,
      when: { nodeExists: false, deleting: true, corrected: true },
      says: 'Node {node} is gone, and the remediation with it.',
    },
    {
      from,
      to: 'AtRest',
      rule: `node-missing-${moment}`,
      when: { nodeExists: false },
      says: 'There is no Node {node} any more: the remediation stays as it is.',
    },
    {
      from,
      to: 'Released',
      rule: `released-${moment}`,
      when: { deleting: true },
      says: 'The remediation of {node} is being deleted: its taints are taken off.',
    },
    {
      from,
      to: 'AtRest',
      rule: `stopped-${moment}`,
      when: { timedOut: true },
      says: 'The health check gave up on the remediation of {node}: it stops.',
    },
  ];
}

const WITHOUT_CONDITIONS: readonly FenceEdge[] = [
  ...endings('WithoutConditions', 'without-conditions'),
  {
    from: 'WithoutConditions',
    to: 'Fencing',
    rule: 'conditions-made-up-for',
    when: { corrected: true },
    says: 'The conditions of the remediation of {node} were not written: they are now.',
  },
  {
    from: 'WithoutConditions',
    to: 'WithoutConditions',
    rule: 'never-going-on',
    when: {},
    says: 'The conditions of the remediation of {node} were not written: it never goes on.',
  },
];

const FENCING: readonly FenceEdge[] = [
  {
    from: 'Fencing',
    to: 'Fencing',
    rule: 'agent-ends-before-release',
    when: { deleting: true, agentRuns: true, corrected: true },
    says: 'The remediation of {node} is being deleted while {agent} runs: it waits for its end, lest the host stays off.',
  },
  {
    from: 'Fencing',
    to: 'Fencing',
    rule: 'agent-ends-before-stop',
    when: { timedOut: true, agentRuns: true, corrected: true },
    says: 'The health check gave up on {node} while {agent} runs: it waits for its end, lest the host stays off.',
  },
  ...endings('Fencing', 'while-fencing'),
  {
    from: 'Fencing',
    to: 'Releasing',
    rule: 'fence-agent-succeeded',
    when: { agentSucceeded: true },
    says: '{agent} fenced {node}, in try {tries}.',
  },
  {
    from: 'Fencing',
    to: 'AtRest',
    rule: 'fence-agent-timed-out',
    when: { agentTimedOut: true },
    says: '{agent} did not end within {timeoutMs} ms: {node} may or may not be fenced.',
  },
  {
    from: 'Fencing',
    to: 'AtRest',
    rule: 'fence-agent-failed',
    when: { agentFailed: true },
    says: '{agent} failed in all {retryCount} tries: {node} is not fenced.',
  },
  {
    from: 'Fencing',
    to: 'Fencing',
    rule: 'fence-agent-runs',
    when: { agentRuns: true },
    says: '{agent} fences {node}, try {tries} of {retryCount}.',
  },
  {
    from: 'Fencing',
    to: 'Fencing',
    rule: 'waiting-for-next-try',
    when: { betweenTries: true },
    says: 'Try {tries} of {retryCount} failed: {agent} is run again in {retryIntervalMs} ms.',
  },
  {
    from: 'Fencing',
    to: 'Fencing',
    rule: 'secret-missing',
    when: { secretsThere: false },
    says: 'Secret {secret} with options of {agent} is missing: it cannot be run.',
  },
  {
    from: 'Fencing',
    to: 'Fencing',
    rule: 'parameters-wrong',
    when: { parametersRight: false },
    says: '{agent} is never run on {node}: {problem}.',
  },
  {
    from: 'Fencing',
    to: 'Releasing',
    rule: 'success-without-a-try',
    when: { triesAllowed: false, corrected: false },
    says: 'No try is allowed, and so none failed: {node} counts as fenced.',
  },
  {
    from: 'Fencing',
    to: 'AtRest',
    rule: 'failure-without-a-try',
    when: { triesAllowed: false },
    says: 'No try is allowed: {node} is not fenced.',
  },
  {
    from: 'Fencing',
    to: 'Fencing',
    rule: 'try-announced',
    when: { announced: false, corrected: true },
    says: 'The next try of {agent} on {node} is written down before it starts.',
  },
  {
    from: 'Fencing',
    to: 'Fencing',
    rule: 'fence-agent-executed',
    when: {},
    says: '{agent} is run to {action} {node}, try {nextTry} of {retryCount}.',
  },
];

const RELEASING: readonly FenceEdge[] = [
  ...endings('Releasing', 'while-releasing'),
  {
    from: 'Releasing',
    to: 'AtRest',
    rule: 'workloads-released-by-taint',
    when: { outOfService: true },
    says: '{node} is fenced and gets the out-of-service taint.',
  },
  {
    from: 'Releasing',
    to: 'AtRest',
    rule: 'workloads-deleted',
    when: {},
    says: '{node} is fenced and its pods are deleted.',
  },
];

const AT_REST: readonly FenceEdge[] = [
  ...endings('AtRest', 'at-rest'),
  {
    from: 'AtRest',
    to: 'AtRest',
    rule: 'remediation-over',
    when: {},
    says: 'The remediation of {node} is over and waits for its deletion.',
  },
];

export const FENCE_AGENTS_REMEDIATION_STATES: StateTable<FenceState, FenceGuard, FenceRule> = {
  name: 'fence-agents-remediation',
  title: 'FenceAgentsRemediation (fence-agents-remediation)',
  source: 'medik8s/fence-agents-remediation controllers/fenceagentsremediation_controller.go, pkg/cli/cliexecuter.go',
  initial: 'New',
  states: {
    New: 'No finalizer yet',
    WithoutConditions: 'Finalizer, but no conditions: the process died between the two writes',
    Fencing: 'Processing=True: the node is tainted and the fence agent runs, try by try',
    Releasing: 'FenceAgentActionSucceeded=True: the workloads are let go',
    AtRest: 'Succeeded=True, or all conditions False',
    Released: 'The finalizer is off',
  },
  guards: {
    corrected: 'The policy runs in lineage `corrected`',
    nodeExists: 'The Node exists',
    timedOut: 'The health check set the annotation nhc-timed-out',
    deleting: 'The remediation is being deleted',
    agentSucceeded: 'The fence agent exited with 0',
    agentTimedOut: 'The fence agent was killed when its time was over',
    agentFailed: 'The fence agent failed in its last try',
    agentRuns: 'The fence agent runs',
    betweenTries: 'A try failed and the interval until the next is not over',
    secretsThere: 'Every Secret that the spec names for this node exists',
    parametersRight: 'The options can be merged and keep the rules',
    triesAllowed: 'retrycount is 1 or more',
    announced: 'The next try stands in the annotation of the remediation',
    outOfService: 'remediationStrategy is OutOfServiceTaint',
  },
  edges: [...NEW, ...WITHOUT_CONDITIONS, ...FENCING, ...RELEASING, ...AT_REST],
};

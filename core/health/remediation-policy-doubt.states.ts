// Doubt of a RemediationPolicy as data: does it believe what it sees? Many hosts of one pool that fail at once are more often one
// lost link of whoever observes them, or one switch, than so many dead hosts; power-cycling those helps nobody (invariant S13). So
// are the last few of a cluster in which many are out already: when no node at all is heard, whoever listens is blind. The state is what the condition Doubtful says. While it is not Trusted nothing new is started; a person's annotation is no signal to
// doubt, and goes on to the budget.

import type { StateTable } from '../state-table.ts';

export type DoubtState = 'Trusted' | 'Doubted' | 'PersonCalled' | 'Cool-down';

export type DoubtGuard = 'manyFailed' | 'nobodyHeard' | 'doubtedTooLong' | 'coolDownOver';

export type DoubtRule =
  | 'signal-trusted'
  | 'doubt-begins'
  | 'blindness-suspected'
  | 'doubt-lasts'
  | 'doubt-calls-person'
  | 'doubt-waits-for-person'
  | 'doubt-eases'
  | 'doubt-eases-after-call'
  | 'doubt-returns'
  | 'doubt-returns-for-good'
  | 'blindness-suspected-again'
  | 'blindness-suspected-for-good'
  | 'doubt-ends'
  | 'doubt-cools-down';

const MANY = '{failedAtOnce} of {pool} hosts failed within {withinMs} ms';

export const DOUBT_STATES: StateTable<DoubtState, DoubtGuard, DoubtRule> = {
  name: 'remediation-policy-doubt',
  title: 'Doubt of a RemediationPolicy',
  source: 'our own; invariant S13 of the catalogue',
  initial: 'Trusted',
  states: {
    Trusted: 'Doubtful is not True: unhealthy nodes are remediated',
    Doubted: 'Doubtful is True, ManyFailedAtOnce or NobodyHeard: nothing new is started',
    PersonCalled: 'Doubtful is True, PersonCalled: the doubt has lasted too long, somebody must look',
    'Cool-down': 'Doubtful is True, CoolingDown: few are left, and nothing new is started yet',
  },
  guards: {
    manyFailed:
      'of the hosts that are unhealthy now, as many as spec.doubt says, in percent of the pool and in number, failed within one window',
    nobodyHeard: 'there are as many nodes as spec.doubt says in number, and Ready is Unknown of every one of them',
    doubtedTooLong: 'the doubt has lasted for so long that nothing but a person can resolve it',
    coolDownOver: 'stormCoolDown of the budget has passed since few were left',
  },
  edges: [
    {
      from: 'Trusted',
      to: 'Doubted',
      rule: 'doubt-begins',
      when: { manyFailed: true },
      says: `${MANY}: it is doubted that they did, and nothing new is started.`,
    },
    {
      from: 'Trusted',
      to: 'Doubted',
      rule: 'blindness-suspected',
      when: { nobodyHeard: true },
      says: 'Not one node is heard: it is doubted that all have failed, and nothing new is started.',
    },
    { from: 'Trusted', to: 'Trusted', rule: 'signal-trusted', when: {}, says: 'The signal is trusted.' },
    {
      from: 'Doubted',
      to: 'Cool-down',
      rule: 'doubt-eases',
      when: { manyFailed: false, nobodyHeard: false },
      says: 'Few hosts are still unhealthy: the doubt ends in {coolDownMs} ms unless it returns.',
    },
    {
      from: 'Doubted',
      to: 'PersonCalled',
      rule: 'doubt-calls-person',
      when: { doubtedTooLong: true },
      says: `${MANY}, and it has lasted for {lastsMs} ms: a person is called.`,
    },
    {
      from: 'Doubted',
      to: 'Doubted',
      rule: 'doubt-lasts',
      when: {},
      says: `${MANY}: that is still doubted; {unhealthy} nodes wait.`,
    },
    {
      from: 'PersonCalled',
      to: 'Cool-down',
      rule: 'doubt-eases-after-call',
      when: { manyFailed: false, nobodyHeard: false },
      says: 'Few hosts are still unhealthy: the doubt ends in {coolDownMs} ms unless it returns.',
    },
    {
      from: 'PersonCalled',
      to: 'PersonCalled',
      rule: 'doubt-waits-for-person',
      when: {},
      says: `${MANY}; a person was called; {unhealthy} nodes wait.`,
    },
    {
      from: 'Cool-down',
      to: 'PersonCalled',
      rule: 'doubt-returns-for-good',
      when: { manyFailed: true, doubtedTooLong: true },
      says: `${MANY} again, and the doubt has lasted for {lastsMs} ms in all: a person is called.`,
    },
    {
      from: 'Cool-down',
      to: 'PersonCalled',
      rule: 'blindness-suspected-for-good',
      when: { nobodyHeard: true, doubtedTooLong: true },
      says: 'Not one node is heard any more, and the doubt has lasted for {lastsMs} ms in all: a person is called.',
    },
    {
      from: 'Cool-down',
      to: 'Doubted',
      rule: 'doubt-returns',
      when: { manyFailed: true },
      says: `${MANY} again: nothing new is started.`,
    },
    {
      from: 'Cool-down',
      to: 'Doubted',
      rule: 'blindness-suspected-again',
      when: { nobodyHeard: true },
      says: 'Not one node is heard any more: nothing new is started.',
    },
    {
      from: 'Cool-down',
      to: 'Trusted',
      rule: 'doubt-ends',
      when: { coolDownOver: true },
      says: 'Few hosts were unhealthy for {coolDownMs} ms: the signal is trusted again.',
    },
    {
      from: 'Cool-down',
      to: 'Cool-down',
      rule: 'doubt-cools-down',
      when: {},
      says: 'Few hosts are unhealthy, and not for long enough; {unhealthy} nodes wait.',
    },
  ],
};

// Storm mode of a RemediationBudget as data. The state is what `status.storm` says: absent, `since` alone, or with `regained`.
// In a storm nobody new starts (invariant B9); hosts in flight go on, and it ends whether or not anybody asks (not trap T14).

import type { StateTable } from '../state-table.ts';

export type StormState = 'Calm' | 'Storm' | 'Cool-down';

export type StormGuard = 'exceeded' | 'coolDownOver';

export type StormRule =
  | 'calm'
  | 'storm-begins'
  | 'storm-lasts'
  | 'threshold-regained'
  | 'storm-returns'
  | 'storm-over'
  | 'storm-cools-down';

export const BUDGET_STORM_STATES: StateTable<StormState, StormGuard, StormRule> = {
  name: 'remediation-budget-storm',
  title: 'Storm mode of a RemediationBudget',
  source: 'our own; the idea is that of storm mode in node-healthcheck-operator',
  initial: 'Calm',
  states: {
    Calm: 'status.storm is absent: the limits decide',
    Storm: 'more hosts than maxUnavailable are out of service: nobody new starts',
    'Cool-down': 'no longer more than maxUnavailable, and not yet for stormCoolDown: nobody new starts',
  },
  guards: {
    exceeded: 'more hosts of the pool than maxUnavailable are out of service, for whatever reason',
    coolDownOver: 'stormCoolDown has passed since the threshold was regained',
  },
  edges: [
    {
      from: 'Calm',
      to: 'Storm',
      rule: 'storm-begins',
      when: { exceeded: true },
      says: 'Storm: {unavailable} of {expected} hosts are out of service, more than {maxUnavailable}; nobody new starts until that has been over for {coolDownMs} ms.',
    },
    { from: 'Calm', to: 'Calm', rule: 'calm', when: {}, says: 'No storm.' },
    {
      from: 'Storm',
      to: 'Storm',
      rule: 'storm-lasts',
      when: { exceeded: true },
      says: 'The storm lasts: {unavailable} of {expected} hosts are out of service, more than {maxUnavailable}; {waiting} wait.',
    },
    {
      from: 'Storm',
      to: 'Cool-down',
      rule: 'threshold-regained',
      when: {},
      says: '{unavailable} of {expected} hosts are out of service, not more than {maxUnavailable}: the cool-down of {coolDownMs} ms begins.',
    },
    {
      from: 'Cool-down',
      to: 'Storm',
      rule: 'storm-returns',
      when: { exceeded: true },
      says: 'The storm returns: {unavailable} of {expected} hosts are out of service, more than {maxUnavailable}.',
    },
    { from: 'Cool-down', to: 'Calm', rule: 'storm-over', when: { coolDownOver: true }, says: 'The storm is over.' },
    {
      from: 'Cool-down',
      to: 'Cool-down',
      rule: 'storm-cools-down',
      when: {},
      says: 'The storm cools down; {waiting} wait for its end.',
    },
  ],
};

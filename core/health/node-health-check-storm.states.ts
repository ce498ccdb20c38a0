// A node health check's storm mode as data. The state is what the conditions StormActive and StormCooldownActive say.
// Quirk in the table on purpose: the product looks at the storm only while some node matches an unhealthy condition, so a storm
// during which all recover does not end (trap T14, case C239).

import type { StateTable } from '../state-table.ts';

export type StormState = 'Calm' | 'Storm' | 'Cool-down';

export type StormGuard = 'looked' | 'thresholdBroken' | 'cooldownOver';

export type StormRule =
  | 'no-storm'
  | 'storm-started'
  | 'storm-not-looked-at'
  | 'storm-goes-on'
  | 'cooldown-started'
  | 'cooldown-not-looked-at'
  | 'cooldown-broken-off'
  | 'storm-ended'
  | 'cooling-down';

export const STORM_STATES: StateTable<StormState, StormGuard, StormRule> = {
  name: 'node-health-check-storm',
  title: 'Storm mode of a NodeHealthCheck',
  source: 'node-healthcheck-operator: internal/controller/nodehealthcheck_controller.go (evaluateStormRecovery)',
  initial: 'Calm',
  states: {
    Calm: 'StormActive is not True',
    Storm: 'StormActive is True: no new remediation',
    'Cool-down': 'StormActive and StormCooldownActive are True: enough nodes are healthy, no new remediation yet',
  },
  guards: {
    looked: 'some node matches an unhealthy condition; corrected: always',
    thresholdBroken: 'fewer nodes are healthy than minHealthy asks for',
    cooldownOver: 'stormCooldownDuration has passed since StormCooldownActive became True',
  },
  edges: [
    {
      from: 'Calm',
      to: 'Storm',
      rule: 'storm-started',
      when: { looked: true, thresholdBroken: true },
      says: 'Storm: {healthy} of {expected} nodes are healthy, fewer than the {minHealthy} needed; no new remediation until the storm and its cool-down are over.',
    },
    { from: 'Calm', to: 'Calm', rule: 'no-storm', when: {}, says: 'No storm.' },
    {
      from: 'Storm',
      to: 'Storm',
      rule: 'storm-not-looked-at',
      when: { looked: false },
      says: 'No node is unhealthy, so the storm is not looked at and goes on.',
    },
    {
      from: 'Storm',
      to: 'Storm',
      rule: 'storm-goes-on',
      when: { thresholdBroken: true },
      says: 'The storm goes on: {healthy} of {expected} nodes are healthy, fewer than the {minHealthy} needed.',
    },
    {
      from: 'Storm',
      to: 'Cool-down',
      rule: 'cooldown-started',
      when: {},
      says: 'Enough nodes are healthy, {healthy} of {expected}: the cool-down of {cooldownMs} ms begins.',
    },
    {
      from: 'Cool-down',
      to: 'Cool-down',
      rule: 'cooldown-not-looked-at',
      when: { looked: false },
      says: 'No node is unhealthy, so the cool-down is not looked at and goes on.',
    },
    {
      from: 'Cool-down',
      to: 'Storm',
      rule: 'cooldown-broken-off',
      when: { thresholdBroken: true },
      says: 'The cool-down is broken off: {healthy} of {expected} nodes are healthy, fewer than the {minHealthy} needed.',
    },
    {
      from: 'Cool-down',
      to: 'Calm',
      rule: 'storm-ended',
      when: { cooldownOver: true },
      says: 'The cool-down is over, and so is the storm.',
    },
    {
      from: 'Cool-down',
      to: 'Cool-down',
      rule: 'cooling-down',
      when: {},
      says: 'The cool-down goes on; {unhealthy} nodes wait for its end.',
    },
  ],
};

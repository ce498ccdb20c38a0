// Commands of the chassis: power, identify, what happens when power returns, boot options. Source: IPMI 2.0 specification chapter 28.

import type { BmcAnswer, ResetType } from '../../../sim/host/bmc/requests.ts';
import { getBootOptions, setBootOptions } from './boot-options.ts';
import { ANY, type Command, failed, ok, spelled } from './command.ts';
import { COMPLETION } from './completion.ts';

const CHASSIS = 0x00;
const CONTROLLER_ADDRESS = 0x20;

const POWER_ON = 0x01;
const POLICIES = ['off', 'last', 'on'] as const;
const UNKNOWN_POLICY = 3;
/** Off, previous state and on can be chosen. */
const POLICY_SUPPORT = 0x07;
const NO_CHANGE = 3;
const IDENTIFY_SUPPORTED = 0x40;
const IDENTIFY_STATE = { Off: 0x00, Blinking: 0x10, Lit: 0x20 } as const;
/** Source: IPMI 2.0 specification 28.5, 15 s unless the request says otherwise. */
const IDENTIFY_SECONDS = 15;
const RESTART_CAUSE_UNKNOWN = 0x00;

interface Control {
  readonly type: ResetType;
  /** Source: IPMI 2.0 specification 28.3, a cycle, a reset or an interrupt of a host that is off is refused. */
  readonly whileOn?: true;
}

/** By the byte of Chassis Control. */
const CONTROLS: Readonly<Record<number, Control>> = {
  0: { type: 'ForceOff' },
  1: { type: 'On' },
  2: { type: 'PowerCycle', whileOn: true },
  3: { type: 'ForceRestart', whileOn: true },
  4: { type: 'Nmi', whileOn: true },
  5: { type: 'GracefulShutdown' },
};

export const CHASSIS_COMMANDS: readonly Command[] = [
  {
    is: { name: 'Get Chassis Capabilities', networkFunction: CHASSIS, command: 0x00 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    replies: () => ok(0, CONTROLLER_ADDRESS, CONTROLLER_ADDRESS, CONTROLLER_ADDRESS, CONTROLLER_ADDRESS),
  },
  {
    is: { name: 'Get Chassis Status', networkFunction: CHASSIS, command: 0x01 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    asks: () => ({ ask: 'chassis' }),
    replies: spelled('chassis', chassisStatus),
  },
  {
    is: { name: 'Chassis Control', networkFunction: CHASSIS, command: 0x02 },
    privilege: 'operator',
    dataLength: { min: 1, max: 1 },
    asks: ([control = 0]) => {
      const chosen = CONTROLS[control & 0x0f];
      return chosen === undefined ? failed(COMPLETION.invalidField) : { ask: 'reset', ...chosen };
    },
    replies: () => ok(),
  },
  {
    is: { name: 'Chassis Identify', networkFunction: CHASSIS, command: 0x04 },
    privilege: 'operator',
    dataLength: { min: 0, max: 2 },
    asks: ([seconds = IDENTIFY_SECONDS, force = 0]) => {
      if ((force & 0x01) !== 0) return { ask: 'setIndicator', indicator: 'Lit' };
      if (seconds === 0) return { ask: 'setIndicator', indicator: 'Off' };
      return { ask: 'setIndicator', indicator: 'Blinking', forMs: seconds * 1000 };
    },
    replies: () => ok(),
  },
  {
    is: { name: 'Set Power Restore Policy', networkFunction: CHASSIS, command: 0x06 },
    privilege: 'operator',
    dataLength: { min: 1, max: 1 },
    asks: ([policy = 0]) => {
      const state = POLICIES[policy & 0x07];
      if (state !== undefined) return { ask: 'setStateAfterLoss', state };
      return (policy & 0x07) === NO_CHANGE ? { ask: 'visit' } : failed(COMPLETION.invalidField);
    },
    replies: () => ok(POLICY_SUPPORT),
  },
  {
    is: { name: 'Get System Restart Cause', networkFunction: CHASSIS, command: 0x07 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    replies: () => ok(RESTART_CAUSE_UNKNOWN, 0),
  },
  {
    is: { name: 'Set System Boot Options', networkFunction: CHASSIS, command: 0x08 },
    privilege: 'operator',
    dataLength: { min: 1, max: ANY },

    ...setBootOptions,
  },
  {
    is: { name: 'Get System Boot Options', networkFunction: CHASSIS, command: 0x09 },
    privilege: 'operator',
    dataLength: { min: 3, max: 3 },

    ...getBootOptions,
  },
];

/** While power changes, the bit of power is what still holds. */
function chassisStatus({ power, stateAfterLoss, indicator }: Extract<BmcAnswer, { readonly kind: 'chassis' }>) {
  // There is no third value of the bit: a controller that does not know cannot answer.
  if (power === null) return failed(COMPLETION.cannotProvideResponse);
  const isOn = power === 'On' || power === 'PoweringOff';
  const policy = stateAfterLoss === undefined ? UNKNOWN_POLICY : POLICIES.indexOf(stateAfterLoss);
  return ok((isOn ? POWER_ON : 0) | (policy << 5), 0, IDENTIFY_SUPPORTED | IDENTIFY_STATE[indicator], 0);
}

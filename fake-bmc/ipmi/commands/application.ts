// Commands of the controller itself: who it is, its resets, its watchdog. Source: IPMI 2.0 specification chapters 20 and 27.

import type { WatchdogAction } from '../../../sim/host/bmc/watchdog.ts';
import { bytes16, uint16 } from '../packets/bytes.ts';
import { guidBytes } from '../records/guid.ts';
import { type Command, completionOf, failed, ok, okBytes, spelled } from './command.ts';
import { DEVICE_CAPABILITIES } from './device-capabilities.ts';

const APPLICATION = 0x06;
const DEVICE_ID = 0x20;
const DEVICE_REVISION = 0x01;
const IPMI_2_0 = 0x02;
const PRODUCT_ID = 1;
const SELF_TEST_PASSED = 0x55;
/** The event log is on; whatever else could be, is not. */
const GLOBAL_ENABLES = 0x08;

const WATCHDOG_ACTIONS: readonly WatchdogAction[] = ['none', 'reset', 'powerOff', 'powerCycle'];
const NOT_INITIALIZED = 0x80;
const WATCHDOG_RUNS = 0x40;
const DO_NOT_LOG = 0x80;
/** The watchdog counts in tenths of a second. */
const WATCHDOG_TICK_MS = 100;

export const APPLICATION_COMMANDS: readonly Command[] = [
  {
    is: { name: 'Get Device ID', networkFunction: APPLICATION, command: 0x01 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    isOfSession: true,
    replies: (_, __, { host }) => {
      const { enterpriseNumber } = host.profile;
      const manufacturer = [...bytes16(enterpriseNumber), enterpriseNumber >> 16];
      return ok(
        ...[DEVICE_ID, DEVICE_REVISION, ...firmwareRevision(host.inventory.bmcFirmwareVersion), IPMI_2_0],
        ...[DEVICE_CAPABILITIES, ...manufacturer, ...bytes16(PRODUCT_ID), 0, 0, 0, 0],
      );
    },
  },
  {
    is: { name: 'Cold Reset', networkFunction: APPLICATION, command: 0x02 },
    privilege: 'administrator',
    dataLength: { min: 0, max: 0 },
    asks: () => ({ ask: 'resetController' }),
    replies: () => ok(),
  },
  {
    is: { name: 'Warm Reset', networkFunction: APPLICATION, command: 0x03 },
    privilege: 'administrator',
    dataLength: { min: 0, max: 0 },
    asks: () => ({ ask: 'resetController' }),
    replies: () => ok(),
  },
  {
    is: { name: 'Get Self Test Results', networkFunction: APPLICATION, command: 0x04 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    replies: () => ok(SELF_TEST_PASSED, 0),
  },
  {
    is: { name: 'Get Device GUID', networkFunction: APPLICATION, command: 0x08 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    replies: (_, __, { host }) => okBytes(guidBytes(host.uuid)),
  },
  {
    is: { name: 'Get System GUID', networkFunction: APPLICATION, command: 0x37 },
    privilege: 'anybody',
    dataLength: { min: 0, max: 0 },
    replies: (_, __, { host }) => okBytes(guidBytes(host.uuid)),
  },
  {
    is: { name: 'Get BMC Global Enables', networkFunction: APPLICATION, command: 0x2f },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    replies: () => ok(GLOBAL_ENABLES),
  },
  {
    is: { name: 'Reset Watchdog Timer', networkFunction: APPLICATION, command: 0x22 },
    privilege: 'operator',
    dataLength: { min: 0, max: 0 },
    asks: () => ({ ask: 'feedWatchdog' }),
    replies: () => ok(),
    refused: (refusal) =>
      failed(refusal.messageId === 'InvalidOperationForSystemState' ? NOT_INITIALIZED : completionOf(refusal)),
  },
  {
    is: { name: 'Set Watchdog Timer', networkFunction: APPLICATION, command: 0x24 },
    privilege: 'operator',
    dataLength: { min: 6, max: 6 },
    asks: (data) => ({
      ask: 'setWatchdog',
      watchdog: {
        use: (data[0] ?? 0) & 0x07,
        action: WATCHDOG_ACTIONS[(data[1] ?? 0) & 0x07] ?? 'none',
        timeoutMs: uint16(data, 4) * WATCHDOG_TICK_MS,
        silent: ((data[0] ?? 0) & DO_NOT_LOG) !== 0,
      },
    }),
    replies: () => ok(),
  },
  {
    is: { name: 'Get Watchdog Timer', networkFunction: APPLICATION, command: 0x25 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    asks: () => ({ ask: 'watchdog' }),
    replies: spelled('watchdog', ({ watchdog: { use, action, timeoutMs, leftMs, running, silent, expired } }) =>
      ok(
        use | (running ? WATCHDOG_RUNS : 0) | (silent ? DO_NOT_LOG : 0),
        WATCHDOG_ACTIONS.indexOf(action),
        0,
        expired ? 1 << use : 0,
        ...bytes16(Math.round(timeoutMs / WATCHDOG_TICK_MS)),
        ...bytes16(Math.ceil(leftMs / WATCHDOG_TICK_MS)),
      ),
    ),
  },
];

/** Of a version such as 2.81: the first number, and the second in decimal digits. */
function firmwareRevision(version: string): readonly [number, number] {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const twoDigits = minor % 100;
  return [major & 0x7f, (Math.floor(twoDigits / 10) << 4) | (twoDigits % 10)];
}

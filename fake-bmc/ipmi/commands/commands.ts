// All commands, found by their network function and number.

import { APPLICATION_COMMANDS } from './application.ts';
import { CHASSIS_COMMANDS } from './chassis.ts';
import type { Command } from './command.ts';
import { DATA_CENTER_COMMANDS } from './data-center.ts';
import { SENSOR_COMMANDS } from './sensors.ts';
import { SESSION_COMMANDS } from './session-commands.ts';
import { STORAGE_COMMANDS } from './storage.ts';
import { TRANSPORT_COMMANDS } from './transport.ts';
import { USER_COMMANDS } from './users.ts';

export const COMMANDS: readonly Command[] = [
  ...APPLICATION_COMMANDS,
  ...SESSION_COMMANDS,
  ...USER_COMMANDS,
  ...CHASSIS_COMMANDS,
  ...SENSOR_COMMANDS,
  ...STORAGE_COMMANDS,
  ...TRANSPORT_COMMANDS,
  ...DATA_CENTER_COMMANDS,
];

const BY_NUMBER: ReadonlyMap<number, Command> = new Map(
  COMMANDS.map((command) => [numberOf(command.is.networkFunction, command.is.command), command]),
);

export function commandNumbered(networkFunction: number, command: number): Command | undefined {
  return BY_NUMBER.get(numberOf(networkFunction, command));
}

function numberOf(networkFunction: number, command: number): number {
  return (networkFunction << 8) | command;
}

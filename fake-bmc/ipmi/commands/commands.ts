// All commands, found by their network function and number.

import { APPLICATION_COMMANDS } from './application.ts';
import { CHASSIS_COMMANDS } from './chassis.ts';
import type { Command } from './command.ts';
import { SESSION_COMMANDS } from './session-commands.ts';

export const COMMANDS: readonly Command[] = [...APPLICATION_COMMANDS, ...SESSION_COMMANDS, ...CHASSIS_COMMANDS];

const BY_NUMBER: ReadonlyMap<number, Command> = new Map(
  COMMANDS.map((command) => [numberOf(command.networkFunction, command.command), command]),
);

export function commandNumbered(networkFunction: number, command: number): Command | undefined {
  return BY_NUMBER.get(numberOf(networkFunction, command));
}

function numberOf(networkFunction: number, command: number): number {
  return (networkFunction << 8) | command;
}

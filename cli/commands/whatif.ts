import type { Command } from '../command-request.ts';
export const whatifCommand: Command = async (request) => {
  request.console.out('x');
  return 0;
};

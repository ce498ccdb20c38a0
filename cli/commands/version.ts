// version: the version of this build.

import { Arguments } from '../arguments.ts';
import { VERSION } from '../build-info.ts';
import type { Command } from '../command-request.ts';
import { EXIT } from '../exit-codes.ts';

export const versionCommand: Command = async (request) => {
  const args = new Arguments(request);
  args.noOperands('version');
  args.finish();
  request.console.out(`${VERSION}\n`);
  return EXIT.ok;
};

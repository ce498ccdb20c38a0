#!/usr/bin/env node
// The metaltwin process: checks the Node version, then hands the command line to the program and its exit code to the
// shell. The program is imported after the compile cache is on, which saves its compilation from the second start on.

import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { compiledWhole } from './compiled-whole.ts';
import { processConsole } from './console.ts';
import { EXIT } from './exit-codes.ts';

const OLDEST_NODE_MAJOR = 24;

/** What is young gets at the first collection the room that it gets anyway, step by step (measured, Node 24: 10 to 20 of 167 ms of a run). */
const YOUNG_AT_ONCE = '--semi-space-growth-factor=16';

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE_MAJOR) {
  process.stderr.write(
    `metaltwin needs Node ${OLDEST_NODE_MAJOR} or newer, this is ${process.versions.node}. ` +
      'In a clone, "npx metaltwin ..." uses the Node that npm install put beside it.\n',
  );
  process.exitCode = EXIT.environment;
} else {
  enableCompileCache();
  setFlagsFromString(YOUNG_AT_ONCE);
  const { runProgram } = await compiledWhole(() => import('./program.ts'));
  process.exitCode = await runProgram(process.argv.slice(2), processConsole());
}

#!/usr/bin/env node
// The metaltwin process: checks the Node version, then hands the command line to the program and its exit code to the
// shell. The program is imported after the compile cache is on, which saves its compilation from the second start on.

import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { processConsole } from './console.ts';
import { EXIT } from './exit-codes.ts';

const OLDEST_NODE_MAJOR = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE_MAJOR) {
  process.stderr.write(
    `metaltwin needs Node ${OLDEST_NODE_MAJOR} or newer, this is ${process.versions.node}. ` +
      'In a clone, "npx metaltwin ..." uses the Node that npm install put beside it.\n',
  );
  process.exitCode = EXIT.environment;
} else {
  compileOnce();
  const { runProgram } = await import('./program.ts');
  process.exitCode = await runProgram(process.argv.slice(2), processConsole());
}

/**
 * The cache keeps what is compiled when a module is loaded. V8 would leave most functions until they are called, and so compile
 * them in every start (measured, Node 24: a run of ten nodes for a day then takes 165 ms instead of 140). Where there can be no
 * cache, nothing is compiled that is not called. Threads have the cache only by the environment.
 */
function compileOnce(): void {
  const { directory } = enableCompileCache();
  if (directory === undefined) return;
  setFlagsFromString('--no-lazy');
  process.env.NODE_COMPILE_CACHE = directory;
}

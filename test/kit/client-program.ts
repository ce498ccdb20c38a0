// Programs of others, as they are installed: run with a deadline, and what they said and how they ended.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** A deadline for a program that hangs; none of them takes so long. */
const DEADLINE_MS = 60_000;

export function isInstalled(program: string): boolean {
  return existsSync(program);
}

/** Without a terminal, and with nothing of ours in its environment. */
export function ran(program: string, parameters: readonly string[]): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const options = {
    timeout: DEADLINE_MS,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/nonexistent', TZ: 'UTC' },
  };
  const child = execFile(program, [...parameters], options, (error, output, errors) => {
    const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
    resolve({ code, output, errors });
  });
  child.stdin?.end();
  return promise;
}

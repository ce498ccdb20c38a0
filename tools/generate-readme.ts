// Puts the real output of the README's first command between its markers, up to the detailed tables: `npm run readme` after
// `npm run build`. The elapsed time is left as it came; the test compares without it.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const README = new URL('../README.md', import.meta.url);
const MARKED = /(<!-- output of: metaltwin ([^\n]*) -->\n```text\n)[\s\S]*?(```\n<!-- end of output -->)/g;

const text = readFileSync(README, 'utf8').replace(MARKED, (_whole, head: string, command: string, tail: string) => {
  const args = ['dist/metaltwin.js', ...command.split(' '), '--quiet', '--no-color'];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '100' },
  });
  if (stdout === '') throw new Error(`metaltwin ${command} printed nothing (exit ${status}): ${stderr}`);
  const [summary = ''] = stdout.split('\n Node downtime by what was waited for');
  return `${head}${summary.trimEnd()}\n\n ...\n${tail}`;
});
writeFileSync(README, text);

// The README's first command, run as it stands, prints what the README shows; only the elapsed time differs.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../tools/build.ts';
import { ROOT } from '../tidy/sources.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const FOLDER = join(ROOT, 'node_modules/.metaltwin-readme-test');

/** Without the elapsed time and line breaks that move with it. */
function stable(output: string): string {
  return output
    .replace(/(?:\d+m)?\d+s, exit/g, 'Ns, exit')
    .replace(/\s+/g, ' ')
    .trim();
}

describe('README', () => {
  beforeAll(async () => {
    await build(FOLDER);
  }, 120_000);

  afterAll(async () => {
    await rm(FOLDER, { recursive: true, force: true });
  });

  test('opens with the two commands', () => {
    const commands = [...README.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]?.trim());
    expect(commands.slice(0, 2)).toEqual([
      'npm install --no-audit --no-fund && npx metaltwin compare examples/hyperconverged.yaml',
      'npm test',
    ]);
  });

  test('shows the real output of its first command', { timeout: 600_000 }, () => {
    const shown = /<!-- output of: metaltwin ([^\n]*) -->\n```text\n([\s\S]*?)```/.exec(README);
    const args = [join(FOLDER, 'metaltwin.js'), ...(shown?.[1] ?? '').split(' '), '--quiet', '--no-color'];
    const { stdout, status } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    const summary = (shown?.[2] ?? '').trimEnd().replace(/\n \.\.\.$/, '');
    expect(summary).not.toBe('');
    expect(stable(stdout).slice(0, stable(summary).length)).toBe(stable(summary));
    expect(status).toBe(0);
  });
});

// The README's first command, run as it stands, prints what the README shows; only the elapsed time differs. Its other commands
// are accepted.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import { build } from '../../tools/build.ts';
import { metaltwin } from '../cli/captured-console.ts';
import { ROOT } from '../tidy/sources.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const FOLDER = join(ROOT, 'node_modules/.metaltwin-readme-test');

const DUMP = 'test/fixtures/openshift/lists';

/** The manifests of the README, as the examples have them. */
function policyHere(files: string): string {
  return files.startsWith('mhc')
    ? `examples/policies/${files.includes('reboot') ? 'reboot-first' : 'reprovision'}.yaml`
    : files;
}

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

  test('has further commands that are accepted as they stand', async () => {
    const results = join(FOLDER, 'results');
    const small = ['--replications', '1', '--duration', '1d', '--results', results];
    const [, , block = ''] = [...README.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1]?.trim());
    const before = ['npx metaltwin compare examples/hyperconverged.yaml'];
    const ended: (readonly [string, number])[] = [];
    for (const line of [...before, ...block.split('\n')]) {
      const [, , verb = '', ...words] = line.split(' ');
      const here = words.map((word) =>
        word.replace(/^dump\/$/, DUMP).replace(/[\w-]+\.yaml(?:,[\w-]+\.yaml)?$/, policyHere),
      );
      const more = verb === 'compare' ? small : verb === 'explain' || verb === 'replay' ? small.slice(4) : [];
      const { code } = await metaltwin(verb, ...here, ...more);
      ended.push([line, code]);
    }
    expect(ended.filter(([, code]) => code !== EXIT.ok && code !== EXIT.inconclusive)).toEqual([]);
    expect(ended.length).toBe(7);
  });
});

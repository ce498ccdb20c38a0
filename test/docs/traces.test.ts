// docs/traces.md does what it says: its files are read, its commands run on them, and its scenario replays them.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import { metaltwin } from '../cli/captured-console.ts';
import { ROOT } from '../tidy/sources.ts';

const PAGE = readFileSync(join(ROOT, 'docs/traces.md'), 'utf8');

const blocks = (kind: string): readonly string[] =>
  [...PAGE.matchAll(new RegExp(`\`\`\`${kind}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block);

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'metaltwin-traces-'));
  const [failures = '', hosts = ''] = blocks('csv');
  const [spec = ''] = blocks('yaml');
  writeFileSync(join(folder, 'failures.csv'), failures);
  writeFileSync(join(folder, 'hosts.csv'), hosts);
  writeFileSync(
    join(folder, 'scenario.yaml'),
    `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: recorded }
${spec}  cluster: { generate: { racks: 3, groups: [{ name: master, role: control-plane, count: 3 }, { name: worker, count: 6 }] } }
`,
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the page about recorded failures', () => {
  test.each([...PAGE.matchAll(/^- `metaltwin ([^`]+ --hosts HOSTS[^`]*)`/gm)].map(([, line = '']) => line))(
    'metaltwin %s',
    async (line) => {
      const words = line.split(' ').map((word) => {
        if (word === 'TRACE') return join(folder, 'failures.csv');
        if (word === 'HOSTS') return join(folder, 'hosts.csv');
        return word === 'DAY' ? '2026-03-05' : word;
      });
      const { code, err } = await metaltwin(...words);
      expect({ code, err }).toEqual({ code: EXIT.ok, err: '' });
    },
  );

  test('has two commands that read a trace', () => {
    expect([...PAGE.matchAll(/^- `metaltwin (\w+) [^`]*--hosts HOSTS/gm)].map(([, verb]) => verb)).toEqual([
      'calibrate',
      'backtest',
    ]);
  });

  test('has a scenario that replays its trace', async () => {
    const { code, out, err } = await metaltwin('validate', join(folder, 'scenario.yaml'));
    expect({ code, out, err }).toEqual({ code: EXIT.ok, out: `${join(folder, 'scenario.yaml')}: valid\n`, err: '' });
  });
});

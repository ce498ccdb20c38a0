// docs/your-cluster.md does what it says: what it prints is all that is expected of a dump, its flags and commands are accepted, and
// its scenario is valid.

import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import { EXPECTED_KINDS } from '../../scenarios/cluster/kinds.ts';
import { metaltwin } from '../cli/captured-console.ts';
import { ROOT } from '../tidy/sources.ts';

const PAGE = readFileSync(join(ROOT, 'docs/your-cluster.md'), 'utf8');

/** The lines of all blocks of a kind. */
function lines(kind: string): readonly string[] {
  const blocks = [...PAGE.matchAll(new RegExp(`\`\`\`${kind}\n([\\s\\S]*?)\`\`\``, 'g'))];
  return blocks.flatMap(([, block = '']) => block.trimEnd().split('\n'));
}

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'metaltwin-guide-'));
  cpSync(join(ROOT, 'test/fixtures/openshift/lists'), join(folder, 'dump'), { recursive: true });
  copyFileSync(join(ROOT, 'examples/policies/reboot-first.yaml'), join(folder, 'mhc-reboot.yaml'));
  copyFileSync(join(ROOT, 'examples/policies/reprovision.yaml'), join(folder, 'mhc-delete.yaml'));
  writeFileSync(join(folder, 'scenario.yaml'), lines('yaml scenario').join('\n'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** `BareMetalHost.metal3.io` is `baremetalhosts` to kubectl. */
function resourceOf(kindKey: string): string {
  const kind = (kindKey.split('.')[0] ?? '').toLowerCase();
  return kind === 'hardwaredata' ? kind : `${kind}${kind.endsWith('s') ? 'es' : 's'}`;
}

describe('the page about your cluster', () => {
  test('prints every kind that is expected of a dump', () => {
    const resourcesOf = (block: string): ReadonlySet<string> =>
      new Set(
        lines(block)
          .flatMap((line) => /yaml (\S+) >/.exec(line)?.[1]?.split(',') ?? [])
          .map((name) => name.split('.')[0] ?? ''),
      );
    const common = resourcesOf('sh openshift');
    for (const printed of [common, new Set([...common, ...resourcesOf('sh cluster-api')])]) {
      const missing = EXPECTED_KINDS.filter(({ kinds }) => kinds.every((kind) => !printed.has(resourceOf(kind))));
      expect(missing).toEqual([]);
    }
  });

  test('has a scenario that is valid', async () => {
    const { code, out } = await metaltwin('validate', join(folder, 'scenario.yaml'));
    expect([code, out]).toEqual([EXIT.ok, expect.stringMatching(/scenario\.yaml: valid/)]);
  });

  test('has commands that run as they stand', async () => {
    const small = ['--replications', '1', '--duration', '1d', '--results', join(folder, 'results')];
    const ended: (readonly [string, number])[] = [];
    for (const line of lines('sh')) {
      const [, verb = '', ...words] = line.split(' ');
      const inFolder = words.map((word) =>
        word
          .replace(/^dump$/, join(folder, 'dump'))
          .replace(/^worker-3$/, 'openshift-worker-0')
          .replace(/=(mhc-\w+\.yaml)$/, (_, file) => `=${join(folder, file)}`),
      );
      const more = verb === 'compare' ? small : verb === 'explain' || verb === 'replay' ? small.slice(4) : [];
      const { code } = await metaltwin(verb, ...inFolder, ...more);
      ended.push([line, code]);
    }
    const wrong = ended.filter(([, code]) => code !== EXIT.ok && code !== EXIT.inconclusive);
    expect(wrong).toEqual([]);
    expect(ended.length).toBe(8);
  });
});

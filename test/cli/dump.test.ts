import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { EXIT } from '../../cli/exit-codes.ts';
import { readDump } from '../../twin/read-dump.ts';
import { metaltwin } from './captured-console.ts';

const DUMP = 'test/fixtures/metal3/all.yaml';
const SCENARIO = 'examples/hyperconverged.yaml';
const SCRATCH = mkdtempSync(join(tmpdir(), 'metaltwin-dump-'));

afterAll(() => rmSync(SCRATCH, { recursive: true }));

async function countsOf(...argv: readonly string[]): Promise<Record<string, number>> {
  const { code, out } = await metaltwin('dump', ...argv, '-o', 'json');
  expect(code).toBe(EXIT.ok);
  const { items } = JSON.parse(out) as { items: readonly { kind: string }[] };
  const counts: Record<string, number> = {};
  for (const { kind } of items) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

describe('dump', () => {
  test('of an imported cluster at the start prints what was imported', async () => {
    const imported = new Map(readDump([DUMP]).objects.map((object) => [object.metadata.uid, object]));
    const { code, out } = await metaltwin('dump', '--cluster', DUMP, '--policy', 'none=');
    const { items } = parse(out) as { items: readonly { kind: string; metadata: { uid: string } }[] };
    const nodes = items.filter(({ kind }) => kind === 'Node');
    expect({ code, nodes: nodes.length }).toEqual({ code: EXIT.ok, nodes: 5 });
    for (const node of nodes) expect(node).toEqual(imported.get(node.metadata.uid));
  });

  test('is an input again: the same hosts, and the same answer to a failure', async () => {
    const path = join(SCRATCH, 'cluster.yaml');
    const { out } = await metaltwin('dump', SCENARIO, '--policy', 'reboot-first=examples/policies/reboot-first.yaml');
    writeFileSync(path, out);
    expect(await countsOf('--cluster', path, '--policy', 'none=')).toMatchObject({ Node: 57, BareMetalHost: 60 });
  });

  test('the same instant prints the same bytes; later more has happened', async () => {
    const at = (after: string) => metaltwin('dump', '--cluster', DUMP, '--policy', 'none=', '--after', after);
    const [first, again, later] = [await at('1d'), await at('1d'), await at('400d')];
    expect(again).toEqual(first);
    expect(later.out).not.toBe(first.out);
  });

  test('says what is wrong with a flag, and prints nothing', async () => {
    const { code, out, err } = await metaltwin('dump', SCENARIO, '--policy', 'other', '--after', 'soon');
    expect({ code, out }).toEqual({ code: EXIT.usage, out: '' });
    expect(err).toContain('--after accepts a duration, not "soon"');
  });

  test('a policy of the scenario goes by its name', async () => {
    const named = await metaltwin('dump', SCENARIO, '--policy', 'reboot-first', '--after', '1d');
    const given = await metaltwin(
      'dump',
      SCENARIO,
      '--policy',
      'reboot-first=examples/policies/reboot-first.yaml',
      '--after',
      '1d',
    );
    expect(named).toEqual(given);
    expect(named.out).toContain('kind: MachineHealthCheck');
  });

  test.each([
    {
      given: ['reboot-frist'],
      expected: 'there is no policy "reboot-frist"',
      remedy: 'did you mean "reboot-first"?',
    },
    {
      given: ['reboot-first', 'reprovision'],
      expected: 'dump takes one policy, and "reprovision" is another',
      remedy: '',
    },
  ])('$given is no choice', async ({ given, expected, remedy }) => {
    const { code, out, err } = await metaltwin('dump', SCENARIO, ...given.flatMap((name) => ['--policy', name]));
    expect({ code, out }).toEqual({ code: EXIT.usage, out: '' });
    expect(err).toContain(expected);
    expect(err).toContain(remedy);
  });
});

// compare, run, replay and explain on a small cluster, through the command line and the file system.

import { execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import type { StudySummary } from '../../lab/summary.ts';
import { metaltwin, metaltwinWith } from './captured-console.ts';

const SCENARIO = `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: small }
spec:
  duration: 20d
  replications: 3
  seed: small
  cluster:
    generate:
      machineApi: openshift
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3, hardware: server }
        - { name: worker, count: 6, hardware: server, dataDisks: 1 }
  hardware: { server: {} }
  faults:
    script:
      - { name: first-hang, at: 2d, fault: osHang, target: { host: worker-1 } }
  policies:
    - name: reboot-first
      files: [reboot-first.yaml]
`;

let folder = '';
let results = '';
const scenario = (): string => join(folder, 'small.yaml');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metaltwin-cli-'));
  results = join(folder, 'results');
  await writeFile(scenario(), SCENARIO);
  await copyFile('examples/policies/reboot-first.yaml', join(folder, 'reboot-first.yaml'));
  const { code } = await metaltwin('compare', scenario(), '--results', results, '-q', '-o', 'json');
  expect(code).toBe(EXIT.inconclusive);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('compare', () => {
  test('leaves a whole results folder, and latest points to it', async () => {
    const target = await readlink(join(results, 'latest'));
    expect(target).toMatch(/^\d{8}T\d{6}Z-small-[0-9a-f]{4}$/);
    expect((await readdir(join(results, target))).toSorted()).toEqual([
      'replications.ndjson',
      'report.html',
      'run.json',
      'scenario.lock.json',
      'summary.json',
      'summary.md',
    ]);
  });

  test('run.json says how it ended', async () => {
    const run = JSON.parse(await readFile(join(results, 'latest', 'run.json'), 'utf8'));
    expect({
      state: run.state,
      exitCode: run.exitCode,
      standing: run.verdict.standing,
      policies: Object.keys(run.fingerprints),
    }).toEqual({
      state: 'finished',
      exitCode: EXIT.inconclusive,
      standing: 'inconclusive',
      policies: ['reboot-first', 'no-remediation'],
    });
  });

  test('the same study on one worker and on two, in text, gives the same summary.json', async () => {
    const again = join(folder, 'again');
    await mkdir(again);
    const { out, err } = await metaltwin('compare', scenario(), '--out', again, '--jobs', '2');
    const files = [join(results, 'latest'), again].map((place) => readFile(join(place, 'summary.json'), 'utf8'));
    const [one, two] = await Promise.all(files);
    expect(two).toBe(one);
    expect(out).toMatch(/^ INCONCLUSIVE/);
    expect(err).toContain('How the policies differ');
  });

  test('the command in the summary repeats it', async () => {
    const first = await readFile(join(results, 'latest', 'summary.json'), 'utf8');
    const { command } = JSON.parse(first) as StudySummary;
    const words = command.split(' ').slice(1);
    const { out } = await metaltwin(...words, '--out', join(folder, 'repeated'), '-q', '-o', 'json');
    expect(out).toBe(first);
  });

  test.each([
    ['in a folder of results that has a blank in its name', ['--results', 'all results']],
    ['in a folder of its own, with a quote in its name', ['--out', "one's own"]],
  ])('the commands below the summary of a result %s find it again from a shell', async (_, [flag, name]) => {
    const place = join(folder, name ?? '');
    const { out } = await metaltwinWith({ width: 500 }, 'compare', scenario(), flag ?? '', place, '-q');
    const explain = /^ Explain {2}metaltwin (.*)$/m.exec(out)?.[1] ?? '';
    const words = execFileSync('sh', ['-c', `printf '%s\\n' ${explain}`], { encoding: 'utf8' });
    expect((await metaltwin(...words.trimEnd().split('\n'))).code).toBe(EXIT.ok);
  });

  const unwritable: readonly (readonly [string, () => Promise<readonly string[]>, RegExp])[] = [
    ['--out that is a file', async () => ['--out', scenario()], /it is a file.*; name another folder with --out\n$/],
    [
      '--results below a file',
      async () => ['--results', join(scenario(), 'x')],
      /it is a file.*; name another folder with --results\n$/,
    ],
    ['--out without a name', async () => ['--out', ''], /^error: no results can be written to "": it has no name/],
    [
      'a folder of that name where the link to the latest result belongs',
      async () => {
        await mkdir(join(folder, 'taken', 'latest'), { recursive: true });
        return ['--results', join(folder, 'taken')];
      },
      /latest is no link to a result: move it away, or name another folder with --results\n$/,
    ],
  ];
  for (const [title, flags, expected] of unwritable) {
    test(`before anything is simulated it refuses ${title}`, async () => {
      const { code, out, err } = await metaltwin('compare', scenario(), '-q', ...(await flags()));
      expect({ code, out, err }).toEqual({ code: EXIT.environment, out: '', err: expect.stringMatching(expected) });
    });
  }

  test('refuses a folder that holds something else', async () => {
    const { code, err } = await metaltwin('compare', scenario(), '--out', folder, '-q');
    expect({ code, err }).toEqual({
      code: EXIT.environment,
      err: expect.stringMatching(/^error: .* holds ".*", which is no result: name an empty folder\n$/),
    });
  });

  test('needs something to compare with', async () => {
    const dump = 'test/fixtures/metal3/all.yaml';
    const { code, err } = await metaltwin('run', '--cluster', dump, '--policy', 'nowhere', '-q');
    expect({ code, first: err.split('\n').find((line) => line.startsWith('error')) }).toEqual({
      code: EXIT.usage,
      first: 'error MT004: there is no policy "nowhere"',
    });
  });
});

test('run measures one policy and compares nothing', async () => {
  const { code, out } = await metaltwin('run', scenario(), '--out', join(folder, 'one'), '-q', '-o', 'json');
  const summary = JSON.parse(out) as StudySummary;
  expect({
    code,
    policies: summary.policies.map(({ name }) => name),
    pairs: summary.pairs,
    outcome: summary.verdict.outcome,
  }).toEqual({
    code: EXIT.ok,
    policies: ['reboot-first'],
    pairs: [],
    outcome: 'not-compared',
  });
});

test('the lineage of a policy stays with its result, and its replay', async () => {
  const corrected = join(folder, 'corrected.yaml');
  await writeFile(corrected, `${SCENARIO}      lineage: corrected\n`);
  const place = join(folder, 'corrected-results');
  const { out } = await metaltwin('run', corrected, '--results', place, '-q', '-o', 'json');
  const lock = JSON.parse(await readFile(join(place, 'latest', 'scenario.lock.json'), 'utf8'));
  const { code, out: replayed } = await metaltwin('replay', 'latest#reboot-first/1', '--results', place);
  const { out: explained } = await metaltwin('explain', 'latest#reboot-first/1', '--results', place);
  expect({
    summary: (JSON.parse(out) as StudySummary).policies.map(({ name, lineage }) => [name, lineage]),
    lock: lock.study.policies.map((policy: { readonly lineage?: string }) => policy.lineage),
    code,
  }).toEqual({ summary: [['reboot-first', 'corrected']], lock: ['corrected'], code: EXIT.ok });
  const said = ' With known defects of the products mended (lineage corrected): reboot-first.';
  expect([replayed, explained].map((text) => text.split('\n')[0])).toEqual([said, said]);
});

/** Time, change and kind, object, resourceVersion, and a last column. */
const TRACE_LINE = /^ *\d+ {2}(ADDED|MODIFIED|DELETED) \S+ +\S+ +\d+ {2}-?\d+$/;

describe('replay', () => {
  test('of a recorded run tells its story and matches it', async () => {
    const { code, out, err } = await metaltwin(
      'replay',
      'latest#reboot-first/2',
      '--results',
      results,
      '--host',
      'worker-1',
    );
    expect({ code, err }).toEqual({
      code: EXIT.ok,
      err: expect.stringMatching(/^replay matches the recording \(fingerprint [0-9a-f]+\)\n$/),
    });
    expect(out).toMatch(/day 2 00:00:00 {2}fault +worker-1: osHang, ends by \w+/);
  });

  test('with its trace gives every change of an object as one line of fixed columns', async () => {
    const { code, out } = await metaltwin('replay', 'latest#reboot-first/1', '--results', results, '--trace');
    const lines = out.trimEnd().split('\n');
    expect(lines.filter((line) => !TRACE_LINE.test(line))).toEqual([]);
    expect({ code, many: lines.length > 100 }).toEqual({ code: EXIT.ok, many: true });
  });

  test('of a recording that says something else ends with its own code', async () => {
    const path = join(results, 'latest', 'replications.ndjson');
    const before = await readFile(path, 'utf8');
    await writeFile(
      path,
      before.replace(/("policy":"reboot-first","replication":1,"fingerprint":)"[0-9a-f]+"/, '$1"0000"'),
    );
    const changed = await metaltwin('replay', 'latest#reboot-first/1', '--results', results);
    const other = await metaltwin('replay', 'latest#reboot-first/2', '--results', results);
    await writeFile(path, before);
    expect([changed.code, other.code]).toEqual([EXIT.nondeterminism, EXIT.ok]);
    expect(changed.err).toContain('recorded 0000');
  });

  test('of a damaged result is trouble of the disk, no bug', async () => {
    const damaged = join(folder, 'damaged');
    await cp(join(results, 'latest'), damaged, { recursive: true, dereference: true });
    const outcomes: string[] = [];
    for (const file of ['replications.ndjson', 'scenario.lock.json']) {
      await writeFile(join(damaged, file), '{"cut');
      const { code, err } = await metaltwin('replay', `${damaged}#reboot-first/1`);
      outcomes.push(`${code} ${err.replace(`${damaged}/`, '')}`);
    }
    expect(outcomes).toEqual([
      `${EXIT.environment} error: replications.ndjson is damaged: this result cannot be repeated\n`,
      `${EXIT.environment} error: scenario.lock.json is damaged: this result cannot be repeated\n`,
    ]);
  });

  test('for a pull request is one block without colour', async () => {
    const args = ['latest#reboot-first/1', '--results', results, '-o', 'markdown', '-q'];
    const outs = [
      await metaltwinWith({ outIsTerminal: true }, 'replay', ...args),
      await metaltwinWith({ outIsTerminal: true }, 'explain', ...args),
    ];
    expect(outs.map(({ out }) => /^```text\n[^`]+\n```\n$/.test(out) && !out.includes('\u001b'))).toEqual([true, true]);
  });

  test('of a replication beyond the study has nothing to be compared with, and says so', async () => {
    const { code, err } = await metaltwin('replay', 'latest#reboot-first/99', '--results', results);
    expect({ code, said: err.includes('is not part of this result') }).toEqual({ code: EXIT.ok, said: true });
  });
});

describe('explain', () => {
  test('gives for a fencing what was known, true and decided', async () => {
    const { code, out } = await metaltwin(
      'explain',
      'latest#reboot-first/1',
      '--results',
      results,
      '--host',
      'worker-1',
      '--at',
      '2d',
    );
    const labels = [...out.matchAll(/^ {2}(\w+) /gm)].map((match) => match[1]);
    expect({ code, first: out.split('\n')[0], labels: [...new Set(labels)] }).toEqual({
      code: EXIT.ok,
      first: expect.stringMatching(/^ day 2 00:0\d:\d\d {2}worker-1 powered off$/),
      labels: ['known', 'true', 'fault', 'decided', 'then', 'next'],
    });
  });

  test('says so where nobody was fenced', async () => {
    const { code, out } = await metaltwin('explain', 'latest#no-remediation/1', '--results', results);
    expect({ code, out }).toEqual({ code: EXIT.ok, out: 'nobody was fenced and nobody refused\n' });
  });

  test('says where it looked, and what lies outside the run', async () => {
    const at = (time: string): readonly string[] => ['--results', results, '--host', 'worker-2', '--at', time];
    const [quiet, outside] = [
      await metaltwin('explain', 'latest#no-remediation/1', ...at('20d')),
      await metaltwin('explain', 'latest#no-remediation/1', ...at('day 20 00:01')),
    ];
    expect([quiet.out, outside.code, outside.err.split('\n')[0]]).toEqual([
      'nobody was fenced and nobody refused on worker-2 within 1h of 20d\n',
      EXIT.usage,
      'error MT002: --at is day 20 00:01, and the run lasts 20d',
    ]);
  });

  test('knows its hosts', async () => {
    const { code, err } = await metaltwin(
      'explain',
      'latest#reboot-first/1',
      '--results',
      results,
      '--host',
      'wroker-1',
    );
    expect({ code, suggested: /did you mean "[^"]*"/.exec(err)?.[0] }).toEqual({
      code: EXIT.usage,
      suggested: 'did you mean "worker-1"',
    });
  });
});

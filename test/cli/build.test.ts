// The built program: every command starts, workers too. Built once into a folder of its own, so that a stale dist/ is not what is
// tested.

import { execFile, spawn } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../../cli/build-info.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { build } from '../../tools/build.ts';
import { sourcesUnder } from '../tidy/sources.ts';

const DUMP = 'test/fixtures/metal3/all.yaml';
/** Inside the repository, where packages that stay outside the bundle are found; each run has its own. */
const BUILT = resolve(`node_modules/.metaltwin-build-test-${process.pid}`);

const run = promisify(execFile);

let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'metaltwin-build-'));
  await build(BUILT);
}, 120_000);

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true });
  await rm(BUILT, { recursive: true, force: true });
});

function built(...argv: readonly string[]): Promise<{ code: unknown; out: string; err: string }> {
  return ran(join(BUILT, 'metaltwin.js'), ...argv);
}

function ran(program: string, ...argv: readonly string[]): Promise<{ code: unknown; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [program, ...argv], (error, out, err) => {
      done({ code: error === null ? 0 : error.code, out, err });
    });
  });
}

describe('the built program', () => {
  test('knows its version', async () => {
    expect(await built('--version')).toEqual({ code: EXIT.ok, out: `${VERSION}\n`, err: '' });
  });

  test('compares on two workers and replays what it compared', async () => {
    const study = ['--cluster', DUMP, '--replications', '2', '--duration', '1d', '--jobs', '2'];
    const compared = await built('compare', ...study, '--results', scratch, '-q');
    const first = compared.out.split('\n')[0];
    expect({ code: compared.code, first, err: compared.err }).toEqual({
      code: EXIT.inconclusive,
      first: expect.stringMatching(/^ INCONCLUSIVE /),
      err: '',
    });
    const replayed = await built('replay', 'latest#as-is/2', '--results', scratch);
    expect({ code: replayed.code, err: replayed.err }).toEqual({
      code: EXIT.ok,
      err: expect.stringMatching(/^replay matches the recording/),
    });
    const explained = await built('explain', 'latest#as-is/2', '--results', scratch);
    expect({ code: explained.code, err: explained.err }).toEqual({ code: EXIT.ok, err: '' });
  });

  const rows = [
    { given: ['validate', 'examples/hyperconverged.yaml'], code: EXIT.ok },
    { given: ['schema'], code: EXIT.ok },
    { given: ['whatif', DUMP, '--node-fail', 'bm008-r01', '-q'], code: EXIT.ok },
    { given: ['run', 'nope.yaml'], code: EXIT.usage },
    { given: ['run', '--nope'], code: EXIT.usage },
  ];
  for (const { given, code } of rows) {
    test(`${given.join(' ')} ends with ${code}`, async () => {
      expect((await built(...given)).code).toBe(code);
    });
  }
});

describe('the library of fake BMCs', () => {
  test('runs as its page shows it, and lets the process end', async () => {
    const page = await readFile('docs/fake-bmc.md', 'utf8');
    const [, shown = ''] = /```ts library\n([\s\S]*?)```/.exec(page) ?? [];
    const program = join(scratch, 'library.mjs');
    await writeFile(program, shown.replace("'metaltwin/fake-bmc'", JSON.stringify(join(BUILT, 'fake-bmc.js'))));
    const { code, out, err } = await ran(program);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^host-0 https:\/\/127\.0\.0\.1:\d+\/redfish\/v1 \d+ admin\nhost-1 .*\n$/);
  });

  describe('as npm packs it, for a project in strict TypeScript', () => {
    let project = '';

    beforeAll(async () => {
      const package_ = join(scratch, 'package');
      await mkdir(package_);
      await copyFile('package.json', join(package_, 'package.json'));
      await cp(BUILT, join(package_, 'dist'), { recursive: true });
      await run('npm', ['pack', '--ignore-scripts', '--silent'], { cwd: package_ });
      project = join(scratch, 'project');
      const installed = join(project, 'node_modules/metaltwin');
      await mkdir(installed, { recursive: true });
      await run('tar', ['-xzf', join(package_, `metaltwin-${VERSION}.tgz`), '-C', installed, '--strip-components=1']);
      const compilerOptions = { strict: true, module: 'nodenext', target: 'esnext', types: [], noEmit: true };
      await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    }, 60_000);

    async function compiled(text: string): Promise<string> {
      await writeFile(join(project, 'own.test.mts'), text);
      return run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '--project', project]).then(
        () => 'compiles',
        ({ stdout }: { stdout: string }) => stdout,
      );
    }

    test('what its page shows compiles, and so does the rest of what it has', async () => {
      const page = await readFile('docs/fake-bmc.md', 'utf8');
      const [, shown = ''] = /```ts library\n([\s\S]*?)```/.exec(page) ?? [];
      const text = `declare const console: { log(...values: unknown[]): void };
${shown}
import { type FakeBmc, type HostTruth, PortRefused, PROFILES, QUIRKS, ScenarioRefused } from 'metaltwin/fake-bmc';
async function story(started: FakeBmc): Promise<HostTruth | undefined> {
  for (const quirk of QUIRKS) started.control.injectQuirk('host-0', quirk);
  const struck = started.control.strike({ fault: 'osHang' });
  if ('problems' in struck) console.log(struck.problems.map(({ message, line }) => [message, line]));
  else started.control.heal(struck.id);
  return started.control.host('host-0');
}
for (const profile of PROFILES) await startFakeBmc({ scenario: '', profile }).then(story, (error: unknown) => {
  if (error instanceof ScenarioRefused) console.log(error.problems.length);
  if (error instanceof PortRefused) console.log(error.message);
});
`;
      expect(await compiled(text)).toBe('compiles');
    });

    test.each([
      ['startFakeBmc({})', 'TS2345'],
      ["startFakeBmc({ hosts: 1, profile: 'dell' })", 'TS2322'],
      ["startFakeBmc({ hosts: 1 }).then(({ control }) => control.injectQuirk('host-0', 'slow'))", 'TS2345'],
    ])('%s does not compile', async (expression, code) => {
      expect(await compiled(`import { startFakeBmc } from 'metaltwin/fake-bmc';\nvoid ${expression};\n`)).toContain(
        code,
      );
    });
  });
});

describe('a command that serves', () => {
  test.each([
    ['SIGINT', EXIT.interrupted],
    ['SIGTERM', EXIT.terminated],
  ] as const)('ends by %s with %i once it said that it serves', async (signal, code) => {
    const ports = ['--redfish-port', '0', '--per-host-ports', '0', '--ipmi-port-base', '0', '--control-port', '0'];
    const child = spawn(process.execPath, [join(BUILT, 'metaltwin.js'), 'bmc', 'serve', '--hosts', '1', ...ports]);
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said += data.toString();
      if (said === 'serving 1 host; Ctrl-C ends it\n') child.kill(signal);
    });
    const ended = await new Promise((done) => child.on('close', done));
    expect({ ended, said }).toEqual({ ended: code, said: expect.stringContaining('stopping') });
  });
});

describe('streams that nobody reads or that are full', () => {
  /** Ends with what the process said on the other stream. */
  function cutOff(stream: 'stdout' | 'stderr', ...argv: readonly string[]): Promise<{ code: unknown; other: string }> {
    return new Promise((done) => {
      const child = spawn(process.execPath, [join(BUILT, 'metaltwin.js'), ...argv], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const other = stream === 'stdout' ? child.stderr : child.stdout;
      let said = '';
      other.on('data', (data: Buffer) => {
        said += data.toString();
      });
      child[stream].destroy();
      child.on('close', (code) => done({ code, other: said }));
    });
  }

  const rows = [
    { stream: 'stdout', given: ['schema'], code: EXIT.ok, other: '' },
    { stream: 'stdout', given: ['validate', 'nope.yaml', '-o', 'json'], code: EXIT.usage, other: '' },
    { stream: 'stderr', given: ['validate', 'nope.yaml'], code: EXIT.usage, other: 'nope.yaml: not valid: 1 error\n' },
  ] as const;
  for (const { stream, given, code, other } of rows) {
    test(`without ${stream}, ${given.join(' ')} still ends with ${code}`, async () => {
      expect(await cutOff(stream, ...given)).toEqual({ code, other });
    });
  }

  test('without stderr a study still prints its summary', async () => {
    const study = ['compare', '--cluster', DUMP, '--replications', '1', '--duration', '1d', '--results', scratch];
    expect(await cutOff('stderr', ...study)).toEqual({
      code: EXIT.inconclusive,
      other: expect.stringMatching(/^ INCONCLUSIVE /),
    });
  });
});

test('--help loads nothing but commander and what prints', () => {
  const sources = new Map(sourcesUnder('cli').map((source) => [source.path, source]));
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, target = ''] of (sources.get(path)?.text ?? '').matchAll(/^import (?!type )[^;]*?from '([^']+)'/gm)) {
      if (target.startsWith('./')) visit(`cli/${target.slice(2)}`);
      else packages.add(target);
    }
  };
  visit('cli/main.ts');
  visit('cli/program.ts');
  expect([...packages].toSorted()).toEqual([
    '../core/assert.ts',
    '../reports/verdict-standing.ts',
    'commander',
    'node:fs',
    'node:module',
    'node:v8',
  ]);
});
